import { expect } from 'vitest'
import { chartTheme, compileChart } from '../../src/report/chart.ts'
import type { Document } from '../../src/report/document.ts'
import { formatValue } from '../../src/report/format.ts'
import { walk } from './walk.ts'

/** What holds of every document whatever the data. */
export function expectSound(document: Document): void {
  const said = walk(document)
  for (const text of said.texts) expect(text).not.toMatch(/\b(null|undefined|NaN|Infinity)\b|\[object /)
  for (const { value, where, isCell } of said.values) {
    expect(() => formatValue(value), where).not.toThrow()
    if (value.kind === 'money') expect(value.currency, where).toMatch(/^[A-Z]{3}$/)
    if (value.kind === 'number' && !isCell) expect(value.unit, `${where}: ${value.value}`).not.toBe('')
    if (value.kind === 'unknown') expect(value.reason, where).not.toBe('')
  }
  for (const table of said.tables) {
    expect(table.rows.length, table.id).toBeLessThanOrEqual(said.chartTables.includes(table) ? 70 : 25)
    for (const row of [...table.rows, ...(table.total === undefined ? [] : [table.total])])
      expect(row.length, table.id).toBe(table.columns.length)
    const widths = table.columns.reduce((sum, column) => sum + (column.width ?? 0), 0)
    expect(widths, `widths of ${table.id}`).toBeLessThanOrEqual(1)
    if (table.details !== undefined) expect(table.details.length, table.id).toBe(table.rows.length)
  }
  expect(new Set(said.anchors).size, said.anchors.join(' ')).toBe(said.anchors.length)
  for (const chart of said.charts) {
    expect(chart.alt, chart.id).not.toBe('')
    // Each picture that shows anything has its figures: as a table, and told mark by mark.
    const drawn = Object.values(chart.data).flat()
    if (drawn.length > 0) {
      expect(chart.table.rows.length, chart.id).toBeGreaterThan(0)
      expect(drawn.filter((row) => row['tip'] !== undefined).length, chart.id).toBeGreaterThan(0)
    }
    for (const rows of Object.values(chart.data)) {
      for (const row of rows)
        for (const cell of Object.values(row)) if (typeof cell === 'number') expect(cell, chart.id).not.toBeNaN()
    }
    // Throws when Vega-Lite warns, or when an axis does not begin at zero.
    compileChart(chart, chartTheme, { width: 400, height: 200 })
  }
  for (const page of document.pages) {
    expect(page.title, page.id).toMatch(/^\S.*[^.]$/)
    expect(page.blocks.length, page.id).toBeGreaterThan(0)
  }
}

/** The titles of a document by page. */
export function titles(document: Document): Record<string, string> {
  return Object.fromEntries(document.pages.map((page) => [page.id, page.title.replaceAll('\u00a0', ' ')]))
}

/** All running text of a page, with values as they print. */
export function pageText(document: Document, id: string): string {
  const page = document.pages.find((candidate) => candidate.id === id)
  if (page === undefined) throw new Error(`no page ${id}`)
  const said = walk({ ...document, title: '', subtitle: '', footer: '', keywords: [], pages: [page] })
  return [...said.texts, ...said.values.map(({ value }) => formatValue(value))].join('\n').replaceAll('\u00a0', ' ')
}

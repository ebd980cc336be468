// On paper no report is longer than 20 sheets: lists shorten, say what they leave out and where it is, and keep totals.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import type { Block, Document, Table, Value } from '../../src/report/document.ts'
import { renderPdf } from '../../src/report/pdf.ts'
import { fitted, MOST_SHEETS } from '../../src/report/pdf_fit.ts'
import { walk } from '../reports/walk.ts'
import { demoDocument } from './demo_document.ts'

const hasPoppler = existsSync('/usr/bin/pdftotext')
const folder = mkdtempSync(join(tmpdir(), 'hourwise-fit-'))
afterAll(() => rmSync(folder, { recursive: true }))

const text = (words: string): Value => ({ kind: 'text', text: words })
const count = (value: number): Value => ({ kind: 'number', value: String(value), unit: '', digits: 0 })

function table(id: string, rows: number, more: Partial<Table> = {}): Table {
  return {
    id,
    caption: `Table ${id}`,
    columns: [
      { key: 'name', label: 'Name', align: 'start', width: 0.3 },
      { key: 'words', label: 'Words', align: 'start' },
      { key: 'count', label: 'Count', align: 'end' },
    ],
    rows: Array.from({ length: rows }, (_, i) => [text(`${id} ${i}`), text('a long story of it '.repeat(9)), count(i)]),
    total: [text(`Total of ${id}`), text(''), count(rows)],
    ...more,
  }
}

/** A document of so many pages, each with so many tables, a list and definitions, all of them long. */
function long(pages: number, tables: number): Document {
  const blocks = (page: number): Block[] => [
    ...Array.from(
      { length: tables },
      (_, i): Block => ({
        type: 'table',
        table: table(`t${page}-${i}`, 25, i % 2 === 0 ? { all: 4000, file: 'machines.csv' } : {}),
      }),
    ),
    { type: 'list', items: Array.from({ length: 60 }, (_, i) => [`Item ${i} `, 'and what is known of it '.repeat(9)]) },
    {
      type: 'definitions',
      items: Array.from({ length: 60 }, (_, i) => ({ term: `Term ${i}`, text: ['what it means '.repeat(9)] })),
    },
  ]
  return {
    ...demoDocument,
    pages: Array.from({ length: pages }, (_, i) => ({
      id: `page-${i}`,
      label: `Page ${i}`,
      title: `What page ${i} found`,
      blocks: blocks(i),
    })),
  }
}

/** Words of a PDF with single blanks. */
function textOf(bytes: Buffer): string {
  writeFileSync(join(folder, 'read.pdf'), bytes)
  return execFileSync('pdftotext', ['-raw', 'read.pdf', '-'], { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26 })
    .replaceAll('\u200b', '')
    .replace(/[\s\u00a0]+/g, ' ')
}

describe('a document that is too long', () => {
  test.each([
    [8, 3, 'A4'],
    [8, 3, 'LETTER'],
    [6, 8, 'A4'],
  ] as const)('of %i pages with %i tables keeps to its sheets on %s', async (pages, tables, pageSize) => {
    const document = long(pages, tables)
    const pdf = await renderPdf(document, { pageSize, html: 'monthly-review.html' })
    expect(pdf.pageCount).toBeLessThanOrEqual(MOST_SHEETS)
    if (!hasPoppler) return
    const words = textOf(pdf.bytes)
    for (const page of document.pages) expect(words).toContain(page.title)
    expect(words).toMatch(/… and [\d,]+ more rows in machines\.csv/)
    expect(words).toMatch(/more (items|parts of this page) in monthly-review\.html/)
    for (const [, id = ''] of words.matchAll(/Table (t\d+-\d+)/g)) expect(words).toContain(`Total of ${id}`)
  })

  test('tells of every table how many rows it leaves out: with those that are shown they are all', () => {
    const document = long(8, 3)
    const seen: Document[] = []
    fitted(
      document,
      (draft) => {
        seen.push(draft)
        const rows = walk(draft).tables.reduce((sum, drawn) => sum + drawn.rows.length, 0)
        return { pageCount: Math.ceil(rows / 10), draft }
      },
      'monthly-review.html',
    )
    const whole = walk(document).tables
    expect(seen.length).toBeGreaterThan(2)
    for (const draft of seen.slice(1)) {
      for (const [i, drawn] of walk(draft).tables.entries()) {
        expect(drawn.all).toBe(whole[i]?.all ?? whole[i]?.rows.length)
        expect(drawn.file).toBe(whole[i]?.file ?? 'monthly-review.html')
        expect(drawn.total).toEqual(whole[i]?.total)
        expect(drawn.rows.map((row) => row[0])).toEqual(whole[i]?.rows.slice(0, drawn.rows.length).map((row) => row[0]))
      }
    }
  })

  test('is cut no further than it must be', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 }), (room) => {
        const rowsOf = (draft: Document): number => Math.max(...walk(draft).tables.map(({ rows }) => rows.length))
        const sizes = new Set<number>()
        const place = (draft: Document) => {
          sizes.add(rowsOf(draft))
          return { pageCount: rowsOf(draft) <= room ? MOST_SHEETS : MOST_SHEETS + 1, rows: rowsOf(draft) }
        }
        const found = fitted(long(1, 1), place, undefined)
        expect(found.rows).toBeLessThanOrEqual(room)
        for (const size of sizes) expect(size <= found.rows || size > room).toBe(true)
      }),
    )
  })
})

test('a document that fits is left as it is', () => {
  const found = fitted(demoDocument, (draft) => ({ pageCount: MOST_SHEETS, draft }), undefined)
  expect(found.draft).toBe(demoDocument)
})

// The document that uses every block and chart, with the names of hostile strangers, drawn in every format.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chartTheme, compileChart } from '../../src/report/chart.ts'
import type { Chart, Document } from '../../src/report/document.ts'
import { renderHtml } from '../../src/report/html.ts'
import { type PdfFile, renderPdf } from '../../src/report/pdf.ts'
import { breakEven, waterfall } from './demo_chart.ts'
import { demoDocument, HOSTILE } from './demo_document.ts'

const hasPoppler = ['/usr/bin/pdftotext', '/usr/bin/pdffonts', '/usr/bin/pdfinfo'].every(existsSync)
let html: string
let pdf: PdfFile
let folder: string
beforeAll(async () => {
  html = await renderHtml(demoDocument)
  pdf = await renderPdf(demoDocument, { pageSize: 'A4' })
  folder = mkdtempSync(join(tmpdir(), 'hourwise-drawing-'))
  writeFileSync(join(folder, 'demo.pdf'), pdf.bytes)
})
afterAll(() => rmSync(folder, { recursive: true }))

const poppler = (tool: string, ...args: string[]): string =>
  execFileSync(tool, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26 })
const folded = (text: string): string => text.replace(/[\s\u00a0\u200b]+/g, '')

function tileValues(document: Document): string[] {
  const tiles = document.pages
    .flatMap((page) => page.blocks)
    .flatMap((block) => (block.type === 'tiles' ? block.tiles : []))
  return tiles.map((tile) => tile.label)
}

describe('HTML', () => {
  test('allows nothing but its own style and script, and loads nothing', () => {
    const policy = (/http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? '').replaceAll(
      '&#39;',
      "'",
    )
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toMatch(/unsafe-(inline|eval)/)
    // Attribute values, styles and scripts aside, what is left are tags and their attributes' names.
    const tags = html
      .replace(/<(style|script)\b[^>]*>[\s\S]*?<\/\1>/g, '<$1>')
      .replace(/="[^"]*"/g, (value) => (value.startsWith('="data:') || value.startsWith('="#') ? '="local"' : '="x"'))
    expect(tags.match(/<[^>]+\son[a-z]+=/gi)).toBeNull()
    expect(tags.match(/<(?:script|link|img|iframe)\b[^>]*\s(?:src|href)="x"/g)).toBeNull()
  })

  test('what strangers wrote is text, never markup', () => {
    expect(html).not.toContain('<img src=x')
    expect(html).not.toContain("<svg onload='alert")
    expect(html).not.toContain('\u202e')
    expect(html).toContain('&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;')
  })

  test('the same document gives the same text', async () => {
    expect(await renderHtml(demoDocument)).toBe(html)
  })
})

describe('PDF', () => {
  test('the same document gives the same bytes', async () => {
    const again = await renderPdf(demoDocument, { pageSize: 'A4' })
    expect(again.bytes.equals(pdf.bytes)).toBe(true)
  })

  test('Letter is another paper with the same document', async () => {
    const letter = await renderPdf(demoDocument, { pageSize: 'LETTER' })
    expect(letter.bytes.includes('612 792')).toBe(true)
    expect(letter.pageCount).toBeGreaterThan(0)
  })

  test.skipIf(!hasPoppler)('embeds its fonts, has a title and as many pages as it says', () => {
    const fonts = poppler('pdffonts', 'demo.pdf').trim().split('\n').slice(2)
    expect(fonts.length).toBeGreaterThan(0)
    for (const font of fonts) expect(font).toMatch(/ yes yes (?:yes|no) /)
    const info = poppler('pdfinfo', 'demo.pdf')
    expect(info).toContain(demoDocument.title)
    expect(info).toMatch(new RegExp(`Pages: +${pdf.pageCount}\\n`))
  })

  test.skipIf(!hasPoppler)('holds every label, title and hostile token that HTML holds', () => {
    const text = folded(poppler('pdftotext', '-layout', 'demo.pdf', '-'))
    for (const label of tileValues(demoDocument)) expect(text).toContain(folded(label))
    for (const page of demoDocument.pages) expect(text).toContain(folded(page.label))
    expect(text).toContain(folded(HOSTILE.formula))
    expect(text).not.toContain('undefined')
    expect(text).not.toContain('NaN')
  })

  test('characters that the typeface lacks are told', () => {
    expect(pdf.missingCharacters.length).toBeGreaterThan(0)
  })
})

describe('charts', () => {
  test.each([['waterfall', waterfall] as const, ['break-even', breakEven] as const])(
    '%s compiles to the same drawing',
    (_, chart) => {
      const plot = { width: 600, height: 300 }
      expect(compileChart(chart, chartTheme, plot)).toEqual(compileChart(chart, chartTheme, plot))
    },
  )

  test('an axis that does not begin at zero is refused', () => {
    const truncated: Chart = {
      ...waterfall,
      spec: {
        data: { name: 'points' },
        mark: 'bar',
        encoding: {
          x: { field: 'label', type: 'nominal' },
          y: { field: 'value', type: 'quantitative', scale: { zero: false, domain: [50, 100] } },
        },
      },
      data: { points: [{ label: 'a', value: 70 }] },
    }
    expect(() => compileChart(truncated, chartTheme, { width: 300, height: 200 })).toThrow('does not begin at zero')
  })
})

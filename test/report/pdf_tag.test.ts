// The structure of the PDF as a reader meets it: sections, headings, tables with heads, figures with words, a language.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Block, Document } from '../../src/report/document.ts'
import { renderHtml } from '../../src/report/html.ts'
import { type PdfFile, renderPdf } from '../../src/report/pdf.ts'
import { demoDocument } from './demo_document.ts'

const hasPoppler = ['/usr/bin/pdfinfo', '/usr/bin/pdftotext'].every(existsSync)
/** A picture of one dot. */
const LOGO =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const document: Document = { ...demoDocument, brand: { name: 'Ostrelle Logistics', accent: '#7a1f5c', logo: LOGO } }

let pdf: PdfFile
let raw: string
let folder: string
beforeAll(async () => {
  pdf = await renderPdf(document, { pageSize: 'A4' })
  raw = pdf.bytes.toString('latin1')
  folder = mkdtempSync(join(tmpdir(), 'hourwise-tags-'))
  writeFileSync(join(folder, 'demo.pdf'), pdf.bytes)
})
afterAll(() => rmSync(folder, { recursive: true }))

function blocksOf(type: Block['type']): number {
  const count = (blocks: readonly Block[]): number =>
    blocks.reduce(
      (sum, block) =>
        sum + (block.type === type ? 1 : 0) + (block.type === 'pair' ? count(block.left) + count(block.right) : 0),
      0,
    )
  return document.pages.reduce((sum, page) => sum + count(page.blocks), 0)
}

/** Elements of the structure tree by type. */
function elements(): Map<string, number> {
  const found = new Map<string, number>()
  for (const [, type = ''] of raw.matchAll(
    /\/Type \/StructElem[^>]*?\/S \/(\w+)|\/S \/(\w+)[^>]*?\/Type \/StructElem/g,
  ))
    found.set(type, (found.get(type) ?? 0) + 1)
  if (found.size > 0) return found
  for (const [, type = ''] of raw.matchAll(
    /\/S \/(Document|Sect|H[123]|P|L|LI|LBody|Table|Caption|THead|TBody|TR|TH|TD|Figure|Div)\b/g,
  ))
    found.set(type, (found.get(type) ?? 0) + 1)
  return found
}

describe('the structure of the PDF', () => {
  test('says its language, that it is marked, and shows its title', () => {
    expect(raw).toContain(`/Lang (${document.language})`)
    expect(raw).toMatch(/\/MarkInfo\s*(<<\s*\/Marked true|\d+ 0 R)/)
    expect(raw).toContain('/DisplayDocTitle true')
  })

  test('has a section and a heading for each page, one title, a table for each table', () => {
    const found = elements()
    expect(found.get('Document')).toBe(1)
    expect(found.get('H1')).toBe(1)
    expect(found.get('Sect')).toBe(document.pages.length)
    expect(found.get('H2')).toBe(document.pages.length)
    expect(found.get('Table')).toBeGreaterThanOrEqual(blocksOf('table'))
    expect(found.get('TH')).toBeGreaterThan(found.get('Table') ?? 0)
    expect(found.get('TD')).toBeGreaterThan(found.get('TH') ?? 0)
  })

  test('every figure has words instead', () => {
    const found = elements()
    const words = [...raw.matchAll(/\/Alt [(<]/g)]
    expect(found.get('Figure')).toBeGreaterThan(blocksOf('chart'))
    expect(words).toHaveLength(found.get('Figure') as number)
  })

  test('everything drawn is content of an element or marked as an artifact', () => {
    for (const [i, content] of contents().entries()) {
      // Graphics state and clipping may stand anywhere; what paints must not.
      let depth = 0
      let outside = 0
      for (const line of content.split('\n')) {
        if (/\b(BDC|BMC)\s*$/.test(line)) depth += 1
        else if (/^\s*EMC\s*$/.test(line)) depth -= 1
        else if (depth === 0 && /(^|\s)(Tj|TJ|S|f|f\*|B|Do)\s*$/.test(line)) outside += 1
      }
      expect(depth, `sheet ${i + 1}`).toBe(0)
      expect(outside, `sheet ${i + 1}`).toBe(0)
    }
  })

  test.skipIf(!hasPoppler)('a bookmark leads to each page, and headings read as in HTML', async () => {
    const html = await renderHtml(document)
    const folded = (text: string): string => text.replace(/[\s\u00a0\u200b]+/g, '')
    const text = folded(execFileSync('pdftotext', ['demo.pdf', '-'], { cwd: folder, encoding: 'utf8' }))
    const bookmarks = [...raw.matchAll(/\/Title \(([^)]*)\)/g)].map((found) => found[1])
    expect(bookmarks).toEqual(document.pages.map((page) => page.label))
    for (const page of document.pages) {
      expect(html).toContain(`id="${page.id}-title"`)
      expect(text).toContain(folded(page.title))
    }
    const tree = execFileSync('pdfinfo', ['-struct', 'demo.pdf'], { cwd: folder, encoding: 'utf8' })
    expect(tree.match(/^\s*Figure/gm)?.length).toBe(elements().get('Figure'))
  })
})

/** The decompressed content of each sheet. */
function contents(): string[] {
  const found: string[] = []
  for (let at = pdf.bytes.indexOf('stream\n'); at !== -1; at = pdf.bytes.indexOf('stream\n', at + 7)) {
    if (pdf.bytes.subarray(at - 3, at).toString('latin1') === 'end') continue
    const end = pdf.bytes.indexOf('endstream', at)
    try {
      const text = inflateSync(pdf.bytes.subarray(at + 7, end)).toString('latin1')
      if (/\bBDC\b/.test(text)) found.push(text)
    } catch {
      // Fonts and pictures that are packed in another way hold no marks.
    }
  }
  expect(found).toHaveLength(pdf.pageCount)
  return found
}

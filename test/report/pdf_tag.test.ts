// The structure of the PDF as a reader meets it: sections, headings, tables with heads, figures with words, a language.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Block, Document } from '../../src/report/document.ts'
import { renderHtml } from '../../src/report/html.ts'
import { type PdfFile, renderPdf } from '../../src/report/pdf.ts'
import { demoDocument } from './demo_document.ts'
import { sheetContents } from './pdf_file.ts'

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

  test('each link is an element with words, on the sheet where its annotation lies', () => {
    const objects = new Map(
      [...raw.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)].map(([, id = '', body = '']) => [id, body]),
    )
    const holding = (pattern: RegExp): string[] =>
      [...objects.keys()].filter((id) => pattern.test(objects.get(id) ?? ''))
    const annotations = holding(/\/Subtype \/Link\b/)
    const links = holding(/\/S \/Link\b/)
    // An address and a page of the document; `actions.csv` and `javascript:` are printed as text.
    expect(annotations.map((id) => objects.get(id)?.match(/\/Contents \(([^)]*)\)/)?.[1])).toEqual([
      'the method',
      'source',
    ])
    expect(links).toHaveLength(annotations.length)
    const parentTree = [...objects.values()].find((body) => /\/Nums \[/.test(body) && !/\/Dests/.test(body)) ?? ''
    for (const link of links) {
      const [, annotation = '', page = ''] =
        /\/Type \/OBJR\s+\/Obj (\d+) 0 R\s+\/Pg (\d+) 0 R/.exec(objects.get(link) ?? '') ?? []
      expect(annotations).toContain(annotation)
      expect(objects.get(page)).toMatch(new RegExp(`/Annots \\[[^\\]]*\\b${annotation} 0 R`))
      const key = /\/StructParent (\d+)/.exec(objects.get(annotation) ?? '')?.[1]
      expect(parentTree).toMatch(new RegExp(`\\b${key} ${link} 0 R`))
    }
  })

  test('sheets are read in the order of the structure, and none is empty', () => {
    expect(raw.match(/\/Tabs \/S\b/g)).toHaveLength(pdf.pageCount)
    for (const [i, content] of sheetContents(pdf.bytes).entries())
      expect(content.match(/\/MCID \d+/g)?.length ?? 0, `sheet ${i + 1}`).toBeGreaterThan(0)
  })

  test('everything drawn is content of an element or marked as an artifact', () => {
    const sheets = sheetContents(pdf.bytes)
    expect(sheets).toHaveLength(pdf.pageCount)
    for (const [i, content] of sheets.entries()) {
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

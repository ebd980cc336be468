// Names of any script on paper: drawn by the typefaces at hand, found again by who searches the PDF, told where none has them.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Document } from '../../src/report/document.ts'
import { fontRuns, MISSING, needsShaping, textOutline, textWidth } from '../../src/report/font.ts'
import { renderPdf } from '../../src/report/pdf.ts'

/** One name for each script that resource groups, subscriptions and tags of tenants were seen in. */
const NAMES = {
  Latin: 'Büro Łódź',
  Cyrillic: 'Бухгалтерия',
  Greek: 'Λογιστήριο',
  Thai: 'ทีมคลังสินค้า',
  Japanese: '経理システム',
  Chinese: '财务系统',
  Korean: '재무시스템',
  Hebrew: 'מחסן',
  Arabic: 'المالية',
  Devanagari: 'वित्त विभाग',
}

const document: Document = {
  id: 'monthly-review',
  title: 'Names in many scripts',
  subtitle: Object.values(NAMES).join(' · '),
  language: 'en',
  footer: 'names',
  createdAt: 1_793_491_200,
  keywords: ['names'],
  pages: [
    {
      id: 'names',
      label: 'Names',
      title: `Owners: ${NAMES.Japanese} and ${NAMES.Cyrillic}`,
      blocks: [
        {
          type: 'table',
          table: {
            id: 'names',
            caption: 'Names',
            columns: [
              { key: 'script', label: 'Script', align: 'start' },
              { key: 'name', label: 'Name', align: 'start' },
              { key: 'cost', label: 'Cost', align: 'end' },
            ],
            rows: Object.entries(NAMES).map(([script, name]) => [
              { kind: 'text', text: script },
              { kind: 'text', text: name },
              { kind: 'money', amount: '1.5', currency: 'EUR' },
            ]),
          },
        },
      ],
    },
  ],
}

describe('a name', () => {
  test.each(Object.entries(NAMES))('%s has typefaces that draw every letter', (_, name) => {
    const missing: string[] = []
    const runs = fontRuns(name, (character) => missing.push(character))
    expect(missing).toEqual([])
    expect(runs.map((run) => run.text).join('')).not.toContain(MISSING)
    expect(textWidth(name, 10)).toBeGreaterThan(10)
  })

  test('of letters that no typeface has is a box, and told', () => {
    const missing: string[] = []
    expect(fontRuns('a𓀀', (character) => missing.push(character)).map((run) => run.text)).toEqual([`a${MISSING}`])
    expect(missing).toEqual(['𓀀'])
  })

  test('of several words from right to left stays one run, whose blanks do not break', () => {
    const runs = fontRuns('rg المالية العامة x')
    expect(runs.map((run) => run.text)).toEqual(['rg ', 'المالية\u00a0العامة', ' x'])
  })

  test('is in one typeface where one has all of it', () => {
    expect(fontRuns(NAMES.Chinese)).toHaveLength(1)
    expect(fontRuns(NAMES.Chinese)[0]?.typeface).not.toBe(fontRuns(NAMES.Japanese)[0]?.typeface)
  })

  test('becomes an outline in a chart when another typeface draws it', () => {
    expect(needsShaping('web-01')).toBe(false)
    expect(needsShaping(NAMES.Korean)).toBe(true)
    expect(textOutline(NAMES.Korean, 12, 'bold').length).toBeGreaterThan(100)
  })
})

const hasPoppler = existsSync('/usr/bin/pdftotext')
if (!hasPoppler) console.warn('poppler-utils are absent: the text of the PDF is not read back')

describe('on paper', () => {
  test.skipIf(!hasPoppler)('every name is embedded and can be searched for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hourwise-scripts-'))
    try {
      const pdf = await renderPdf(document, { pageSize: 'A4' })
      expect(pdf.missingCharacters).toEqual([])
      expect(pdf.bytes.equals((await renderPdf(document, { pageSize: 'A4' })).bytes)).toBe(true)
      const file = join(folder, 'names.pdf')
      writeFileSync(file, pdf.bytes)
      const fonts = execFileSync('pdffonts', [file], { encoding: 'utf8' }).trim().split('\n').slice(2)
      for (const font of fonts) expect(font).toMatch(/ yes yes /)
      expect(fonts.length).toBeGreaterThanOrEqual(8)
      const text = execFileSync('pdftotext', [file, '-'], { encoding: 'utf8' }).normalize('NFC')
      for (const script of ['Latin', 'Cyrillic', 'Greek', 'Japanese', 'Chinese', 'Korean'] as const)
        expect(text).toContain(NAMES[script])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test.skipIf(!hasPoppler)('Thai breaks between words, and a token without a joint stays in its column', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hourwise-breaks-'))
    try {
      const thai = 'เครื่องแม่ข่ายที่ไม่มีการป้องกันต้องได้รับการตรวจสอบโดยทีมรักษาความปลอดภัยของบริษัททุกเดือนตามนโยบาย'.repeat(3)
      const token = 'x'.repeat(400)
      const file = join(folder, 'breaks.pdf')
      const pdf = await renderPdf(tableOf([thai, token]), { pageSize: 'A4' })
      writeFileSync(file, pdf.bytes)
      const boxes = execFileSync('pdftotext', ['-bbox', file, '-'], { encoding: 'utf8' })
      const words = [...boxes.matchAll(/xMin="([\d.]+)"[^>]*xMax="([\d.]+)"[^>]*>([^<]*)</g)].map(
        ([, from, until, word = '']) => ({ from: Number(from), until: Number(until), word }),
      )
      for (const { until } of words) expect(until).toBeLessThanOrEqual(595.28 - 46 + 1)
      // The column to the right of the long names is still on the page, after them.
      const costs = words.filter(({ word }) => word === '1.50')
      expect(costs).toHaveLength(2)
      for (const { word, until } of words.filter((one) => /^x+$/.test(one.word)))
        expect(until, word).toBeLessThan(costs[0]?.from ?? 0)
      // A sheet's line may come in several pieces: what stands at one height is one.
      const lines = new Map<string, string>()
      for (const [, y = '', text = ''] of boxes.matchAll(/yMin="([\d.]+)"[^>]*>([^<]*)</g))
        if (/\p{Script=Thai}/u.test(text)) lines.set(y, (lines.get(y) ?? '') + text)
      expect(lines.size).toBeGreaterThan(1)
      // Marks are told in the order of where they stand; the letters under them keep their own.
      const letters = (text: string): string => text.normalize('NFKC').replace(/\p{Mark}/gu, '')
      expect(letters([...lines.values()].join(''))).toBe(letters(thai))
      const ends = new Set<number>()
      let end = 0
      for (const { segment } of new Intl.Segmenter('th', { granularity: 'word' }).segment(thai)) {
        end += letters(segment).length
        ends.add(end)
      }
      let at = 0
      for (const line of lines.values()) {
        at += letters(line).length
        expect(ends.has(at), `${line} ends inside a word`).toBe(true)
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

/** The document with a table of these names instead. */
function tableOf(names: readonly string[]): Document {
  const [page] = document.pages
  const [block] = page?.blocks ?? []
  if (page === undefined || block?.type !== 'table') throw new Error('the document has no table')
  const { rows: _rows, ...table } = block.table
  return {
    ...document,
    subtitle: 'breaks',
    pages: [
      {
        ...page,
        title: 'Breaks',
        blocks: [
          {
            type: 'table',
            table: {
              ...table,
              rows: names.map((name) => [
                { kind: 'text', text: 'name' },
                { kind: 'text', text: name },
                { kind: 'money', amount: '1.5', currency: 'EUR' },
              ]),
            },
          },
        ],
      },
    ],
  }
}

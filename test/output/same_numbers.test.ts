// HTML and PDF of the sample's reports say the same numbers, and both those of summary.json.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { REPORT_IDS } from '../../src/config_schema.ts'
import type { Summary } from '../../src/output/summary.ts'
import { formatDecimal } from '../../src/report/format.ts'
import { hourwise } from '../cli/hourwise.ts'

const hasPoppler = existsSync('/usr/bin/pdftotext')
if (!hasPoppler) console.warn('pdftotext is absent: PDF and HTML are not compared')

let place: string
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'hourwise-numbers-'))
  const ran = hourwise(['demo', '--out', 'out', '--format', 'html,pdf,json'], { cwd: place })
  if (ran.exit !== 0) throw new Error(ran.err)
})
afterAll(() => rmSync(place, { recursive: true }))

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" }

/** The words of a page without its markup; blanks of any kind are one. */
function htmlText(id: string): string {
  return readFileSync(join(place, 'out', `${id}.html`), 'utf8')
    .replace(/<(style|script)\b[^>]*>[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&([a-z]+|#\d+);/g, (found, name: string) => ENTITIES[name] ?? found)
    .replace(/[\s\u00a0]+/g, ' ')
}

function pdfText(id: string): string {
  return execFileSync('pdftotext', ['-raw', join(place, 'out', `${id}.pdf`), '-'], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
    .replace(/[\s\u00a0]+/g, ' ')
    .replaceAll('\u200b', '')
}

/** Money, shares and hours with their units, as they are printed. */
function figures(text: string): Set<string> {
  return new Set(text.match(/\b(?:USD|EUR) \u2212?\d[\d,]*(?:\.\d+)?|\u2212?\d[\d,]*(?:\.\d+)? (?:%|h)(?![\w])/g) ?? [])
}

describe.skipIf(!hasPoppler).each(REPORT_IDS)('%s', (id) => {
  test('every figure on paper stands in the HTML too', () => {
    const onPaper = figures(pdfText(id))
    const onScreen = figures(htmlText(id))
    expect(onPaper.size).toBeGreaterThan(10)
    expect([...onPaper].filter((figure) => !onScreen.has(figure))).toEqual([])
  })

  test('every title of the HTML stands on paper too', () => {
    const paper = pdfText(id).replaceAll(' ', '')
    const html = readFileSync(join(place, 'out', `${id}.html`), 'utf8')
    const titles = [...html.matchAll(/<h2[^>]*>([\s\S]*?)<\/h2>/g)].map(([, title = '']) =>
      title
        .replace(/<[^>]+>/g, '')
        .replace(/&([a-z]+|#\d+);/g, (found, name: string) => ENTITIES[name] ?? found)
        .replace(/[\s\u00a0]+/g, ''),
    )
    expect(titles.length).toBeGreaterThan(1)
    expect(titles.filter((title) => !paper.includes(title))).toEqual([])
  })
})

test('the headlines are those of summary.json', () => {
  const summary = JSON.parse(readFileSync(join(place, 'out', 'summary.json'), 'utf8')) as Summary
  const text = htmlText('monthly-review')
  const costs = summary.figures.filter((figure) => figure.figure === 'total_cost')
  expect(costs.length).toBe(2)
  for (const cost of costs) expect(text).toContain(`${cost.currency} ${formatDecimal(String(cost.value), 2)}`)
  const coverage = summary.figures.find((figure) => figure.figure === 'time_coverage')
  expect(text).toContain(`${formatDecimal(String(coverage?.value), 1)} %`)
})

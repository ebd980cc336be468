// HTML and PDF of the sample's reports say the same numbers, and both those of summary.json.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { REPORT_IDS } from '../../src/config_schema.ts'
import { currenciesOf, figureOf, type Summary } from '../../src/output/summary.ts'
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

/** An amount as pages print it. */
const shownMoney = (code: string, value: string): string => `${code} ${formatDecimal(value, 2)}`

/** The headline figures of each report, as `summary.json` has them, in the words of a page. */
function headlines(summary: Summary): Record<(typeof REPORT_IDS)[number], string[]> {
  const value = (figure: string, currency: string | null = null): string => {
    const found = figureOf(summary, figure, currency)
    if (found === null) throw new Error(`summary.json has no ${figure}`)
    return found
  }
  const coverage = `${formatDecimal(value('time_coverage'), 1)} %`
  const currencies = currenciesOf(summary)
  const scenarios = ['as_billed', 'all_p1', 'all_p2']
  return {
    'monthly-review': [
      coverage,
      ...currencies.flatMap((code) => [
        shownMoney(code, value('total_cost', code)),
        `${code} ${formatDecimal(value('cost_per_protected_hour', code), 5)}`,
        shownMoney(code, value('residual', code)),
        shownMoney(code, value('cost_protected', code)),
        shownMoney(code, value('cost_unprotected', code)),
      ]),
      `${formatDecimal(value('billed_hours'), 0)} h`,
      `${formatDecimal(value('running_hours'), 0)} h`,
    ],
    'true-up': currencies.flatMap((code) =>
      scenarios.map((scenario) => {
        const row = summary.scenarios.find((entry) => entry.scenario === scenario && entry.currency === code)
        return shownMoney(code, String(row?.cost))
      }),
    ),
    'executive-summary': [
      coverage,
      ...currencies.map((code) => shownMoney(code, value('total_cost', code))),
      ...['inventory', 'billed', 'endpoint', 'in_scope'].map((name) =>
        [value(`machines_${name}`), value(`healthy_${name}`)].join(' '),
      ),
    ],
  }
}

describe('the headlines are those of summary.json', () => {
  test.each(REPORT_IDS)('%s, in HTML and on paper', (id) => {
    const summary = JSON.parse(readFileSync(join(place, 'out', 'summary.json'), 'utf8')) as Summary
    expect(currenciesOf(summary)).toEqual(['EUR', 'USD'])
    const expected = headlines(summary)[id]
    const html = htmlText(id)
    expect(expected.filter((words) => !html.includes(words))).toEqual([])
    if (!hasPoppler) return
    const paper = pdfText(id)
    expect(expected.filter((words) => !paper.includes(words))).toEqual([])
  })

  test('the share without protection in the title is that of the buckets', () => {
    const summary = JSON.parse(readFileSync(join(place, 'out', 'summary.json'), 'utf8')) as Summary
    const share = (code: string): string => {
      // Whole numbers of a millionth: a share of one digit needs no more.
      const millionths = (figure: string): number => Math.round(Number(figureOf(summary, figure, code)) * 1e6)
      const without = ['cost_unprotected', 'cost_not_applicable', 'cost_stopped', 'cost_while_off'].map(millionths)
      return ((100 * without.reduce((sum, cost) => sum + cost, 0)) / millionths('total_cost')).toFixed(1)
    }
    const title = `${share('USD')} % of the USD bill and ${share('EUR')} % of the EUR bill protected nothing`
    expect(htmlText('monthly-review')).toContain(title)
    if (hasPoppler) expect(pdfText('monthly-review')).toContain(title)
  })
})

describe('SOURCE_DATE_EPOCH', () => {
  test('dates the documents, and the same input gives the same bytes', () => {
    for (const out of ['one', 'two']) {
      const ran = hourwise(['demo', '--out', out, '--format', 'html,pdf,xlsx'], {
        cwd: place,
        env: { SOURCE_DATE_EPOCH: '1767225600' },
      })
      expect(ran.exit, ran.err).toBe(0)
    }
    for (const name of [...REPORT_IDS.flatMap((id) => [`${id}.html`, `${id}.pdf`]), 'hourwise.xlsx']) {
      const [one, two] = ['one', 'two'].map((out) => readFileSync(join(place, out, name)))
      expect(one?.equals(two as Buffer), name).toBe(true)
      if (name.endsWith('.pdf')) expect(one?.toString('latin1'), name).toContain('(D:20260101000000Z)')
    }
  })

  test.skipIf(!hasPoppler)('every typeface on paper is embedded', () => {
    for (const id of REPORT_IDS) {
      const fonts = execFileSync('pdffonts', [join(place, 'out', `${id}.pdf`)], { encoding: 'utf8' })
      const rows = fonts.trim().split('\n').slice(2)
      expect(rows.length, id).toBeGreaterThan(1)
      for (const row of rows) expect(row, id).toMatch(/\s(yes)\s+yes\s+yes\s+\d+\s+\d+$/)
    }
  })
})

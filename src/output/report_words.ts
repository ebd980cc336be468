import { periodText } from '../calendar.ts'
import { formatDecimal, minorDigits } from '../report/format.ts'
import type { Period } from '../types.ts'
import { currenciesOf, figureOf, type Summary } from './summary.ts'
import { drawTable, type Listing } from './terminal.ts'
import { countWords, gradeWords, valueWords } from './value_words.ts'

/** The parts of the bill, which add up to it, and what they are called on the terminal. */
const BILL = {
  total_cost: 'Cost of Defender for Servers',
  cost_protected: '  sensor healthy',
  cost_unprotected: '  sensor missing or silent',
  cost_not_applicable: '  no sensor applies',
  cost_unverified: '  sensor health unknown',
  cost_stopped: '  stopped, still allocated',
  cost_while_off: '  billed while off',
  cost_power_unknown: '  power state unknown',
  cost_unattributed: '  machine unknown',
  residual: 'Not explained (residual)',
} as const
const ALWAYS: readonly string[] = ['total_cost', 'residual']

/** What `report` says when it is done: the bill by what it bought, coverage, data grade, and where the files are. */
export function reportWords(summary: Summary, period: Period, out: string, files: readonly string[]): string {
  const facts: Listing = {
    columns: ['', ''].map((label) => ({ key: label, label })),
    rows: [
      ['Time coverage', figureWords(summary, 'time_coverage')],
      ['Machines healthy at the end', figureWords(summary, 'machine_coverage')],
      ['On without protection or charge', figureWords(summary, 'exposed_hours')],
      ['Data grade', gradeWords(summary)],
      ['Findings', countWords(summary.findings)],
    ],
  }
  return `${billWords(summary, period)}\n${drawTable(facts)}\nResults in ${out}\n${files.map((name) => `  ${name}\n`).join('')}`
}

/** All figures, one a row: the form for scripts. */
export function figureListing(summary: Summary): Listing {
  return {
    columns: ['figure', 'currency', 'value', 'unit', 'reason'].map((key) => ({ key, label: key })),
    rows: summary.figures.map((entry) => [entry.figure, entry.currency, entry.value, entry.unit, entry.reason]),
  }
}

function billWords(summary: Summary, period: Period): string {
  const currencies = currenciesOf(summary)
  if (currencies.length === 0) return `${periodText(period)}: no cost is known\n`
  const lines = Object.entries(BILL)
    .map(([figure, label]) => ({ figure, label, values: currencies.map((code) => figureOf(summary, figure, code)) }))
    .filter(({ figure, values }) => ALWAYS.includes(figure) || values.some((value) => /[1-9]/.test(value ?? '')))
  return drawTable({
    columns: [
      { key: 'figure', label: periodText(period) },
      ...currencies.map((code) => ({ key: code, label: code, align: 'end' as const })),
    ],
    rows: lines.map(({ label, values }) => [
      label,
      ...values.map((value, i) =>
        value === null ? 'unknown' : formatDecimal(value, minorDigits(String(currencies[i]))),
      ),
    ]),
  })
}

function figureWords(summary: Summary, name: string): string {
  const figure = summary.figures.find((entry) => entry.figure === name)
  if (figure === undefined || figure.value === null) return `cannot be computed: ${figure?.reason ?? 'it is not there'}`
  return valueWords(figure.value, figure.unit, figure.currency)
}

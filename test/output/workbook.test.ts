// The workbook of the sample estate: what its formulas say, worked out here over the rows they refer to, is the bill.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readXlsx } from 'hucre/xlsx'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { currenciesOf, figureOf, type Summary } from '../../src/output/summary.ts'
import { arithmeticRows } from '../../src/output/workbook_formula.ts'
import { hourwise } from '../cli/hourwise.ts'

type Cell = string | number | boolean | Date | null

let place: string
let summary: Summary
let sheets: Map<string, Cell[][]>
beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'hourwise-workbook-'))
  const ran = hourwise(['demo', '--out', 'out', '--format', 'xlsx,json'], { cwd: place })
  if (ran.exit !== 0) throw new Error(ran.err)
  summary = JSON.parse(readFileSync(join(place, 'out/summary.json'), 'utf8')) as Summary
  const book = await readXlsx(readFileSync(join(place, 'out/hourwise.xlsx')))
  sheets = new Map(book.sheets.map((sheet) => [sheet.name, sheet.rows as Cell[][]]))
})
afterAll(() => rmSync(place, { recursive: true }))

/** The rows of a sheet by the names in its header. */
function records(name: string): Record<string, Cell>[] {
  const [head = [], ...rows] = sheets.get(name) ?? []
  return rows.map((row) => Object.fromEntries(head.map((label, i) => [String(label), row[i] ?? null])))
}

test('has its sheets, the cover first', () => {
  expect([...sheets.keys()]).toEqual([
    'Cover',
    'Arithmetic',
    'Ledger',
    'Months',
    'Machines',
    'Actions',
    'Action machines',
    'Figures',
    'Scenarios',
    'Licence position',
    'Requirement',
    'Coming year',
    'Cash by month',
    'Data quality',
    'Sources',
    'Findings',
  ])
  for (const [name, rows] of sheets) expect(rows.length, name).toBeGreaterThan(1)
})

test('the ledger of the workbook adds up to the bill, bucket by bucket, as its formulas say', () => {
  const ledger = records('Ledger')
  const currencies = currenciesOf(summary)
  expect(currencies.length).toBeGreaterThan(1)
  const lines = arithmeticRows(summary, ['Ledger'])
  let checked = 0
  for (const [, , amount] of lines) {
    if (amount === null || typeof amount !== 'object') continue
    const sum = /^SUMIFS\(Ledger\[cost\],Ledger\[bucket\],"(\w+)",Ledger\[billing_currency\],"(\w+)"\)$/.exec(
      amount.formula,
    )
    if (sum === null) continue
    const found = ledger
      .filter((row) => row['bucket'] === sum[1] && row['billing_currency'] === sum[2])
      .reduce((total, row) => total + Number(row['cost']), 0)
    expect(found, amount.formula).toBeCloseTo(Number(amount.value), 6)
    checked += 1
  }
  expect(checked).toBe(8 * currencies.length)
  for (const currency of currencies) {
    const bill = ledger
      .filter((row) => row['billing_currency'] === currency)
      .reduce((total, row) => total + Number(row['cost']), 0)
    expect(bill).toBeCloseTo(Number(figureOf(summary, 'total_cost', currency)), 6)
  }
})

test('cells that a formula adds to stand where it says', () => {
  const rows = sheets.get('Arithmetic') ?? []
  const lines = arithmeticRows(summary, ['Ledger'])
  for (const [i, [currency, line, amount]] of lines.entries()) {
    if (amount === null || typeof amount !== 'object') continue
    expect(rows[i + 1]?.[0]).toBe(currency)
    const at = (row: string): number => Number(rows[Number(row) - 1]?.[2])
    const total = /^SUM\(C(\d+):C(\d+)\)$/.exec(amount.formula)
    const difference = /^C(\d+)-C(\d+)$/.exec(amount.formula)
    if (total !== null) {
      let sum = 0
      for (let row = Number(total[1]); row <= Number(total[2]); row += 1) sum += at(String(row))
      expect(sum, String(line)).toBeCloseTo(Number(amount.value), 6)
    } else if (difference !== null) {
      expect(at(difference[1] as string) - at(difference[2] as string), String(line)).toBeCloseTo(
        Number(amount.value),
        6,
      )
    }
  }
})

test('days and counts are numbers, text is text, moments are ISO', () => {
  const [source] = records('Sources')
  expect(typeof source?.['row_count']).toBe('number')
  expect(records('Ledger').every((row) => row['cost'] === null || typeof row['cost'] === 'number')).toBe(true)
  expect(records('Sources').some((row) => /^\d{4}-\d\d-\d\dT/.test(String(row['snapshot_at'])))).toBe(true)
})

// The forecast's part of the monthly review: each currency for itself, a band on what is ahead, a reason where none is made.
import { expect, test } from 'vitest'
import { outlookBlocks } from '../../reports/monthly-review/outlook.ts'
import type { MonthlyReviewRows } from '../../reports/monthly-review/queries.ts'
import { formatValue } from '../../src/report/format.ts'
import { plainText } from '../../src/report/inline.ts'

function month(distance: number): Record<string, unknown> {
  const at = new Date(Date.UTC(2026, 9 + distance, 1)).toISOString().slice(0, 10)
  const isAhead = distance > 0
  return {
    billing_currency: 'USD',
    month: at,
    distance,
    low_hours: isAhead ? '600' : null,
    hours: '720',
    high_hours: isAhead ? '840' : null,
    low_cost: isAhead ? '12' : null,
    cost: '14.4',
    high_cost: isAhead ? '16.8' : null,
    spread_percent: isAhead ? '16.7' : null,
    trials: isAhead ? 3 : null,
  }
}

function rowsOf(errorBand: number | null, trials: number): MonthlyReviewRows {
  return {
    outlook: [
      { billing_currency: 'EUR', months: 2, reason: 'two months are known' },
      {
        billing_currency: 'USD',
        months: 14,
        reason: null,
        method: 'level',
        trials,
        mean_error_percent: '8.9',
        largest_error_percent: '16.7',
        last_error_percent: '12.1',
        error_band: errorBand,
      },
    ],
    forecastMonth: Array.from({ length: 26 }, (_, i) => month(i - 13)),
    forecastTotal: [
      {
        billing_currency: 'USD',
        low_hours: '7200',
        hours: '8760',
        high_hours: '10000',
        low_cost: '144',
        cost: '175.2',
        high_cost: '200',
        cost_an_hour: '0.02',
      },
    ],
  } as unknown as MonthlyReviewRows
}

test('a currency with too few months says so, and the other one has its forecast', () => {
  const blocks = outlookBlocks(rowsOf(12, 3))
  expect(blocks.map(({ type }) => type)).toEqual(['chart', 'table', 'paragraph', 'paragraph', 'unavailable'])
  expect(blocks.at(-1)).toMatchObject({
    what: expect.stringContaining('EUR'),
    why: expect.stringContaining('two months'),
  })
})

test('the chart has twelve known months and three ahead, a band on those alone', () => {
  const chart = outlookBlocks(rowsOf(12, 3)).find((block) => block.type === 'chart')?.chart
  expect(chart?.data['months']?.map((row) => row['kind'])).toEqual([
    ...Array.from({ length: 12 }, () => 'known'),
    ...Array.from({ length: 3 }, () => 'forecast'),
  ])
  expect(chart?.data['bands']).toHaveLength(3)
  expect(chart?.data['bands']?.[0]).toMatchObject({ label: 'Nov 26', low: 600, high: 840 })
})

test('every number of the table has its unit or currency', () => {
  const table = outlookBlocks(rowsOf(12, 3)).find((block) => block.type === 'table')?.table
  expect(table?.rows[0]?.map((cell) => formatValue(cell).replaceAll('\u00a0', ' '))).toEqual([
    'November 2026',
    '600 h',
    '720 h',
    '840 h',
    'USD 12.00',
    'USD 14.40',
    'USD 16.80',
    '16.7 %',
  ])
})

test('the back-test is said against its bands, and that few trials prove little', () => {
  const words = (band: number | null, trials: number): string => {
    const last = outlookBlocks(rowsOf(band, trials)).findLast(({ type }) => type === 'paragraph')
    return last?.type === 'paragraph' ? plainText(last.text).replaceAll('\u00a0', ' ') : ''
  }
  expect(words(15, 3)).toContain('mean error 8.9 %, largest 16.7 %, last month 12.1 %, in 3 trials')
  expect(words(15, 3)).toContain('keeps to the band of 15 %')
  expect(words(null, 3)).toContain('beyond the bands of 12, 15 and 20 %')
  expect(words(15, 1)).toContain('Fewer than three trials prove little')
  expect(words(15, 3)).not.toContain('Fewer than three')
})

// The bill over months: at least three, at most thirteen, each with its own amount.
import { expect, test } from 'vitest'
import { costTrendBlocks } from '../../reports/monthly-review/cost_trend.ts'
import type { MonthlyReviewRows } from '../../reports/monthly-review/queries.ts'
import { formatValue } from '../../src/report/format.ts'

function rowsOf(months: number, judged = '10'): MonthlyReviewRows {
  const moneyByMonth = Array.from({ length: months }, (_, i) => ({
    month: `${2025 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}-01`,
    billing_currency: 'USD',
    total_cost: `${100 + i}.5`,
    without_protection: `${i}`,
    paid_coverage: '90',
  }))
  return { moneyByMonth, coverage: [{ judged_hours: judged }] } as unknown as MonthlyReviewRows
}

test('two months are a comparison, no trend', () => {
  expect(costTrendBlocks('USD', rowsOf(2))).toEqual([])
  expect(costTrendBlocks('EUR', rowsOf(5))).toEqual([])
})

test('the last thirteen months stand there, each with its amount', () => {
  const [block] = costTrendBlocks('USD', rowsOf(15))
  if (block?.type !== 'chart') throw new Error('there is no chart')
  expect(block.chart.table.rows).toHaveLength(13)
  expect(block.chart.table.rows[0]?.map(formatValue).slice(0, 2)).toEqual(['March 2025', 'USD\u00a0102.50'])
  expect(block.chart.data['months']?.at(-1)).toMatchObject({ total: 114.5, without: 14, label: 'Mar 26' })
})

test('without any verdict on a sensor nothing is said of protection', () => {
  const [block] = costTrendBlocks('USD', rowsOf(3, '0'))
  if (block?.type !== 'chart') throw new Error('there is no chart')
  expect(block.chart.data['months']?.every((month) => month['without'] === 0)).toBe(true)
  expect(block.chart.table.rows[0]?.[2]?.kind).toBe('unknown')
})

import type { Block } from '../../src/report/document.ts'
import { chartSpec } from '../chart_spec.ts'
import { monthWords, shortMonthWords } from '../context.ts'
import { isHealthKnown, only } from '../figures.ts'
import { chartTable, figures, words } from '../table.ts'
import { drawn, listed, money, percent, say, sentence, text } from '../value.ts'
import type { MonthlyReviewRows } from './queries.ts'

const TREND = chartSpec('reports/monthly-review/cost_trend.vl.json')

/** Months that are shown; below so many a line of them would say less than the comparison above it. */
const MOST = 13
const LEAST = 3

/** The bill of up to thirteen months, from the folder's own months and from earlier results; nothing for fewer than three. */
export function costTrendBlocks(code: string, rows: MonthlyReviewRows): Block[] {
  const isKnown = isHealthKnown(only(rows.coverage, 'coverage'))
  const months = rows.moneyByMonth
    .filter((month) => month.billing_currency === code && month.total_cost !== null)
    .slice(-MOST)
  if (months.length < LEAST) return []
  const title = sentence`The ${code} bill over ${months.length} months`
  return [
    {
      type: 'chart',
      chart: {
        id: `cost-trend-${code.toLowerCase()}`,
        title,
        alt: sentence`Bars: ${listed(months.map((month) => [`${monthWords(month.month)} `, money(month.total_cost, code)]))}.`,
        spec: TREND,
        data: {
          months: months.map((month, order) => ({
            order,
            label: shortMonthWords(month.month),
            total: drawn(month.total_cost),
            without: isKnown ? drawn(month.without_protection) : 0,
            words: sentence`${money(month.total_cost, code)}`.replace(/^\S+\s/, ''),
            tip: sentence`${monthWords(month.month)}: ${money(month.total_cost, code)}${isKnown ? say`, ${money(month.without_protection, code)} without protection` : []}`,
          })),
        },
        table: chartTable(
          `cost-trend-table-${code.toLowerCase()}`,
          title,
          [
            words('month', 'Month'),
            figures('cost', 'Billed', 0.25),
            figures('without', 'Without protection', 0.25),
            figures('paid-coverage', 'Paid coverage', 0.2),
          ],
          months.map((month) => [
            text(monthWords(month.month)),
            money(month.total_cost, code),
            money(isKnown ? month.without_protection : null, code, sentence`no sensor health is known`),
            percent(isKnown ? month.paid_coverage : null, sentence`no sensor health is known`),
          ]),
        ),
        ratio: 4.5,
      },
    },
  ]
}

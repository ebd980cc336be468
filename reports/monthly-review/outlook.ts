import { phrases, translatedMessage } from '../../src/language.ts'
import type { Block, Inline } from '../../src/report/document.ts'
import { chartSpec } from '../chart_spec.ts'
import { monthWords, shortMonthWords } from '../context.ts'
import { detailed } from '../figures.ts'
import { chartTable, figures, table, words } from '../table.ts'
import { counted, drawn, hours, money, number, percent, say, sentence, text, unitPrice } from '../value.ts'
import type { MonthlyReviewRows } from './queries.ts'

const SPEC = chartSpec('reports/monthly-review/forecast.vl.json')

/** What is known of the months ahead: of either report that shows them. */
export type OutlookRows = Pick<MonthlyReviewRows, 'outlook' | 'forecastMonth' | 'forecastTotal'>

/** Months ahead that the monthly review shows one by one. */
const AHEAD = 3

/** Known months that the chart draws. */
const BEHIND = 12

type Outlook = MonthlyReviewRows['outlook'][number]
type ForecastMonth = MonthlyReviewRows['forecastMonth'][number]

const METHODS: Readonly<Record<string, string>> = phrases({
  level: 'the hours a day of the last month go on',
  mean: 'the mean hours a day of the last three months go on',
  trend: 'the mean change a month since the first known month goes on',
})

/** What the next months will bring per currency, with how far off the method was; or why that cannot be said. */
export function outlookBlocks(rows: OutlookRows, most = AHEAD): Block[] {
  const made = rows.outlook.filter((outlook) => outlook.reason === null)
  const reasons = [...new Set(rows.outlook.flatMap(({ reason }) => reason ?? []))]
  return [
    ...detailed(made).flatMap((outlook) => forecastBlocks(outlook, rows, most)),
    ...otherCurrencies(made.slice(detailed(made).length), rows, most),
    ...reasons.map((reason) => {
      const refused = rows.outlook.filter((outlook) => outlook.reason === reason)
      return refusal(refused.map((outlook) => outlook.billing_currency).join(', '), reason, most)
    }),
  ]
}

/** Currencies beyond those that are shown month by month: the sum of the months that a chart would show. */
function otherCurrencies(others: readonly Outlook[], rows: OutlookRows, most: number): Block[] {
  if (others.length === 0) return []
  const lines = others.flatMap((outlook) =>
    rows.forecastMonth.filter(
      (month) => month.billing_currency === outlook.billing_currency && month.distance >= 1 && month.distance <= most,
    ),
  )
  return [
    {
      type: 'table',
      table: table(
        'forecast-others',
        sentence`The other currencies: the next ${most} months`,
        [
          words('currency', 'Currency', 0.14),
          words('month', 'Month', 0.18),
          figures('hours', 'Base', 0.16),
          figures('low-cost', 'Cost, low', 0.16),
          figures('cost', 'Cost, base', 0.16),
          figures('high-cost', 'Cost, high', 0.16),
        ],
        lines.map((month) => [
          text(month.billing_currency),
          text(monthWords(month.month)),
          hours(month.hours),
          money(month.low_cost, month.billing_currency),
          money(month.cost, month.billing_currency),
          money(month.high_cost, month.billing_currency),
        ]),
      ),
    },
  ]
}

function refusal(currencies: string, reason: string, most: number): Block {
  return {
    type: 'unavailable',
    what: sentence`${currencies}: ${most} months ahead with a band`,
    why: sentence`No forecast is made: ${translatedMessage(reason)}.`,
    remedy: sentence`Keep the cost exports of at least three whole months up to the end of the period in the folder.`,
  }
}

function forecastBlocks(outlook: Outlook, rows: OutlookRows, most: number): Block[] {
  const currency = outlook.billing_currency
  const months = rows.forecastMonth.filter((month) => month.billing_currency === currency)
  const ahead = months.filter((month) => month.distance >= 1 && month.distance <= most)
  const shown = [...months.filter((month) => month.distance <= 0).slice(-BEHIND), ...ahead]
  return [
    chartBlock(currency, shown, most),
    { type: 'table', table: aheadTable(currency, ahead, most) },
    ...totalBlocks(currency, rows),
    { type: 'paragraph', tone: 'muted', text: trialWords(outlook) },
  ]
}

function chartBlock(currency: string, months: readonly ForecastMonth[], most: number): Block {
  const title = sentence`${currency}: billed machine-hours, known and ${most} months ahead`
  return {
    type: 'chart',
    chart: {
      id: `forecast-${currency.toLowerCase()}`,
      title,
      alt: sentence`${months.flatMap((month): Inline => say`${monthWords(month.month)}: ${hours(month.hours)}${month.distance > 0 ? say` forecast, ${hours(month.low_hours)} to ${hours(month.high_hours)}` : []}. `)}`.trim(),
      spec: SPEC,
      data: {
        months: months.map((month, order) => ({
          order,
          label: label(month),
          hours: drawn(month.hours),
          top: drawn(month.high_hours ?? month.hours),
          kind: month.distance > 0 ? 'forecast' : 'known',
          // Where bars are many, every other one has its number beside it; each has it in the table and when it is pointed at
          words: months.length > 15 && order % 2 === 1 ? '' : sentence`${hours(month.hours)}`,
          tip: tipOf(month),
        })),
        bands: months.flatMap((month, order) =>
          month.distance > 0
            ? [
                {
                  order,
                  label: label(month),
                  low: drawn(month.low_hours),
                  high: drawn(month.high_hours),
                  tip: tipOf(month),
                },
              ]
            : [],
        ),
      },
      table: chartTable(
        `forecast-table-${currency.toLowerCase()}`,
        title,
        [
          words('month', 'Month'),
          words('kind', 'Kind', 0.2),
          figures('low', 'Low', 0.2),
          figures('hours', 'Hours', 0.2),
          figures('high', 'High', 0.2),
        ],
        months.map((month) => [
          text(monthWords(month.month)),
          text(month.distance > 0 ? sentence`forecast` : sentence`known`),
          month.distance > 0 ? hours(month.low_hours) : text(null),
          hours(month.hours),
          month.distance > 0 ? hours(month.high_hours) : text(null),
        ]),
      ),
      ratio: 4.5,
    },
  }
}

function tipOf(month: ForecastMonth): string {
  return month.distance > 0
    ? sentence`${monthWords(month.month)}: ${hours(month.hours)} forecast, ${hours(month.low_hours)} to ${hours(month.high_hours)}`
    : sentence`${monthWords(month.month)}: ${hours(month.hours)}`
}

function label(month: ForecastMonth): string {
  return shortMonthWords(month.month)
}

function aheadTable(currency: string, ahead: readonly ForecastMonth[], most: number) {
  return table(
    `forecast-ahead-${currency.toLowerCase()}`,
    sentence`${currency}: the next ${most} months, billed machine-hours and their cost`,
    [
      words('month', 'Month', 0.16),
      figures('low-hours', 'Low', 0.12),
      figures('hours', 'Base', 0.12),
      figures('high-hours', 'High', 0.12),
      figures('low-cost', 'Cost, low', 0.13),
      figures('cost', 'Cost, base', 0.13),
      figures('high-cost', 'Cost, high', 0.13),
      figures('spread', 'Band ±'),
    ],
    ahead.map((month) => [
      text(monthWords(month.month)),
      hours(month.low_hours),
      hours(month.hours),
      hours(month.high_hours),
      money(month.low_cost, currency),
      money(month.cost, currency),
      money(month.high_cost, currency),
      percent(month.spread_percent),
    ]),
  )
}

function totalBlocks(currency: string, rows: OutlookRows): Block[] {
  const total = rows.forecastTotal.find((row) => row.billing_currency === currency)
  if (total === undefined) return []
  return [
    {
      type: 'paragraph',
      text: say`Over twelve months: ${hours(total.hours)} (${hours(total.low_hours)} to ${hours(total.high_hours)}), at ${unitPrice(total.cost_an_hour, currency)} an hour as in the last month ${money(total.cost, currency)} (${money(total.low_cost, currency)} to ${money(total.high_cost, currency)}).`,
    },
  ]
}

function trialWords(outlook: Outlook): Inline {
  const band = outlook.error_band
  return say`Method: ${METHODS[outlook.method ?? ''] ?? ''}. Tried on the months present, one month ahead: mean error ${percent(outlook.mean_error_percent)}, largest ${percent(outlook.largest_error_percent)}, last month ${percent(outlook.last_error_percent)}, in ${counted(outlook.trials ?? 0, 'trial')}${
    band === null
      ? say`; the mean lies beyond the bands of 12, 15 and 20 %. `
      : say`; the mean keeps to the band of ${number(String(band), '%')} (of 12, 15 and 20 %). `
  }${
    (outlook.trials ?? 0) < 3
      ? sentence`Fewer than three trials prove little, so the band reaches at least 20 % to either side.`
      : sentence`The band is the largest error seen, and widens with the root of the months ahead.`
  }`
}

import { phrases } from '../../src/language.ts'
import type { Block, Chart, Inline, Page, Table } from '../../src/report/document.ts'
import { chartSpec } from '../chart_spec.ts'
import { dayBefore, isCalendarMonth, monthWords, type ReportContext } from '../context.ts'
import { detailed, type MoneyRow, moreCurrencies } from '../figures.ts'
import { figures, table, words } from '../table.ts'
import {
  count,
  drawn,
  isNegative,
  isPositive,
  isZero,
  listed,
  money,
  percent,
  printsAsZero,
  say,
  sentence,
  text,
  unsigned,
} from '../value.ts'
import { billWords, capital } from '../words.ts'
import { costTrendBlocks } from './cost_trend.ts'
import type { MonthlyReviewRows } from './queries.ts'
import { sinceLastBlocks } from './since_last.ts'

type ChangeRow = MonthlyReviewRows['change'][number]

const STEP_WORDS: Readonly<Record<string, string>> = phrases({
  added: 'Machines added',
  again: 'Machines newly billed',
  removed: 'Machines gone',
  unbilled: 'Machines no longer billed',
  hours: 'Hours on',
  plan: 'P1/P2',
  free: 'Free or benefit meter',
  price: 'Price',
  correction: 'Corrections, refunds',
  unknown: 'Unknown machines',
  residual: 'Residual',
})

const STEP_MEANING: Readonly<Record<string, string>> = phrases({
  added: 'created in the month',
  again: 'existed before, but were not billed in the month before',
  removed: 'billed in the month before, gone since',
  unbilled: 'billed in the month before, still there, not billed now',
  hours: 'billed hours now less before, at each machine’s cost an hour of the month before',
  plan: 'hours that moved between P1 and P2, at the prices of the month before',
  free: 'hours that moved to or from a free or reduced meter',
  price: 'this month’s hours at the change of price',
  correction: 'negative lines, refunds and corrections of this month less those of the month before',
  unknown: 'charges whose machine no source knows',
  residual: 'what rounding leaves over',
})

const WATERFALL = chartSpec('reports/monthly-review/waterfall.vl.json')

/** Page 2: the waterfall from last month's bill to this one's, and the machines that moved most. */
export function changePage(rows: MonthlyReviewRows, context: ReportContext): Page {
  return {
    id: 'what-changed',
    label: sentence`What changed`,
    title: changeTitle(rows, context),
    blocks: [
      ...(rows.money.length === 0
        ? [unavailable(undefined, context)]
        : detailed(rows.money).flatMap((currency) => [
            ...changeBlocks(currency, rows, context),
            ...costTrendBlocks(currency.billing_currency, rows),
          ])),
      ...sinceLastBlocks(rows),
    ],
  }
}

function changeTitle(rows: MonthlyReviewRows, context: ReportContext): string {
  const parts = detailed(rows.money).flatMap((currency): Inline[] => {
    const month = rows.moneyByMonth.find(
      (row) => row.billing_currency === currency.billing_currency && row.month === context.period.fromDay,
    )
    const change = month?.total_cost_change
    const steps = stepsOf(rows, currency.billing_currency)
    if (change === null || change === undefined || steps.length === 0) return []
    const bill = billWords(currency.billing_currency, rows.money.length)
    if (isZero(change)) return [say`${bill} did not change`]
    const main = steps.find((step) => step.rank === 1 && !isZero(step.cost))
    const amount: Inline = [
      money(unsigned(change), currency.billing_currency),
      ...(month?.total_cost_change_percent ? [' (', percent(unsigned(month.total_cost_change_percent)), ')'] : []),
    ]
    const moved = isPositive(change) ? say`${bill} rose by ${amount}` : say`${bill} fell by ${amount}`
    return [main === undefined ? moved : say`${moved}, most of all through ${lowerStep(main.step)}`]
  })
  if (parts.length === 0) return sentence`What changed cannot be told: there is no earlier month to compare with`
  return capital(`${parts.map((part) => sentence`${part}`).join('; ')}${moreCurrencies(rows.money)}`)
}

/** A step inside a sentence: names of plans keep their capitals. */
function lowerStep(step: string): string {
  const known = STEP_WORDS[step] ?? step
  return step === 'plan' ? sentence`the shift between P1 and P2` : known.charAt(0).toLowerCase() + known.slice(1)
}

function changeBlocks(currency: MoneyRow, rows: MonthlyReviewRows, context: ReportContext): Block[] {
  const code = currency.billing_currency
  const steps = stepsOf(rows, code)
  if (steps.length === 0) return [unavailable(code, context)]
  const movers = rows.change.filter((row) => row.row_kind === 'mover' && row.billing_currency === code)
  return [
    { type: 'chart', chart: waterfall(code, steps, rows, context) },
    ...(movers.length === 0
      ? [{ type: 'paragraph', text: say`No machine’s cost in ${code} changed.` } satisfies Block]
      : [{ type: 'table', table: moverTable(code, movers, context) } satisfies Block]),
  ]
}

function stepsOf(rows: MonthlyReviewRows, currency: string): ChangeRow[] {
  return rows.change.filter((row) => row.row_kind === 'step' && row.billing_currency === currency)
}

function stepWords(step: ChangeRow, context: ReportContext): string {
  if (step.step === 'current') return monthWords(context.period.fromDay)
  if (step.step === 'earlier') return monthWords(`${dayBefore(context.period.fromDay).slice(0, 7)}-01`)
  return STEP_WORDS[step.step] ?? step.step
}

function waterfall(code: string, steps: readonly ChangeRow[], rows: MonthlyReviewRows, context: ReportContext): Chart {
  const isTotal = (step: ChangeRow): boolean => step.step === 'earlier' || step.step === 'current'
  const earlier = steps.find((step) => step.step === 'earlier')
  const current = steps.find((step) => step.step === 'current')
  if (earlier === undefined || current === undefined) throw new Error('the waterfall has no first or no last bar')
  const shown = steps.filter(
    (step) => !isTotal(step) && (step.step === 'residual' || !printsAsZero(money(step.cost, code))),
  )
  const title = sentence`From ${stepWords(earlier, context)} (${money(earlier.cost, code)}) to ${stepWords(current, context)} (${money(current.cost, code)})`
  return {
    id: `waterfall-${code.toLowerCase()}`,
    title,
    alt: sentence`Waterfall: ${listed([earlier, ...shown, current].map((step) => [`${stepWords(step, context)} `, money(step.cost, code)]))}.`,
    spec: WATERFALL,
    data: {
      steps: [
        ...shown.map((step, index) => ({
          order: index,
          label: stepWords(step, context),
          earlier: drawn(earlier.cost),
          from: drawn(step.from_cost),
          until: drawn(step.until_cost),
          amount: `${isNegative(step.cost) || isZero(step.cost) ? '' : '+'}${sentence`${money(step.cost, code)}`}`,
          kind: isNegative(step.cost) ? 'less' : 'more',
          tip: sentence`${stepWords(step, context)}: ${money(step.cost, code)}; ${STEP_MEANING[step.step] ?? step.step}`,
        })),
        {
          order: shown.length,
          label: sentence`All changes`,
          earlier: drawn(earlier.cost),
          from: drawn(earlier.cost),
          until: drawn(current.cost),
          amount: netWords(rows, code, context),
          kind: 'total',
          tip: sentence`All changes: ${netWords(rows, code, context)}`,
        },
      ],
    },
    table: stepTable(code, title, steps, context),
    ratio: Math.max(1.8, Math.min(5, 24 / (shown.length + 2))),
  }
}

/** The change of the whole bill, with its sign. */
function netWords(rows: MonthlyReviewRows, code: string, context: ReportContext): string {
  const month = rows.moneyByMonth.find((row) => row.billing_currency === code && row.month === context.period.fromDay)
  const change = month?.total_cost_change ?? '0'
  return `${isPositive(change) ? '+' : ''}${sentence`${money(change, code)}`}`
}

function stepTable(code: string, title: string, steps: readonly ChangeRow[], context: ReportContext): Table {
  return table(
    `waterfall-steps-${code.toLowerCase()}`,
    title,
    [
      words('step', 'Step', 0.26),
      words('meaning', 'What it holds'),
      figures('machines', 'Machines', 0.12),
      figures('cost', 'Change', 0.18),
    ],
    steps.map((step) => [
      text(stepWords(step, context)),
      text(STEP_MEANING[step.step] ?? sentence`all charges of the month`),
      step.step in STEP_WORDS && !['unknown', 'residual'].includes(step.step) ? count(step.machines) : text('–'),
      money(step.cost, code),
    ]),
  )
}

function moverTable(code: string, movers: readonly ChangeRow[], context: ReportContext): Table {
  const before = monthWords(`${dayBefore(context.period.fromDay).slice(0, 7)}-01`)
  return table(
    `movers-${code.toLowerCase()}`,
    sentence`The machines whose cost moved most, ${code}`,
    [
      words('machine', 'Machine'),
      words('subscription', 'Subscription', 0.22),
      words('reason', 'Mostly through', 0.2),
      figures('before', before, 0.14),
      figures('now', monthWords(context.period.fromDay), 0.14),
      figures('change', 'Change', 0.14),
    ],
    movers.map((row) => [
      text(row.name),
      text(row.subscription_name),
      text(STEP_WORDS[row.step] ?? row.step),
      money(row.from_cost, code),
      money(row.until_cost, code),
      money(row.cost, code),
    ]),
  )
}

function unavailable(code: string | undefined, context: ReportContext): Block {
  if (!isCalendarMonth(context.period)) {
    return {
      type: 'unavailable',
      what: sentence`The comparison with the month before`,
      why: sentence`The period is no calendar month.`,
      remedy: sentence`Run again with --period and a month, such as --period 2026-10.`,
    }
  }
  const before = monthWords(`${dayBefore(context.period.fromDay).slice(0, 7)}-01`)
  return {
    type: 'unavailable',
    what: sentence`The comparison with ${before}${code === undefined ? '' : sentence` in ${code}`}`,
    why: sentence`The cost exports do not cover ${before} from its first day.`,
    remedy: sentence`Add the cost export of ${before} for the same billing scopes to the folder.`,
  }
}

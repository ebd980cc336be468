import type { Block, Inline, Span, Tile } from '../../src/report/document.ts'
import type { DayText, DecimalText } from '../../src/types.ts'
import { dayBefore, isCalendarMonth, monthWords, periodWords, type ReportContext } from '../context.ts'
import { detailed, isHealthKnown, type MoneyMonthRow, type MoneyRow, only } from '../figures.ts'
import { changeWords } from '../headline.ts'
import { figures, table, words } from '../table.ts'
import { coverageTarget, moneyTarget, type TileTarget } from '../target.ts'
import {
  counted,
  hours,
  isPositive,
  isZero,
  money,
  number,
  percent,
  say,
  sentence,
  text,
  unitPrice,
  unknown,
  unsigned,
} from '../value.ts'
import type { MonthlyReviewRows } from './queries.ts'

/** The six tiles: of one currency, or of the two with most billed hours with a table of the others. */
export function tileBlocks(rows: MonthlyReviewRows, context: ReportContext): Block[] {
  const [first, ...others] = rows.money
  if (first === undefined) return [{ type: 'tiles', tiles: [coverageTile(rows, context)] }, noChargeBlock()]
  if (others.length === 0) {
    const [cost, hour, without, ...savings] = moneyTiles(first, rows, context)
    return [{ type: 'tiles', tiles: [cost, hour, coverageTile(rows, context), without, ...savings] }]
  }
  return [
    ...detailed(rows.money).flatMap((row, index): Block[] => [
      { type: 'heading', text: sentence`Billed in ${row.billing_currency}` },
      {
        type: 'tiles',
        tiles: [
          ...moneyTiles(row, rows, context),
          index === 0 ? coverageTile(rows, context) : paidCoverageTile(row, rows, context),
        ],
      },
    ]),
    ...otherCurrencies(rows),
    {
      type: 'paragraph',
      tone: 'muted',
      text: say`Amounts in different currencies are never added. Time coverage is that of all machines together.`,
    },
  ]
}

function noChargeBlock(): Block {
  return {
    type: 'unavailable',
    what: sentence`The five figures of money`,
    why: sentence`No line of the cost exports is a Defender for Servers charge of this period.`,
    remedy: sentence`Export the cost of every billing scope for this period (actual cost or FOCUS) and run again.`,
  }
}

function moneyTiles(row: MoneyRow, rows: MonthlyReviewRows, context: ReportContext): [Tile, Tile, Tile, ...Tile[]] {
  const { billing_currency: currency } = row
  const months = rows.moneyByMonth.filter((month) => month.billing_currency === currency)
  const now = months.find((month) => month.month === context.period.fromDay)
  const isKnown = isHealthKnown(only(rows.coverage, 'coverage'))
  const saving = rows.action.find((action) => action.billing_currency === currency)
  return [
    {
      label: sentence`Billed cost`,
      value: money(row.total_cost, currency),
      note: changeNote(now?.total_cost_change, context, (change) => [
        money(change, currency),
        ...(now?.total_cost_change_percent ? [' (', percent(unsigned(now.total_cost_change_percent)), ')'] : []),
      ]),
      ...monthly(moneyTarget('billedCost', row.total_cost, currency, context), context),
      formula: sentence`Sum of all Defender for Servers lines of the period, negative lines included.`,
      sparkline: months.map((month) => month.total_cost),
    },
    {
      label: sentence`Cost per protected machine-hour`,
      value: unitPrice(
        row.cost_per_protected_hour,
        currency,
        row.cost_per_protected_hour_reason ?? sentence`not known`,
      ),
      note: changeNote(now?.cost_per_protected_hour_change, context, (change) => [unitPrice(change, currency)]),
      ...moneyTarget('costPerProtectedHour', row.cost_per_protected_hour, currency, context),
      formula: sentence`All cost ÷ hours running, billed and healthy.`,
      sparkline: months.map((month) => month.cost_per_protected_hour),
    },
    {
      label: sentence`Money without protection`,
      value: isKnown
        ? money(row.without_protection, currency)
        : unknown(sentence`no sensor health is known: add a Defender for Endpoint machine list`),
      note: isKnown
        ? withoutNote(row, now, context)
        : say`at least ${money(row.without_protection, currency)}, paid while stopped, off or not applicable`,
      ...monthly(moneyTarget('withoutProtection', isKnown ? row.without_protection : null, currency, context), context),
      formula: sentence`Paid while the sensor was unhealthy or could not apply, while stopped, or while off. Not known is not counted.`,
      sparkline: isKnown ? months.map((month) => month.without_protection) : [],
    },
    {
      label: sentence`Savings available`,
      value: saving === undefined ? money('0', currency) : money(saving.total_base, currency),
      note:
        saving === undefined
          ? say`nothing but protected time was paid for`
          : say`low ${money(saving.total_low, currency)}, high ${money(saving.total_high, currency)}`,
      formula: sentence`Sum of the likely savings of the actions, which exclude each other; low and high add up in the same way. A month like this one; licences are not in it.`,
    },
    {
      label: sentence`Savings realised since the last run`,
      ...realised(currency, rows),
      formula: sentence`Likely savings, as the last run put them, of the machines that stood on its list of actions and do not any more.`,
    },
  ]
}

/** A target for a month says nothing of another period. */
function monthly(target: TileTarget, context: ReportContext): TileTarget {
  return isCalendarMonth(context.period) ? target : {}
}

/** What the machines that left the list would have saved. A result without its list of actions tells nothing of them. */
function realised(currency: string, rows: MonthlyReviewRows): Pick<Tile, 'value' | 'note'> {
  const [run] = rows.lastRun
  if (run === undefined || !run.has_actions)
    return {
      value: unknown(
        run === undefined
          ? sentence`it needs the result of an earlier run: --history`
          : sentence`the result of the last run has no action_machines.csv`,
      ),
    }
  const fixed = rows.sinceLast.find((row) => row.outcome === 'fixed' && row.billing_currency === currency)
  return {
    value: money(fixed?.all_base ?? '0', currency),
    note: say`${counted(fixed?.items ?? 0, 'machine')} off the list since ${periodWords({ fromDay: run.from_day, untilDay: run.until_day })}`,
  }
}

function withoutNote(row: MoneyRow, now: MoneyMonthRow | undefined, context: ReportContext): Inline {
  const change = changeNote(now?.without_protection_change, context, (value) => [money(value, row.billing_currency)])
  return row.without_protection_percent === null
    ? change
    : say`${percent(row.without_protection_percent)} of the bill; ${change}`
}

function paidCoverageTile(row: MoneyRow, rows: MonthlyReviewRows, context: ReportContext): Tile {
  const months = rows.moneyByMonth.filter((month) => month.billing_currency === row.billing_currency)
  const now = months.find((month) => month.month === context.period.fromDay)
  return {
    label: sentence`Paid coverage`,
    value: percent(row.paid_coverage, sentence`nothing was billed`),
    note: changeNote(now?.paid_coverage_change, context, (change) => [number(change, 'points', 1)]),
    formula: sentence`Cost of protected time ÷ all cost.`,
    sparkline: months.map((month) => month.paid_coverage),
  }
}

function coverageTile(rows: MonthlyReviewRows, context: ReportContext): Tile {
  const coverage = only(rows.coverage, 'coverage')
  const now = rows.coverageByMonth.find((month) => month.month === context.period.fromDay)
  const change = changeNote(now?.time_coverage_change, context, (value) => [number(value, 'points', 1)])
  return {
    label: sentence`Time coverage`,
    value: percent(coverage.time_coverage, coverage.time_coverage_reason ?? sentence`not known`),
    note:
      coverage.time_coverage === null || isZero(coverage.unknown_hours)
        ? change
        : say`${change}; ${hours(coverage.unknown_hours)} are not known and count as not covered`,
    ...coverageTarget(coverage.time_coverage, context),
    formula: sentence`Healthy running hours ÷ running hours of machines to which a sensor applies.`,
    sparkline: rows.coverageByMonth.map((month) => month.time_coverage),
  }
}

/** The change since the month before in words, or why there is none. */
function changeNote(
  change: DecimalText | null | undefined,
  context: ReportContext,
  inWords: (unsignedChange: DecimalText) => Span[],
): Inline {
  if (!isCalendarMonth(context.period)) return say`no comparison: the period is no calendar month`
  const before: DayText = `${dayBefore(context.period.fromDay).slice(0, 7)}-01`
  if (change === null || change === undefined) return say`no comparison: ${monthWords(before)} is not in the exports`
  return changeWords(inWords(unsigned(change)), isPositive(change), isZero(change), monthWords(before))
}

function otherCurrencies(rows: MonthlyReviewRows): Block[] {
  const others = rows.money.slice(detailed(rows.money).length)
  if (others.length === 0) return []
  return [
    {
      type: 'table',
      table: table(
        'other-currencies',
        sentence`The other currencies`,
        [
          words('currency', 'Currency'),
          figures('cost', 'Billed cost'),
          figures('without', 'Without protection'),
          figures('coverage', 'Paid coverage'),
          figures('residual', 'Residual'),
        ],
        others.map((row) => [
          text(row.billing_currency),
          money(row.total_cost, row.billing_currency),
          money(row.without_protection, row.billing_currency),
          percent(row.paid_coverage, sentence`nothing was billed`),
          money(row.residual, row.billing_currency),
        ]),
        { all: others.length, file: 'summary.json' },
      ),
    },
  ]
}

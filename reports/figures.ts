import { defineQuery, type RowsOf } from '../src/engine/query.ts'
import { counted, sentence } from './value.ts'

/** Figures that more than one report quotes. */
export const figureQueries = {
  money: defineQuery({
    file: 'reports/money.sql',
    columns: {
      billing_currency: 'text',
      position: 'int',
      total_cost: 'amount',
      billed_hours: 'amount',
      cost_protected: 'amount',
      cost_unprotected: 'amount',
      cost_not_applicable: 'amount',
      cost_unverified: 'amount',
      cost_stopped: 'amount',
      cost_while_off: 'amount',
      cost_power_unknown: 'amount',
      cost_unattributed: 'amount',
      allocated_cost: 'amount',
      paid_coverage: 'amount?',
      cost_per_protected_hour: 'amount?',
      cost_per_protected_hour_reason: 'text?',
      flat_month_cost: 'amount?',
      flat_month_reason: 'text?',
      hourly_saving: 'amount?',
      control_total: 'amount?',
      explained_cost: 'amount',
      residual: 'amount',
      bill_total: 'amount',
      without_protection: 'amount',
      not_known: 'amount',
      without_protection_percent: 'amount?',
      not_known_percent: 'amount?',
      unprotected_percent: 'amount?',
      not_applicable_percent: 'amount?',
      idle_percent: 'amount?',
      residual_percent: 'amount?',
      explained_percent: 'amount?',
    },
  }),
  moneyByMonth: defineQuery({
    file: 'reports/money_by_month.sql',
    columns: {
      month: 'date',
      billing_currency: 'text',
      total_cost: 'amount?',
      cost_per_protected_hour: 'amount?',
      without_protection: 'amount?',
      paid_coverage: 'amount?',
      total_cost_change: 'amount?',
      total_cost_change_percent: 'amount?',
      cost_per_protected_hour_change: 'amount?',
      without_protection_change: 'amount?',
      paid_coverage_change: 'amount?',
    },
  }),
  coverage: defineQuery({
    file: 'reports/coverage.sql',
    columns: {
      time_coverage: 'amount?',
      time_coverage_reason: 'text?',
      machine_coverage: 'amount?',
      machine_coverage_reason: 'text?',
      running_hours: 'amount',
      stopped_hours: 'amount',
      expected_hours: 'amount',
      billed_hours: 'amount',
      exposed_hours: 'amount',
      healthy_hours: 'amount',
      applicable_hours: 'amount',
      judged_hours: 'amount',
      unknown_hours: 'amount',
      unhealthy_hours: 'amount',
      observed_hours: 'amount',
      inferred_hours: 'amount',
      assumed_hours: 'amount',
      unproved_hours: 'amount',
    },
  }),
  coverageByMonth: defineQuery({
    file: 'reports/coverage_by_month.sql',
    columns: {
      month: 'date',
      time_coverage: 'amount?',
      machine_coverage: 'amount?',
      time_coverage_change: 'amount?',
      machine_coverage_change: 'amount?',
    },
  }),
  denominator: defineQuery({
    file: 'reports/denominator.sql',
    columns: { denominator: 'text', machines: 'int', healthy: 'int', gap: 'int', healthy_percent: 'amount?' },
  }),
  dataGrade: defineQuery({
    file: 'reports/data_grade.sql',
    columns: { criterion: 'text', grade: 'text', reason: 'text' },
  }),
} as const

export type FigureRows = RowsOf<typeof figureQueries>
export type MoneyRow = FigureRows['money'][number]
export type CoverageRow = FigureRows['coverage'][number]
export type MoneyMonthRow = FigureRows['moneyByMonth'][number]

/** Whether any listing judged a sensor: without one, coverage is not known, which is not the same as none. */
export function isHealthKnown(coverage: CoverageRow): boolean {
  return /[1-9]/.test(coverage.judged_hours)
}

/** The one row of a query that gives exactly one. */
export function only<Row>(rows: readonly Row[], query: string): Row {
  const [row] = rows
  if (row === undefined || rows.length !== 1) throw new Error(`${query} gave ${rows.length} rows, not one`)
  return row
}

/** Reports go into the detail of so many currencies; the others are listed, so that the length has a bound. */
const DETAILED_CURRENCIES = 2

/** The currencies with most billed hours, which the pages show in detail. */
export function detailed<Row>(money: readonly Row[]): readonly Row[] {
  return money.slice(0, DETAILED_CURRENCIES)
}

/** ` (and 3 more currencies)` where a title leaves some out, else nothing. */
export function moreCurrencies(money: readonly MoneyRow[]): string {
  const left = money.length - detailed(money).length
  return left <= 0 ? '' : sentence` (and ${counted(left, 'more currency')})`
}

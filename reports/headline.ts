import type { Inline } from '../src/report/document.ts'
import { periodWords, type ReportContext } from './context.ts'
import { type CoverageRow, detailed, isHealthKnown, type MoneyRow, moreCurrencies } from './figures.ts'
import { isPositive, isZero, listed, money, percent, say, sentence } from './value.ts'
import { billWords, capital } from './words.ts'

/** The sentence that the monthly review begins with: what share of the bill bought no protection. */
export function moneyHeadline(rows: readonly MoneyRow[], coverage: CoverageRow, context: ReportContext): string {
  const charged = detailed(rows.filter((row) => isPositive(row.total_cost)))
  if (rows.length === 0)
    return sentence`No Defender for Servers charge was found in the cost exports of ${periodWords(context.period)}`
  if (charged.length === 0) {
    return sentence`The Defender bill of ${periodWords(context.period)} comes to ${listed(detailed(rows).map((row) => [money(row.total_cost, row.billing_currency)]))}${moreCurrencies(rows)}`
  }
  if (!isHealthKnown(coverage)) {
    return sentence`Whether the ${listed(charged.map((row) => [money(row.total_cost, row.billing_currency)]))} billed bought protection cannot be told yet: no listing says how the sensors were`
  }
  const wasted = charged.filter((row) => !isZero(row.without_protection))
  if (wasted.length === 0) return sentence`No part of the Defender bill is known to have protected nothing`
  return capital(
    sentence`${listed(
      wasted.map(
        (row): Inline =>
          say`${percent(row.without_protection_percent)} of ${billWords(row.billing_currency, rows.length)}`,
      ),
    )} protected nothing${moreCurrencies(rows)}`,
  )
}

/** `up USD 12.00 (3.1 %) since September 2026`; the direction is a word, the amount has no sign. */
export function changeWords(change: Inline, isUp: boolean, isSame: boolean, since: string): Inline {
  if (isSame) return say`unchanged since ${since}`
  return isUp ? say`▲ up ${change} since ${since}` : say`▼ down ${change} since ${since}`
}

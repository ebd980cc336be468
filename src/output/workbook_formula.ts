import type { SheetCell, SheetFormula } from '../report/xlsx.ts'
import { currenciesOf, figureOf, type Summary } from './summary.ts'

/** What the money of a bucket is called, in the order of the bill. */
const BUCKETS = {
  protected: ['Protected', 'cost_protected'],
  paid_unprotected: ['Sensor unhealthy', 'cost_unprotected'],
  paid_not_applicable: ['No sensor applies', 'cost_not_applicable'],
  paid_unverified: ['Sensor not known', 'cost_unverified'],
  paid_stopped: ['Stopped, still allocated', 'cost_stopped'],
  billed_while_off: ['Billed while off', 'cost_while_off'],
  power_unknown: ['Power not known', 'cost_power_unknown'],
  unattributed: ['Machine not known', 'cost_unattributed'],
} as const

/**
 * How the bill of each currency adds up, a table of formulas that people can follow: each bucket is a sum over the rows
 * of the ledger sheet, the buckets add up to the bill, what is explained and the residual add up to the control total.
 * The values beside the formulas are the exact figures of the run.
 */
export function arithmeticRows(summary: Summary, ledgers: readonly string[]): SheetCell[][] {
  const rows: SheetCell[][] = []
  // The header is row 1 of the sheet.
  const line = (): number => rows.length + 2
  for (const currency of currenciesOf(summary)) {
    const value = (figure: string): string | null => figureOf(summary, figure, currency)
    const money = (formula: string, figure: string): SheetFormula => ({ formula, value: value(figure), kind: 'money' })
    const first = line()
    const total = first + Object.keys(BUCKETS).length
    const share = (): SheetFormula => ({ formula: `IF(C${total}=0,"",100*C${line()}/C${total})`, value: null })
    for (const [bucket, [label, figure]] of Object.entries(BUCKETS)) {
      const sum = ledgers.map(
        (table) => `SUMIFS(${table}[cost],${table}[bucket],"${bucket}",${table}[billing_currency],"${currency}")`,
      )
      rows.push([currency, label, money(sum.join('+'), figure), share(), `Rows of the ledger in bucket ${bucket}`])
    }
    rows.push([
      currency,
      'Bill',
      money(`SUM(C${first}:C${total - 1})`, 'total_cost'),
      share(),
      'The sum of the buckets',
    ])
    const explained = `C${total}-C${total - 1}`
    rows.push([
      currency,
      'Explained',
      money(explained, 'explained_cost'),
      share(),
      'The bill less what no machine is known for',
    ])
    const control = value('control_total')
    if (control !== null) {
      rows.push([currency, 'Control total', control, share(), 'What the invoice says'])
      rows.push([
        currency,
        'Residual',
        money(`C${line() - 1}-C${line() - 2}`, 'residual'),
        share(),
        'Control total less explained',
      ])
    } else {
      rows.push([
        currency,
        'Residual',
        money(`C${total}-C${line() - 1}`, 'residual'),
        share(),
        'The bill less explained: no control total is set',
      ])
    }
  }
  return rows
}

/** The scenarios, with what each costs less than the bill of its currency. */
export function scenarioRows(summary: Summary): SheetCell[][] {
  return summary.scenarios.map((scenario, i) => {
    const billed = summary.scenarios.findIndex(
      (other) => other.scenario === 'as_billed' && other.currency === scenario.currency,
    )
    const less: SheetCell =
      billed === -1 || scenario.cost === null || summary.scenarios[billed]?.cost === null
        ? null
        : { formula: `C${billed + 2}-C${i + 2}`, value: null, kind: 'money' }
    return [
      scenario.scenario.replaceAll('_', ' '),
      scenario.currency,
      scenario.cost,
      less,
      scenario.quantity,
      scenario.quantity_unit,
      scenario.permitted,
      scenario.reason,
      scenario.loses,
      scenario.note,
    ]
  })
}

import type { RowOf } from '../src/engine/query.ts'
import type { Block, Table } from '../src/report/document.ts'
import type { MoneyRow } from './figures.ts'
import type { unrecognisedQuery } from './shared_queries.ts'
import { figures, table, words } from './table.ts'
import { isZero, money, percent, sentence, text, unknown } from './value.ts'

/** From the bill's total down to what is explained, the residual last, for one currency. */
export function explainedTable(row: MoneyRow): Table {
  const code = row.billing_currency
  const line = (
    what: string,
    amount: string,
    why: string,
  ): [ReturnType<typeof text>, ReturnType<typeof money>, ReturnType<typeof text>] => [
    text(what),
    money(amount, code),
    text(why),
  ]
  return table(
    `explained-${code.toLowerCase()}`,
    `From the bill to what is explained, ${code}`,
    [words('step', 'Step', 0.34), figures('amount', 'Amount', 0.2), words('why', 'What it is')],
    [
      row.control_total === null
        ? [
            text('Control total'),
            unknown('none was given'),
            text('give control_totals in hourwise.yaml to tie to the invoice'),
          ]
        : line('Control total', row.control_total, 'what the invoice says'),
      line('Defender for Servers charges', row.total_cost, 'sum of the export’s lines that are ours'),
      line('Protected time', row.cost_protected, 'running, sensor healthy'),
      line('Sensor unhealthy', row.cost_unprotected, 'running'),
      line('No sensor applies', row.cost_not_applicable, 'running'),
      line('Sensor not known', row.cost_unverified, 'running'),
      line('Stopped but allocated', row.cost_stopped, 'off inside, still billed'),
      line('Billed while off', row.cost_while_off, 'never on that day'),
      line('Power not known', row.cost_power_unknown, 'no source says whether it was on'),
      line('Explained', row.explained_cost, 'all of the above: charges of known machines'),
    ],
    {
      total: [
        text('Residual'),
        money(row.residual, code),
        text(
          isZero(row.residual)
            ? 'nothing is left over'
            : row.control_total === null
              ? 'charges whose machine no source knows'
              : 'control total less what is explained',
        ),
      ],
    },
  )
}

/** What the exports name Defender and no rule recognises; nothing when all is recognised. */
export function unrecognisedBlock(rows: readonly RowOf<typeof unrecognisedQuery>[]): Block[] {
  if (rows.length === 0) return []
  return [
    {
      type: 'table',
      table: table(
        'unrecognised',
        'Defender lines that no rule recognises: in no total of this report',
        [
          words('meter', 'Meter', 0.3),
          words('product', 'Product'),
          figures('lines', 'Lines', 0.12),
          figures('cost', 'Cost', 0.18),
        ],
        rows.map((row) => [
          text(row.meter_name),
          text(row.product_name),
          { kind: 'number', value: String(row.lines), unit: '', digits: 0 },
          money(row.cost, row.billing_currency, 'the lines carry no cost'),
        ]),
      ),
    },
  ]
}

/** `98.4 % of the USD bill`, for titles. */
export function explainedWords(row: MoneyRow, currencies: number): string {
  const bill = currencies > 1 ? `the ${row.billing_currency} bill` : 'the bill'
  return sentence(percent(row.explained_percent, 'nothing was billed'), ` of ${bill}`)
}

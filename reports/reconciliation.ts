import type { RowOf } from '../src/engine/query.ts'
import type { Block, Table, Value } from '../src/report/document.ts'
import type { DecimalText } from '../src/types.ts'
import type { MoneyRow } from './figures.ts'
import type { unrecognisedQuery } from './shared_queries.ts'
import { figures, table, words } from './table.ts'
import { money, percent, sentence, text } from './value.ts'

/** From the bill's total down to what is explained, the residual last: a column for each currency. */
export function explainedTable(rows: readonly MoneyRow[]): Table {
  const line = (what: string, why: string, amount: (row: MoneyRow) => DecimalText | null): readonly Value[] => [
    text(what),
    ...rows.map((row) => {
      const value = amount(row)
      return value === null ? text(sentence`none was given`) : money(value, row.billing_currency)
    }),
    text(why),
  ]
  const lines = [
    line(
      sentence`Control total`,
      sentence`what the invoice says (control_totals in hourwise.yaml)`,
      (row) => row.control_total,
    ),
    line(
      sentence`Defender for Servers charges`,
      sentence`sum of the export’s lines that are ours`,
      (row) => row.total_cost,
    ),
    line(sentence`– protected time`, sentence`running, sensor healthy`, (row) => row.cost_protected),
    line(sentence`– sensor unhealthy`, sentence`running`, (row) => row.cost_unprotected),
    line(sentence`– no sensor applies`, sentence`running`, (row) => row.cost_not_applicable),
    line(sentence`– sensor not known`, sentence`running`, (row) => row.cost_unverified),
    line(sentence`– stopped but allocated`, sentence`off inside, still billed`, (row) => row.cost_stopped),
    line(sentence`– billed while off`, sentence`never on that day`, (row) => row.cost_while_off),
    line(sentence`– power not known`, sentence`no source says whether it was on`, (row) => row.cost_power_unknown),
    line(
      sentence`Explained`,
      sentence`charges of known machines: the sum of the lines with a dash`,
      (row) => row.explained_cost,
    ),
  ]
  return table(
    'explained',
    sentence`From the bill to what is explained`,
    [
      words('step', 'Step', 0.26),
      ...rows.map((row) => figures(row.billing_currency.toLowerCase(), row.billing_currency, 0.17)),
      words('why', 'What it is'),
    ],
    lines,
    {
      total: line(
        sentence`Residual`,
        sentence`control total, or else the charges, less what is explained`,
        (row) => row.residual,
      ),
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
        sentence`Defender lines that no rule recognises: in no total of this report`,
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
          money(row.cost, row.billing_currency, sentence`the lines carry no cost`),
        ]),
      ),
    },
  ]
}

/** `98.4 % of the USD bill`, for titles. */
export function explainedWords(row: MoneyRow, currencies: number): string {
  const bill = currencies > 1 ? sentence`the ${row.billing_currency} bill` : sentence`the bill`
  return sentence`${percent(row.explained_percent, sentence`nothing was billed`)} of ${bill}`
}

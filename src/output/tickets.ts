import type { Engine } from '../engine/engine.ts'
import { defineQuery, type RowOf, streamQuery } from '../engine/query.ts'
import { writeText } from './text_file.ts'

const ticketQuery = defineQuery({
  file: 'src/output/ticket.sql',
  columns: {
    action_key: 'text',
    kind: 'text',
    title: 'text',
    why: 'text',
    how: 'text',
    effort: 'text',
    risk: 'text',
    depends_on: 'text',
    subscription_id: 'text?',
    subscription_name: 'text?',
    owner: 'text?',
    machines: 'int',
    billed_hours: 'amount',
    cost: 'amount',
    stake: 'amount',
    low: 'amount',
    base: 'amount',
    high: 'amount',
    added_cost: 'amount?',
    billing_currency: 'text?',
    basis: 'text',
    confidence: 'text',
    detail: 'text?',
    first_day: 'date?',
    last_day: 'date?',
    position: 'int?',
    machine_name: 'text?',
    machine_resource_id: 'text?',
    machine_cost: 'amount?',
    machine_detail: 'text?',
  },
})

/**
 * Writes `tickets.jsonl`: one JSON object a line and open action, for a script that files it. `key` is the same every
 * month, so that a ticket is found again; amounts are decimal text beside `currency`. Memory does not grow with them.
 */
export async function writeTickets(engine: Engine, path: string): Promise<void> {
  await writeText(path, lines(engine))
}

type TicketRow = RowOf<typeof ticketQuery>

/** Rows of one action stand together, its largest machine first. */
async function* lines(engine: Engine): AsyncGenerator<string> {
  let rows: TicketRow[] = []
  for await (const row of streamQuery(engine, ticketQuery)) {
    if (rows[0] !== undefined && rows[0].action_key !== row.action_key) {
      yield line(rows[0], rows)
      rows = []
    }
    rows.push(row)
  }
  if (rows[0] !== undefined) yield line(rows[0], rows)
}

function line(action: TicketRow, rows: readonly TicketRow[]): string {
  return `${JSON.stringify(ticket(action, rows.flatMap(machineOf)))}\n`
}

function machineOf(row: TicketRow): object[] {
  if (row.machine_name === null || row.machine_cost === null) return []
  return [
    {
      name: row.machine_name,
      resource_id: row.machine_resource_id,
      paid: short(row.machine_cost),
      detail: row.machine_detail,
    },
  ]
}

function ticket(row: TicketRow, machines: readonly object[]) {
  const scope = row.subscription_name ?? row.subscription_id ?? 'the tenant'
  return {
    key: row.action_key,
    kind: row.kind,
    title: `${row.title}: ${scope}${row.owner === null ? '' : `, ${row.owner}`}`,
    body: [
      row.why,
      row.how,
      `Effort: ${row.effort}. Risk: ${row.risk}. Needs: ${row.depends_on}.`,
      ...(row.detail === null ? [] : [`What is known: ${row.detail}.`]),
    ].join('\n'),
    subscription_id: row.subscription_id,
    owner: row.owner,
    basis: row.basis,
    currency: row.billing_currency,
    paid: short(row.cost),
    in_question: short(row.stake),
    saving: { low: short(row.low), base: short(row.base), high: short(row.high) },
    added_cost: row.added_cost === null ? null : short(row.added_cost),
    billed_hours: short(row.billed_hours),
    confidence: row.confidence,
    first_day: row.first_day,
    last_day: row.last_day,
    machine_count: row.machines,
    machines,
  }
}

/** An exact decimal without trailing zeros. */
function short(amount: string): string {
  return amount.includes('.') ? amount.replace(/\.?0+$/, '') : amount
}

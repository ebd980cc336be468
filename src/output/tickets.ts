import { writeFileSync } from 'node:fs'
import type { Engine } from '../engine/engine.ts'
import { defineQuery, type RowOf, runQuery } from '../engine/query.ts'

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
  },
})

const machineQuery = defineQuery({
  file: 'src/output/ticket_machine.sql',
  columns: { action_key: 'text', position: 'int', name: 'text', resource_id: 'text', cost: 'amount', detail: 'text?' },
})

/**
 * Writes `tickets.jsonl`: one JSON object a line and open action, for a script that files it. `key` is the same every
 * month, so that a ticket is found again; amounts are decimal text beside `currency`.
 */
export async function writeTickets(engine: Engine, path: string): Promise<void> {
  const named = await runQuery(engine, machineQuery)
  const tickets = await runQuery(engine, ticketQuery)
  const machines = new Map<string, (typeof named)[number][]>()
  for (const row of named) machines.set(row.action_key, [...(machines.get(row.action_key) ?? []), row])
  const lines = tickets
    .toSorted((a, b) => (a.action_key < b.action_key ? -1 : 1))
    .map((row) => JSON.stringify(ticket(row, machines.get(row.action_key) ?? [])))
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
}

function ticket(row: RowOf<typeof ticketQuery>, machines: readonly RowOf<typeof machineQuery>[]) {
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
    machines: machines.map(({ name, resource_id, cost, detail }) => ({ name, resource_id, paid: short(cost), detail })),
  }
}

/** An exact decimal without trailing zeros. */
function short(amount: string): string {
  return amount.includes('.') ? amount.replace(/\.?0+$/, '') : amount
}

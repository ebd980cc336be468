import { openDuckDb } from '../../../src/engine/duckdb.ts'
import type { Engine, Row } from '../../../src/engine/engine.ts'
import { readChecks } from '../../../src/engine/model.ts'
import { loadExtensionErrors } from '../../../src/ledger/build.ts'
import { emptyRelationSql, NORMALISE_RELATIONS, type NormaliseRelation } from '../../../src/normalise/relations.ts'
import { addCostLines } from '../../cost_rows.ts'
import { addDevices } from '../../device_rows.ts'
import { followGiven } from '../../followed.ts'
import { numbered } from '../../machine_number.ts'

/** The columns of the ledger that checks read. */
const LEDGER = {
  machine: `machine_id varchar, machine_number integer, kind varchar, os_class varchar, subscription_id varchar, name varchar, resource_id varchar,
    scale_set_id varchar, alive_from_at bigint, alive_until_at bigint, known_to_inventory boolean, known_to_bill boolean`,
  machine_day: `machine_number integer, day date, billable_seconds bigint, unknown_seconds bigint, billed_hours decimal(38,24), compute_hours decimal(38,24)`,
  machine_identity: 'resource_id varchar, machine_id varchar, machine_number integer, from_at bigint, until_at bigint',
  endpoint_match: 'state_id bigint, device_id varchar, machine_number integer, status varchar',
  endpoint_snapshot: 'snapshot_at bigint, as_of_at bigint',
  defender_line: 'cost_line_id bigint, billing_period_start date',
  unrecognised_defender_line: `cost_line_id bigint, file_id integer, row_number bigint, meter_name varchar, product_name varchar,
    cost decimal(38,24), billing_currency varchar`,
  charge: `charge_id bigint, machine_number integer, grain varchar, day date, plan varchar, meter varchar, hours decimal(38,24),
    cost decimal(38,24), billing_currency varchar, subscription_id varchar, resource_id varchar`,
  ledger: `machine_number integer, subscription_id varchar, day date, power varchar, health varchar, issue varchar, evidence varchar,
    bucket varchar, charged_plan varchar, is_free boolean, allocated boolean, seconds bigint, billed_hours decimal(38,24),
    cost decimal(38,24), billing_currency varchar`,
  plan: 'machine_number integer, day date, plan varchar, source varchar',
} as const

type Given = Partial<Record<NormaliseRelation | `ledger.${keyof typeof LEDGER}`, readonly Row[]>>

/** First and last second of the period of every test, October 2026, and a moment in it. */
export const FROM = Date.parse('2026-10-01T00:00:00Z') / 1000
export const UNTIL = Date.parse('2026-11-01T00:00:00Z') / 1000
export const NOON = Date.parse('2026-10-15T12:00:00Z') / 1000

/** A machine that lived all through the period in subscription `sub`. */
export function machine(given: Row = {}): Row {
  return {
    machine_id: 'm1',
    kind: 'azure-vm',
    os_class: 'server',
    subscription_id: 'sub',
    name: 'web',
    resource_id: '/subscriptions/sub/resourcegroups/rg/providers/microsoft.compute/virtualmachines/web',
    alive_from_at: FROM,
    alive_until_at: UNTIL,
    known_to_inventory: true,
    known_to_bill: true,
    ...given,
  }
}

/** A charge of that machine for a whole day of Plan 2. */
export function charge(given: Row = {}): Row {
  return {
    charge_id: 1,
    machine_id: 'm1',
    grain: 'machine',
    day: '2026-10-15',
    plan: 'p2',
    meter: 'standard',
    hours: '24',
    cost: '0.48',
    billing_currency: 'USD',
    subscription_id: 'sub',
    resource_id: '/subscriptions/sub/resourcegroups/rg/providers/microsoft.compute/virtualmachines/web',
    ...given,
  }
}

let shared: Promise<Engine> | undefined

/** The counter-examples of one check on rows of `normalise` and `ledger` that are given by hand; the rest is empty. */
export async function counterExamples(check: string, given: Given = {}): Promise<Row[]> {
  shared ??= openDuckDb({ threads: 1 })
  const engine = await shared
  const found = readChecks('src/ledger/checks').find(({ name }) => name === check)
  if (found === undefined) throw new Error(`there is no check ${check}`)
  await engine.run(`drop schema if exists normalise cascade; drop schema if exists ledger cascade; drop schema if exists config cascade;
    create schema normalise; create schema ledger; create schema config;
    create table config.period as select ${FROM}::bigint as from_at, ${UNTIL}::bigint as until_at, date '2026-10-01' as from_day, date '2026-11-01' as until_day`)
  for (const relation of Object.keys(NORMALISE_RELATIONS)) {
    await engine.run(emptyRelationSql(relation as NormaliseRelation))
  }
  for (const [name, columns] of Object.entries(LEDGER)) await engine.run(`create table ledger.${name} (${columns})`)
  await followGiven(engine)
  await loadExtensionErrors(engine)
  for (const [name, rows] of Object.entries(given)) {
    const table = name.startsWith('ledger.') ? name : `normalise.${name}`
    const held = rows.map((row) => numbered(table, row))
    const columns = (await engine.describe(`select * from ${table}`)).map((column) => column.name)
    for (const row of held) {
      const unknown = Object.keys(row).filter((key) => !columns.includes(key))
      if (unknown.length > 0) throw new Error(`${table} has no column ${unknown.join(', ')}`)
    }
    if (name === 'endpoint_device') await addDevices(engine, rows)
    else if (name === 'cost_line') await addCostLines(engine, rows)
    else
      await engine.insert(
        table,
        held.map((row) => columns.map((column) => row[column] ?? null)),
      )
  }
  // a match that names its device alone is of the one state given of it
  await engine.run(`update ledger.endpoint_match set state_id = (
    select min(s.state_id) from normalise.device_state s where s.device_id = endpoint_match.device_id)`)
  const types = await engine.describe(found.sql)
  if (types.map(({ name, type }) => `${name} ${type}`).join() !== 'subject VARCHAR,message VARCHAR,evidence VARCHAR')
    throw new Error(`${check} gives ${JSON.stringify(types)}`)
  return engine.rows(`select * from (${found.sql}) c order by subject, message, evidence`)
}

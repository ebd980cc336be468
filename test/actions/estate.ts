import { type ActionSettings, buildActions } from '../../src/actions/build.ts'
import type { Engine, Row } from '../../src/engine/engine.ts'
import { modelText, readChecks } from '../../src/engine/model.ts'
import { ACTION_MODELS } from '../../src/models.ts'
import { removeDevices } from '../device_rows.ts'
import { buildNeeded } from '../licensing/estate.ts'
import { identified } from '../machine_number.ts'
import { relationsIn } from '../needed_models.ts'
import { add, emptyEstate, entry, machine } from '../reports/estate.ts'

export { DAY, entry, HOUR, machine, OCTOBER } from '../reports/estate.ts'

/** Rows of an estate by relation; what is not given is empty. */
export type Given = Readonly<Record<string, readonly Row[]>>

const FILLED = [
  'ledger.machine',
  'ledger.ledger',
  'ledger.charge',
  'ledger.cost_per_hour',
  'ledger.machine_identity',
  'ledger.endpoint_match',
  'ledger.health',
  'normalise.extension',
  'normalise.endpoint_setting',
  'normalise.endpoint_device',
  'normalise.assessment',
  'normalise.plan_setting',
  'normalise.subscribed_sku',
]

/** What actions read of the licence comparison, which is built for them and no more. */
const READ_OF_LICENSING = [
  ...ACTION_MODELS.map(({ file }) => modelText(file)),
  ...readChecks('src/actions/checks').map(({ sql }) => sql),
].flatMap(relationsIn)

let shared: Promise<Engine> | undefined

/** Who builds in the place of the tests: mutants are tried on what was built once. */
export const instead: { of: ((build: () => Promise<Engine>) => Promise<Engine>) | null } = { of: null }

/** An engine that holds the actions of a hand-made estate. One engine serves all tests of a file, one after the other. */
export async function actionsOf(given: Given, settings: ActionSettings = {}, offers: Row[] = []): Promise<Engine> {
  if (instead.of !== null) return instead.of(async () => fill(await emptyEstate(), given, settings, offers))
  shared ??= emptyEstate()
  return fill(await shared, given, settings, offers)
}

async function fill(engine: Engine, given: Given, settings: ActionSettings, offers: Row[]): Promise<Engine> {
  for (const relation of FILLED) {
    if (relation === 'normalise.endpoint_device') await removeDevices(engine)
    else await engine.run(`delete from ${relation}`)
  }
  await engine.run('delete from ledger.finding')
  for (const [relation, rows] of Object.entries(given)) {
    if (!FILLED.includes(relation)) throw new Error(`${relation} is not emptied between tests`)
    await add(engine, relation, rows)
  }
  // every cost of a ledger is that of a charge: what no charge was given for is one of nobody
  await engine.run(`insert into ledger.charge (charge_id, subscription_id, grain, day, meter, cost, billing_currency, charge_category)
    select 1000, 'sub', 'subscription', date '2026-10-01', 'standard', sum(cost), billing_currency, 'usage'
    from (select cost, billing_currency from ledger.ledger union all select -cost, billing_currency from ledger.charge) b
    where billing_currency is not null group by billing_currency`)
  await buildNeeded(engine, { offers: offers as never }, READ_OF_LICENSING)
  await buildActions(engine, settings)
  return engine
}

/** Kind, machine, and what it is about, of every claim, as short decimal text. */
export async function claims(engine: Engine): Promise<Row[]> {
  const rows = await engine.rows(
    `select kind, machine_number, amount_text(cost) as cost, amount_text(low) as low, amount_text(base) as base, amount_text(high) as high,
            amount_text(added_cost) as added_cost, billing_currency as currency, detail, status
     from actions.claim order by kind, machine_number nulls first, cost`,
  )
  return identified(rows).map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === '' ? '0' : value])),
  )
}

/** A machine that paid 100 hours of Plan 2 at 0.02 for time in one bucket. */
export function paid(bucket: string, of: Row = {}, money: Row = {}): Given {
  return {
    'ledger.machine': [machine('m', { resource_id: '/subscriptions/sub/resourcegroups/rg/machines/m', ...of })],
    'ledger.ledger': [entry('m', { bucket, billed_hours: '100', cost: '2', ...money })],
    'ledger.cost_per_hour': [
      { plan: 'p1', billing_currency: 'USD', hourly_cost: '0.007' },
      { plan: 'p2', billing_currency: 'USD', hourly_cost: '0.02' },
    ],
  }
}

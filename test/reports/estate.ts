import type { ReportContext } from '../../reports/context.ts'
import { buildActions } from '../../src/actions/build.ts'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import type { Engine, SqlValue } from '../../src/engine/engine.ts'
import { sqlText } from '../../src/engine/engine.ts'
import { buildForecast } from '../../src/forecast/build.ts'
import { buildIntegration } from '../../src/integration/build.ts'
import { buildLedgerWithHistory } from '../../src/ledger/build.ts'
import { buildLicensing } from '../../src/licensing/build.ts'
import { emptyRelationSql, NORMALISE_RELATIONS, type NormaliseRelation } from '../../src/normalise/relations.ts'
import { addCostLines } from '../cost_rows.ts'
import { addDevices } from '../device_rows.ts'
import { followGiven } from '../followed.ts'
import { numbered } from '../machine_number.ts'

/** Midnight of 1 October 2026, UTC seconds. */
export const OCTOBER = 1_790_812_800
export const HOUR = 3600
export const DAY = 86_400

/** The real relations of an estate of which nothing is known in October 2026, to be filled by hand. */
export async function emptyEstate(fromDay = '2026-10-01', untilDay = '2026-11-01'): Promise<Engine> {
  const engine = await openDuckDb()
  await engine.run('create schema normalise')
  for (const relation of Object.keys(NORMALISE_RELATIONS)) {
    await engine.run(emptyRelationSql(relation as NormaliseRelation))
  }
  await buildLedgerWithHistory(engine, { fromDay, untilDay })
  await buildLicensing(engine)
  await buildActions(engine)
  await buildForecast(engine)
  await buildIntegration(engine)
  await followGiven(engine, ['machine_total', 'machine_listing'])
  return engine
}

/** Adds rows to a relation by column name, machines by id; what is not given is NULL. Decimals and days are text. */
export async function add(engine: Engine, relation: string, rows: readonly Record<string, SqlValue>[]): Promise<void> {
  if (relation === 'normalise.endpoint_device') return addDevices(engine, rows)
  if (relation === 'normalise.cost_line') return addCostLines(engine, rows)
  for (const row of rows) {
    const held = numbered(relation, row)
    const names = Object.keys(held)
    const values = Object.values(held).map((value) => (typeof value === 'string' ? sqlText(value) : String(value)))
    await engine.run(`insert into ${relation} (${names.join(', ')}) values (${values.join(', ')})`)
  }
}

/** A machine that lives through October unless told otherwise. */
export function machine(id: string, more: Record<string, SqlValue> = {}): Record<string, SqlValue> {
  return {
    machine_id: id,
    kind: 'azure-vm',
    os_class: 'server',
    name: id,
    subscription_id: 'sub',
    subscription_name: 'Sub',
    alive_from_at: OCTOBER,
    alive_until_at: OCTOBER + 31 * DAY,
    in_licence_scope: true,
    known_to_inventory: true,
    known_to_bill: true,
    known_to_endpoint: true,
    ...more,
  }
}

/** A row of the ledger: an hour running, billed and healthy unless told otherwise. */
export function entry(id: string | null, more: Record<string, SqlValue> = {}): Record<string, SqlValue> {
  return {
    subscription_id: 'sub',
    machine_id: id,
    day: '2026-10-01',
    power: 'running',
    plan: 'p2',
    health: 'healthy',
    evidence: 'observed',
    bucket: 'protected',
    charged_plan: 'p2',
    is_free: false,
    allocated: false,
    seconds: HOUR,
    expected_hours: '1',
    billed_hours: '1',
    billed_cost: '1',
    cost: '1',
    billing_currency: 'USD',
    ...more,
  }
}

/** What a run knows beside the rows. */
export const CONTEXT: ReportContext = {
  period: { fromDay: '2026-10-01', untilDay: '2026-11-01' },
  toolVersion: '0.0.0',
  commandLine: 'hourwise report exports',
  inputs: [
    {
      path: 'cost/part_0.csv',
      kind: 'cost',
      form: 'EA, CSV',
      rows: 12,
      sha256: 'a'.repeat(64),
      superseded: false,
    },
  ],
  createdAt: OCTOBER + 31 * DAY,
  dataGrade: 'B',
  findings: { error: 0, warning: 0, info: 0 },
  files: ['machines.csv', 'charges.csv', 'ledger.csv', 'actions.csv', 'scenarios.csv'],
}

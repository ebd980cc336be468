import type { Engine, SqlValue } from '../../src/engine/engine.ts'
import { buildLedger, type LedgerChecks } from '../../src/ledger/build.ts'
import { emptyRelationSql, NORMALISE_RELATIONS, type NormaliseRelation } from '../../src/normalise/relations.ts'
import { addCostLines } from '../cost_rows.ts'
import { addDevices } from '../device_rows.ts'
import type { Estate, Normalised } from './rows.ts'

const PARTS: readonly NormaliseRelation[] = [
  'device_state',
  'device_sighting',
  'cost_kind',
  'cost_resource',
  'cost_charge',
]

/** Makes schema `normalise` hold exactly these rows. */
export async function loadRows(engine: Engine, rows: Normalised): Promise<void> {
  await engine.run('drop schema if exists normalise cascade; create schema normalise')
  for (const relation of Object.keys(NORMALISE_RELATIONS) as NormaliseRelation[]) {
    await engine.run(emptyRelationSql(relation))
    // these come with the rows of endpoint_device and cost_line, views over them
    if (PARTS.includes(relation)) continue
    if (relation === 'cost_line') {
      await addCostLines(engine, rows.cost_line)
      continue
    }
    if (relation === 'endpoint_device') {
      await addDevices(engine, rows.endpoint_device)
      continue
    }
    const columns = Object.keys(NORMALISE_RELATIONS[relation])
    const values = rows[relation].map((given) =>
      columns.map((name) => (given as Record<string, SqlValue>)[name] ?? null),
    )
    if (values.length > 0) await engine.insert(`normalise.${relation}`, values)
  }
}

/** Builds the ledger of an estate, whose rows are loaded, with its settings. */
export async function buildLedgerOf(
  engine: Engine,
  { rows: _, ...settings }: Estate,
  checks: LedgerChecks = 'all',
): Promise<void> {
  await buildLedger(engine, settings, checks)
}

import type { Engine, SqlValue } from '../../src/engine/engine.ts'
import { emptyRelationSql, NORMALISE_RELATIONS, type NormaliseRelation } from '../../src/normalise/relations.ts'
import type { Normalised } from './rows.ts'

/** Makes schema `normalise` hold exactly these rows. */
export async function loadRows(engine: Engine, rows: Normalised): Promise<void> {
  await engine.run('drop schema if exists normalise cascade; create schema normalise')
  for (const relation of Object.keys(NORMALISE_RELATIONS) as NormaliseRelation[]) {
    await engine.run(emptyRelationSql(relation))
    const columns = Object.keys(NORMALISE_RELATIONS[relation])
    const values = rows[relation].map((given) =>
      columns.map((name) => (given as Record<string, SqlValue>)[name] ?? null),
    )
    if (values.length > 0) await engine.insert(`normalise.${relation}`, values)
  }
}

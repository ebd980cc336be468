import type { Engine } from '../../src/engine/engine.ts'
import { normalise } from '../../src/normalise/normalise.ts'
import { NORMALISE_RELATIONS, type NormaliseRelation } from '../../src/normalise/relations.ts'
import { SAMPLE } from '../fixtures/cost_text.ts'
import { type Estate, type Normalised, noRows } from './rows.ts'

/** Reads the sample estate into an engine and hands its rows out as an estate; the period is October 2026. */
export async function sampleEstate(engine: Engine): Promise<Estate> {
  await normalise(engine, SAMPLE)
  const rows: Record<string, unknown[]> = noRows()
  for (const [relation, columns] of Object.entries(NORMALISE_RELATIONS)) {
    const numbers = Object.entries(columns).filter(([, type]) => type === 'bigint' || type === 'int')
    for (const row of await engine.rows(`select * from normalise.${relation as NormaliseRelation}`)) {
      const whole = numbers.map(([name]) => [name, row[name] === null ? null : Number(row[name])])
      rows[relation]?.push({ ...row, ...Object.fromEntries(whole) })
    }
  }
  return { fromDay: '2026-10-01', untilDay: '2026-11-01', rows: rows as unknown as Normalised }
}

import { openDuckDb } from '../../src/engine/duckdb.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { readChecks } from '../../src/engine/model.ts'
import { buildLedger } from '../../src/ledger/build.ts'
import { LEDGER_MODELS } from '../../src/models.ts'
import { builtLines, COMPARED_RELATIONS, differences, twinLines } from '../twin/compare.ts'
import { loadRows } from '../twin/load.ts'
import type { Estate } from '../twin/rows.ts'
import { twinOf } from '../twin/twin.ts'
import { changesBehind, stageOf } from './stage.ts'

/** An estate whose ledger is built, ready for one model after the other to be replaced. */
export interface EstateCase {
  engine: Engine
  /** What the twin says, per relation; null where the twin cannot say it. */
  expected: Record<string, string[]> | null
}

const LEDGER = stageOf(LEDGER_MODELS, readChecks('src/ledger/checks'))

/**
 * Builds an estate's ledger once and, where it is to be held against its twin before any change, does so: the estates of
 * tests are by the tests themselves. The twin leaves no subscription out.
 */
export async function openCase(estate: Estate, isHeld = true): Promise<EstateCase> {
  const engine = await openDuckDb({ threads: 1, memoryLimitMegabytes: 300 })
  await loadRows(engine, estate.rows)
  await buildModelsOf(engine, estate)
  if (estate.subscriptions !== undefined) return { engine, expected: null }
  const expected = twinLines(twinOf(estate))
  const unlike = isHeld ? differences(await builtLines(engine), expected) : ''
  if (unlike !== '') throw new Error(`ledger and twin differ before any change\n${unlike}`)
  return { engine, expected }
}

/** Builds the ledger without its checks, which take as long as its models. */
async function buildModelsOf(engine: Engine, { rows: _, ...settings }: Estate): Promise<void> {
  const done = new Error('the models are built')
  const onModel = (relation: string): void => {
    if (relation === 'ledger.finding') throw done
  }
  try {
    await buildLedger(engine, { ...settings, onModel })
  } catch (error) {
    if (error !== done) throw error
  }
  for (const { relation, isView } of LEDGER_MODELS) if (isView === true) await layDown(engine, relation)
}

/** Makes a view a table: what it showed before a change would be gone with the change. */
async function layDown(engine: Engine, relation: string): Promise<void> {
  await engine.run(
    `create table ledger.laid_down as select * from ${relation};
     drop view ${relation};
     alter table ledger.laid_down rename to ${relation.replace('ledger.', '')}`,
  )
}

/**
 * Puts a changed model in its place: `none` when that changes nothing, `unnoticed` when no identity breaks and the twin has
 * nothing to say, else the reason to reject it. What was changed stays until the transaction is rolled back.
 */
export async function tryOn({ engine, expected }: EstateCase, relation: string, text: string): Promise<string> {
  await engine.run('begin transaction')
  return changesBehind(engine, LEDGER, relation, text, async (changed) => {
    const name = changed.replace('ledger.', '')
    if (expected === null || !COMPARED_RELATIONS.includes(name)) return null
    const unlike = differences(await builtLines(engine, [name]), { [name]: expected[name] ?? [] })
    return unlike === '' ? null : `twin: ${name}`
  })
}

/** {@link tryOn}, undone. */
export async function effectOn(one: EstateCase, relation: string, text: string): Promise<string> {
  try {
    return await tryOn(one, relation, text)
  } finally {
    await one.engine.run('rollback')
  }
}

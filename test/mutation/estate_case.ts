import { openDuckDb } from '../../src/engine/duckdb.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { modelText, readChecks } from '../../src/engine/model.ts'
import { LEDGER_MODELS, type Model } from '../../src/models.ts'
import { builtLines, COMPARED_RELATIONS, differences, twinLines } from '../twin/compare.ts'
import { buildLedgerOf, loadRows } from '../twin/load.ts'
import type { Estate } from '../twin/rows.ts'
import { twinOf } from '../twin/twin.ts'

/** An estate whose ledger is built, ready for one model after the other to be replaced. */
export interface EstateCase {
  engine: Engine
  /** What the twin says, per relation; null where only the relations themselves are of interest. */
  expected: Record<string, string[]> | null
}

/** Builds an estate's ledger once and holds it against its twin, unless the tests that use it do so themselves. */
export async function openCase(
  load: Estate | ((engine: Engine) => Promise<Estate>),
  hasTwin: boolean,
): Promise<EstateCase> {
  const engine = await openDuckDb({ threads: 1, memoryLimitMegabytes: 300 })
  const estate = typeof load === 'function' ? await load(engine) : load
  if (typeof load !== 'function') await loadRows(engine, estate.rows)
  await buildLedgerOf(engine, estate)
  if (!hasTwin) return { engine, expected: null }
  const expected = twinLines(twinOf(estate))
  const unlike = differences(await builtLines(engine), expected)
  if (unlike !== '') throw new Error(`ledger and twin differ before any change\n${unlike}`)
  return { engine, expected }
}

const identities = readChecks('src/ledger/checks').filter(({ severity }) => severity === 'broken')

/** What a changed model does to an estate: nothing, something that no comparison notices, or a reason to reject it. */
export async function effectOn(
  one: EstateCase,
  relation: string,
  text: string,
): Promise<string | 'none' | 'unnoticed'> {
  const { engine, expected } = one
  await engine.run('begin transaction')
  try {
    await engine.run(`create temp table before_change as select * from ${relation}`)
    await engine.run(`create or replace table ${relation} as ${text}`)
    // what did not change leads to nothing that did
    const [changed] = await engine.rows(
      `select (select count(*) from (select * from before_change except all select * from ${relation}))
            + (select count(*) from (select * from ${relation} except all select * from before_change)) as rows`,
    )
    if (Number(changed?.['rows']) === 0) return 'none'
    if (expected === null) return 'unnoticed'
    const rebuilt = downstreamOf(relation)
    for (const { relation: name, file } of rebuilt) {
      await engine.run(`create or replace table ${name} as ${modelText(file)}`)
    }
    for (const { name, sql } of identities) {
      if ((await engine.rows(`select 1 from (${sql}) c limit 1`)).length > 0) return `identity: ${name}`
    }
    const names = [relation, ...rebuilt.map((model) => model.relation)].map((name) => name.replace('ledger.', ''))
    for (const name of names.filter((other) => COMPARED_RELATIONS.includes(other))) {
      const unlike = differences(await builtLines(engine, [name]), { [name]: expected[name] ?? [] })
      if (unlike !== '') return `twin: ${name}`
    }
    return 'unnoticed'
  } catch (error) {
    return `error: ${String(error instanceof Error ? error.message : error).split('\n')[0]}`
  } finally {
    await engine.run('rollback')
  }
}

/** The models of the ledger that read a relation, directly or not, in the order they run. */
export function downstreamOf(relation: string): Model[] {
  const touched = new Set([relation])
  return LEDGER_MODELS.filter((model) => {
    if (model.relation === relation) return false
    const read = [...modelText(model.file).matchAll(/\bledger\.[a-z_]+/g)].map(([name]) => name)
    const isTouched = read.some((name) => touched.has(name))
    if (isTouched) touched.add(model.relation)
    return isTouched
  })
}

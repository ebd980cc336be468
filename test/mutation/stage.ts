import type { Engine } from '../../src/engine/engine.ts'
import { type Check, modelText } from '../../src/engine/model.ts'
import type { Model } from '../../src/models.ts'

/** The models and checks of a folder with what each of them reads. */
export interface Stage {
  models: (Model & { text: string; reads: ReadonlySet<string> })[]
  checks: (Check & { reads: ReadonlySet<string> })[]
}

/** A change that alters no row. */
export const NONE = 'none'
/** A change that alters rows, of which nobody says that they are wrong. */
export const UNNOTICED = 'unnoticed'

/** Whether an effect is a reason to reject a change. */
export const isReason = (effect: string): boolean => effect !== NONE && effect !== UNNOTICED

const readsOf = (sql: string): Set<string> => new Set(sql.match(/\b[a-z]+\.[a-z][a-z0-9_]*\b/g) ?? [])

/** The models of a stage, in the order they run, and its checks. */
export function stageOf(models: readonly Model[], checks: readonly Check[]): Stage {
  return {
    models: models.map((model) => {
      const text = modelText(model.file)
      return { ...model, text, reads: readsOf(text) }
    }),
    checks: checks.map((check) => ({ ...check, reads: readsOf(check.sql) })),
  }
}

const doMeet = (reads: ReadonlySet<string>, changed: ReadonlySet<string>): boolean =>
  [...changed].some((relation) => reads.has(relation))

/**
 * Puts a changed model in its place, within a transaction of the caller's, and builds anew what reads a relation of which
 * rows changed; what did not change leads to nothing that did. `judge` says of each changed relation what is wrong with it.
 */
export async function changesBehind(
  engine: Engine,
  { models, checks }: Stage,
  relation: string,
  text: string,
  judge: (relation: string) => Promise<string | null>,
): Promise<string> {
  const changed = new Set<string>()
  try {
    for (const model of models) {
      const isFirst = model.relation === relation
      if (!isFirst && !doMeet(model.reads, changed)) continue
      if (!(await isChangedBy(engine, model.relation, isFirst ? text : model.text))) continue
      changed.add(model.relation)
      const reason = await judge(model.relation)
      if (reason !== null) return reason
    }
    for (const { name, sql, severity, reads } of checks) {
      if (severity !== 'broken' || !doMeet(reads, changed)) continue
      if ((await engine.rows(`select 1 from (${sql}) c limit 1`)).length > 0) return `identity: ${name}`
    }
  } catch (error) {
    return `error: ${String(error instanceof Error ? error.message : error).split('\n')[0]}`
  }
  return changed.size === 0 ? NONE : UNNOTICED
}

/** Builds a relation from another text; whether any row of it changed. */
async function isChangedBy(engine: Engine, relation: string, text: string): Promise<boolean> {
  await engine.run(`create or replace temp table before_change as select * from ${relation}`)
  await engine.run(`create or replace table ${relation} as ${text}`)
  const [row] = await engine.rows(
    `select case when (select count(*) from before_change) <> (select count(*) from ${relation}) then 1
                 else (select count(*) from (select * from before_change except all select * from ${relation}) d) end as rows`,
  )
  return Number(row?.['rows']) !== 0
}

import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { packageRoot } from '../package_root.ts'
import type { Engine } from './engine.ts'

/** The text of a model: one bare `select`. */
export function modelText(file: string): string {
  return readFileSync(join(packageRoot, file), 'utf8').trim().replace(/;$/, '')
}

/** What is built: the relation (`schema.name`), the `.sql` file, and whether it is worked out anew by each who reads it. */
export interface BuiltModel {
  relation: string
  file: string
  isView?: boolean
}

/** Builds the relation of a model, replacing an earlier one. A failure names the model's file. */
export async function buildModel(engine: Engine, model: BuiltModel): Promise<void> {
  try {
    const kind = model.isView === true ? 'view' : 'table'
    await engine.run(`create or replace ${kind} ${model.relation} as ${modelText(model.file)}`)
  } catch (cause) {
    throw new Error(`${model.file} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

/** A check: counter-examples (subject, message, evidence) of the sentence that its file is named by. */
export interface Check {
  name: string
  /** `broken` stops the run: an identity of the ledger does not hold. */
  severity: 'broken' | 'error' | 'warning' | 'info'
  sql: string
}

/** The checks of a folder in the order of their names. Each file says `-- severity: …` in its header. */
export function readChecks(folder: string): Check[] {
  return readdirSync(join(packageRoot, folder))
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => {
      const sql = modelText(`${folder}/${name}`)
      const severity = /^-- severity: (broken|error|warning|info)$/m.exec(sql)?.[1] as Check['severity'] | undefined
      if (severity === undefined) throw new Error(`${folder}/${name} has no line "-- severity: error|warning|info"`)
      return { name: basename(name, '.sql'), severity, sql }
    })
}

/** Appends the counter-examples of each check to a table (check_name, severity, subject, message, evidence). */
export async function runChecks(engine: Engine, checks: readonly Check[], table: string): Promise<void> {
  for (const check of checks) {
    try {
      await engine.run(
        `insert into ${table} select '${check.name}', '${check.severity}', subject, message, evidence from (${check.sql}) c order by subject, message, evidence`,
      )
    } catch (cause) {
      throw new Error(`check ${check.name} failed: ${cause instanceof Error ? cause.message : String(cause)}`, {
        cause,
      })
    }
  }
}

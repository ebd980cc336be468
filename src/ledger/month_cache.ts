import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Engine } from '../engine/engine.ts'
import { keepTables, takeTables } from '../engine/kept_table.ts'
import { HISTORY_MODELS } from '../models.ts'
import { packageRoot } from '../package_root.ts'
import type { DayText } from '../types.ts'
import type { LedgerSettings } from './build.ts'

/** Where the history of earlier months is kept. */
export interface MonthCacheSettings {
  /** The cache's folder; `normalise/reading_cache.ts` removes what no run used for long. */
  folder: string
  /** UTC seconds. */
  now: number
}

/**
 * The history of earlier months as Parquet, under the hash of all that it follows from: every file of the folder, the
 * settings of the ledger, and the code that reads and computes. A changed file is thereby another entry, and nothing is
 * ever stale. Losing an entry, or the whole cache, costs time only.
 */
export interface MonthCache {
  /** Makes schema `history`'s rows of a month from what is kept. False when nothing is, or when it is damaged. */
  take(month: DayText): Promise<boolean>
  /** Keeps the rows of a month. A cache that cannot be written to is no failure of a run. */
  keep(month: DayText): Promise<void>
  /** Why keeping failed the last time. */
  readonly failure: string | null
}

/** Opens the cache for the records in schema `normalise` and the settings of one run. */
export async function openMonthCache(
  engine: Engine,
  { folder, now }: MonthCacheSettings,
  settings: LedgerSettings,
): Promise<MonthCache> {
  const print = codePrint()
  const inputs = await inputsOf(engine)
  const entryOf = (month: DayText): string => {
    const { ownerTag, minimumEvidence, shortLivedDays, subscriptions = [] } = settings
    const of = [month, inputs, ownerTag, minimumEvidence, shortLivedDays, subscriptions.toSorted()]
    return join(folder, print, createHash('sha256').update(JSON.stringify(of)).digest('hex'))
  }
  let failure: string | null = null
  return {
    get failure() {
      return failure
    },
    async take(month) {
      const kept = takeTables(entryOf(month), TABLES, now)
      if (kept === null) return false
      for (const { relation } of HISTORY_MODELS) {
        const rows = `select * from read_parquet(${kept[relation]})`
        await engine.run(`create table if not exists ${relation} as select * from (${rows}) kept where 1 = 0`)
        await engine.run(`insert into ${relation} ${rows}`)
      }
      return true
    },
    async keep(month) {
      try {
        await keepTables(
          engine,
          entryOf(month),
          Object.fromEntries(TABLES.map((table) => [table, rowsOf(table, month)])),
          now,
        )
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error)
      }
    },
  }
}

const TABLES = HISTORY_MODELS.map(({ relation }) => relation)

function rowsOf(table: string, month: DayText): string {
  return `select * from ${table} where month = date '${month}'`
}

/** All that is known of the files: their bytes, their names, and what was decided of them. */
async function inputsOf(engine: Engine): Promise<unknown> {
  return engine.rows(
    `select f.path, f.kind, f.form, f.sha256, f.row_count, f.snapshot_at, f.snapshot_evidence, f.is_truncated, s.path as superseded_by
     from normalise.source_file f
     left join normalise.source_file s on s.file_id = f.superseded_by
     order by f.path`,
  )
}

/** The hash of the code that reads records and makes the ledger of them, and of the engine's version. */
function codePrint(): string {
  const hash = createHash('sha256').update('months')
  const here = import.meta.dirname
  const folders = [
    ...['', '../normalise', '../engine'].map((name) => join(here, name)),
    ...['ledger', 'normalise', 'engine'].map((name) => join(packageRoot, 'src', name)),
  ]
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  )
  files.push(createRequire(import.meta.url).resolve('@duckdb/node-api/package.json'))
  for (const file of [...new Set(files)].sort())
    hash.update(file.slice(packageRoot.length)).update('\0').update(readFileSync(file))
  return hash.digest('hex').slice(0, 16)
}

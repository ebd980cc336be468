import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { z } from 'zod'
import { type Engine, sqlText } from '../engine/engine.ts'
import { flush, sha256Of } from '../engine/kept_table.ts'
import { packageRoot } from '../package_root.ts'
import { openProofCache, type ProofCache } from './proof_cache.ts'

/** One file of a group that is read and kept together. */
export interface KeptInput {
  fileId: number
  /** Of the file as it lies there, hexadecimal. */
  sha256: string
}

/** Tables with a column `file_id` that a reading appends to. */
export interface KeptReading {
  inputs: readonly KeptInput[]
  /** What else the rows depend on, such as the kind the files were recognised as. */
  settings: readonly string[]
  tables: readonly string[]
  /** Rows that those of the tables refer to. */
  shared?: readonly SharedRows[]
}

/** Rows without a file, each with a number that is another in every run, to which rows of files refer. */
export interface SharedRows {
  table: string
  /** The column of their number, here and in the table that refers to them. */
  number: string
  /** What is kept of them. */
  columns: readonly string[]
  /** The table of the reading that refers to them. */
  by: string
  /** Takes kept rows, a query of the number they had and the columns; `renumbered` is filled with their numbers of now. */
  take(kept: string): Promise<void>
  /** A table of `kept_number` and the column of the number. */
  renumbered: string
}

/**
 * What was read of files before, as Parquet, under the hash of all it was read from: the bytes of the files, the code
 * that reads them, and what was decided of them. A changed file is thereby another entry, and nothing is ever stale.
 * Losing an entry, or the whole cache, costs time only.
 */
export interface ReadingCache {
  /** Appends the kept rows to the tables. False when there are none, or when they are damaged: then they are removed. */
  take(engine: Engine, reading: KeptReading): Promise<boolean>
  /** Keeps the rows of the group that stand in the tables. A cache that cannot be written to is no failure of a run. */
  keep(engine: Engine, reading: KeptReading): Promise<void>
  /** What reading files to their end proved before. */
  readonly proofs: ProofCache
  /** Files that are together smaller are not kept: they are read as fast as they are looked up. */
  readonly leastBytes: number
  /** Files taken from the cache and files newly kept so far, and why keeping failed the last time. */
  readonly counts: { taken: number; kept: number; failure: string | null }
}

/** What an entry says of itself: a file that was cut or altered does not match. */
const entrySchema = z.strictObject({
  /** SHA-256 of the Parquet file of each table; null: the files have no row for it, and there is no file. */
  tables: z.record(z.string(), z.string().nullable()),
})

const ENTRY = 'entry.json'
const DAY_SECONDS = 86_400

/** An entry that no run took for as long goes: a year of months is read again within it. */
const UNUSED_DAYS = 400

/** What a run that died left behind is removed after a day: no run takes as long. */
const PARTIAL_DAYS = 1

/**
 * Opens the cache in a folder, which is made when something is kept. `now` in UTC seconds. Entries that were not used
 * for 400 days are removed.
 */
export function openReadingCache(folder: string, now: number, leastBytes = 64 * 1024): ReadingCache {
  const root = join(folder, readerPrint())
  prune(folder, now)
  const counts: ReadingCache['counts'] = { taken: 0, kept: 0, failure: null }
  const entryOf = (reading: KeptReading) => join(root, keyOf(reading))
  const failed = (error: unknown): void => {
    counts.failure = error instanceof Error ? error.message : String(error)
  }
  return {
    counts,
    leastBytes,
    proofs: openProofCache(join(root, 'proofs.jsonl'), now, failed),
    async take(engine, reading) {
      const entry = entryOf(reading)
      const { shared = [], tables } = reading
      const filled = filledTables(entry, [...shared.map(({ table }) => table), ...tables])
      if (filled === null) return false
      for (const table of filled) {
        const file = join(entry, `${table}.parquet`)
        const rows = shared.find((candidate) => candidate.table === table)
        if (rows === undefined) await append(engine, table, file, reading)
        else await rows.take(`select * from read_parquet(${sqlText(file)})`)
      }
      utimesSync(entry, now, now)
      counts.taken += reading.inputs.length
      return true
    },
    async keep(engine, reading) {
      try {
        await keepEntry(engine, reading, entryOf(reading), now)
        counts.kept += reading.inputs.length
      } catch (error) {
        failed(error)
      }
    },
  }
}

function keyOf({ inputs, settings, shared = [], tables }: KeptReading): string {
  const of = [inputs.map(({ sha256 }) => sha256), settings, tables, shared.map(({ table }) => table)]
  return createHash('sha256').update(JSON.stringify(of)).digest('hex')
}

/**
 * The tables that the entry has rows for, when it is there as it was kept; null otherwise. Anything else that lies in
 * its place is removed.
 */
function filledTables(entry: string, tables: readonly string[]): string[] | null {
  if (!existsSync(entry)) return null
  try {
    const kept = entrySchema.parse(JSON.parse(readFileSync(join(entry, ENTRY), 'utf8'))).tables
    const filled = tables.filter((table) => kept[table] !== null)
    if (filled.every((table) => kept[table] === sha256Of(join(entry, `${table}.parquet`)))) return filled
  } catch {
    // What cannot be read is damaged: it is read anew from the source.
  }
  rmSync(entry, { recursive: true, force: true })
  return null
}

async function append(engine: Engine, table: string, file: string, reading: KeptReading): Promise<void> {
  const columns = await columnsOf(engine, table)
  const referred = (reading.shared ?? []).filter(({ by }) => by === table)
  const values = columns.map((name) => {
    const at = referred.findIndex(({ number }) => number === name)
    return at < 0 ? `${name === 'file_id' ? 'i' : 'k'}.${name}` : `n${at}.${name}`
  })
  const joins = referred.map(
    ({ renumbered, number }, at) => `join ${renumbered} n${at} on n${at}.kept_number = k.${number}`,
  )
  await engine.run(
    `insert into ${table} (${columns.join(', ')})
     select ${values.join(', ')}
     from read_parquet(${sqlText(file)}) k
     join (values ${places(reading.inputs)}) i (place, file_id) on i.place = k.place
     ${joins.join(' ')}`,
  )
}

async function keepEntry(engine: Engine, reading: KeptReading, entry: string, now: number): Promise<void> {
  mkdirSync(join(entry, '..'), { recursive: true, mode: 0o700 })
  const partial = mkdtempSync(`${entry}.partial-`)
  try {
    const tables: z.infer<typeof entrySchema>['tables'] = {}
    const write = async (table: string, query: string): Promise<void> => {
      const file = join(partial, `${table}.parquet`)
      const [written] = await engine.rows(`copy (${query}) to ${sqlText(file)} (format parquet, compression zstd)`)
      const isFilled = written?.['Count'] !== '0'
      if (isFilled) flush(file)
      else rmSync(file)
      tables[table] = isFilled ? sha256Of(file) : null
    }
    for (const table of reading.tables) {
      const columns = (await columnsOf(engine, table)).filter((name) => name !== 'file_id').map((name) => `k.${name}`)
      await write(
        table,
        `select i.place, ${columns.join(', ')} from ${table} k
         join (values ${places(reading.inputs)}) i (place, file_id) on i.file_id = k.file_id`,
      )
    }
    const files = reading.inputs.map(({ fileId }) => fileId).join(', ')
    for (const { table, number, columns, by } of reading.shared ?? []) {
      await write(
        table,
        `select ${[number, ...columns].join(', ')} from ${table}
         where ${number} in (select ${number} from ${by} where file_id in (${files}))`,
      )
    }
    writeFileSync(join(partial, ENTRY), `${JSON.stringify({ tables }, null, 2)}\n`)
    flush(join(partial, ENTRY))
    utimesSync(partial, now, now)
    // Another run may have been faster with the same rows: then its entry stays.
    if (!existsSync(entry)) renameSync(partial, entry)
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
}

/** Files by their place in the group: the number a file has in a run means nothing in the next. */
function places(inputs: readonly KeptInput[]): string {
  return inputs.map(({ fileId }, place) => `(${place}, ${fileId})`).join(', ')
}

async function columnsOf(engine: Engine, table: string): Promise<string[]> {
  return (await engine.describe(`select * from ${table}`)).map(({ name }) => name)
}

let print: string | undefined

/** The hash of the code that reads, and of the engine's version: another one has its own entries. */
function readerPrint(): string {
  if (print !== undefined) return print
  const hash = createHash('sha256')
  const files = [
    ...readdirSync(import.meta.dirname).map((name) => join(import.meta.dirname, name)),
    ...readdirSync(join(packageRoot, 'src/normalise')).map((name) => join(packageRoot, 'src/normalise', name)),
    join(packageRoot, 'src/engine/duckdb.macros.sql'),
    createRequire(import.meta.url).resolve('@duckdb/node-api/package.json'),
  ]
  for (const file of [...new Set(files)].sort()) {
    if (statSync(file).isFile()) hash.update(file.slice(packageRoot.length)).update('\0').update(readFileSync(file))
  }
  print = hash.digest('hex').slice(0, 16)
  return print
}

function prune(folder: string, now: number): void {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return
  for (const reader of readdirSync(folder)) {
    const root = join(folder, reader)
    if (!/^[0-9a-f]{16}$/.test(reader) || !statSync(root).isDirectory()) continue
    for (const name of readdirSync(root)) {
      const days = name.includes('.partial-') ? PARTIAL_DAYS : UNUSED_DAYS
      const usedAt = statSync(join(root, name), { throwIfNoEntry: false })?.mtimeMs ?? now * 1000
      if (usedAt / 1000 < now - days * DAY_SECONDS) rmSync(join(root, name), { recursive: true, force: true })
    }
  }
}

import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Engine, sqlText } from './engine.ts'

const ENTRY = 'entry.json'

/**
 * The Parquet files of an entry, as SQL texts by table, when it is there as it was kept; null otherwise. Anything else
 * that lies in its place is removed. An entry that is taken counts as used at `now`, UTC seconds.
 */
export function takeTables(
  entry: string,
  tables: readonly string[],
  now: number,
): Readonly<Record<string, string>> | null {
  if (!existsSync(entry)) return null
  try {
    const kept = JSON.parse(readFileSync(join(entry, ENTRY), 'utf8')) as Record<string, unknown>
    const files = tables.map((table) => [table, join(entry, `${table}.parquet`)] as const)
    if (files.every(([table, file]) => kept[table] === sha256Of(file))) {
      utimesSync(entry, now, now)
      return Object.fromEntries(files.map(([table, file]) => [table, sqlText(file)]))
    }
  } catch {
    // What cannot be read is damaged: it is made anew.
  }
  rmSync(entry, { recursive: true, force: true })
  return null
}

/** Keeps the rows of queries, by table, as an entry that is there whole or not at all. */
export async function keepTables(
  engine: Engine,
  entry: string,
  queries: Readonly<Record<string, string>>,
  now: number,
): Promise<void> {
  mkdirSync(join(entry, '..'), { recursive: true, mode: 0o700 })
  const partial = mkdtempSync(`${entry}.partial-`)
  try {
    const hashes: Record<string, string> = {}
    for (const [table, query] of Object.entries(queries)) {
      const file = join(partial, `${table}.parquet`)
      await engine.run(`copy (${query}) to ${sqlText(file)} (format parquet, compression zstd)`)
      flush(file)
      hashes[table] = sha256Of(file)
    }
    writeFileSync(join(partial, ENTRY), `${JSON.stringify(hashes, null, 2)}\n`)
    flush(join(partial, ENTRY))
    utimesSync(partial, now, now)
    // Another run may have been faster with the same rows: then its entry stays.
    if (!existsSync(entry)) renameSync(partial, entry)
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
}

/** SHA-256 of a file's bytes, hexadecimal. */
export function sha256Of(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

/** Has a file's bytes on the disk before what names it is. */
export function flush(file: string): void {
  const handle = openSync(file, 'r+')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

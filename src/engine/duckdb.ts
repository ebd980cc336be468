import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DuckDBValue } from '@duckdb/node-api'
import { packageRoot } from '../package_root.ts'
import { tellAllocator } from './allocator.ts'
import { type Engine, type Row, type SqlValue, sqlText } from './engine.ts'

export interface EngineOptions {
  /** Upper bound of the buffer manager; the process may pass it by some hundred MB. */
  memoryLimitMegabytes?: number
  threads?: number
  /** Sorting and joining spill into a new folder below this one; the system's folder for temporary files unless told. */
  temporaryFolder?: string
  /** Of the files that will be read, as they lie there. Much of it is worked on in a file of the temporary folder. */
  inputBytes?: number
  /** Whether {@link Engine.percentDone} is asked for: the engine's reckoning takes some percent of its time. */
  tellsProgress?: boolean
}

/**
 * Whether so many bytes of input are worked on in a file, where relations are compressed to a fifth: what does not fit into
 * memory is otherwise spilled as it is, which took 7.4 GB of disk for 2.9 GB of exports. Of less, a tenth of the time is worth more.
 */
export function isLargeInput(bytes: number): boolean {
  return bytes >= 4 * 1024 ** 3
}

/**
 * The bound of {@link Engine.inLessMemory}. By a throw-away measurement a process that read the first half of 1,000,000
 * rows of 40 columns in order was 1,170 MB large within 800 MB for the engine and 690 MB within 400, in the same time.
 */
const LESS_MEGABYTES = 400

/**
 * Opens DuckDB, in memory unless the input is large. No extension is ever downloaded or loaded on its own: what is linked
 * in (Parquet, JSON, CSV, ICU) is all there is.
 */
export async function openDuckDb(options: EngineOptions = {}): Promise<Engine> {
  const isLarge = isLargeInput(options.inputBytes ?? 0)
  tellAllocator(isLarge)
  const { DuckDBInstance } = await import('@duckdb/node-api')
  // Without this DuckDB would spill into `.tmp` of whatever folder the user stands in.
  const spillFolder = mkdtempSync(join(options.temporaryFolder ?? tmpdir(), 'hourwise-spill-'))
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    ...(options.memoryLimitMegabytes ? { memory_limit: `${options.memoryLimitMegabytes}MB` } : {}),
    ...(options.threads ? { threads: String(options.threads) } : {}),
    temp_directory: spillFolder,
  })
  const connection = await instance.connect()
  await connection.run("set TimeZone = 'UTC'")
  if (options.tellsProgress)
    await connection.run('set enable_progress_bar = true; set enable_progress_bar_print = false')
  if (isLarge) {
    // The file is thrown away with the spill folder, so that nothing has to be safe in it when the run is cut off.
    await connection.run(
      `attach ${sqlText(join(spillFolder, 'working.db'))} as working (recovery_mode 'no_wal_writes'); use working;
       pragma disable_checkpoint_on_shutdown`,
    )
    // It makes of "the newest row of each" an aggregate that holds those rows in memory, beyond the bound; a window spills.
    await connection.run("set disabled_optimizers = 'top_n_window_elimination'")
  }
  await connection.run(readFileSync(join(packageRoot, 'src/engine/duckdb.macros.sql'), 'utf8'))

  const engine: Engine = {
    async run(sql) {
      await connection.run(sql)
    },
    async rows(sql, parameters = []) {
      const reader = await connection.runAndReadAll(sql, [...parameters] as DuckDBValue[])
      return reader.getRowObjectsJson() as Row[]
    },
    async *batches(sql) {
      const result = await connection.stream(sql)
      for await (const rows of result.yieldRowObjectJson()) yield rows as Row[]
    },
    async describe(sql) {
      const rows = await engine.rows(`describe ${sql}`)
      return rows.map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) }))
    },
    async insert(table, rows) {
      const width = rows[0]?.length ?? 0
      for (let start = 0; start < rows.length; start += 500) {
        const values = rows.slice(start, start + 500).map((row) => {
          if (row.length !== width)
            throw new Error(`insert into ${table}: a row has ${row.length} values, not ${width}`)
          return `(${row.map(literal).join(', ')})`
        })
        await connection.run(`insert into ${table} values ${values.join(', ')}`)
      }
    },
    percentDone() {
      // below 0 where the engine does not know, 0 between two statements
      const { percentage } = connection.progress
      return percentage > 0 ? percentage : null
    },
    async inLessMemory(act) {
      const usual = options.memoryLimitMegabytes
      if (!isLarge || usual === undefined || usual <= LESS_MEGABYTES) return act()
      await connection.run(`set memory_limit = '${LESS_MEGABYTES}MB'`)
      try {
        return await act()
      } finally {
        await connection.run(`set memory_limit = '${usual}MB'`)
      }
    },
    async close() {
      connection.closeSync()
      instance.closeSync()
      rmSync(spillFolder, { recursive: true, force: true })
    },
  }
  return engine
}

function literal(value: SqlValue): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return sqlText(value)
  return String(value)
}

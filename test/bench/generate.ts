import { existsSync, linkSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import { packageRoot } from '../../src/package_root.ts'
import { runNode } from './child.ts'
import { type CostBlob, writeCostDays, writeCostManifest } from './cost_files.ts'
import type { CostFormat } from './cost_lines.ts'
import { writeRecordFiles } from './record_files.ts'

/** Estates that are smaller are written by this process: another would take longer to start. */
const SMALL_ESTATE = 5000

/** The engine writes row by row; what it buffers is bounded all the same. */
const ENGINE_MEGABYTES = 1000

export interface Estate {
  machines: number
  format: CostFormat
  /** Hours between two endpoint listings. */
  healthHours: number
}

/**
 * The folder of an estate below `root`, written when it is not there; files other than the cost export are shared
 * between formats.
 */
export async function generated(root: string, estate: Estate, note: (text: string) => void): Promise<string> {
  const { machines, format, healthHours } = estate
  const records = join(root, `${machines}-${healthHours}h`, 'records')
  const folder = join(root, `${machines}-${healthHours}h`, format)
  if (existsSync(folder)) return folder
  if (!existsSync(records)) {
    await written(records, `${machines} machines: records`, note, (part) => writeRecords(part, machines, healthHours))
  }
  await written(folder, `${machines} machines: cost export, ${format}`, note, async (part) => {
    await writeCosts(join(part, 'cost'), machines, format)
    for (const path of readdirSync(records, { recursive: true, encoding: 'utf8' })) {
      if (statSync(join(records, path)).isDirectory()) continue
      mkdirSync(dirname(join(part, path)), { recursive: true })
      linkSync(join(records, path), join(part, path))
    }
  })
  return folder
}

/** Writes beside the folder, which is there only when it is whole. */
async function written(
  folder: string,
  what: string,
  note: (text: string) => void,
  write: (part: string) => Promise<void>,
): Promise<void> {
  const part = `${folder}.part`
  const begun = process.hrtime.bigint()
  rmSync(part, { recursive: true, force: true })
  await write(part)
  renameSync(part, folder)
  note(`${what}, written in ${(Number(process.hrtime.bigint() - begun) / 1e9).toFixed(1)} s`)
}

async function writeCosts(folder: string, machines: number, format: CostFormat): Promise<void> {
  if (machines >= SMALL_ESTATE) {
    const written = await inParts('cost_part.ts', [folder, format, ENGINE_MEGABYTES, machines])
    const blobs = written.flatMap((stdout) => JSON.parse(stdout) as CostBlob[])
    return writeCostManifest(folder, machines, format, blobs)
  }
  const engine = await openDuckDb({ memoryLimitMegabytes: ENGINE_MEGABYTES })
  try {
    writeCostManifest(folder, machines, format, await writeCostDays(engine, folder, machines, format))
  } finally {
    await engine.close()
  }
}

async function writeRecords(folder: string, machines: number, healthHours: number): Promise<void> {
  if (machines < SMALL_ESTATE) return writeRecordFiles(folder, machines, healthHours)
  await inParts('record_part.ts', [folder, machines, healthHours])
}

/** Runs a script of this folder once for each core, each with its share, and gives what they print. */
async function inParts(name: string, args: readonly (string | number)[]): Promise<string[]> {
  const script = join(packageRoot, 'test/bench', name)
  const parts = availableParallelism()
  const runs = await Promise.all(
    Array.from({ length: parts }, (_, part) =>
      runNode(['--import', 'tsx', script, ...[...args, part, parts].map(String)]),
    ),
  )
  const failed = runs.find(({ code }) => code !== 0)
  if (failed !== undefined) throw new Error(`${name}: the files could not be written: ${failed.stderr}`)
  return runs.map(({ stdout }) => stdout)
}

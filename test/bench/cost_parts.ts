import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The parts of a cost export below a folder, in the order of their names. */
export function costParts(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /part_.*\.(csv\.gz|parquet)$/.test(path))
    .sort()
    .map((path) => join(folder, path))
}

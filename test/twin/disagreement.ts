import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listing } from './listing.ts'
import type { Estate, Normalised } from './rows.ts'

/**
 * Writes the smallest estate that a statement fails on into a new folder for reading: what failed (`cause.txt`), the
 * estate row by row (`estate.txt`), each of its relations as a CSV file without the columns that are NULL throughout,
 * and the whole as `estate.json`. `TWIN_FOLDER` sets where; the system's folder for temporary files unless told.
 */
export function writeDisagreement(estate: Estate, cause: string, seed: number): string {
  const place = process.env['TWIN_FOLDER'] ?? tmpdir()
  mkdirSync(place, { recursive: true })
  const folder = mkdtempSync(join(place, `hourwise-twin-${seed}-`))
  writeFileSync(join(folder, 'cause.txt'), `seed ${seed}\n${cause}\n`)
  writeFileSync(join(folder, 'estate.txt'), `${listing(estate)}\n`)
  writeFileSync(join(folder, 'estate.json'), `${JSON.stringify(estate, null, 2)}\n`)
  for (const relation of Object.keys(estate.rows) as (keyof Normalised)[]) {
    const rows: readonly Record<string, unknown>[] = estate.rows[relation]
    const columns = Object.keys(rows[0] ?? {}).filter((name) => rows.some((row) => row[name] !== null))
    if (rows.length === 0) continue
    const lines = [columns, ...rows.map((row) => columns.map((name) => cell(row[name])))]
    writeFileSync(join(folder, `${relation}.csv`), lines.map((line) => `${line.join(',')}\n`).join(''))
  }
  return folder
}

function cell(value: unknown): string {
  const text = String(value ?? '')
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

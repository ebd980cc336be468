import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync, utimesSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { CsvShape } from './csv_shape.ts'

/**
 * What reading files to their end proved before: of a gzip that its checksum is right, of a CSV its records. That is told
 * by the bytes alone, so by their hash.
 */
export interface ProofCache {
  /** What was proven of a file with these bytes; null: nothing. */
  take(proven: Proven): { csv: CsvShape | null } | null
  keep(proven: Proven, csv: CsvShape | null): void
}

/** A file with what it was read as. */
export interface Proven {
  sha256: string
  encoding: 'gzip' | 'plain'
  isCsv: boolean
}

const lineSchema = z.strictObject({
  key: z.string(),
  csv: z
    .strictObject({ records: z.number(), isOpen: z.boolean(), isUnended: z.boolean(), lastLine: z.number() })
    .nullable(),
})

/**
 * Opens the list in which proofs are kept, one line each, which are only ever added. A line that was cut or altered does
 * not match its own hash and counts for nothing. `onFailure` is told why a line could not be added.
 */
export function openProofCache(file: string, now: number, onFailure: (error: unknown) => void): ProofCache {
  const known = new Map<string, CsvShape | null>()
  for (const line of linesOf(file)) {
    const proof = proofOf(line)
    if (proof !== null) known.set(proof.key, proof.csv)
  }
  let isUsed = false
  return {
    take(proven) {
      const csv = known.get(keyOf(proven))
      if (csv === undefined) return null
      if (!isUsed) markUsed(file, now)
      isUsed = true
      return { csv }
    },
    keep(proven, csv) {
      const key = keyOf(proven)
      const text = JSON.stringify({ key, csv } satisfies z.infer<typeof lineSchema>)
      try {
        mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
        // The line before may have been cut: this one begins anew.
        appendFileSync(file, `\n${hashOf(text)} ${text}`, { mode: 0o600 })
        markUsed(file, now)
        known.set(key, csv)
      } catch (error) {
        onFailure(error)
      }
    },
  }
}

function keyOf({ sha256, encoding, isCsv }: Proven): string {
  return [sha256, encoding, isCsv ? 'csv' : 'other'].join(' ')
}

/** None when there is no list or it cannot be read: then all is proven anew. */
function linesOf(file: string): string[] {
  try {
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
  } catch {
    return []
  }
}

/** A list that no run uses goes with the entries of its folder. */
function markUsed(file: string, now: number): void {
  try {
    utimesSync(file, now, now)
  } catch {
    // Another run removed it: what was proven of it holds all the same.
  }
}

function proofOf(line: string): z.infer<typeof lineSchema> | null {
  const [hash, text] = [line.slice(0, HASH_LENGTH), line.slice(HASH_LENGTH + 1)]
  if (text === '' || hash !== hashOf(text)) return null
  return lineSchema.safeParse(JSON.parse(text)).data ?? null
}

const HASH_LENGTH = 16

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH)
}

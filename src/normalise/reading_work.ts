import { RECORD_KINDS } from './records.ts'
import type { FoundFile, SourceFile } from './source_file.ts'

/** A step of the reading: `done` and `total` count the same arbitrary unit, `label` is a file's path. */
export interface ReadingProgress {
  done: number
  total: number
  label: string
}

/**
 * About how long each pass takes, in milliseconds for a file and for a megabyte of it, so that what is left is not
 * reckoned from small files that were only looked at. Rough, from one reading of 1,000,000 machines (CSV is reckoned from
 * smaller ones); only their proportions count.
 */
const RECOGNISE = { file: 3, megabyte: 0 }
const PROVE = { file: 0.5, megabyte: 4.5 }
const READ_PARQUET = { file: 50, megabyte: 25 }
const READ_COST_TEXT = { file: 50, megabyte: 30 }
const READ_RECORDS = { file: 2, megabyte: 120 }

/** How much longer a megabyte of gzipped cost lines takes. */
const GZIP_RATIO = 10

type Pass = typeof RECOGNISE

/** Tells what is done of a folder, pass by pass: what a file is, whether it is whole, what is in it. */
export interface ReadingWork {
  recognised(file: FoundFile): void
  /** All files are recognised, and it is known which of them are read. */
  toRead(files: readonly SourceFile[]): void
  proved(file: FoundFile): void
  read(files: readonly { path: string }[]): void
}

/** Opens the account of a folder's files. */
export function openReadingWork(
  found: readonly FoundFile[],
  onProgress: (progress: ReadingProgress) => void = () => {},
): ReadingWork {
  const reading = new Map<string, number>()
  let total = 0
  let done = 0
  const step = (file: { path: string }, work: number): void => {
    done += work
    onProgress({ done: Math.min(done, total), total, label: file.path })
  }
  for (const file of found) total += took(RECOGNISE, file) + took(PROVE, file) + took(READ_RECORDS, file)
  return {
    recognised: (file) => step(file, took(RECOGNISE, file)),
    toRead(files) {
      total = done
      for (const file of files) {
        reading.set(file.path, readingOf(file))
        total += took(PROVE, file) + readingOf(file)
      }
    },
    proved: (file) => step(file, took(PROVE, file)),
    read(files) {
      for (const file of files) step(file, reading.get(file.path) ?? 0)
    },
  }
}

const took = (pass: Pass, { bytes }: FoundFile): number => pass.file + (pass.megabyte * bytes) / 1e6

function readingOf(file: SourceFile): number {
  if (file.supersededBy !== null) return 0
  if (file.kind === 'cost') {
    if (file.form.includes('Parquet')) return took(READ_PARQUET, file)
    return took(READ_COST_TEXT, file) * (file.form.includes('(gzip)') ? GZIP_RATIO : 1)
  }
  return (RECORD_KINDS as readonly string[]).includes(file.kind) ? took(READ_RECORDS, file) : 0
}

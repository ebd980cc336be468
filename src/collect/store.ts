import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { EXIT, HourwiseError } from '../errors.ts'
import { type CollectedEntry, type Collection, collectionSchema } from './collection_schema.ts'

/** A page or blob that lies on the disk, complete. `next` is where its chain goes on; null: this was the last. */
export interface JournalEntry extends CollectedEntry {
  chain: string
  next: string | null
  /** Rows that the service says there are in the whole chain. */
  announced?: number | null
  /** The service says that it left rows out. */
  isCut?: boolean
}

/** The folder of a collection while it is filled. */
export interface Store {
  /** The moment this collection began, UTC seconds: an unfinished one keeps its moment. */
  readonly beganAt: number
  /** True when an unfinished collection is gone on with. */
  readonly isResumed: boolean
  /** Pages of a chain that are there already, in order. */
  pagesOf(chain: string): readonly JournalEntry[]
  /** Files of earlier collections by path. */
  earlier(path: string): CollectedEntry | undefined
  /** All files of earlier collections that still lie there, by path. */
  earlierFiles(): readonly CollectedEntry[]
  /** Writes a file as a whole and then its line of the journal. */
  keep(entry: Omit<JournalEntry, 'sha256' | 'bytes'>, content: Uint8Array): void
  read(path: string): Buffer
  /** Writes `collection.json`; with `isFinished` the journal goes, else the next call goes on from here. */
  finish(run: Collection['runs'][number], isFinished: boolean): void
  readonly entries: readonly JournalEntry[]
}

const JOURNAL = '.collect/journal.jsonl'
const COLLECTION = 'collection.json'

/**
 * Opens the folder. `plan` is what is collected, as text: an unfinished collection of another plan is a HourwiseError.
 * A page counts only when its line of the journal is whole and its file has the hash that stands there: whatever a kill
 * left half-done is fetched again, and nothing else is.
 */
export function openStore(folder: string, plan: string, nowSeconds: number): Store {
  mkdirSync(join(folder, '.collect'), { recursive: true })
  const collection = readCollectionFile(folder)
  const { beganAt, entries, isResumed } = readJournal(folder, plan, nowSeconds)
  const earlier = new Map(collection.files.map((file) => [file.path, file]))
  if (!isResumed) appendLine(folder, { plan, beganAt })
  return {
    beganAt,
    isResumed,
    entries,
    pagesOf: (chain) => entries.filter((entry) => entry.chain === chain),
    earlier: (path) => {
      const file = earlier.get(path)
      return file !== undefined && existsSync(join(folder, path)) ? file : undefined
    },
    earlierFiles: () => collection.files.filter(({ path }) => existsSync(join(folder, path))),
    keep(entry, content) {
      const stored = entry.path.endsWith('.json.gz') ? gzipSync(content) : content
      writeWhole(join(folder, entry.path), stored)
      const line = { ...entry, sha256: sha256(stored), bytes: stored.length }
      appendLine(folder, line)
      entries.push(line)
    },
    read: (path) => readFileSync(join(folder, path)),
    finish(run, isFinished) {
      const files = new Map(collection.files.map((file) => [file.path, file]))
      for (const { path, source, snapshotAt, sha256: hash, bytes, rows } of entries)
        files.set(path, { path, source, snapshotAt, sha256: hash, bytes, rows })
      const document: Collection = {
        ...collection,
        runs: [...collection.runs.filter((one) => one.beganAt !== run.beganAt), run],
        files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
      }
      writeWhole(join(folder, COLLECTION), Buffer.from(`${JSON.stringify(document, null, 1)}\n`))
      if (isFinished) rmSync(join(folder, '.collect'), { recursive: true, force: true })
    },
  }
}

function readCollectionFile(folder: string): Collection {
  const path = join(folder, COLLECTION)
  if (!existsSync(path)) return { collection: 'hourwise', schemaVersion: 1, runs: [], files: [] }
  try {
    return collectionSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    throw new HourwiseError(EXIT.input, 'the record of earlier collections cannot be read', {
      where: path,
      next: 'Collect into another folder, or put back the file from a copy.',
      cause,
    })
  }
}

function readJournal(folder: string, plan: string, nowSeconds: number) {
  const path = join(folder, JOURNAL)
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
  // A line that a kill cut off has no line break behind it.
  const whole = lines.slice(0, -1).map((line) => JSON.parse(line))
  const [head, ...pages] = whole as [{ plan: string; beganAt: number } | undefined, ...JournalEntry[]]
  if (head === undefined) {
    rmSync(path, { force: true })
    return { beganAt: nowSeconds, entries: [] as JournalEntry[], isResumed: false }
  }
  if (head.plan !== plan) {
    throw new HourwiseError(EXIT.usage, 'an unfinished collection of something else lies in the folder', {
      where: folder,
      details: [`unfinished ${head.plan}`, `asked for   ${plan}`],
      next: `Repeat the earlier command to finish it, or remove ${JOURNAL} to give it up.`,
    })
  }
  const entries: JournalEntry[] = []
  const broken = new Set<string>()
  for (const page of pages) {
    if (!broken.has(page.chain) && isWhole(folder, page)) entries.push(page)
    else broken.add(page.chain)
  }
  const kept = [head, ...entries].map((line) => `${JSON.stringify(line)}\n`).join('')
  writeWhole(path, Buffer.from(kept))
  return { beganAt: head.beganAt, entries, isResumed: true }
}

function isWhole(folder: string, { path, sha256: expected }: JournalEntry): boolean {
  const file = join(folder, path)
  return existsSync(file) && sha256(readFileSync(file)) === expected
}

/** Writes a file beside its place and renames it: it is there whole or not at all. */
function writeWhole(path: string, content: Uint8Array): void {
  const partial = join(dirname(path), `.${path.slice(path.lastIndexOf('/') + 1)}.partial`)
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeSynced(partial, 'w', content)
    renameSync(partial, path)
  } catch (cause) {
    rmSync(partial, { force: true })
    throw storingError(path, cause)
  }
}

function appendLine(folder: string, line: unknown): void {
  try {
    writeSynced(join(folder, JOURNAL), 'a', Buffer.from(`${JSON.stringify(line)}\n`))
  } catch (cause) {
    throw storingError(folder, cause)
  }
}

function writeSynced(path: string, flag: 'a' | 'w', content: Uint8Array): void {
  const handle = openSync(path, flag)
  try {
    for (let at = 0; at < content.length; ) at += writeSync(handle, content, at)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function storingError(where: string, cause: unknown): unknown {
  const code = (cause as NodeJS.ErrnoException).code ?? ''
  if (!['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS'].includes(code)) return cause
  const isFull = code === 'ENOSPC' || code === 'EDQUOT'
  return new HourwiseError(
    EXIT.usage,
    `what was collected cannot be written: ${isFull ? 'the disk is full' : 'no right to write there'}`,
    {
      where,
      next: 'Every complete page is kept: repeat the command when there is room, and it goes on from there.',
      cause,
    },
  )
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type CollectedEntry, type Collection, type CollectionRun, collectionOf } from '../collection_schema.ts'
import { EXIT, HourwiseError } from '../errors.ts'
import { openDraft, sha256Of, stored, WORK, writeFile } from './disk.ts'
import { addToJournal, beginJournal, JOURNAL, type JournalEntry, readJournal, type Unfinished } from './journal.ts'
import type { Traffic } from './wire.ts'

/** What is known of a file before it is written. */
export type Described = Omit<JournalEntry, 'sha256' | 'bytes'>

/** A file of any size while it comes in. */
export interface Incoming {
  write(part: Uint8Array): void
  /** The file is whole: it goes to its place, and its line into the journal. */
  keep(entry: Described): void
  discard(): void
}

/** The folder of a collection while it is filled. */
export interface Store {
  /** The moment this collection began, UTC seconds: an unfinished one keeps its moment. */
  readonly beganAt: number
  /** True when an unfinished collection is gone on with. */
  readonly isResumed: boolean
  /** How many calls this collection took, with this one. */
  readonly calls: number
  /** Pages of a chain that are there already, in order. */
  pagesOf(chain: string): readonly JournalEntry[]
  /** Gives up the pages of a chain: it is read from its beginning. */
  again(chain: string): void
  /** A file of an earlier collection or of this one that lies there as it was collected. */
  whole(path: string): CollectedEntry | undefined
  /** All files of earlier collections that still lie there, by path. */
  earlierFiles(): readonly CollectedEntry[]
  /** Writes a file as a whole and then its line of the journal. */
  keep(entry: Described, content: Uint8Array): void
  receive(path: string): Incoming
  read(path: string): Buffer
  /** Notes what a listing took in this call; gives what it took in all calls. */
  spend(listing: string, traffic: Traffic): { requests: number; retries: number }
  /** What all calls of this collection asked. */
  traffic(): Traffic
  /** Writes `collection.json`; with `isFinished` the journal goes, else the next call goes on from here. */
  finish(run: CollectionRun, isFinished: boolean): void
  readonly entries: readonly JournalEntry[]
}

const COLLECTION = 'collection.json'
/** A snapshot describes one moment: an older unfinished one is closed with what it has, and another begins. */
export const RESUMED_WITHIN_SECONDS = 4 * 3600

/** Opens the folder. `plan` is what is collected, as text: an unfinished collection of another plan is a HourwiseError. */
export function openStore(
  folder: string,
  plan: string,
  nowSeconds: number,
  traffic: Traffic = { requests: 0, retries: 0, waitedSeconds: 0 },
): Store {
  const unfinished = readJournal(folder)
  const isStale = unfinished !== null && nowSeconds - unfinished.beganAt > RESUMED_WITHIN_SECONDS
  if (unfinished !== null && isStale) close(folder, unfinished)
  // Of another plan nothing was kept, after a sign-in that failed: there is nothing to go on with.
  const isEmpty = unfinished !== null && unfinished.plan !== plan && unfinished.entries.length === 0
  const resumed = isStale || isEmpty ? null : unfinished
  if (resumed !== null && resumed.plan !== plan) throw otherPlan(folder, resumed.plan, plan)
  const collection = readCollectionFile(folder)
  const beganAt = resumed?.beganAt ?? nowSeconds
  if (resumed === null) beginJournal(folder, plan, beganAt)
  let entries = resumed?.entries ?? []
  for (const path of resumed?.given ?? [])
    if (!entries.some((entry) => entry.path === path)) rmSync(join(folder, path), { force: true })
  const earlier = new Map(collection.files.map((file) => [file.path, file]))
  const byListing = new Map(resumed?.byListing)
  // After a disk took nothing any more, what still comes in must not be noted behind the gap.
  let failure: unknown
  const guarded = <T>(act: () => T): T => {
    if (failure !== undefined) throw failure
    try {
      return act()
    } catch (error) {
      failure = error
      throw error
    }
  }
  const note = (line: Parameters<typeof addToJournal>[1]) => guarded(() => addToJournal(folder, line))
  note({ call: nowSeconds, traffic: { ...traffic } })

  const kept = (entry: Described, proof: { sha256: string; bytes: number }) => {
    const page = { ...entry, ...proof }
    note({ page, traffic: { ...traffic } })
    entries.push(page)
  }

  return {
    beganAt,
    isResumed: resumed !== null,
    calls: (resumed?.calls ?? 0) + 1,
    get entries() {
      return entries
    },
    pagesOf: (chain) => entries.filter((entry) => entry.chain === chain),
    again(chain) {
      note({ again: chain, traffic: { ...traffic } })
      for (const { path } of entries.filter((entry) => entry.chain === chain))
        rmSync(join(folder, path), { force: true })
      entries = entries.filter((entry) => entry.chain !== chain)
    },
    whole(path) {
      const file = entries.find((entry) => entry.path === path) ?? earlier.get(path)
      return file !== undefined && sha256Of(join(folder, path)) === file.sha256 ? file : undefined
    },
    earlierFiles: () => collection.files.filter(({ path }) => existsSync(join(folder, path))),
    keep(entry, content) {
      const written = entry.path.endsWith('.json.gz') ? gzipSync(content) : content
      kept(
        entry,
        guarded(() => writeFile(folder, entry.path, written)),
      )
    },
    receive(path) {
      const draft = guarded(() => openDraft(folder, path))
      return {
        write: (part) => guarded(() => draft.write(part)),
        keep: (entry) =>
          kept(
            entry,
            guarded(() => draft.publish()),
          ),
        discard: () => draft.discard(),
      }
    },
    read: (path) => readFileSync(join(folder, path)),
    spend(listing, { requests, retries }) {
      const before = byListing.get(listing)
      note({ listing, requests, retries, traffic: { ...traffic } })
      const all = { requests: requests + (before?.requests ?? 0), retries: retries + (before?.retries ?? 0) }
      byListing.set(listing, all)
      return all
    },
    traffic: () => ({
      requests: traffic.requests + (resumed?.traffic.requests ?? 0),
      retries: traffic.retries + (resumed?.traffic.retries ?? 0),
      waitedSeconds: traffic.waitedSeconds + (resumed?.traffic.waitedSeconds ?? 0),
    }),
    finish(run, isFinished) {
      writeCollection(folder, collection, run, entries)
      if (isFinished) rmSync(join(folder, WORK), { recursive: true, force: true })
    },
  }
}

/** Closes a collection that nobody went on with: whole listings stay, a half one would be mistaken for the whole. */
function close(folder: string, { plan, beganAt, calls, entries, traffic, byListing }: Unfinished): void {
  const collection = readCollectionFile(folder)
  const chains = [...new Set(entries.map(({ chain }) => chain))]
  const isWhole = (chain: string) => entries.findLast((entry) => entry.chain === chain)?.next === null
  const whole = entries.filter(({ chain }) => isWhole(chain))
  const iso = new Date(beganAt * 1000).toISOString()
  const listings = chains
    .filter((chain) => !chain.startsWith('blob/'))
    .map((chain): CollectionRun['listings'][number] => {
      const pages = entries.filter((entry) => entry.chain === chain)
      return {
        listing: chain,
        source: pages[0]?.source ?? '',
        state: isWhole(chain) ? 'complete' : 'incomplete',
        pages: pages.length,
        rowsRead: pages.reduce((sum, page) => sum + (page.rows ?? 0), 0),
        rowsAnnounced: pages.at(-1)?.announced ?? null,
        ...(byListing.get(chain) ?? { requests: pages.length, retries: 0 }),
        why: isWhole(chain) ? null : 'broken off, and not gone on with in time: its pages were given up',
      }
    })
  const run: CollectionRun = {
    ...runOf(plan),
    beganAt: iso,
    endedAt: iso,
    calls,
    ...traffic,
    leastRequests: entries.length,
    listings,
  }
  for (const { path, chain } of entries) if (!isWhole(chain)) rmSync(join(folder, path), { force: true })
  writeCollection(folder, collection, run, whole)
  rmSync(join(folder, WORK), { recursive: true, force: true })
}

/** What a plan says of the run. */
export function runOf(plan: string): Pick<CollectionRun, 'scope' | 'sources' | 'days' | 'currency'> {
  const { scope, sources, days, currency } = JSON.parse(plan) as CollectionRun
  return { scope, sources, days, currency }
}

function writeCollection(
  folder: string,
  collection: Collection,
  run: CollectionRun,
  entries: readonly JournalEntry[],
): void {
  const files = new Map(collection.files.map((file) => [file.path, file]))
  for (const { path, source, snapshotAt, sha256, bytes, rows } of entries)
    files.set(path, { path, source, snapshotAt, sha256, bytes, rows })
  const document: Collection = {
    ...collection,
    runs: [...collection.runs.filter((one) => one.beganAt !== run.beganAt), run],
    files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
  }
  writeFile(folder, COLLECTION, Buffer.from(`${JSON.stringify(document, null, 1)}\n`))
}

function readCollectionFile(folder: string): Collection {
  const path = join(folder, COLLECTION)
  const text = stored(path, () => (existsSync(path) ? readFileSync(path, 'utf8') : null))
  if (text === null) return { collection: 'hourwise', schemaVersion: 1, runs: [], files: [] }
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (cause) {
    throw new HourwiseError(EXIT.input, 'the record of earlier collections is no whole JSON', {
      where: path,
      next: 'Put back the file from a copy, or collect into another folder.',
      cause,
    })
  }
  return collectionOf(document, path)
}

function otherPlan(folder: string, unfinished: string, asked: string): HourwiseError {
  return new HourwiseError(EXIT.usage, 'an unfinished collection of something else lies in the folder', {
    where: folder,
    details: [`unfinished ${unfinished}`, `asked for   ${asked}`],
    next: `Repeat the earlier command to finish it, wait until it is ${RESUMED_WITHIN_SECONDS / 3600} hours old, or remove ${JOURNAL} to give it up.`,
  })
}

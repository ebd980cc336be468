import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CollectedEntry } from '../collection_schema.ts'
import { appendLine, sha256Of, stored, WORK, writeFile } from './disk.ts'
import type { Traffic } from './wire.ts'

/** A page or blob that lies on the disk, complete. `next` is where its chain goes on; null: this was the last. */
export interface JournalEntry extends CollectedEntry {
  chain: string
  next: string | null
  /** Rows that the service says there are in the whole chain. */
  announced?: number | null
  /** The service says that it left rows out. */
  isCut?: boolean
  /** Answers that the file holds, where it is not one. */
  answers?: number
}

/** A line of the journal; each carries what its call has asked so far. */
type Line =
  | { plan: string; beganAt: number }
  | { call: number; traffic: Traffic }
  | { page: JournalEntry; traffic: Traffic }
  /** Pages of the chain that stand before this line do not count any more. */
  | { again: string; traffic: Traffic }
  /** What a listing took in one call. */
  | { listing: string; requests: number; retries: number; traffic: Traffic }

/** An unfinished collection, as its journal tells it. */
export interface Unfinished {
  readonly plan: string
  readonly beganAt: number
  readonly calls: number
  readonly entries: JournalEntry[]
  /** Files of pages that do not count any more. */
  readonly given: readonly string[]
  /** All that earlier calls asked. */
  readonly traffic: Traffic
  /** The same by listing, of those that ended in their call. */
  readonly byListing: ReadonlyMap<string, { requests: number; retries: number }>
}

export const JOURNAL = `${WORK}/journal.jsonl`

/**
 * Reads the journal; null: there is none. A page counts only when its line is whole and its file has the hash that stands
 * there: whatever a kill left half-done is fetched again, and nothing else is. What does not count is taken out.
 */
export function readJournal(folder: string): Unfinished | null {
  const path = join(folder, JOURNAL)
  if (!existsSync(path)) return null
  const lines = wholeLines(stored(path, () => readFileSync(path, 'utf8')))
  const [head, ...rest] = lines
  if (head === undefined || !('plan' in head)) return null
  let entries: JournalEntry[] = []
  const given: string[] = []
  const broken = new Set<string>()
  const traffic = { requests: 0, retries: 0, waitedSeconds: 0 }
  const byListing = new Map<string, { requests: number; retries: number }>()
  let calls = 0
  let ofCall: Traffic | null = null
  const add = () => {
    if (ofCall === null) return
    traffic.requests += ofCall.requests
    traffic.retries += ofCall.retries
    traffic.waitedSeconds += ofCall.waitedSeconds
  }
  for (const line of rest) {
    if ('plan' in line) continue
    if ('call' in line) {
      add()
      calls += 1
    }
    ofCall = line.traffic
    if ('again' in line) {
      given.push(...entries.filter(({ chain }) => chain === line.again).map((entry) => entry.path))
      entries = entries.filter(({ chain }) => chain !== line.again)
      broken.delete(line.again)
    }
    if ('listing' in line) {
      const before = byListing.get(line.listing)
      byListing.set(line.listing, {
        requests: line.requests + (before?.requests ?? 0),
        retries: line.retries + (before?.retries ?? 0),
      })
    }
    if ('page' in line) {
      const { page } = line
      if (!broken.has(page.chain) && sha256Of(join(folder, page.path)) === page.sha256) entries.push(page)
      else broken.add(page.chain)
    }
  }
  add()
  const kept = lines.filter((line) => !('page' in line) || entries.includes(line.page))
  writeFile(folder, JOURNAL, Buffer.from(kept.map((line) => `${JSON.stringify(line)}\n`).join('')))
  return { plan: head.plan, beganAt: head.beganAt, calls, entries, given, traffic, byListing }
}

/** Begins a journal. */
export function beginJournal(folder: string, plan: string, beganAt: number): void {
  stored(folder, () => mkdirSync(join(folder, WORK), { recursive: true }))
  writeFile(folder, JOURNAL, Buffer.from(`${JSON.stringify({ plan, beganAt } satisfies Line)}\n`))
}

export function addToJournal(folder: string, line: Exclude<Line, { plan: string }>): void {
  appendLine(join(folder, JOURNAL), JSON.stringify(line))
}

/** The lines up to the first that is not whole: a kill or a full disk cuts the last one off. */
function wholeLines(text: string): Line[] {
  const lines: Line[] = []
  for (const line of text.split('\n').slice(0, -1)) {
    try {
      lines.push(JSON.parse(line) as Line)
    } catch {
      break
    }
  }
  return lines
}

import { collectionOf } from '../collection_schema.ts'
import type { Finding, SourceKind } from '../types.ts'
import type { SourceFile } from './source_file.ts'
import { readJson } from './source_json.ts'

/** The kinds that describe one moment, which must be known. */
const SNAPSHOT_KINDS: readonly SourceKind[] = ['arm', 'endpoint', 'licences', 'alerts']

/** What `collect` wrote down of a file it fetched. */
export interface CollectedFile {
  /** Relative to the folder of `collection.json`. */
  path: string
  snapshotAt: number | null
  sha256: string | null
}

/** Whether the head of a JSON file is the `collection.json` that `collect` writes. */
export function isCollection(head: string): boolean {
  return /^\s*\{/.test(head) && /"collection"\s*:\s*"hourwise/i.test(head)
}

/** Reads a `collection.json`; one that `collect` cannot have written is a HourwiseError (6). */
export async function readCollection(file: SourceFile): Promise<CollectedFile[]> {
  const { files } = collectionOf(await readJson(file), file.path)
  const folder = file.path.slice(0, file.path.lastIndexOf('/') + 1)
  return files.map((entry) => ({
    path: folder + entry.path,
    snapshotAt: entry.snapshotAt === null ? null : isoSeconds(entry.snapshotAt),
    sha256: entry.sha256?.toLowerCase() ?? null,
  }))
}

/**
 * Sets the moment each file describes where something beside its content says it: `collection.json`, else an ISO time in
 * the file's or a folder's name. Files that were changed after they were collected are findings.
 */
export function setStatedTimes(files: readonly SourceFile[], collected: readonly CollectedFile[]): Finding[] {
  const byPath = new Map(collected.map((entry) => [entry.path, entry]))
  const findings: Finding[] = []
  for (const file of files) {
    const entry = byPath.get(file.path)
    if (entry?.sha256 && entry.sha256 !== file.sha256) findings.push(changedFile(file, entry.sha256))
    if (file.kind === 'collection' || file.kind === 'config' || file.kind === 'cost-manifest') continue
    const named = nameSeconds(file.path)
    if (entry?.snapshotAt != null) set(file, entry.snapshotAt, 'collection')
    else if (named !== null) set(file, named, 'name')
  }
  return findings
}

/** Sets the moment of every other snapshot, after it was read, to the newest stamp inside, which is told as a finding. */
export function setTimesOfContent(files: readonly SourceFile[]): Finding[] {
  const untold = files.filter((file) => file.snapshotAt === null && SNAPSHOT_KINDS.includes(file.kind))
  for (const file of untold) if (file.lastAt !== null) set(file, Number(file.lastAt), 'content')
  return untold.filter((file) => file.supersededBy === null).map(fromContent)
}

function set(file: SourceFile, at: number, evidence: 'collection' | 'name' | 'content'): void {
  file.snapshotAt = at
  file.snapshotEvidence = evidence
}

function changedFile(file: SourceFile, collected: string): Finding {
  return {
    check: 'collected_files_are_unchanged',
    severity: 'warning',
    subject: file.path,
    message: 'The file is not the one that was collected: it was changed afterwards.',
    evidence: `collected ${collected}, now ${file.sha256}`,
  }
}

function fromContent(file: SourceFile): Finding {
  const known = file.snapshotAt !== null
  return {
    check: 'snapshot_time_is_stated',
    severity: 'warning',
    subject: file.path,
    message: known
      ? 'Nothing says when this was taken; the newest time stamp inside is taken for it. Put the time into the file name: name_2026-10-03T04-00-00Z.json'
      : 'Nothing says when this was taken, and there is no time stamp inside. Put the time into the file name: name_2026-10-03T04-00-00Z.json',
    evidence: known ? `newest stamp ${new Date(Number(file.snapshotAt) * 1000).toISOString()}` : 'no stamp',
  }
}

/** The last ISO time in a path's nearest named segment (`2026-10-03T04-00-00Z`, `20261003T040000Z`), UTC seconds. */
export function nameSeconds(path: string): number | null {
  for (const segment of path.split('/').reverse()) {
    const stamps = [
      ...segment.matchAll(
        /(\d{4})-?(\d\d)-?(\d\d)[Tt](\d\d)[-:_.]?(\d\d)(?:[-:_.]?(\d\d))?(?:\.\d+)?(?:[Zz]|[+]00[-:_]?00)?(?!\d)/g,
      ),
    ]
    const [, year, month, day, hour, minute, second] = stamps.at(-1) ?? []
    const at = isoSeconds(`${year}-${month}-${day}T${hour}:${minute}:${second ?? '00'}Z`)
    if (at !== null) return at
  }
  return null
}

function isoSeconds(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT/.test(text)) return null
  const at = Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(text) ? text : `${text}Z`)
  return Number.isNaN(at) ? null : Math.floor(at / 1000)
}

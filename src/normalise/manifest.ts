import { statSync } from 'node:fs'
import { basename, dirname } from 'node:path/posix'
import { EXIT, HourwiseError } from '../errors.ts'
import { nameSeconds } from './snapshot_time.ts'
import type { SourceFile } from './source_file.ts'
import { readJson } from './source_json.ts'

/** What the `manifest.json` of a Cost Management export says of its run. */
export interface CostManifest {
  file: SourceFile
  /** Lower-cased id of the billing account, management group or subscription that was exported. */
  scope: string
  /** Lower-cased export type: `actualcost`, `amortizedcost`, `focuscost`, `usage`, …; '' when it is not said. */
  type: string
  /** A report that was made on demand: an export of the same days, of whatever type, stands for it. */
  isOnDemand: boolean
  /** When the run was submitted, UTC seconds. */
  submittedAt: number | null
  startDay: string | null
  endDay: string | null
  rowCount: number | null
  byteCount: number | null
  parts: ManifestPart[]
}

export interface ManifestPart {
  blobName: string
  rowCount: number | null
  byteCount: number | null
  /** The file of the folder that is this part; null when it is missing. */
  file: SourceFile | null
}

/** Whether the head of a JSON file is an export's manifest. */
export function isManifest(head: string): boolean {
  return /^\s*\{/.test(head) && /"blobs"\s*:/.test(head) && /"(runInfo|exportConfig|manifestVersion)"\s*:/.test(head)
}

/** Reads a manifest; the service adds and drops fields between versions, so only `blobs` must be there. */
export async function readManifest(file: SourceFile): Promise<CostManifest> {
  const document = object(await readJson(file))
  if ('requestContext' in object(document['manifest'])) return detailsManifest(file, object(document['manifest']))
  const config = object(document['exportConfig'])
  const run = object(document['runInfo'])
  const blobs = Array.isArray(document['blobs']) ? document['blobs'].map(object) : []
  const submitted = Date.parse(String(run['submittedTime'] ?? ''))
  return {
    file,
    scope: String(config['resourceId'] ?? dirname(file.path))
      .toLowerCase()
      .replace(/\/providers\/microsoft\.costmanagement\/exports\/.*$/, ''),
    type: String(config['type'] ?? '').toLowerCase(),
    isOnDemand: false,
    submittedAt: Number.isNaN(submitted) ? null : Math.floor(submitted / 1000),
    startDay: day(run['startDate']),
    endDay: day(run['endDate']),
    rowCount: count(document['dataRowCount']),
    byteCount: count(document['byteCount']),
    parts: blobs.map((blob) => ({
      blobName: String(blob['blobName'] ?? ''),
      rowCount: count(blob['dataRowCount']),
      byteCount: count(blob['byteCount']),
      file: null,
    })),
  }
}

/**
 * What the answer of a cost details report says. It names no moment: that stands in its path, as with any answer that
 * describes one. `collect` names the parts as it stored them; without such names the links' own are taken.
 */
function detailsManifest(file: SourceFile, manifest: Record<string, unknown>): CostManifest {
  const context = object(manifest['requestContext'])
  const asked = object(context['requestBody'])
  const period = object(asked['timePeriod'])
  const blobs = Array.isArray(manifest['blobs']) ? manifest['blobs'].map(object) : []
  return {
    file,
    scope: `/${String(context['requestScope'] ?? dirname(file.path)).replace(/^\/+|\/+$/g, '')}`.toLowerCase(),
    type: String(asked['metric'] ?? 'ActualCost').toLowerCase(),
    isOnDemand: true,
    submittedAt: nameSeconds(file.path),
    startDay: day(period['start']),
    endDay: day(period['end']),
    rowCount: null,
    byteCount: null,
    parts: blobs.map((blob) => ({
      blobName: String(blob['blobName'] ?? String(blob['blobLink'] ?? '').split('?')[0]),
      rowCount: null,
      byteCount: count(blob['byteCount']),
      file: null,
    })),
  }
}

/** Finds the parts of each manifest among the cost files: beside the manifest, else by the longest common end of the path. */
export function findParts(manifests: readonly CostManifest[], files: readonly SourceFile[]): void {
  const taken = new Set<SourceFile>()
  const byName = new Map<string, SourceFile[]>()
  for (const file of files) {
    const name = plainName(file.path)
    byName.set(name, [...(byName.get(name) ?? []), file])
  }
  for (const manifest of manifests) {
    for (const part of manifest.parts) {
      const candidates = (byName.get(plainName(part.blobName)) ?? []).filter((file) => !taken.has(file))
      const beside = candidates.find((file) => dirname(file.path) === dirname(manifest.file.path))
      const found = beside ?? longestCommonEnd(part.blobName, candidates)
      if (found !== undefined) {
        part.file = found
        taken.add(found)
      }
    }
  }
}

/** Throws when a part of a run that counts is missing. */
export function assertPartsPresent(manifest: CostManifest): void {
  const missing = manifest.parts.filter((part) => part.file === null)
  if (missing.length === 0) return
  const present = manifest.parts.length - missing.length
  const rows = (parts: readonly ManifestPart[]) => parts.reduce((sum, part) => sum + (part.rowCount ?? 0), 0)
  const counted = manifest.parts.every((part) => part.rowCount !== null)
  throw new HourwiseError(EXIT.input, 'a part of the export is missing', {
    where: `${manifest.file.path}   (${present} of ${manifest.parts.length} parts present)`,
    details: [
      ...missing.map((part) => `missing   ${part.blobName}`),
      ...(counted
        ? [
            `the export's manifest says   ${manifest.rowCount ?? rows(manifest.parts)} lines`,
            `the present parts have       ${rows(manifest.parts.filter((part) => part.file !== null))} lines`,
          ]
        : []),
    ],
    next: `Give the missing part, or export the month again: hourwise sources ${dirname(manifest.file.path)}`,
  })
}

/** Throws when a part holds another number of lines than the manifest says, or (where it says none) fewer bytes. */
export function assertPartComplete(manifest: CostManifest, part: ManifestPart, rowCount: number): void {
  if (part.file === null) return
  const only = manifest.parts.length === 1
  const expected = part.rowCount ?? (only ? manifest.rowCount : null)
  if (expected !== null && expected !== rowCount) throw incomplete(manifest, part.file, 'lines', expected, rowCount)
  const bytes = part.byteCount ?? (only ? manifest.byteCount : null)
  const size = statSync(part.file.absolutePath).size
  const isPlain = !/\.gz$/i.test(part.blobName) && !/\.gz$/i.test(part.file.path)
  if (expected === null && bytes !== null && isPlain && size < bytes) {
    throw incomplete(manifest, part.file, 'bytes', bytes, size)
  }
}

function incomplete(manifest: CostManifest, file: SourceFile, unit: string, says: number, has: number): HourwiseError {
  const width = Math.max(String(says).length, String(has).length)
  const line = (words: string, value: number) => `${words.padEnd(28)}${String(value).padStart(width)}`
  return new HourwiseError(
    EXIT.input,
    `a part of the export has ${has < says ? 'fewer' : 'more'} ${unit} than it should`,
    {
      where: file.path,
      details: [
        line(`${unit} the manifest says`, says),
        line(`${unit} the file has`, has),
        line(has < says ? 'missing' : 'too many', Math.abs(says - has)),
      ],
      next: `Fetch the part again together with ${manifest.file.path}, or export the month again.`,
    },
  )
}

function longestCommonEnd(blobName: string, candidates: readonly SourceFile[]): SourceFile | undefined {
  const wanted = blobName.split('/').slice(0, -1).reverse()
  const length = (file: SourceFile) => {
    const have = file.path.split('/').slice(0, -1).reverse()
    const at = wanted.findIndex((segment, index) => segment !== have[index])
    return at < 0 ? wanted.length : at
  }
  const [best, next] = [...candidates].sort((a, b) => length(b) - length(a))
  if (best === undefined) return undefined
  if (length(best) === 0 && candidates.length > 1) return undefined
  return next !== undefined && length(next) === length(best) ? undefined : best
}

const plainName = (path: string) => basename(path).toLowerCase().replace(/\.gz$/, '')

const object = (value: unknown) => (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>

const count = (value: unknown) => (typeof value === 'number' && Number.isSafeInteger(value) ? value : null)

const day = (value: unknown) => /^\d{4}-\d\d-\d\d/.exec(String(value ?? ''))?.[0] ?? null

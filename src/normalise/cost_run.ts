import { dirname } from 'node:path/posix'
import type { CostManifest } from './manifest.ts'
import type { SourceFile } from './source_file.ts'

/** Files that are one export: the parts of a run, numbered parts beside each other, or a file that stands alone. */
export interface CostRun {
  runId: number
  files: readonly SourceFile[]
  manifest: CostManifest | null
}

/** Puts every cost file into its run. Parts that no manifest names belong together when only their number differs. */
export function costRuns(files: readonly SourceFile[], manifests: readonly CostManifest[]): CostRun[] {
  const runs: CostRun[] = manifests
    .filter((manifest) => manifest.parts.some((part) => part.file !== null))
    .map((manifest, at) => ({
      runId: at + 1,
      files: manifest.parts.flatMap((part) => (part.file === null ? [] : [part.file])),
      manifest,
    }))
  const claimed = new Set(runs.flatMap((run) => run.files))
  const loose = new Map<string, SourceFile[]>()
  for (const file of files) {
    if (!claimed.has(file)) loose.set(looseKey(file), [...(loose.get(looseKey(file)) ?? []), file])
  }
  for (const group of loose.values()) runs.push({ runId: runs.length + 1, files: group, manifest: null })
  return runs
}

/**
 * A page of an answer about cost whose name says what was asked, when, and which page it is, as `collect` names them:
 * `2026-10_2026-11-06T12-00-00Z_0001.json.gz`. Null for any other file.
 */
function pageName(path: string): { question: string; moment: string } | null {
  const [, question, moment] = /^(.*)_(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)_\d{4,}\.json(?:\.gz)?$/.exec(path) ?? []
  return question === undefined || moment === undefined ? null : { question, moment }
}

function looseKey(file: SourceFile): string {
  const page = pageName(file.path)
  if (page !== null) return `${page.question}_${page.moment}`
  const part = /^(.*\/)?part_\d+_\d+(\.[a-z.]+)?$/i.exec(file.path)
  return part === null ? file.path : `${dirname(file.path)}/part_*`
}

/**
 * Marks the files of runs that a later run of the same scope and type replaces: exports of an open month are cumulative,
 * so of the runs whose dates lie within each other the one submitted last counts. Of pages that answer the same question
 * at two moments the later ones count.
 */
export function supersede(runs: readonly CostRun[]): void {
  for (const run of runs) {
    const later = runs
      .filter((other) => other !== run && run.manifest !== null && other.manifest !== null)
      .filter((other) => replaces(other.manifest as CostManifest, run.manifest as CostManifest))
      .sort((a, b) => order(b.manifest as CostManifest) - order(a.manifest as CostManifest))[0]
    const by = later?.files[0]?.fileId ?? askedAgain(run, runs) ?? exportedSince(run, runs)
    if (by !== undefined) for (const file of run.files) file.supersededBy = by
  }
}

/** The first file of the answer to the same question at the latest moment; undefined: this is it. */
function askedAgain(run: CostRun, runs: readonly CostRun[]): number | undefined {
  const mine = run.manifest === null ? pageName(run.files[0]?.path ?? '') : null
  if (mine === null) return undefined
  return runs
    .map((other) => ({ other, page: other.manifest === null ? pageName(other.files[0]?.path ?? '') : null }))
    .filter(({ page }) => page !== null && page.question === mine.question && page.moment > mine.moment)
    .sort((a, b) => ((a.page?.moment ?? '') < (b.page?.moment ?? '') ? 1 : -1))[0]?.other.files[0]?.fileId
}

/**
 * The first file of a later export or report of the scope and month that pages of the query are of; undefined: there is
 * none. Scope and month stand in the pages' path, as `collect` writes it: `cost/query/<scope>/2026-10_…`.
 */
function exportedSince(run: CostRun, runs: readonly CostRun[]): number | undefined {
  const page = run.manifest === null ? pageName(run.files[0]?.path ?? '') : null
  const [, scope, month] = /(?:^|\/)cost\/query\/(.+)\/(\d{4}-\d\d)$/.exec(page?.question ?? '') ?? []
  if (page === null || scope === undefined || month === undefined) return undefined
  const asPath = (text: string) =>
    text
      .toLowerCase()
      .replace(/^\/+/, '')
      .replaceAll(/[^\w/]/g, '_')
  const at = Date.parse(page.moment.replace(/T(\d\d)-(\d\d)-(\d\d)Z$/, 'T$1:$2:$3Z')) / 1000
  return runs.find(
    ({ manifest }) =>
      manifest !== null &&
      asPath(manifest.scope) === asPath(scope) &&
      (manifest.submittedAt ?? 0) > at &&
      (manifest.startDay ?? '9') <= `${month}-01` &&
      (manifest.endDay ?? '') >= `${month}-28`,
  )?.files[0]?.fileId
}

function replaces(later: CostManifest, earlier: CostManifest): boolean {
  if (later.scope !== earlier.scope) return false
  if (later.type !== earlier.type && (!earlier.isOnDemand || later.isOnDemand)) return false
  if (later.submittedAt === null || earlier.submittedAt === null) return false
  if (later.submittedAt < earlier.submittedAt) return false
  if (later.submittedAt === earlier.submittedAt && later.file.fileId <= earlier.file.fileId) return false
  const month = (day: string | null) => day?.slice(0, 7)
  const covers = (later.startDay ?? '') <= (earlier.startDay ?? '') && (later.endDay ?? '') >= (earlier.endDay ?? '')
  return covers || (later.startDay === earlier.startDay && month(later.endDay) === month(earlier.endDay))
}

function order(manifest: CostManifest): number {
  return (manifest.submittedAt ?? 0) + manifest.file.fileId / 1e6
}

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

function looseKey(file: SourceFile): string {
  const part = /^(.*\/)?part_\d+_\d+(\.[a-z.]+)?$/i.exec(file.path)
  return part === null ? file.path : `${dirname(file.path)}/part_*`
}

/**
 * Marks the files of runs that a later run of the same scope and type replaces: exports of an open month are cumulative,
 * so of the runs whose dates lie within each other the one submitted last counts.
 */
export function supersede(runs: readonly CostRun[]): void {
  for (const run of runs) {
    const later = runs
      .filter((other) => other !== run && run.manifest !== null && other.manifest !== null)
      .filter((other) => replaces(other.manifest as CostManifest, run.manifest as CostManifest))
      .sort((a, b) => order(b.manifest as CostManifest) - order(a.manifest as CostManifest))[0]
    const by = later?.files[0]?.fileId
    if (by !== undefined) for (const file of run.files) file.supersededBy = by
  }
}

function replaces(later: CostManifest, earlier: CostManifest): boolean {
  if (later.scope !== earlier.scope || later.type !== earlier.type) return false
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

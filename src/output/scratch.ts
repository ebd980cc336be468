import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Effects } from '../effects.ts'
import { machineMark } from './folder.ts'

/**
 * Makes a folder for what a run spills and does not keep, below `parent`. Those of runs of this machine that were killed
 * are removed before; one that cannot be removed stays.
 */
export function openScratchFolder(parent: string, effects: Pick<Effects, 'processId' | 'isRunning'>): string {
  for (const name of readdirSync(parent)) {
    const left = /^hourwise-(?<machine>[0-9a-f]{8})-(?<owner>\d+)-/.exec(name)?.groups
    if (left?.machine !== machineMark() || effects.isRunning(Number(left.owner))) continue
    try {
      rmSync(join(parent, name), { recursive: true, force: true, maxRetries: 3 })
    } catch {
      // Somebody else's: it takes room, and no more.
    }
  }
  return mkdtempSync(join(parent, `hourwise-${machineMark()}-${effects.processId}-`))
}

import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import type { Config } from './config.ts'
import type { Effects } from './effects.ts'
import { isLargeInput, openDuckDb } from './engine/duckdb.ts'
import type { Engine } from './engine/engine.ts'
import { bytesOfFolder } from './normalise/source_folder.ts'
import { openScratchFolder } from './output/scratch.ts'
import type { Progress } from './progress.ts'

/** What a run needs of the world around it. */
export interface World {
  effects: Effects
  progress: Progress
  /** What is to be done when the run is broken off from outside. */
  cleanups: Set<() => void>
  /** Of the tool. */
  version: string
}

/** What the engine may take: it passes its bound by some hundred megabytes, of a large input by more. */
const ENGINE_MEGABYTES = 1000
const ENGINE_MEGABYTES_LARGE = 800

/** What may lie in the folder of the exports and is none. */
export function notRead({ out, history }: Config): string[] {
  return [resolve(out), ...(history === undefined ? [] : [resolve(history)])]
}

/** Opens the engine within its bounds, for the input of a run, and closes it whatever happens. */
export async function withEngine<T>(
  config: Config,
  { progress, effects }: World,
  spill: string,
  act: (engine: Engine) => Promise<T>,
): Promise<T> {
  const inputBytes = bytesOfFolder(config.folder, notRead(config))
  const engine = await openDuckDb({
    memoryLimitMegabytes: isLargeInput(inputBytes) ? ENGINE_MEGABYTES_LARGE : ENGINE_MEGABYTES,
    temporaryFolder: spill,
    inputBytes,
    tellsProgress: effects.interactive,
  })
  progress.watch(() => engine.percentDone())
  try {
    return await act(engine)
  } finally {
    progress.watch(() => null)
    await engine.close()
  }
}

/** A folder for what does not fit into memory, of a run that writes nothing; removed whatever happens. */
export async function withScratch<T>(world: World, act: (folder: string) => Promise<T>): Promise<T> {
  const folder = openScratchFolder(tmpdir(), world.effects)
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  world.cleanups.add(remove)
  try {
    return await act(folder)
  } finally {
    remove()
    world.cleanups.delete(remove)
  }
}

import { randomUUID } from 'node:crypto'

/**
 * The one door to the outside world that is not a file of the run: the clock, the environment, and where words go.
 * Tests pass their own; nothing below the CLI touches `process`.
 */
export interface Effects {
  /** Now, in whole UTC seconds since 1970. `SOURCE_DATE_EPOCH` wins, so that the same input gives the same bytes. */
  nowSeconds(): number
  /** A result for stdout. */
  out(text: string): void
  /** Words for stderr: progress, notes, errors. */
  err(text: string): void
  /** True when stderr is a terminal on which a line may be redrawn. */
  readonly interactive: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  /** Columns of the terminal behind stdout; undefined when it is none. */
  readonly columns: number | undefined
  /** A token for the name of a temporary folder; never part of a result. */
  token(): string
  /** The number of this process, and whether a process of that number runs on this machine. */
  readonly processId: number
  isRunning(processId: number): boolean
}

/** The real world. */
export function realEffects(): Effects {
  const epoch = process.env.SOURCE_DATE_EPOCH
  return {
    nowSeconds: () => (epoch && /^\d+$/.test(epoch) ? Number(epoch) : Math.floor(Date.now() / 1000)),
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    interactive: process.stderr.isTTY === true && process.env.TERM !== 'dumb',
    env: process.env,
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    token: () => randomUUID().slice(0, 8),
    processId: process.pid,
    isRunning,
  }
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    // EPERM: it runs, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

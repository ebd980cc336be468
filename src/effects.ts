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
  /** A token for the name of a temporary folder; never part of a result. */
  token(): string
}

/** The real world. */
export function realEffects(): Effects {
  const epoch = process.env['SOURCE_DATE_EPOCH']
  return {
    nowSeconds: () => (epoch && /^\d+$/.test(epoch) ? Number(epoch) : Math.floor(Date.now() / 1000)),
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    interactive: process.stderr.isTTY === true && process.env['TERM'] !== 'dumb',
    env: process.env,
    token: () => randomUUID().slice(0, 8),
  }
}

import type { Effects } from './effects.ts'

/** Tells a waiting person what goes on. Everything goes to stderr; nothing below the command line prints on its own. */
export interface Progress {
  /** A stage begins; `weight` is its share of the whole, in percent. */
  stage(name: string, weight: number): void
  /** Within the stage: what is being done, and how much of the stage is done (0 to 1), where that is known. */
  step(what: string, done?: number): void
  /** From now on the line also tells how much of a long step is done: a percentage, null where nobody can say. */
  watch(ofStep: () => number | null): void
  /** A line that stays. */
  note(text: string): void
  /** Ends the last stage and takes the line away. */
  end(): void
}

/**
 * One line that is redrawn, on a terminal; a line for each stage with its time, when verbose; nothing otherwise. Notes
 * are printed unless quiet.
 */
export function openProgress(
  effects: Pick<Effects, 'err' | 'interactive' | 'columns'> & { nowMilliseconds(): number },
  words: { quiet: boolean; verbose: boolean },
): Progress {
  const redraws = effects.interactive && !words.quiet && !words.verbose
  const begun = effects.nowMilliseconds()
  let current: { name: string; weight: number; begun: number } | undefined
  let before = 0
  let lastDrawn = Number.NEGATIVE_INFINITY
  let furthest = 0
  let ofStep: () => number | null = () => null
  let last = { what: '', done: 0 }
  // A statement may take minutes: the clock goes on meanwhile, or the run would look dead.
  const ticking = redraws ? setInterval(() => draw(last.what, last.done, ofStep()), TICK_MILLISECONDS) : undefined
  ticking?.unref()

  const clear = (): void => {
    if (redraws && lastDrawn > Number.NEGATIVE_INFINITY) effects.err('\r\u001b[K')
  }
  const draw = (what: string, done: number, within: number | null = null): void => {
    last = { what, done }
    const now = effects.nowMilliseconds()
    if (!redraws || current === undefined || (now - lastDrawn < 100 && done > 0 && done < 1)) return
    lastDrawn = now
    // A step that does not know how far it is must not throw the line back.
    furthest = Math.max(furthest, Math.min(99, before + current.weight * done))
    const share = String(Math.floor(furthest)).padStart(2)
    const left = timeLeft(now - begun, furthest)
    const part = within === null ? '' : ` (${Math.floor(within)} %)`
    const line = `${share} %  ${clock(now - begun)}${left}  ${current.name}${what === '' ? '' : `: ${what}`}${part}`
    effects.err(`\r\u001b[K${[...line].slice(0, (effects.columns ?? 80) - 1).join('')}`)
  }
  const finish = (): void => {
    if (current === undefined) return
    if (words.verbose)
      effects.err(`  ${current.name.padEnd(24)} ${seconds(effects.nowMilliseconds() - current.begun)}\n`)
    before += current.weight
    current = undefined
  }

  return {
    stage(name, weight) {
      finish()
      current = { name, weight, begun: effects.nowMilliseconds() }
      draw('', 0)
    },
    step(what, done = 0) {
      draw(what, done)
    },
    watch(percentage) {
      ofStep = percentage
    },
    note(text) {
      if (words.quiet) return
      clear()
      effects.err(`${text}\n`)
    },
    end() {
      clearInterval(ticking)
      finish()
      if (words.verbose) effects.err(`  ${'all'.padEnd(24)} ${seconds(effects.nowMilliseconds() - begun)}\n`)
      clear()
    },
  }
}

const TICK_MILLISECONDS = 1000

/** Below this an estimate would only flicker. */
const ESTIMATED_FROM = { milliseconds: 10_000, percent: 3 }

/** `, about 2:10 left`: at the pace so far; nothing while that says little. */
function timeLeft(spent: number, percent: number): string {
  if (spent < ESTIMATED_FROM.milliseconds || percent < ESTIMATED_FROM.percent) return ''
  return `, about ${clock((spent * (100 - percent)) / percent)} left`
}

function clock(milliseconds: number): string {
  const whole = Math.floor(milliseconds / 1000)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2).padStart(8)} s`
}

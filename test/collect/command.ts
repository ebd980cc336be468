import { Command } from 'commander'
import { addCollecting } from '../../src/collect_command.ts'
import type { Effects } from '../../src/effects.ts'
import { type ExitCode, HourwiseError, printableError } from '../../src/errors.ts'
import type { SimulatedOutside } from './outside.ts'

/** What a command of the network gave: exit code, stdout, stderr. */
export interface Told {
  readonly exit: ExitCode | 1
  readonly out: string
  readonly err: string
}

/** Runs `collect` or `doctor` as the command line does, in this process, over another network. */
export async function told(
  outside: SimulatedOutside,
  words: readonly string[],
  { interactive = false }: { interactive?: boolean } = {},
): Promise<Told> {
  const said = { out: '', err: '' }
  const effects: Effects = {
    nowSeconds: () => outside.nowSeconds(),
    out: (text) => {
      said.out += text
    },
    err: (text) => {
      said.err += text
    },
    interactive,
    env: {},
    columns: interactive ? 100 : undefined,
    token: () => 'test',
    processId: 1,
    isRunning: () => false,
  }
  let exit: Told['exit'] = 1
  const program = new Command('hourwise').exitOverride()
  addCollecting(program, {
    effects,
    say: (text) => effects.err(`${text}\n`),
    finished: (code) => {
      exit = code
    },
    interruptible: () => {},
    outside: () => outside,
  })
  try {
    await program.parseAsync(['node', 'hourwise', ...words])
  } catch (error) {
    if (error instanceof HourwiseError) {
      exit = error.code
      effects.err(`${printableError(error)}\n`)
    } else effects.err(`a bug: ${error instanceof Error ? error.stack : error}\n`)
  }
  return { exit, ...said }
}

/** `--cost-scope` for each. */
export const costScopes = (scopes: readonly string[]): string[] => scopes.flatMap((scope) => ['--cost-scope', scope])

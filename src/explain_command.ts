import type { Command } from 'commander'
import type { Config } from './config.ts'
import { EXIT, type ExitCode, HourwiseError } from './errors.ts'
import {
  actionLineListing,
  actionWords,
  figurePartListing,
  figureWords,
  machineListing,
  machineWords,
} from './output/explain_words.ts'
import type { Listing } from './output/terminal.ts'
import type { World } from './world.ts'

/** What a command of the ledger shares with the others: settings, the world of a run, and how a result is printed. */
export interface Shell {
  /** Adds the settings and the note on them. */
  describe(command: Command): void
  /** The configuration of a folder with what stood on the command line, and the world that it runs in. */
  open(command: Command, folder: string): { config: Config; world: World }
  /** Prints a result in the form that was asked for. */
  print(config: Config, forms: { table: () => string; listing: () => Listing; json: unknown }): void
  finished(code: ExitCode): void
}

/** What `explain` may be asked for beside a machine. */
interface Explained {
  figure?: string
  currency?: string
  action?: string
}

/** Adds `explain`: a machine's story, a figure or an action. */
export function addExplaining(program: Command, shell: Shell): void {
  const command = program
    .command('explain')
    .description("one machine's story, a figure or an action: every number back to the rows it comes from")
    .helpOption('-h, --help', 'print help')
    .argument('<folder>', 'exports as Azure gives them: any names, any nesting')
    .argument('[machine]', 'name, vmId or resource id, or the beginning of one')
    .option('--figure <name>', 'explain a figure of summary.json instead')
    .option('--currency <code>', 'of the figure, one currency only')
    .option('--action <key>', 'explain an action of actions.csv instead')
  shell.describe(command)
  command.action(async () => {
    const [folder, machine] = command.args
    const { config, world } = shell.open(command, String(folder))
    shell.finished(await runExplain(shell, config, world, machine, command.opts<Explained>()))
  })
}

/** One of machine, figure and action must be asked for. */
async function runExplain(
  { print }: Shell,
  config: Config,
  world: World,
  machine: string | undefined,
  { figure, currency, action }: Explained,
): Promise<ExitCode> {
  const asked = [machine, figure, action].filter((subject) => subject !== undefined).length
  if (asked !== 1) {
    throw new HourwiseError(EXIT.usage, asked === 0 ? 'nothing to explain' : 'more than one thing to explain', {
      next: 'Give a machine, --figure or --action: hourwise explain FOLDER MACHINE.',
    })
  }
  const { explainOneAction, explainOneFigure, explainOneMachine } = await import('./run.ts')
  if (figure !== undefined) {
    const { period, story } = await explainOneFigure(config, world, figure, currency?.toUpperCase())
    world.progress.end()
    print(config, {
      table: () => figureWords(story, period),
      listing: () => figurePartListing(story),
      json: { period, ...story },
    })
  } else if (action !== undefined) {
    const { period, story } = await explainOneAction(config, world, action)
    world.progress.end()
    print(config, {
      table: () => actionWords(story, period),
      listing: () => actionLineListing(story),
      json: { period, ...story },
    })
  } else {
    const { period, story } = await explainOneMachine(config, world, String(machine))
    world.progress.end()
    print(config, {
      table: () => machineWords(story, period),
      listing: () => machineListing(story),
      json: { period, ...story },
    })
  }
  return EXIT.done
}

#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, CommanderError, Option } from 'commander'
import { addCollecting } from './collect_command.ts'
import { type Config, readConfig, unknownVariables } from './config.ts'
import { type Given, SETTINGS } from './config_setting.ts'
import { realEffects } from './effects.ts'
import { EXIT, type ExitCode, HourwiseError, printableError } from './errors.ts'
import { addExplaining } from './explain_command.ts'
import { checkListing, checkWords } from './output/check_words.ts'
import { figureListing, reportWords } from './output/report_words.ts'
import { sourceListing, sourceWords } from './output/source_words.ts'
import { drawJson, drawTsv, emphasised, fitted, harmless, type Listing } from './output/terminal.ts'
import { gateWords } from './output/value_words.ts'
import { packageRoot } from './package_root.ts'
import { openProgress } from './progress.ts'
import type { Checked } from './run.ts'
import type { World } from './world.ts'

const EXAMPLES = `
Examples:
  hourwise demo
  hourwise report exports --period 2026-10
  hourwise report exports --out october --format html,pdf --page-size Letter
  hourwise report exports -o json --quiet > october.json
  hourwise sources exports
  hourwise check exports --fail-on 'coverage<95' --fail-on 'residual>1%'
  hourwise explain exports web-01
  hourwise explain exports --figure cost_unprotected --currency EUR
  hourwise collect exports
  hourwise doctor

Exit codes:
  0  done
  1  a bug
  2  usage or configuration
  3  a --fail-on condition held
  4  done, but data is missing or its grade is below --minimum-grade
  5  sign-in or permission
  6  input that cannot be read
  130  interrupted
`

const SETTINGS_NOTE = `
Every flag is also an environment variable (--period is HOURWISE_PERIOD) and a
key of hourwise.yaml in the folder. Flag goes before variable before file.
`

const SAMPLE = join(packageRoot, 'fixtures/sample')
const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }
const effects = realEffects()
const cleanups = new Set<() => void>()
/** What is said of an interrupted run. */
let interrupted = 'earlier results are untouched'

/** A command: what it does with a configuration, what it prints, and the exit code it gives. */
type Act = (config: Config, world: World) => Promise<ExitCode>

/** The stages with all that they need take a second to load: not for help or a mistyped flag. */
const stages = () => import('./run.ts')

const runReport: Act = async (config, world) => {
  const { report } = await stages()
  const done = await report(config, world)
  world.progress.end()
  const { summary, gates, shortcomings } = done
  print(config, {
    table: () => reportWords(summary, done.period, config.out, done.written),
    listing: () => figureListing(summary),
    json: { out: config.out, files: done.written, gates, shortcomings, summary },
  })
  return verdict(done)
}

const runSources: Act = async (config, world) => {
  const { readSources } = await stages()
  const { files, unrecognised, findings } = await readSources(config, world)
  world.progress.end()
  print(config, {
    table: () => sourceWords(files, unrecognised, effects.columns),
    listing: () => sourceListing(files, unrecognised),
    json: { files: files.map(({ absolutePath: _, ...file }) => file), unrecognised, findings },
  })
  return EXIT.done
}

const runCheck: Act = async (config, world) => {
  const { check } = await stages()
  const done = await check(config, world)
  world.progress.end()
  const { summary, identities, gates, shortcomings, findings } = done
  print(config, {
    table: () => checkWords(done),
    listing: () => checkListing(done),
    json: { identities, gates, shortcomings, findings, summary },
  })
  return verdict(done)
}

/** Says on stderr what failed or is missing; a failed gate goes before missing data. */
function verdict({ gates, shortcomings }: Checked): ExitCode {
  for (const gate of gates.filter(({ failed }) => failed)) {
    complain(`hourwise: ${gate.gate}${gate.currency === null ? '' : ` (${gate.currency})`}: ${gateWords(gate)}`)
  }
  for (const shortcoming of shortcomings) complain(`hourwise: ${shortcoming}`)
  if (gates.some(({ failed }) => failed)) return EXIT.gate
  return shortcomings.length > 0 ? EXIT.incomplete : EXIT.done
}

function print(config: Config, forms: { table: () => string; listing: () => Listing; json: unknown }): void {
  if (config.output === 'json') effects.out(drawJson(forms.json))
  else if (config.output === 'tsv') effects.out(drawTsv(forms.listing()))
  else {
    const words = fitted(forms.table().split('\n').map(harmless).join('\n'), effects.columns)
    effects.out(config.color && effects.columns !== undefined ? emphasised(words) : words)
  }
}

function complain(text: string): void {
  effects.err(`${text.split('\n').map(harmless).join('\n')}\n`)
}

function programOf(finished: (code: ExitCode) => void): Command {
  const program = new Command('hourwise')
    .description(
      'What the hourly Defender for Servers bill really buys: the bill, machine uptime,\nsensor health and licences in one ledger.',
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .addHelpText('after', EXAMPLES)
    .configureOutput({
      writeOut: effects.out,
      writeErr: effects.err,
      outputError: (text, write) => write(text.replace(/^error: /, 'hourwise: ')),
      getOutHelpWidth: () => Math.min(effects.columns ?? 80, 100),
      getErrHelpWidth: () => 80,
    })
    .exitOverride()
  const add = (name: string, words: string, act: Act, folder?: string): void => {
    const command = program.command(name).description(words).helpOption('-h, --help', 'print help')
    if (folder === undefined) command.argument('<folder>', 'exports as Azure gives them: any names, any nesting')
    describe(command)
    command.action(async () => {
      const { config, world } = open(command, folder ?? String(command.args[0]))
      for (const unknown of unknownVariables(effects.env)) world.progress.note(`note: ${unknown}`)
      finished(await act(config, world))
    })
  }
  add('report', 'build the ledger from a folder of exports; write reports and tables', runReport)
  add('demo', 'the same for the sample estate that ships with the package', runReport, SAMPLE)
  add('sources', 'what each file was recognised as, what it covers, what was left out', runSources)
  add('check', 'identities, reconciliation and data grade only; for pipelines', runCheck)
  addExplaining(program, { describe, open, print, finished })
  addCollecting(program, {
    effects,
    say: complain,
    finished,
    interruptible: (words) => {
      interrupted = words
    },
  })
  return program
}

/** Adds every setting and the note on them. */
function describe(command: Command): void {
  for (const setting of SETTINGS) {
    const short = setting.key === 'output' ? '-o, ' : ''
    const option = new Option(
      `${short}${setting.flag}${setting.value === undefined ? '' : ` ${setting.value}`}`,
      setting.help,
    )
    if (setting.isList) option.argParser((text: string, before: string[] | undefined) => [...(before ?? []), text])
    command.addOption(option)
    if (setting.key === 'cache') command.option('--no-cache', 'read every file anew and keep nothing')
    if (setting.key === 'out') command.option('--config <file>', 'configuration (default: hourwise.yaml in the folder)')
  }
  command.addHelpText('after', SETTINGS_NOTE)
}

/** The configuration of a folder, and the world that a run of it happens in. */
function open(command: Command, folder: string): { config: Config; world: World } {
  const config = readConfig(folder, given(command), effects.env)
  const progress = openProgress({ ...effects, nowMilliseconds: () => performance.now() }, config)
  return { config, world: { effects, progress, cleanups, version } }
}

/** What stood on the command line, by key; commander's own defaults are not given. */
function given(command: Command): Given & { config?: string } {
  const values: Record<string, unknown> = {}
  for (const option of command.options) {
    const attribute = option.attributeName()
    if (command.getOptionValueSource(attribute) !== 'cli') continue
    const key = SETTINGS.find((setting) => setting.flag === option.long)?.key ?? attribute
    values[key] = command.getOptionValue(attribute)
  }
  return values as Given & { config?: string }
}

/** Prints why a command stopped: in words for the user's own mistakes, with a stack for ours. */
function failed(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
  if (error instanceof HourwiseError) {
    complain(printableError(error))
    return error.code
  }
  complain(`hourwise ${version}: this is a bug, please report it with these lines`)
  complain(error instanceof Error ? (error.stack ?? error.message) : String(error))
  for (let cause = (error as Error)?.cause; cause instanceof Error; cause = cause.cause)
    complain(`caused by ${cause.stack}`)
  return EXIT.bug
}

function clean(): void {
  for (const cleanup of cleanups) cleanup()
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    clean()
    effects.err(`${effects.interactive ? '\r\u001b[K' : ''}hourwise: interrupted; ${interrupted}\n`)
    process.exit(EXIT.interrupted)
  })
}
// A reader that has seen enough, such as head, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

let exitCode: ExitCode = EXIT.done
try {
  await programOf((code) => {
    exitCode = code
  }).parseAsync()
} catch (error) {
  if (effects.interactive && cleanups.size > 0) effects.err('\r\u001b[K')
  exitCode = failed(error)
} finally {
  clean()
}
process.exitCode = exitCode

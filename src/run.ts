import { buildActions } from './actions/build.ts'
import { periodText } from './calendar.ts'
import type { Config } from './config.ts'
import type { Engine } from './engine/engine.ts'
import { readChecks } from './engine/model.ts'
import { EXIT, HourwiseError } from './errors.ts'
import { type ActionStory, explainAction } from './explain/action.ts'
import { explainFigure, type FigureStory, findFigure } from './explain/figure.ts'
import { explainMachine, findMachine, type MachineStory } from './explain/machine.ts'
import { buildForecast } from './forecast/build.ts'
import { type GateResult, judgeGates } from './gate.ts'
import { buildIntegration } from './integration/build.ts'
import { buildLedger, buildLedgerWithHistory, findings as ledgerFindings } from './ledger/build.ts'
import { buildLicensing } from './licensing/build.ts'
import { ACTION_MODELS, FORECAST_MODELS, INTEGRATION_MODELS, LEDGER_MODELS, LICENSING_MODELS } from './models.ts'
import { type Normalised, normalise } from './normalise/normalise.ts'
import { openReadingCache } from './normalise/reading_cache.ts'
import { type EarlierResult, keepEarlierResults, readEarlierResults } from './output/earlier_result.ts'
import { openOutputFolder, refuseInputAsOutput, writingError } from './output/folder.ts'
import { writeResults } from './output/results.ts'
import { type Summary, summarise } from './output/summary.ts'
import { choosePeriod } from './period.ts'
import type { Finding, Period } from './types.ts'
import { notRead, type World, withEngine, withScratch } from './world.ts'

/** Everything that a run knows before its results are written, beside the single findings. */
export interface Checked extends Omit<Normalised, 'findings'> {
  period: Period
  summary: Summary
  /** The identities that were checked: they hold, or the run would have stopped. */
  identities: readonly string[]
  gates: readonly GateResult[]
  /** Earlier results that the history comes from. */
  history: readonly EarlierResult[]
  /** Why the result is incomplete (exit code 4); empty when it is not. */
  shortcomings: readonly string[]
}

/** What `report` wrote. */
export interface Reported extends Checked {
  /** Names in OUT, sorted. */
  written: readonly string[]
}

/** `sources`: reads the folder and says what is in it. */
export async function readSources(config: Config, world: World): Promise<Normalised> {
  return withScratch(world, (spill) => withEngine(config, world, spill, (engine) => read(engine, config, world, 95)))
}

/** `check`: the ledger of the period with identities, reconciliation and data grade; nothing is written. */
export async function check(config: Config, world: World): Promise<Checked & { findings: readonly Finding[] }> {
  return withBuilt(config, world, async (engine, checked) => ({ ...checked, findings: await ledgerFindings(engine) }))
}

/** Builds the ledger of the period without history in a scratch folder, and acts on it. */
async function withBuilt<T>(
  config: Config,
  world: World,
  act: (engine: Engine, checked: Checked) => Promise<T>,
): Promise<T> {
  return withScratch(world, (spill) =>
    withEngine(config, world, spill, async (engine) => {
      const sources = await read(engine, config, world, 60)
      return act(engine, await build(engine, config, world, sources, { hasHistory: false, weight: 35 }))
    }),
  )
}

/** `explain`: one machine's story, each number with its source rows; nothing is written. */
export async function explainOneMachine(
  config: Config,
  world: World,
  word: string,
): Promise<{ period: Period; story: MachineStory }> {
  return withBuilt(config, world, async (engine, { period }) => ({
    period,
    story: await explainMachine(engine, await findMachine(engine, word)),
  }))
}

/** `explain --action`: the machines and lines of the bill behind an action; nothing is written. */
export async function explainOneAction(
  config: Config,
  world: World,
  key: string,
): Promise<{ period: Period; story: ActionStory }> {
  return withBuilt(config, world, async (engine, { period }) => ({ period, story: await explainAction(engine, key) }))
}

/** `explain --figure`: what a figure means, follows from and is the sum of; nothing is written. */
export async function explainOneFigure(
  config: Config,
  world: World,
  name: string,
  currency: string | undefined,
): Promise<{ period: Period; story: FigureStory }> {
  const definition = findFigure(name)
  return withBuilt(config, world, async (engine, { period, summary }) => ({
    period,
    story: await explainFigure(engine, definition, currency, summary.figures),
  }))
}

/** `report`: the ledger, the licence comparison and all results, which take the place of OUT when they are complete. */
export async function report(config: Config, world: World): Promise<Reported> {
  refuseInputAsOutput(config.folder, config.out)
  const output = openOutputFolder(config.out, world.effects)
  world.cleanups.add(output.discard)
  try {
    return await withEngine(config, world, output.spill, async (engine) => {
      const sources = await read(engine, config, world, 45)
      const checked = await build(engine, config, world, sources, { hasHistory: true, weight: 25 })
      const { effects, progress, version } = world
      const written = await writeResults(engine, {
        ...checked,
        config,
        version,
        createdAt: /^\d+$/.test(effects.env.SOURCE_DATE_EPOCH ?? '') ? effects.nowSeconds() : undefined,
        path: output.path,
        progress,
      })
      world.progress.stage('publish', 1)
      output.publish()
      return { ...checked, written }
    })
  } catch (cause) {
    throw writingError(config.out, cause)
  } finally {
    output.discard()
    world.cleanups.delete(output.discard)
  }
}

async function read(engine: Engine, config: Config, world: World, weight: number): Promise<Normalised> {
  world.progress.stage('read', weight)
  const cache = config.cache === undefined ? undefined : openReadingCache(config.cache, world.effects.nowSeconds())
  const sources = await normalise(engine, config.folder, {
    ignore: notRead(config),
    ...(cache === undefined ? {} : { cache }),
    onProgress: ({ done, total, label }) => world.progress.step(label, done / total),
  })
  if (cache?.counts.failure != null)
    world.progress.note(`note: what was read is not kept in ${config.cache}: ${cache.counts.failure}`)
  if (config.verbose && cache !== undefined && cache.counts.taken > 0)
    world.progress.note(`${cache.counts.taken} files were taken as they were read before, from ${config.cache}`)
  return sources
}

async function build(
  engine: Engine,
  config: Config,
  world: World,
  sources: Normalised,
  { hasHistory, weight }: { hasHistory: boolean; weight: number },
): Promise<Checked> {
  await refuseUnknownSubscriptions(engine, config)
  const { period, findings, isIncomplete } = await choosePeriod(engine, config.period, config.folder)
  for (const finding of findings)
    world.progress.note(`note: ${finding.message} (${periodText(period)}; ${finding.evidence})`)
  world.progress.stage('ledger', weight)
  let models = 0
  const settings = {
    ...period,
    ownerTag: config.ownerTag,
    minimumEvidence: config.minimumEvidence,
    shortLivedDays: config.shortLivedDays,
    subscriptions: config.subscriptions,
    controlTotals: config.controlTotals,
    onModel: (relation: string) => world.progress.step(relation, share(++models)),
  }
  const history = hasHistory && config.history !== undefined ? readEarlierResults(config.history, period) : []
  if (hasHistory) {
    const cached = config.cache === undefined ? undefined : { folder: config.cache, now: world.effects.nowSeconds() }
    const failure = await buildLedgerWithHistory(engine, settings, cached)
    if (failure !== null) world.progress.note(`note: earlier months are not kept in ${config.cache}: ${failure}`)
    await keepEarlierResults(engine, history, period)
  } else await buildLedger(engine, settings)
  await addFindings(engine, [...sources.findings, ...findings])
  world.progress.stage('licences', 7)
  let compared = 0
  const onModel = (relation: string): void => world.progress.step(relation, compared++ / COMPARED_MODELS.length)
  await keepExchangeRates(engine, config)
  if (hasHistory) await buildForecast(engine, { onModel })
  const { offers, licences, pins } = config
  await buildLicensing(engine, { offers, licences, pins, onModel })
  await buildActions(engine, { waivers: config.waivers, onModel })
  if (hasHistory) {
    await buildIntegration(engine, {
      endpointRegion: config.endpointRegion,
      onModel,
    })
  }
  const summary = await summarise(engine, { version: world.version, period })
  const { findings: _, ...read } = sources
  return {
    ...read,
    history,
    period,
    summary,
    identities: ['src/ledger/checks', 'src/licensing/checks', 'src/actions/checks']
      .flatMap(readChecks)
      .filter(({ severity }) => severity === 'broken')
      .map(({ name }) => name),
    gates: await judgeGates(engine, config.gates),
    shortcomings: shortcomings(config, sources, summary, isIncomplete),
  }
}

/** What is built after the ledger. */
const COMPARED_MODELS = [...FORECAST_MODELS, ...LICENSING_MODELS, ...ACTION_MODELS, ...INTEGRATION_MODELS]

/** How much of the ledger is built: how many months lie before the period is not known before it is. */
function share(models: number): number {
  return models / (models + LEDGER_MODELS.length)
}

function shortcomings(config: Config, { files }: Normalised, summary: Summary, isIncomplete: boolean): string[] {
  const { grade } = summary.data_grade
  return [
    ...files
      .filter((file) => file.isTruncated && file.supersededBy === null)
      .map((file) => `${file.path} is incomplete`),
    ...(isIncomplete ? ['the cost data does not cover the whole period'] : []),
    ...(config.minimumGrade !== undefined && grade > config.minimumGrade
      ? [`the data grade is ${grade}, and ${config.minimumGrade} was demanded`]
      : []),
  ]
}

async function addFindings(engine: Engine, findings: readonly Finding[]): Promise<void> {
  await engine.insert(
    'ledger.finding',
    findings.map(({ check, severity, subject, message, evidence }) => [check, severity, subject, message, evidence]),
  )
}

/** Rates are kept beside the ledger for comparisons that name them; nothing is converted in silence. */
async function keepExchangeRates(engine: Engine, config: Config): Promise<void> {
  await engine.run(
    `create or replace table config.exchange_rate
       (from_currency varchar, to_currency varchar, rate decimal(38,24), day date, source varchar)`,
  )
  await engine.insert(
    'config.exchange_rate',
    config.exchangeRates.map(({ from, to, rate, day, source }) => [from, to, String(rate), day, source]),
  )
}

async function refuseUnknownSubscriptions(engine: Engine, config: Config): Promise<void> {
  if (config.subscriptions.length === 0) return
  const rows = await engine.rows(
    `select subscription_id from normalise.subscription
     union select subscription_id from normalise.cost_resource
     union select subscription_id from normalise.machine_record
     order by subscription_id`,
  )
  const known = rows.map((row) => String(row.subscription_id)).filter((id) => id !== 'null')
  const unknown = config.subscriptions.filter((id) => !known.includes(id))
  if (unknown.length === 0) return
  throw new HourwiseError(EXIT.usage, 'the data knows no such subscription', {
    where: unknown.join(', '),
    details: [...known.slice(0, 10), ...(known.length > 10 ? [`and ${known.length - 10} more`] : [])],
    next: 'Give one of these with --subscription.',
  })
}

import { setTimeout } from 'node:timers/promises'
import { type Command, Option } from 'commander'
import { CLOUD_NAMES, type CloudName } from './collect/cloud.ts'
import type { Examined } from './collect/doctor.ts'
import { SIGN_INS, type SignIn, SOURCES, type Source, type Wanted } from './collect/wanted.ts'
import { followCollection } from './collect/watching.ts'
import type { Outside } from './collect/wire.ts'
import type { Effects } from './effects.ts'
import { EXIT, type ExitCode, HourwiseError } from './errors.ts'
import { openProgress } from './progress.ts'
import { suggestion } from './suggestion.ts'

interface Words {
  only?: string[]
  require?: string[]
  subscription?: string[]
  managementGroup?: string
  costScope?: string[]
  tenant?: string[]
  cloud: CloudName
  auth: SignIn
  currency: string
  days: string
  output: 'table' | 'json'
  quiet?: boolean
}

const COLLECT_NOTE = `
Sources: ${SOURCES.join(', ')}

Examples:
  hourwise collect exports --cost-scope providers/Microsoft.Billing/billingAccounts/1234567
  hourwise collect exports --only endpoint,inventory        every four hours
  hourwise collect exports --tenant contoso.com --auth cli --require cost,endpoint

Interrupted at any moment, the same command goes on from the last complete page.
`

/** What the two commands that go to the network share with the command line. */
export interface Collecting {
  readonly effects: Effects
  /** Prints text for people, made harmless. */
  say(text: string): void
  finished(code: ExitCode): void
  /** What is said when the run is interrupted from now on. */
  interruptible(words: string): void
  /** The network and the sign-in for one tenant; tests pass their own. */
  outside?(words: Pick<Words, 'auth' | 'cloud'>, tenant: string | undefined): Outside
}

/** Adds `collect` and `doctor`, the two commands that go to the network. */
export function addCollecting(program: Command, world: Collecting): void {
  const fetching = program
    .command('collect')
    .description('fetch from Azure, Defender for Endpoint and Graph into such a folder')
    .argument('<folder>', 'where the answers are kept; further collections add to it')
  addWords(fetching)
  fetching.addHelpText('after', COLLECT_NOTE)
  fetching.action(async (folder: string, words: Words) => world.finished(await runCollect(folder, words, world)))
  const examining = program.command('doctor').description('what the signed-in identity may read, and what is missing')
  addWords(examining)
  examining.action(async (words: Words) => world.finished(await runDoctor(words, world)))
}

function addWords(command: Command): void {
  const list = (text: string, before: string[] | undefined) => [...(before ?? []), ...text.split(',').filter(Boolean)]
  command
    .helpOption('-h, --help', 'print help')
    .option('--only <sources>', 'only these sources (default: all)', list)
    .option('--require <sources>', 'exit 5 when one of these may not be read', list)
    .option('--subscription <id>', 'only this subscription; may be repeated', list)
    .option('--management-group <id>', 'only below this management group')
    .option('--cost-scope <scope>', 'scope whose bill is read (default: the subscriptions)', list)
    .option('--tenant <id>', 'tenant to sign in to; may be repeated', list)
    .addOption(new Option('--cloud <name>', 'which Azure').choices(CLOUD_NAMES).default('public'))
    .addOption(new Option('--auth <way>', 'how to sign in').choices(SIGN_INS).default('auto'))
    .option('--currency <code>', 'currency of list prices', 'USD')
    .option('--days <number>', 'days of activity log and exports to look back, 1 to 90', '90')
    .addOption(
      new Option('-o, --output <form>', 'what goes to the terminal').choices(['table', 'json']).default('table'),
    )
    .option('--quiet', 'no progress and no notes')
}

async function runCollect(folder: string, words: Words, world: Collecting): Promise<ExitCode> {
  const { effects, say } = world
  const wanted = wantedOf(words)
  const required = sourcesOf('--require', words.require, [])
  world.interruptible('every complete page is kept: repeat the command, and it goes on from there')
  const nowMilliseconds = () => performance.now()
  const progress = openProgress({ ...effects, nowMilliseconds }, { quiet: words.quiet === true, verbose: false })
  progress.stage('collecting', 100)
  const watching = followCollection(nowMilliseconds, (advance) => progress.step(advance.words, advance.share))
  const tenants = words.tenant ?? [undefined]
  const { collectTenants } = await import('./collect/tenants.ts')
  const { collectedWords, shortfallLines } = await import('./collect/words.ts')
  const outside = await outsideOf(words, world)
  const results = await collectTenants(folder, tenants, wanted, outside, watching).finally(() => progress.end())
  const done = results.filter((result) => result.collected !== undefined)
  const listings = done.flatMap(({ collected }) => collected.listings)
  if (words.output === 'json') effects.out(`${JSON.stringify(done, null, 2)}\n`)
  else for (const { collected } of done) effects.out(`${collectedWords(collected)}\n`)
  for (const { listing, state, why } of listings)
    if (state === 'complete' && why !== null && words.quiet !== true) say(`  ${listing}: ${why}`)
  for (const line of shortfallLines(listings)) say(line)
  const unsigned = results.filter((result) => result.error !== undefined)
  for (const { tenant, error } of unsigned) say(`hourwise: tenant ${tenant} was left out: ${error.message}`)
  const isRefused = listings.some(({ state, source }) => state === 'refused' && required.some((one) => one === source))
  if (unsigned.length > 0 || isRefused || listings.every(({ state }) => state === 'refused')) return EXIT.signIn
  return listings.some(({ state }) => state === 'incomplete' || state === 'failed') ? EXIT.incomplete : EXIT.done
}

async function runDoctor(words: Words, world: Collecting): Promise<ExitCode> {
  const { effects, say } = world
  const wanted = wantedOf(words)
  const required = sourcesOf('--require', words.require, [])
  // The Azure SDKs take half a second to load: only when they are needed, here and above.
  const { examine } = await import('./collect/doctor.ts')
  const { doctorLines, examinedWords } = await import('./collect/words.ts')
  const { outsideError } = await import('./collect/sign_in.ts')
  const outside = await outsideOf(words, world)
  const all: (Examined & { tenant: string | null })[] = []
  for (const tenant of words.tenant ?? [undefined]) {
    try {
      const examined = await examine(wanted, outside(tenant))
      all.push(...examined.map((one) => ({ tenant: tenant ?? null, ...one })))
    } catch (error) {
      throw outsideError(words.auth, error)
    }
  }
  if (words.output === 'json') effects.out(`${JSON.stringify(all, null, 2)}\n`)
  else effects.out(`${examinedWords(all)}\n`)
  for (const line of doctorLines(all)) say(line)
  const lacks = all.filter(({ state }) => state !== 'readable' && state !== 'absent')
  const isDemanded = lacks.some(({ source }) => required.includes(source))
  return isDemanded || all.every(({ state }) => state !== 'readable') ? EXIT.signIn : EXIT.done
}

/** The network and the sign-in for each tenant. */
async function outsideOf(
  words: Words,
  { effects, outside }: Collecting,
): Promise<(tenant: string | undefined) => Outside> {
  if (outside !== undefined) return (tenant) => outside(words, tenant)
  const { credentialOf } = await import('./collect/sign_in.ts')
  return (tenant) => ({
    credential: credentialOf(words.auth, words.cloud, tenant),
    nowSeconds: effects.nowSeconds,
    sleep: async (seconds, signal) => {
      await setTimeout(seconds * 1000, undefined, signal === undefined ? {} : { signal })
    },
  })
}

function wantedOf(words: Words): Wanted {
  const days = Number(words.days)
  if (!Number.isInteger(days) || days < 1 || days > 90)
    throw new HourwiseError(EXIT.usage, '--days: expected a whole number from 1 to 90', {
      next: 'The activity log keeps 90 days.',
    })
  const subscriptions = words.subscription ?? []
  if (subscriptions.length > 0 && words.managementGroup !== undefined)
    throw new HourwiseError(EXIT.usage, 'subscriptions and a management group exclude each other', {
      next: 'Give --subscription or --management-group.',
    })
  const foreign = subscriptions.find((id) => !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
  if (foreign !== undefined)
    throw new HourwiseError(EXIT.usage, `--subscription: ${foreign} is no subscription id`, {
      next: 'az account list shows the ids.',
    })
  const scope = words.costScope?.find(
    (text) => !/^\/?(subscriptions|providers)\/[\w./():-]+$/i.test(text) || text.includes('..'),
  )
  if (scope !== undefined)
    throw new HourwiseError(EXIT.usage, `--cost-scope: ${scope} is no scope`, {
      next: 'Such as subscriptions/ID or providers/Microsoft.Billing/billingAccounts/ID.',
    })
  return {
    cloud: words.cloud,
    signIn: words.auth,
    sources: sourcesOf('--only', words.only, SOURCES),
    subscriptions: subscriptions.map((id) => id.toLowerCase()).sort(),
    managementGroup: words.managementGroup,
    costScopes: words.costScope ?? [],
    currency: words.currency.toUpperCase(),
    days,
  }
}

function sourcesOf(flag: string, given: readonly string[] | undefined, usual: readonly Source[]): readonly Source[] {
  const unknown = given?.find((name) => !SOURCES.some((source) => source === name))
  if (unknown !== undefined)
    throw new HourwiseError(EXIT.usage, `${flag}: ${unknown} is no source${suggestion(unknown, SOURCES)}`, {
      next: `Sources: ${SOURCES.join(', ')}`,
    })
  return given === undefined ? usual : SOURCES.filter((source) => given.includes(source))
}

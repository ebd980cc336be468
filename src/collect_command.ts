import { setTimeout } from 'node:timers/promises'
import { type Command, Option } from 'commander'
import { CLOUD_NAMES, type CloudName } from './collect/cloud.ts'
import { type Collected, SOURCES, type Source, type Wanted } from './collect/collect.ts'
import { type Examined, examine } from './collect/doctor.ts'
import { credentialOf, outsideError, SIGN_INS, type SignIn } from './collect/sign_in.ts'
import { collectTenants } from './collect/tenants.ts'
import type { Outside } from './collect/wire.ts'
import type { Effects } from './effects.ts'
import { EXIT, type ExitCode, HourwiseError } from './errors.ts'
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

/** Prints text for people, made harmless. */
type Say = (text: string) => void

const COLLECT_NOTE = `
Sources: ${SOURCES.join(', ')}

Examples:
  hourwise collect exports --cost-scope providers/Microsoft.Billing/billingAccounts/1234567
  hourwise collect exports --only endpoint,inventory        every four hours
  hourwise collect exports --tenant contoso.com --auth cli --require cost,endpoint

Interrupted at any moment, the same command goes on from the last complete page.
`

/** Adds `collect` and `doctor`, the two commands that go to the network. */
export function addCollecting(program: Command, effects: Effects, say: Say, finished: (code: ExitCode) => void): void {
  const fetching = program
    .command('collect')
    .description('fetch from Azure, Defender for Endpoint and Graph into such a folder')
    .argument('<folder>', 'where the answers are kept; further collections add to it')
  addWords(fetching)
  fetching.addHelpText('after', COLLECT_NOTE)
  fetching.action(async (folder: string, words: Words) => finished(await runCollect(folder, words, effects, say)))
  const examining = program.command('doctor').description('what the signed-in identity may read, and what is missing')
  addWords(examining)
  examining.action(async (words: Words) => finished(await runDoctor(words, effects, say)))
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

async function runCollect(folder: string, words: Words, effects: Effects, say: Say): Promise<ExitCode> {
  const wanted = wantedOf(words)
  const required = sourcesOf('--require', words.require, [])
  const watching = {
    begins: (name: string) => {
      if (words.quiet !== true && effects.interactive) say(`  ${name}`)
    },
  }
  const tenants = words.tenant ?? [undefined]
  const results = await collectTenants(folder, tenants, wanted, (tenant) => outsideOf(words, tenant, effects), watching)
  const done = results.filter((result) => result.collected !== undefined)
  const listings = done.flatMap(({ collected }) => collected.listings)
  if (words.output === 'json') effects.out(`${JSON.stringify(done, null, 2)}\n`)
  else for (const { collected } of done) effects.out(`${collectedWords(collected)}\n`)
  for (const { listing, state, why, right, loss } of listings) {
    if (state === 'complete') {
      if (why !== null && words.quiet !== true) say(`  ${listing}: ${why}`)
      continue
    }
    say(`hourwise: ${listing} is ${state}${why === null ? '' : `: ${why}`}`)
    say(
      state === 'refused'
        ? `  it takes: ${right}; without it the reports lack ${loss}`
        : '  Repeat the command; it goes on from there.',
    )
  }
  const unsigned = results.filter((result) => result.error !== undefined)
  for (const { tenant, error } of unsigned) say(`hourwise: tenant ${tenant} was left out: ${error.message}`)
  const isRefused = listings.some(({ state, source }) => state === 'refused' && required.some((one) => one === source))
  if (unsigned.length > 0 || isRefused || listings.every(({ state }) => state === 'refused')) return EXIT.signIn
  return listings.some(({ state }) => state === 'incomplete' || state === 'failed') ? EXIT.incomplete : EXIT.done
}

function collectedWords({ listings, traffic, leastRequests, isResumed }: Collected): string {
  const width = Math.max(...listings.map(({ listing }) => listing.length), 7)
  const lines = listings.map(
    ({ listing, state, pages, rowsRead, rowsAnnounced }) =>
      `${listing.padEnd(width)}  ${state.padEnd(10)}  ${String(rowsRead).padStart(8)}${rowsAnnounced === null ? '' : ` of ${rowsAnnounced}`}  ${pages} pages`,
  )
  const resumed = isResumed ? ', going on from an earlier call' : ''
  return [
    ...lines,
    `${traffic.requests} requests for ${leastRequests} pages and files, ${traffic.retries} repeated, ${Math.round(traffic.waitedSeconds)} s waited${resumed}`,
  ].join('\n')
}

async function runDoctor(words: Words, effects: Effects, say: Say): Promise<ExitCode> {
  const wanted = wantedOf(words)
  const required = sourcesOf('--require', words.require, [])
  const all: Examined[] = []
  for (const tenant of words.tenant ?? [undefined]) {
    try {
      all.push(...(await examine(wanted, outsideOf(words, tenant, effects))))
    } catch (error) {
      throw outsideError(words.auth, error)
    }
  }
  if (words.output === 'json') effects.out(`${JSON.stringify(all, null, 2)}\n`)
  else {
    const width = Math.max(...all.map(({ listing }) => listing.length), 7)
    for (const { listing, state, right } of all) effects.out(`${listing.padEnd(width)}  ${state.padEnd(8)}  ${right}\n`)
  }
  for (const { listing, state, why, loss } of all)
    if (state !== 'readable') say(`hourwise: ${listing}: ${why ?? state}; without it the reports lack ${loss}`)
  return all.some(({ state, source }) => state !== 'readable' && required.some((one) => one === source))
    ? EXIT.signIn
    : EXIT.done
}

function outsideOf(words: Words, tenant: string | undefined, effects: Effects): Outside {
  return {
    credential: credentialOf(words.auth, words.cloud, tenant),
    nowSeconds: effects.nowSeconds,
    sleep: async (seconds, signal) => {
      await setTimeout(seconds * 1000, undefined, signal === undefined ? {} : { signal })
    },
  }
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
    (text) => !/^\/?(subscriptions|providers)\/[\w./()-]+$/i.test(text) || text.includes('..'),
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

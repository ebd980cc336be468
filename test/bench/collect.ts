import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { SOURCES, type Wanted } from '../../src/collect/wanted.ts'
import type { Collection } from '../../src/collection_schema.ts'
import { packageRoot } from '../../src/package_root.ts'
import { generatedTenant } from '../azure/generated_tenant.ts'
import { PAGE_SIZES, startAzure } from '../azure/server.ts'
import type { AzureTenant } from '../azure/tenant.ts'
import { ROUTE_NAMES } from '../azure/wire.ts'
import { runNode } from './child.ts'
import { DAY, UNTIL } from './estate.ts'

/** Heap that the collector may take, in MB: it must not grow with the tenant. The simulated Azure is in another process. */
const HEAP_MEGABYTES = 256
const DAYS_BACK = 31
/** Half a day after the month of the estate. */
const NOW = UNTIL + 43_200

/** `npm run bench -- --collect --machines N`: collects a generated tenant, and counts requests against the least possible. */
export async function benchCollect(sizes: readonly number[], note: (text: string) => void): Promise<string> {
  // The tenant of 100,000 machines is three gigabytes of this process.
  setFlagsFromString('--max-old-space-size=8192')
  const rows: (string | number)[][] = []
  for (const machines of sizes) rows.push(await collectOnce(machines, note))
  const heads = [
    'machines',
    'rows read',
    'requests',
    'least possible',
    'ratio',
    'repeated',
    'paced s',
    'files',
    'MB on disk',
    'collect s',
    'collect CPU s',
    'peak MB',
  ]
  return [
    `Node ${process.version}, ${cpus().length} cores, heap of the collector at most ${HEAP_MEGABYTES} MB, all sources but availability`,
    '',
    `| ${heads.join(' | ')} |`,
    `|${heads.map(() => '---').join('|')}|`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n')
}

async function collectOnce(machines: number, note: (text: string) => void): Promise<(string | number)[]> {
  note(`${machines} machines: the tenant`)
  const tenant = generatedTenant(machines, 1)
  const billing = tenant.costLines[0]?.billingScope ?? ''
  const wanted: Wanted = {
    cloud: 'public',
    signIn: 'auto',
    // A month of hourly points of every machine is a load of its own, and here of nothing but blanks.
    sources: SOURCES.filter((source) => source !== 'availability'),
    subscriptions: [],
    managementGroup: undefined,
    costScopes: [billing],
    currency: 'USD',
    days: DAYS_BACK,
  }
  const azure = await startAzure(tenant, { keepBodies: false })
  const folder = mkdtempSync(join(tmpdir(), 'hourwise-bench-collect-'))
  try {
    note(`${machines} machines: collect`)
    const words = [folder, String(azure.port), String(NOW), JSON.stringify(wanted)]
    const run = await runNode([
      `--max-old-space-size=${HEAP_MEGABYTES}`,
      '--import',
      'tsx',
      join(packageRoot, 'test/collect/child.ts'),
      ...words,
    ])
    if (run.code !== 0) throw new Error(`the collection failed (${run.code}): ${run.stderr.slice(-2000)}`)
    const { runs, files } = JSON.parse(readFileSync(join(folder, 'collection.json'), 'utf8')) as Collection
    const [done] = runs
    const lacking = done?.listings.filter(({ state }) => state !== 'complete') ?? []
    if (done === undefined || lacking.length > 0) throw new Error(`not complete: ${JSON.stringify(lacking[0])}`)
    if (done.requests !== azure.count()) throw new Error(`${done.requests} requests told, ${azure.count()} came`)
    for (const route of ROUTE_NAMES) if (azure.count(route) > 0) note(`  ${azure.count(route)} ${route}`)
    const least = leastRequests(tenant, files.filter(({ path }) => path.endsWith('.csv')).length)
    return [
      machines.toLocaleString('en'),
      done.listings.reduce((sum, { rowsRead }) => sum + rowsRead, 0).toLocaleString('en'),
      done.requests.toLocaleString('en'),
      least.toLocaleString('en'),
      (done.requests / least).toFixed(3),
      done.retries,
      Math.round(done.waitedSeconds).toLocaleString('en'),
      files.length.toLocaleString('en'),
      (sizeOf(folder) / 1e6).toFixed(0),
      run.seconds.toFixed(1),
      run.cpuSeconds?.toFixed(1) ?? '–',
      run.peakMegabytes ?? '–',
    ]
  } finally {
    await azure.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * The least that the services allow for this tenant, reckoned from what is in it and not from what the collector did: each
 * list by its page size and at least once, each file once, a report asked for and answered once a month, one list of
 * subscriptions, one of exports.
 */
function leastRequests(tenant: AzureTenant, files: number): number {
  const pages = (rows: number, size: number) => Math.max(1, Math.ceil(rows / size))
  const { resources, resourcecontainers, securityresources, healthresources } = tenant.tables
  const ofType = (rows: readonly Record<string, unknown>[], type: string) =>
    rows.filter((row) => String(row['type']).toLowerCase() === type).length
  const plans = ofType(securityresources, 'microsoft.security/pricings')
  const graph = [
    resourcecontainers.length,
    ofType(resources, 'microsoft.compute/virtualmachines'),
    ofType(resources, 'microsoft.compute/virtualmachinescalesets'),
    0, // instances of scale sets
    ofType(resources, 'microsoft.hybridcompute/machines'),
    resources.filter((row) => /\/extensions$/i.test(String(row['type']))).length,
    plans,
    0, // assessments
    healthresources.length,
  ].reduce((sum, rows) => sum + pages(rows, PAGE_SIZES.resourceGraph), 0)
  const events = new Map<string, number>()
  const from = (NOW - DAYS_BACK * DAY) * 1000
  for (const { subscriptionId, at } of tenant.events)
    if (Date.parse(at) >= from) events.set(subscriptionId, (events.get(subscriptionId) ?? 0) + 1)
  const log = tenant.subscriptions.reduce((sum, { id }) => sum + pages(events.get(id) ?? 0, PAGE_SIZES.activityLog), 0)
  const alertsAndSettings = 2 * tenant.subscriptions.length
  const endpoint = pages(tenant.devices.length, PAGE_SIZES.machines)
  const prices = pages(tenant.prices.length, PAGE_SIZES.prices)
  const months = 2
  return 1 + graph + log + alertsAndSettings + endpoint + 1 + prices + 1 + 2 * months + files
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => statSync(join(folder, path)))
    .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0)
}

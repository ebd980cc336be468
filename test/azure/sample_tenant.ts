import { gzipSync } from 'node:zlib'
import { BILLING_ACCOUNT, ENROLMENT } from '../../fixtures/estate/columns.ts'
import { linesOf, type SampleFiles } from '../../fixtures/estate/cost_export.ts'
import { at, DAY, dayOf, MONTHS } from '../../fixtures/estate/moment.ts'
import { sample } from '../../fixtures/estate/sample.ts'
import { TENANT } from '../../fixtures/estate/tenant.ts'
import { nameSeconds } from '../../src/normalise/snapshot_time.ts'
import {
  type AzureTenant,
  type CostExport,
  type CostExportRun,
  type CostLine,
  emptyTenant,
  type GraphTable,
  type JsonRecord,
} from './tenant.ts'
import { SECRET } from './transport.ts'

/** Where the exports of the sample estate lie. */
export const EXPORT_STORE = { account: 'ostrellefinops', container: 'exports' } as const

/** The billing accounts of the sample estate, as scopes of Cost Management. */
export const SAMPLE_BILLING = {
  usd: `providers/Microsoft.Billing/billingAccounts/${ENROLMENT}`,
  eur: BILLING_ACCOUNT.slice(1),
} as const

/** Moments of the sample's snapshots, UTC seconds, by the folder of the sample that holds them. */
export function sampleMoments(folder: 'inventory' | 'endpoint' | 'licences' | 'resource-health' | 'alerts'): number[] {
  const found = [...SAMPLE.keys()].filter((path) => path.startsWith(`${folder}/`)).map((path) => nameSeconds(path) ?? 0)
  return [...new Set(found)].sort((a, b) => a - b)
}

const SAMPLE: SampleFiles = sample()

/** Ostrelle Logistics as Azure would have shown it at a moment: of each source the last snapshot that the sample has. */
export function sampleTenant(moment: number): AzureTenant {
  const tenant = emptyTenant(TENANT.id)
  const containers = records(last('inventory/subscriptions', moment))
  const inventory = records(last('inventory/resource-graph', moment))
  const plans = records(last('plans/pricings', moment))
  for (const row of [
    ...containers,
    ...inventory,
    ...plans,
    ...records(last('assessments/', moment)),
    ...records(last('resource-health/', moment)),
  ])
    tenant.tables[tableOf(row)].push(row)
  for (const setting of records(last('plans/settings', moment)))
    tenant.settings.set(String(setting['id']).split('/')[2] ?? '', setting)
  for (const [id, pricing] of resourcePricings(inventory, plans, moment)) tenant.resourcePricings.set(id, pricing)
  tenant.devices = records(last('endpoint/', moment))
  tenant.licences = records(last('licences/', moment))
  tenant.alerts = records(last('alerts/', moment))
  tenant.prices = ['prices/retail_prices.json', 'prices/retail_prices_eur.json'].flatMap((path) => records(text(path)))
  tenant.events = [...SAMPLE.keys()]
    .filter((path) => path.startsWith('activity-log/'))
    .flatMap((path) => records(text(path)))
    .filter((record) => Date.parse(String(record['eventTimestamp'])) / 1000 <= moment)
    .map((record) => ({
      subscriptionId: String(record['subscriptionId']),
      at: String(record['eventTimestamp']),
      record: { ...record, ...PERSON },
    }))
  return {
    ...tenant,
    ...bill(moment),
    subscriptions: containers.map((row) => ({ id: String(row['subscriptionId']), name: String(row['name']) })),
  }
}

/** What the service knows of whoever did something, and nobody else needs to. */
const PERSON: JsonRecord = {
  caller: `${SECRET}@ostrelle.example`,
  claims: { name: `${SECRET} Beispiel`, ipaddr: '192.0.2.44', 'http://schemas.xmlsoap.org/claims/upn': `${SECRET}@x` },
  httpRequest: { clientRequestId: '1', clientIpAddress: '192.0.2.44', method: 'POST' },
  properties: { requestbody: `{"by":"${SECRET}"}` },
}

function text(path: string): string {
  const found = SAMPLE.get(path)
  if (found === undefined) throw new Error(`the sample has no ${path}`)
  return found
}

/** The newest file of a kind at a moment; before the first, the first. */
function last(start: string, moment: number): string {
  const paths = [...SAMPLE.keys()].filter((path) => path.startsWith(start))
  const byTime = paths.toSorted((a, b) => (nameSeconds(a) ?? 0) - (nameSeconds(b) ?? 0))
  return text(byTime.findLast((path) => (nameSeconds(path) ?? 0) <= moment) ?? byTime[0] ?? start)
}

function records(json: string): JsonRecord[] {
  const document = JSON.parse(json) as JsonRecord | JsonRecord[]
  if (Array.isArray(document)) return document
  return (document['data'] ?? document['value'] ?? document['Items']) as JsonRecord[]
}

function tableOf(row: JsonRecord): GraphTable {
  const type = String(row['type']).toLowerCase()
  if (type === 'microsoft.resources/subscriptions') return 'resourcecontainers'
  if (type === 'microsoft.compute/virtualmachinescalesets/virtualmachines') return 'computeresources'
  if (type.startsWith('microsoft.security/')) return 'securityresources'
  if (type.startsWith('microsoft.resourcehealth/')) return 'healthresources'
  return 'resources'
}

const MACHINE = /^microsoft\.(compute\/virtualmachines|compute\/virtualmachinescalesets|hybridcompute\/machines)$/

/** Every machine can be asked for its plan: the ones the sample says, all others inherit that of their subscription. */
function resourcePricings(
  inventory: readonly JsonRecord[],
  plans: readonly JsonRecord[],
  moment: number,
): Map<string, JsonRecord> {
  const own = new Map(
    records(last('plans/resource-pricings', moment)).map((pricing) => [
      String(pricing['id']).toLowerCase().split('/providers/microsoft.security/')[0] ?? '',
      pricing,
    ]),
  )
  for (const machine of inventory) {
    const id = String(machine['id'])
    if (!MACHINE.test(String(machine['type'])) || own.has(id.toLowerCase())) continue
    const subscription = `/subscriptions/${machine['subscriptionId']}`
    const plan = plans.find((row) => String(row['id']).startsWith(subscription) && row['name'] === 'VirtualMachines')
    const { pricingTier, subPlan } = (plan?.['properties'] ?? {}) as { pricingTier?: string; subPlan?: string }
    own.set(id.toLowerCase(), {
      id: `${id}/providers/Microsoft.Security/pricings/VirtualMachines`,
      name: 'VirtualMachines',
      type: 'Microsoft.Security/pricings',
      properties: {
        pricingTier,
        ...(subPlan === undefined ? {} : { subPlan }),
        freeTrialRemainingTime: 'PT0S',
        inherited: 'True',
        inheritedFrom: subscription,
      },
    })
  }
  return own
}

/** The bill: lines for queries and reports, and the runs of both exports that were there by then. */
function bill(moment: number): Pick<AzureTenant, 'costLines' | 'exports' | 'blobs'> {
  const blobs = new Map<string, Buffer>()
  const exports = new Map<string, CostExport>()
  for (const { submittedAt, found, content } of RUNS) {
    if (submittedAt > moment) continue
    for (const [name, stored] of content) blobs.set(`${EXPORT_STORE.account}/${EXPORT_STORE.container}/${name}`, stored)
    const before = exports.get(found.name)?.runs ?? []
    exports.set(found.name, { ...found, runs: [...before, ...found.runs] })
  }
  return { costLines: [...COST_LINES], exports: [...exports.values()], blobs }
}

const COST_LINES: readonly CostLine[] = (['usd', 'eur'] as const).flatMap((scope) =>
  MONTHS.flatMap((month) => linesOf(scope, month).map((line) => ({ line, month }))).map(({ line, month }) => ({
    billingScope: SAMPLE_BILLING[scope],
    day: line.day,
    subscriptionId: line.subscription.id,
    resourceId: line.resourceId,
    meterCategory: line.category,
    meterSubCategory: line.subCategory,
    meter: line.meterName,
    meterId: line.meterId,
    quantity: line.quantity,
    unitPrice: line.unitPrice,
    listPrice: line.listPrice,
    periodFrom: month.from,
    periodLast: dayOf(at(month.until) - DAY),
    cost: line.cost,
    currency: scope.toUpperCase(),
    unit: line.unit,
    product: line.product,
    consumedService: line.consumedService,
    tags: Object.keys(line.tags).length === 0 ? '' : JSON.stringify(line.tags).slice(1, -1),
    additionalInfo: line.additionalInfo,
    chargeType: line.chargeType,
  })),
)

/** Every run of an export in the sample: when it was, its export with this run alone, its blobs by name. */
const RUNS: readonly { submittedAt: number; found: CostExport; content: Map<string, Buffer> }[] = [...SAMPLE]
  .filter(([path]) => path.startsWith('cost/') && path.endsWith('/manifest.json'))
  .map(([path, json]) => {
    const { exportConfig, deliveryConfig, runInfo, blobs: parts } = JSON.parse(json)
    const names: string[] = [path, ...parts.map((part: { blobName: string }) => part.blobName)]
    const run: CostExportRun = {
      id: runInfo.runId,
      submittedAt: runInfo.submittedTime,
      startDay: String(runInfo.startDate).slice(0, 10),
      endDay: String(runInfo.endDate).slice(0, 10),
      manifest: path,
    }
    return {
      submittedAt: Date.parse(runInfo.submittedTime) / 1000,
      content: new Map(
        names.map((name) => [
          name,
          name.endsWith('.gz') ? gzipSync(text(name), { level: 9 }) : Buffer.from(text(name)),
        ]),
      ),
      found: {
        scope: String(exportConfig.resourceId).split('/providers/Microsoft.CostManagement/')[0]?.slice(1) ?? '',
        name: exportConfig.exportName,
        type: exportConfig.type,
        format: 'Csv',
        dataVersion: exportConfig.dataVersion,
        ...EXPORT_STORE,
        accountId: deliveryConfig.containerUri,
        rootFolder: deliveryConfig.rootFolderPath,
        runs: [run],
      },
    }
  })

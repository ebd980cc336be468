import { once } from 'node:events'
import { createWriteStream, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import {
  createdAt,
  DAY,
  deletedAt,
  FROM,
  fileStamp,
  guid,
  iso,
  isWeekday,
  lifeOf,
  machineName,
  planOf,
  resourceId,
  SUBSCRIPTION_SIZE,
  stopMinute,
  subscriptionId,
  subscriptionOf,
  UNTIL,
  vmId,
} from './estate.ts'

export const TENANT = guid('tenant')

/** Writes inventory, plans, activity log and endpoint listings, record by record; files are gzipped JSON. */
export async function writeRecordFiles(folder: string, machines: number, healthHours: number): Promise<void> {
  await writeInventory(folder, machines)
  await writePlans(folder, machines)
  for (let subscription = 0; subscription * SUBSCRIPTION_SIZE < machines; subscription++)
    await writeActivity(folder, machines, subscription)
  for (let at = FROM + healthHours * 3600; at <= UNTIL; at += healthHours * 3600)
    await writeDevices(folder, machines, at)
}

async function writeInventory(folder: string, machines: number): Promise<void> {
  const left = numbers(machines).filter((machine) => lifeOf(machine) !== 'deleted')
  for (let page = 0; page * 1000 < left.length; page++) {
    const part = left.slice(page * 1000, page * 1000 + 1000)
    const head = `{"count":${part.length},"total_records":${left.length},"skip_token":null,"data":[\n`
    await writeJson(
      `${folder}/inventory/resource-graph_${fileStamp(UNTIL)}_page-${page + 1}.json.gz`,
      head,
      map(part, vmRecord),
      ']}',
    )
  }
}

async function writePlans(folder: string, machines: number): Promise<void> {
  const records = Array.from({ length: subscriptionOf(machines - 1) + 1 }, (_, subscription) => [
    pricing(subscription, 'VirtualMachines', { pricingTier: 'Standard', subPlan: planOf(subscription) }),
    pricing(subscription, 'CloudPosture', { pricingTier: 'Standard' }),
  ]).flat()
  await writeJson(
    `${folder}/plans/pricings_${fileStamp(UNTIL)}.json.gz`,
    `{"count":${records.length},"data":[\n`,
    records,
    ']}',
  )
}

export function pricing(subscription: number, name: string, properties: Record<string, string>): unknown {
  const id = subscriptionId(subscription)
  return {
    id: `/subscriptions/${id}/providers/Microsoft.Security/pricings/${name}`,
    name,
    type: 'microsoft.security/pricings',
    tenantId: TENANT,
    subscriptionId: id,
    properties: { ...properties, freeTrialRemainingTime: 'PT0S', enablementTime: '2024-02-12T08:03:11.4021873Z' },
  }
}

async function writeActivity(folder: string, machines: number, subscription: number): Promise<void> {
  const first = subscription * SUBSCRIPTION_SIZE
  const own = numbers(Math.min(SUBSCRIPTION_SIZE, machines - first)).map((number) => first + number)
  const path = `${folder}/activity-log/${subscriptionId(subscription)}_2026-10.json.gz`
  await writeJson(path, '[\n', activity(own), ']')
}

export function* activity(machines: readonly number[]): Generator<unknown> {
  for (const machine of machines) {
    const life = lifeOf(machine)
    if (life === 'created') yield event(machine, 'WRITE', 'Succeeded', createdAt(machine), 0)
    if (life === 'deleted') yield event(machine, 'DELETE', 'Succeeded', deletedAt(machine), 0)
    if (life !== 'weekdays') continue
    for (let at = FROM; at < UNTIL; at += DAY) {
      if (!isWeekday(at)) continue
      const stop = at + 18 * 3600 + stopMinute(machine) * 60
      yield event(machine, 'START/ACTION', 'Started', at + 6 * 3600 - 60, 1)
      yield event(machine, 'START/ACTION', 'Succeeded', at + 6 * 3600, 1)
      yield event(machine, 'DEALLOCATE/ACTION', 'Started', stop, 2)
      yield event(machine, 'DEALLOCATE/ACTION', 'Succeeded', stop + 45, 2)
    }
  }
}

function event(machine: number, operation: string, status: string, at: number, step: number): unknown {
  return {
    category: { localizedValue: 'Administrative', value: 'Administrative' },
    correlationId: guid(`${machine} ${step} ${Math.floor(at / DAY)}`),
    eventDataId: guid(`${machine} ${operation} ${at}`),
    eventTimestamp: iso(at),
    operationName: { localizedValue: operation, value: `MICROSOFT.COMPUTE/VIRTUALMACHINES/${operation}` },
    resourceId: resourceId(machine),
    status: { localizedValue: status, value: status },
    submissionTimestamp: iso(at + 190),
    subscriptionId: subscriptionId(subscriptionOf(machine)),
  }
}

/** One listing of Defender for Endpoint, in pages of 10,000. */
async function writeDevices(folder: string, machines: number, at: number): Promise<void> {
  for (let page = 0; page * 10_000 < machines; page++) {
    const part = numbers(Math.min(10_000, machines - page * 10_000)).map((number) => page * 10_000 + number)
    const isLast = (page + 1) * 10_000 >= machines
    const next = isLast
      ? ''
      : `"@odata.nextLink":"https://api.security.microsoft.com/api/machines?$skip=${(page + 1) * 10_000}",`
    const head = `{"@odata.context":"https://api.security.microsoft.com/api/$metadata#Machines",${next}"value":[\n`
    await writeJson(
      `${folder}/endpoint/machines_${fileStamp(at)}_page-${page + 1}.json.gz`,
      head,
      devices(part, at),
      ']}',
    )
  }
}

/** One of twenty machines has a silent sensor, one of twenty none; the others reported one to three hours before. */
export function* devices(machines: readonly number[], at: number): Generator<unknown> {
  for (const machine of machines) {
    const life = lifeOf(machine)
    if (machine % 20 === 7 || (life === 'created' && createdAt(machine) > at)) continue
    const isSilent = machine % 20 === 3
    const lastOn = life === 'weekdays' ? lastWeekdayOn(at) : life === 'deleted' ? Math.min(at, deletedAt(machine)) : at
    const lastSeen = isSilent ? FROM - 3 * DAY : lastOn - 3600 - (machine % 120) * 60
    const id = resourceId(machine)
    yield {
      id: `${guid(`device ${machine}`).replaceAll('-', '')}00000000`,
      mergedIntoMachineId: null,
      isPotentialDuplication: false,
      isExcluded: false,
      exclusionReason: null,
      computerDnsName: `${machineName(machine)}.bench.example`,
      firstSeen: '2026-03-02T07:34:00.4471093Z',
      lastSeen: `${iso(lastSeen).slice(0, -1)}.2180559Z`,
      osPlatform: 'WindowsServer2022',
      osArchitecture: '64-bit',
      agentVersion: '10.8760.26100.2033',
      healthStatus: isSilent ? 'Inactive' : 'Active',
      onboardingStatus: 'Onboarded',
      rbacGroupId: 0,
      machineTags: [],
      vmMetadata: { vmId: vmId(machine), cloudProvider: 'Azure', resourceId: id, subscriptionId: id.slice(15, 51) },
    }
  }
}

/** The last moment at or before `at` at which machines of weekdays were on. */
function lastWeekdayOn(at: number): number {
  for (let day = Math.floor(at / DAY) * DAY; ; day -= DAY) {
    if (isWeekday(day) && at >= day + 6 * 3600) return Math.min(at, day + 18 * 3600)
  }
}

export function vmRecord(machine: number): unknown {
  const life = lifeOf(machine)
  return {
    id: resourceId(machine),
    name: machineName(machine),
    type: 'microsoft.compute/virtualmachines',
    tenantId: TENANT,
    location: 'westeurope',
    resourceGroup: `rg-${String(machine % 40).padStart(2, '0')}`,
    subscriptionId: subscriptionId(subscriptionOf(machine)),
    managedBy: '',
    tags: { owner: `team-${machine % 12}`, env: 'prod' },
    properties: {
      vmId: vmId(machine),
      timeCreated: life === 'created' ? iso(createdAt(machine)) : '2026-03-02T07:30:00.0000000Z',
      storageProfile: {
        imageReference: { publisher: 'MicrosoftWindowsServer', offer: 'WindowsServer', sku: '2022-datacenter' },
        osDisk: { osType: 'Windows' },
      },
      osProfile: { computerName: machineName(machine) },
      extended: {
        instanceView: {
          powerState: { code: life === 'weekdays' ? 'PowerState/deallocated' : 'PowerState/running' },
          osName: 'Windows Server 2022 Datacenter',
          computerName: machineName(machine),
        },
      },
    },
  }
}

async function writeJson(path: string, head: string, records: Iterable<unknown>, tail: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true })
  const gzip = createGzip({ level: 1 })
  const written = pipeline(gzip, createWriteStream(path))
  let text = head
  let isFirst = true
  for (const record of records) {
    text += `${isFirst ? '' : ',\n'}${JSON.stringify(record)}`
    isFirst = false
    if (text.length < 1_000_000) continue
    if (!gzip.write(text)) await once(gzip, 'drain')
    text = ''
  }
  gzip.end(`${text}\n${tail}\n`)
  await written
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, number) => number)
}

function* map<T>(values: readonly T[], one: (value: T) => unknown): Generator<unknown> {
  for (const value of values) yield one(value)
}

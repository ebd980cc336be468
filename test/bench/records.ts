import {
  createdAt,
  DAY,
  deletedAt,
  FROM,
  guid,
  iso,
  isWeekday,
  lifeOf,
  machineName,
  resourceId,
  stopMinute,
  subscriptionId,
  subscriptionOf,
  UNTIL,
  vmId,
} from './estate.ts'

/** Records of the estate in the form of the services. */
export const TENANT = guid('tenant')

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

/** Devices of one listing of Defender for Endpoint. */
export function* devices(machines: readonly number[], at: number): Generator<unknown> {
  for (const machine of machines) if (isListed(machine, at)) yield device(machine, at)
}

/** One machine of twenty has no sensor, and one that is created is not listed before. */
export function isListed(machine: number, at: number): boolean {
  return machine % 20 !== 7 && !(lifeOf(machine) === 'created' && createdAt(machine) > at)
}

/** One of twenty machines has a silent sensor; the others reported one to three hours before. */
const isSilent = (machine: number): boolean => machine % 20 === 3

/** When the sensor reported last, as a listing of that moment tells it. */
export function lastSeenAt(machine: number, at: number): number {
  if (isSilent(machine)) return FROM - 3 * DAY
  const life = lifeOf(machine)
  const lastOn = life === 'weekdays' ? lastWeekdayOn(at) : life === 'deleted' ? Math.min(at, deletedAt(machine)) : at
  return lastOn - 3600 - (machine % 120) * 60
}

/** A device as a listing has it; from listing to listing only `lastSeen` changes. */
export function device(machine: number, at: number): unknown {
  const id = resourceId(machine)
  return {
    id: `${guid(`device ${machine}`).replaceAll('-', '')}00000000`,
    mergedIntoMachineId: null,
    isPotentialDuplication: false,
    isExcluded: false,
    exclusionReason: null,
    computerDnsName: `${machineName(machine)}.bench.example`,
    firstSeen: '2026-03-02T07:34:00.4471093Z',
    lastSeen: `${secondText(lastSeenAt(machine, at))}.2180559Z`,
    osPlatform: 'WindowsServer2022',
    osArchitecture: '64-bit',
    agentVersion: '10.8760.26100.2033',
    healthStatus: isSilent(machine) ? 'Inactive' : 'Active',
    onboardingStatus: 'Onboarded',
    rbacGroupId: 0,
    machineTags: [],
    vmMetadata: { vmId: vmId(machine), cloudProvider: 'Azure', resourceId: id, subscriptionId: id.slice(15, 51) },
  }
}

/** A moment as it stands in a device's record, to the second: 19 characters. */
export const secondText = (at: number): string => iso(at).slice(0, -1)

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

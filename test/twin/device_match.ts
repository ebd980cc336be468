import { type Holding, ownerAt } from './identity.ts'
import { given, type Normalised, type RowOf } from './rows.ts'

type Device = RowOf<'endpoint_device'>

/** What became of one device record of one snapshot. */
export interface DeviceMatch {
  device: Device
  machineId: string | null
  status: 'matched' | 'ambiguous' | 'unmatched' | 'duplicate' | 'merged'
}

interface Name {
  machineId: string
  fqdn: string | null
  host: string | null
}

function machineNames(rows: Normalised, held: readonly Holding[]): Name[] {
  return rows.machine_record.map((record) => ({
    machineId: record.vm_id ?? given(ownerAt(held, record.resource_id, given(record.snapshot_at))),
    fqdn: record.fqdn,
    host: record.computer_name ?? record.name?.toLowerCase() ?? null,
  }))
}

const hostOf = (name: string | null): string | null => name?.split('.')[0] ?? null

/** The one machine of a name, 'ambiguous' when several machines or several devices bear it, NULL when none does. */
function byName(machines: string[], devices: string[]): string | 'ambiguous' | null {
  const bearers = new Set(machines)
  if (bearers.size === 0) return null
  return bearers.size > 1 || new Set(devices).size > 1 ? 'ambiguous' : given(machines[0])
}

function candidate(device: Device, all: readonly Device[], names: readonly Name[], held: readonly Holding[]) {
  if (device.vm_id !== null && held.some((h) => h.machineId === device.vm_id)) return device.vm_id
  const byId = ownerAt(held, device.azure_resource_id, given(device.snapshot_at))
  if (byId !== null) return byId
  if (device.dns_name === null) return null
  const present = all.filter((other) => other.snapshot_at === device.snapshot_at && other.merged_into === null)
  const byFqdn = byName(
    names.filter((name) => name.fqdn === device.dns_name).map((name) => name.machineId),
    present.filter((other) => other.dns_name === device.dns_name).map((other) => given(other.device_id)),
  )
  if (byFqdn !== null) return byFqdn
  return byName(
    names.filter((name) => name.host === hostOf(device.dns_name)).map((name) => name.machineId),
    present.filter((o) => hostOf(o.dns_name) === hostOf(device.dns_name)).map((o) => given(o.device_id)),
  )
}

function better(a: Device, b: Device): number {
  return (
    Number(a.is_potential_duplication ?? false) - Number(b.is_potential_duplication ?? false) ||
    (b.last_seen_at ?? -Infinity) - (a.last_seen_at ?? -Infinity) ||
    (given(a.device_id) < given(b.device_id) ? -1 : 1)
  )
}

/** Pairs every device record with a machine, snapshot by snapshot; one record per machine and snapshot is kept. */
export function matchDevices(rows: Normalised, held: readonly Holding[]): DeviceMatch[] {
  const names = machineNames(rows, held)
  const found = rows.endpoint_device.map((device): DeviceMatch => {
    if (device.merged_into !== null) return { device, machineId: null, status: 'merged' }
    const machineId = candidate(device, rows.endpoint_device, names, held)
    if (machineId === null) {
      return { device, machineId, status: device.is_potential_duplication === true ? 'duplicate' : 'unmatched' }
    }
    if (machineId === 'ambiguous') return { device, machineId: null, status: 'ambiguous' }
    return { device, machineId, status: 'matched' }
  })
  return found.map((match) => {
    if (match.status !== 'matched') return match
    const rivals = found.filter(
      (other) => other.machineId === match.machineId && other.device.snapshot_at === match.device.snapshot_at,
    )
    const kept = rivals.map((rival) => rival.device).sort(better)[0]
    return kept === match.device ? match : { ...match, status: 'duplicate' }
  })
}

/** The record of a machine at a snapshot, after duplicates are dropped. */
export function deviceAt(matches: readonly DeviceMatch[], machineId: string, at: number): Device | null {
  return (
    matches.find((m) => m.status === 'matched' && m.machineId === machineId && m.device.snapshot_at === at)?.device ??
    null
  )
}

/** Device ids that stand for a machine of their own: onboarded servers that no record of another source names. */
export function directDevices(matches: readonly DeviceMatch[]): string[] {
  const direct = matches.filter(
    (match) =>
      match.status === 'unmatched' && match.device.onboarding === 'onboarded' && match.device.os_class === 'server',
  )
  const known = new Set(matches.filter((match) => match.status === 'matched').map((match) => match.device.device_id))
  return [...new Set(direct.map((match) => given(match.device.device_id)))].filter((id) => !known.has(id)).sort()
}

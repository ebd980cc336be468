import { type Holding, ownerAt } from './identity.ts'
import { given, type Normalised, type RowOf } from './rows.ts'

type Device = RowOf<'endpoint_device'>

/** What became of one device record of one listing; `at`: the listing's moment. */
export interface DeviceMatch {
  at: number
  device: Device
  machineId: string | null
  /** By what it was paired. */
  evidence: 'vm_id' | 'azure_resource_id' | 'fqdn' | 'host_name' | null
  status: 'matched' | 'ambiguous' | 'unmatched' | 'duplicate' | 'merged' | 'not_onboarded' | 'client_elsewhere'
}

interface Candidate {
  machineId: string
  /** 1 vm id, 2 resource id, 3 qualified name, 4 host name. */
  strength: number
}

interface Name {
  machineId: string
  fqdn: string | null
  host: string | null
}

const hostOf = (name: string | null): string | null => name?.split('.')[0] ?? null

/** Newest stamp of the listing that a stamp belongs to: stamps at most ten minutes apart are pages of one listing. */
export function listingOf(stamps: readonly number[], stamp: number): number {
  let newest = stamp
  for (const other of [...new Set(stamps)].sort((a, b) => a - b)) {
    if (other > newest && other - newest <= 600) newest = other
  }
  return newest
}

function machineNames(rows: Normalised, held: readonly Holding[]): Name[] {
  return rows.machine_record.map((record) => ({
    machineId: record.vm_id ?? given(ownerAt(held, record.resource_id, given(record.snapshot_at))),
    fqdn: record.fqdn,
    host: hostOf(record.computer_name ?? record.name?.toLowerCase() ?? null),
  }))
}

/** The one machine of a name; 'ambiguous' when several machines or several devices bear it; NULL when no machine does. */
function bearer(machines: readonly string[], devices: readonly unknown[]): string | 'ambiguous' | null {
  if (machines.length === 0) return null
  return new Set(machines).size > 1 || devices.length > 1 ? 'ambiguous' : given(machines[0])
}

const EVIDENCE = ['vm_id', 'azure_resource_id', 'fqdn', 'host_name'] as const

function byName(device: Device, listing: readonly Device[], names: readonly Name[]): Candidate | 'ambiguous' | null {
  const { dns_name } = device
  if (dns_name === null) return null
  const counted = listing.filter((other) => other.merged_into === null && other.is_potential_duplication !== true)
  const ofFqdn = bearer(
    names.filter((name) => name.fqdn === dns_name && dns_name.includes('.')).map((name) => name.machineId),
    counted.filter((other) => other.dns_name === dns_name),
  )
  if (ofFqdn !== null) return ofFqdn === 'ambiguous' ? ofFqdn : { machineId: ofFqdn, strength: 3 }
  const ofHost = bearer(
    names.filter((name) => name.host === hostOf(dns_name)).map((name) => name.machineId),
    counted.filter((other) => hostOf(other.dns_name) === hostOf(dns_name)),
  )
  if (ofHost === null) return null
  return ofHost === 'ambiguous' ? ofHost : { machineId: ofHost, strength: 4 }
}

function byId(device: Device, at: number, held: readonly Holding[]): Candidate | null {
  const isMachine = device.vm_id !== null && held.some((h) => h.machineId === device.vm_id)
  if (isMachine) return { machineId: given(device.vm_id), strength: 1 }
  const machineId = ownerAt(held, device.azure_resource_id, at)
  return machineId === null ? null : { machineId, strength: 2 }
}

function preferred(a: DeviceMatch, b: DeviceMatch): number {
  return (
    Number(a.status === 'merged') - Number(b.status === 'merged') ||
    Number(a.device.is_potential_duplication ?? false) - Number(b.device.is_potential_duplication ?? false) ||
    (b.device.last_seen_at ?? 0) - (a.device.last_seen_at ?? 0) ||
    (given(a.device.device_id) < given(b.device.device_id) ? -1 : 1)
  )
}

function matchListing(at: number, listing: readonly Device[], names: readonly Name[], held: readonly Holding[]) {
  const survivor = (device: Device) => device.merged_into ?? given(device.device_id)
  const strongest = (device: Device): Candidate | null => {
    const candidates = listing
      .filter((other) => survivor(other) === survivor(device))
      .flatMap((other): Candidate[] => {
        const named = survivor(other) === other.device_id ? byName(other, listing, names) : null
        const found = byId(other, at, held) ?? (named === 'ambiguous' ? null : named)
        return found === null ? [] : [found]
      })
    const order = (a: Candidate, b: Candidate) => a.strength - b.strength || (a.machineId < b.machineId ? -1 : 1)
    return candidates.sort(order)[0] ?? null
  }
  const found = listing.map((device): DeviceMatch => {
    const chosen = strongest(device)
    const machineId = chosen?.machineId ?? null
    const evidence = chosen === null ? null : given(EVIDENCE[chosen.strength - 1])
    const found = { at, device, machineId, evidence }
    const isMerged = device.merged_into !== null && listing.some((other) => other.device_id === device.merged_into)
    if (isMerged) return { ...found, status: 'merged' }
    if (machineId !== null) return { ...found, status: 'matched' }
    if (device.is_potential_duplication === true) return { ...found, status: 'duplicate' }
    if (byName(device, listing, names) !== null) return { ...found, status: 'ambiguous' }
    if (device.onboarding !== 'onboarded') return { ...found, status: 'not_onboarded' }
    const isClient = device.os_class === 'client' || device.os_class === 'other'
    return { ...found, status: isClient ? 'client_elsewhere' : 'unmatched' }
  })
  return found.map((match): DeviceMatch => {
    if (match.status !== 'matched') return match
    const kept = found.filter((other) => other.machineId === match.machineId).sort(preferred)[0]
    return kept === match ? match : { ...match, status: 'duplicate' }
  })
}

/** Pairs every device record with a machine, listing by listing; one record per machine and listing is kept. */
export function matchDevices(rows: Normalised, held: readonly Holding[]): DeviceMatch[] {
  const names = machineNames(rows, held)
  const stamps = [...new Set(rows.endpoint_device.map((device) => given(device.snapshot_at)))]
  const listings = new Map(stamps.map((stamp) => [stamp, listingOf(stamps, stamp)]))
  return [...new Set(listings.values())].flatMap((at) => {
    const all = rows.endpoint_device.filter((device) => listings.get(given(device.snapshot_at)) === at)
    const ids = [...new Set(all.map((device) => device.device_id))]
    const newest = ids.map((id) => {
      const copies = all.filter((device) => device.device_id === id)
      return given(
        copies.sort(
          (a, b) =>
            (b.last_seen_at ?? 0) - (a.last_seen_at ?? 0) ||
            given(b.snapshot_at) - given(a.snapshot_at) ||
            compareText(a.health_status ?? '', b.health_status ?? '') ||
            compareText(a.onboarding ?? '', b.onboarding ?? '') ||
            Number(a.file_id) - Number(b.file_id),
        )[0],
      )
    })
    return matchListing(at, newest, names, held)
  })
}

/** The record of a machine in the listing of a moment, after duplicates are dropped. */
export function deviceAt(matches: readonly DeviceMatch[], machineId: string, at: number): Device | null {
  const own = matches.find((match) =>
    match.status === 'unmatched'
      ? match.at === at && `device:${match.device.device_id}` === machineId
      : match.status === 'matched' && match.at === at && match.machineId === machineId,
  )
  return own?.device ?? null
}

/** Device ids that stand for a machine of their own: onboarded systems that no record of another source names. */
export function directDevices(matches: readonly DeviceMatch[]): string[] {
  const known = new Set(matches.filter((match) => match.machineId !== null).map((match) => match.device.device_id))
  const direct = matches.filter((match) => match.status === 'unmatched' && !known.has(match.device.device_id))
  return [...new Set(direct.map((match) => given(match.device.device_id)))].sort()
}

/** What the newest record of a device without a machine, of those that tell it, says. */
export function newestTold<T>(
  matches: readonly DeviceMatch[],
  deviceId: string,
  tell: (device: Device) => T | null,
): T | null {
  const own = matches.filter((match) => match.status === 'unmatched' && match.device.device_id === deviceId)
  return own.sort((a, b) => b.at - a.at).flatMap((match) => tell(match.device) ?? [])[0] ?? null
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

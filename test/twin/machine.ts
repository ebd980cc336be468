import { type DeviceMatch, directDevices, listingOf, newestTold } from './device_match.ts'
import { type Holding, kindOf, machineLines, ownerAt, ownersWithin } from './identity.ts'
import { type Change, changesOf } from './power_event.ts'
import { DAY, dayStart, type Estate, given, type Normalised, type RowOf } from './rows.ts'

interface Span {
  from: number
  until: number
}

export interface Machine {
  machineId: string
  kind: 'azure-vm' | 'scale-set-instance' | 'arc' | 'direct'
  subscriptionId: string | null
  /** Inventory rows, oldest first. */
  records: RowOf<'machine_record'>[]
  changes: Change[]
  /** Hours for which the availability metric has a value, each given to the holder of the id at its beginning. */
  metric: RowOf<'availability'>[]
  /** Defender-like and compute lines with its id, each given to the holder of the id at its day's end. */
  lines: RowOf<'cost_line'>[]
  /** Those of them that prove that it was there: not the compute hours of a set whose instances are known. */
  proof: RowOf<'cost_line'>[]
  /** Rows of Defender for Endpoint that were paired with it and kept; for direct onboarding all rows of the device. */
  devices: RowOf<'endpoint_device'>[]
  /** By the inventory, the first write or, for direct onboarding, the first report. */
  createdAt: number | null
  /** Client system, uniform scale set, or owned by a service. */
  isNotApplicable: boolean
  /** As far as the data tells; the ends may be infinite. */
  wholeLife: Span
  /** `[from, until)` within the period, or NULL. */
  life: Span | null
}

const least = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : Math.min(...known)
}

function isClient(record: RowOf<'machine_record'> | undefined, devices: readonly RowOf<'endpoint_device'>[]): boolean {
  const system = record?.os_name?.toLowerCase() ?? ''
  if (system.includes('server')) return false
  if (/win(dows.*)?1[01]|windows-client/.test(system)) return true
  return record?.os_type !== 'linux' && devices.at(-1)?.os_class === 'client'
}

function isManaged(
  record: RowOf<'machine_record'> | undefined,
  ids: readonly string[],
  lines: readonly RowOf<'cost_line'>[],
): boolean {
  const tags = record?.tags ?? lines.find((line) => line.tags !== null)?.tags ?? ''
  if (/"vendor": *"databricks"/i.test(tags)) return true
  const group = record?.resource_group ?? /\/resourcegroups\/([^/]+)/.exec(ids[0] ?? '')?.[1] ?? ''
  if (group.startsWith('mc_') || group.startsWith('databricks-rg-')) return true
  return record !== undefined && (record.managed_by !== null || record.image_publisher === 'microsoft-aks')
}

function isUniform(rows: Normalised, record: RowOf<'machine_record'> | undefined, ids: readonly string[]): boolean {
  if (kindOf(ids[0] ?? null) !== 'scale-set-instance') return false
  const set = record?.scale_set_id ?? /^.*\/virtualmachinescalesets\/[^/]+/.exec(ids[0] ?? '')?.[0]
  return rows.scale_set.some((s) => s.orchestration_mode === 'uniform' && s.resource_id === set)
}

/** First stamp of the newest inventory listing of a kind in a subscription. */
function newestListing(rows: Normalised, like: RowOf<'machine_record'>): number {
  const stamps = rows.machine_record
    .filter((r) => r.kind === like.kind && r.subscription_id === like.subscription_id)
    .map((r) => given(r.snapshot_at))
  const newest = Math.max(...stamps)
  return Math.min(...stamps.filter((stamp) => listingOf(stamps, stamp) === newest))
}

function wholeLifeOf(rows: Normalised, held: readonly Holding[], m: Omit<Machine, 'life' | 'wholeLife'>): Span {
  const lineDays = m.proof.map((line) => dayStart(given(line.charge_day)))
  if (m.kind === 'direct') return { from: given(m.createdAt), until: Infinity }
  const isBillOnly = m.records.length === 0 && m.changes.length === 0 && m.devices.length === 0 && lineDays.length > 0
  const ends = [Infinity]
  const snapshots = m.records.map((record) => given(record.snapshot_at))
  const deletes = m.changes.filter((change) => change.operation === 'delete').map((change) => change.at)
  const deleted = deletes.length > 0 ? Math.max(...deletes) : null
  if (deleted !== null) {
    const isSeenLater =
      snapshots.some((at) => at > deleted) ||
      m.changes.some((change) => change.at > deleted) ||
      lineDays.some((at) => at > deleted)
    if (!isSeenLater) ends.push(deleted)
  }
  const own = held.filter((h) => h.machineId === m.machineId)
  if (own.length === 1) ends.push(given(own[0]).until)
  if (isBillOnly) ends.push(Math.max(...lineDays) + DAY)
  const newest = m.records.at(-1)
  if (newest !== undefined && given(newest.snapshot_at) < newestListing(rows, newest)) {
    const last = Math.max(...snapshots, ...m.changes.map((change) => change.at), ...lineDays)
    ends.push(Math.floor(last / DAY) * DAY + DAY)
  }
  return { from: m.createdAt ?? (isBillOnly ? Math.min(...lineDays) : -Infinity), until: Math.min(...ends) }
}

function within(life: Span, estate: Estate): Span | null {
  const from = Math.max(life.from, dayStart(estate.fromDay))
  const until = Math.min(life.until, dayStart(estate.untilDay))
  return from < until ? { from, until } : null
}

/** Every machine that any source knows. */
export function machinesOf(estate: Estate, held: readonly Holding[], matches: readonly DeviceMatch[]): Machine[] {
  const { rows } = estate
  const direct = directDevices(matches).map((id) => `device:${id}`)
  const named = machineLines(rows)
  const machineIds = [...new Set([...held.map((h) => h.machineId), ...direct])].sort()
  return machineIds.map((machineId) => {
    const ids = held.filter((h) => h.machineId === machineId).map((h) => h.resourceId)
    const records = rows.machine_record
      .filter((r) => (r.vm_id ?? ownerAt(held, r.resource_id, given(r.snapshot_at))) === machineId)
      .sort((a, b) => given(a.snapshot_at) - given(b.snapshot_at))
    const events = rows.power_event.filter((e) => ownerAt(held, e.resource_id, given(e.event_at)) === machineId)
    const lines = rows.cost_line.filter((line) => {
      const start = dayStart(given(line.charge_day))
      return ownersWithin(held, line.resource_id, start, start + DAY).at(-1) === machineId
    })
    const kept = matches.filter((match) => match.status === 'matched' && match.machineId === machineId)
    const isDirect = ids.length === 0
    const devices = isDirect
      ? rows.endpoint_device.filter((d) => `device:${d.device_id}` === machineId)
      : kept.sort((a, b) => a.at - b.at).map((match) => match.device)
    const listed = least(records.map((r) => r.created_at))
    const changes = changesOf(events, listed)
    const write = changes.find((change) => change.operation === 'write')?.at ?? null
    const newest = records.at(-1)
    const machine = {
      machineId,
      kind: isDirect ? ('direct' as const) : given(kindOf(ids[0] ?? null)),
      subscriptionId:
        (newest?.resource_id ?? ids[0])?.split('/')[2] ??
        newestTold(
          matches,
          machineId.replace('device:', ''),
          (d) => d.subscription_id ?? d.azure_resource_id?.split('/')[2] ?? null,
        ),
      records,
      changes,
      metric: rows.availability.filter((a) => ownerAt(held, a.resource_id, given(a.hour_at)) === machineId),
      lines,
      proof: lines.filter((line) => named.includes(line)),
      devices,
      createdAt: isDirect ? least(devices.map((d) => d.first_seen_at ?? d.snapshot_at)) : (listed ?? write),
      isNotApplicable:
        !isDirect && (isClient(newest, devices) || isManaged(newest, ids, lines) || isUniform(rows, newest, ids)),
    }
    const wholeLife = wholeLifeOf(rows, held, machine)
    return { ...machine, wholeLife, life: within(wholeLife, estate) }
  })
}

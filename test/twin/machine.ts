import { type DeviceMatch, directDevices } from './device_match.ts'
import { type Holding, kindOf, ownerAt, ownersWithin } from './identity.ts'
import { type Change, changesOf } from './power_event.ts'
import { isDefenderCharge } from './recognition.ts'
import { DAY, dayStart, type Estate, given, type Normalised, type RowOf } from './rows.ts'

export interface Machine {
  machineId: string
  kind: 'azure-vm' | 'scale-set-instance' | 'arc' | 'direct'
  subscriptionId: string | null
  /** Inventory rows, oldest first. */
  records: RowOf<'machine_record'>[]
  changes: Change[]
  /** Defender and compute lines that name this machine, each given to the latest holder of the id on its day. */
  lines: RowOf<'cost_line'>[]
  /** Rows of Defender for Endpoint that were paired with it, dropped duplicates too. */
  devices: RowOf<'endpoint_device'>[]
  createdAt: number | null
  /** Client system, unsupported system, uniform scale set, or owned by a service. */
  isNotApplicable: boolean
  /** `[from, until)` within the period, or NULL. */
  life: { from: number; until: number } | null
}

const least = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : Math.min(...known)
}

function isNotApplicable(
  rows: Normalised,
  ids: readonly string[],
  records: readonly RowOf<'machine_record'>[],
  devices: readonly RowOf<'endpoint_device'>[],
): boolean {
  const isClient =
    records.some((r) => /windows[- ]?1[01]/i.test(r.os_name ?? '')) || devices.some((d) => d.os_class === 'client')
  const groups = [
    ...ids.map((id) => /\/resourcegroups\/([^/]+)/.exec(id)?.[1]),
    ...records.map((r) => r.resource_group),
  ]
  const isManaged =
    records.some((r) => r.managed_by !== null || r.image_publisher === 'microsoft-aks') ||
    groups.some((group) => group?.startsWith('mc_') || group?.startsWith('databricks-rg-'))
  const sets = [
    ...records.map((r) => r.scale_set_id),
    ...ids.map((id) => /^.*\/virtualmachinescalesets\/[^/]+/.exec(id)?.[0] ?? null),
  ]
  const isUniform = rows.scale_set.some((s) => s.orchestration_mode === 'uniform' && sets.includes(s.resource_id))
  return isClient || isManaged || isUniform || devices.some((device) => device.onboarding === 'unsupported')
}

function lifeOf(
  estate: Estate,
  held: readonly Holding[],
  m: Omit<Machine, 'life'>,
  eventCount: number,
): Machine['life'] {
  const period = { from: dayStart(estate.fromDay), until: dayStart(estate.untilDay) }
  const lineDays = m.lines.map((line) => dayStart(given(line.charge_day)))
  const isBillOnly = m.kind !== 'direct' && m.records.length === 0 && eventCount === 0 && m.devices.length === 0
  const write = m.changes[0]?.operation === 'write' && m.createdAt === null ? m.changes[0].at : null
  const born = isBillOnly ? Math.min(...lineDays) : (m.createdAt ?? write ?? period.from)

  const ends = [period.until]
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
  const newest = Math.max(...estate.rows.machine_record.map((record) => given(record.snapshot_at)))
  if (snapshots.length > 0 && !snapshots.includes(newest) && deletes.length === 0) {
    const last = Math.max(...snapshots, ...m.changes.map((change) => change.at), ...lineDays)
    ends.push(Math.floor(last / DAY) * DAY + DAY)
  }
  const from = Math.max(period.from, born)
  const until = Math.min(...ends)
  return from < until ? { from, until } : null
}

function subscriptionOf(ids: readonly string[], m: Pick<Machine, 'records' | 'devices' | 'lines'>): string | null {
  const newest = m.records.at(-1)?.resource_id ?? m.lines.at(-1)?.resource_id ?? ids.at(-1)
  return newest?.split('/')[2] ?? m.devices.at(-1)?.subscription_id ?? null
}

/** Every machine that any source knows. */
export function machinesOf(estate: Estate, held: readonly Holding[], matches: readonly DeviceMatch[]): Machine[] {
  const { rows } = estate
  const direct = directDevices(matches).map((id) => `device:${id}`)
  const machineIds = [...new Set([...held.map((h) => h.machineId), ...direct])].sort()
  return machineIds.map((machineId) => {
    const ids = held.filter((h) => h.machineId === machineId).map((h) => h.resourceId)
    const records = rows.machine_record
      .filter((r) => (r.vm_id ?? ownerAt(held, r.resource_id, given(r.snapshot_at))) === machineId)
      .sort((a, b) => given(a.snapshot_at) - given(b.snapshot_at))
    const events = rows.power_event.filter(
      (e) => (e.vm_id ?? ownerAt(held, e.resource_id, given(e.event_at))) === machineId,
    )
    const lines = rows.cost_line
      .filter((line) => line.line_class === 'compute' || isDefenderCharge(line))
      .filter((line) => {
        const start = dayStart(given(line.charge_day))
        return ownersWithin(held, line.resource_id, start, start + DAY).at(-1) === machineId
      })
      .sort((a, b) => dayStart(given(a.charge_day)) - dayStart(given(b.charge_day)))
    const devices = machineId.startsWith('device:')
      ? rows.endpoint_device.filter((d) => `device:${d.device_id}` === machineId)
      : matches.filter((match) => match.machineId === machineId).map((match) => match.device)
    const createdAt = least(records.map((r) => r.created_at))
    const machine = {
      machineId,
      kind: ids[0] === undefined ? ('direct' as const) : given(kindOf(ids[0])),
      subscriptionId: subscriptionOf(ids, { records, lines, devices }),
      records,
      changes: changesOf(events, createdAt),
      lines,
      devices,
      createdAt,
      isNotApplicable: isNotApplicable(rows, ids, records, devices),
    }
    return { ...machine, life: lifeOf(estate, held, machine, events.length) }
  })
}

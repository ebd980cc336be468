import { type DeviceMatch, newestTold } from './device_match.ts'
import { type Holding, kindOf } from './identity.ts'
import type { Machine } from './machine.ts'
import { given, type Normalised, type RowOf } from './rows.ts'

type Line = RowOf<'cost_line'>
type Value = string | number | boolean | null

const greatest = (values: readonly (string | null)[]): string | null =>
  values.reduce((best, value) => (best === null || (value !== null && value > best) ? value : best), null)

const segmentOf = (id: string | null, name: string): string | null =>
  new RegExp(`/${name}/([^/]+)`, 'i').exec(id ?? '')?.[1] ?? null
const lastOf = (id: string): string => given(id.split('/').at(-1))

/** A tag by its name, whatever its case; nothing where it holds only blanks. */
function tagOf(tags: string | null, name: string): string | null {
  if (tags === null) return null
  const found = Object.entries(JSON.parse(tags) as Record<string, string>).find(([key]) => key.toLowerCase() === name)
  return found?.[1].trim() || null
}

/** Where an id of a machine is named last: inventory, bill (to the end of the day), operations, Defender for Endpoint. */
function lastTrace(rows: Normalised, id: string, machineId: string): number {
  const isOwn = (vmId: string | null) => vmId === null || vmId === machineId
  const sets = new Set(rows.machine_record.map((record) => record.scale_set_id))
  const moments = [
    ...rows.machine_record.filter((r) => r.resource_id === id && isOwn(r.vm_id)).map((r) => r.snapshot_at),
    ...rows.cost_line
      .filter((line) => line.resource_id === id && (line.line_class === 'defender' || !sets.has(id)))
      .map((line) => Date.parse(`${line.charge_day}T23:59:59Z`) / 1000),
    ...rows.power_event.filter((e) => e.resource_id === id && isOwn(e.vm_id) && !sets.has(id)).map((e) => e.event_at),
    ...rows.endpoint_device.filter((d) => d.azure_resource_id === id && isOwn(d.vm_id)).map((d) => d.snapshot_at),
  ]
  return Math.max(0, ...moments.map(given))
}

function systemOf(record: RowOf<'machine_record'> | undefined, device: RowOf<'endpoint_device'> | undefined): string {
  const name = record?.os_name?.toLowerCase() ?? ''
  if (name.includes('server')) return 'server'
  if (/windows.*1[01]|win1[01]|windows-client/.test(name)) return 'client'
  if (record?.os_type === 'linux') return 'server'
  return device?.os_class === 'server' || device?.os_class === 'client' ? device.os_class : 'unknown'
}

function serviceOf(record: RowOf<'machine_record'> | undefined, group: string | null, tags: string | null) {
  const manager = record?.managed_by ?? null
  if (/containerservice/i.test(manager ?? '')) return 'AKS'
  if (/databricks/i.test(manager ?? '')) return 'Databricks'
  if (group?.startsWith('mc_') || record?.image_publisher === 'microsoft-aks') return 'AKS'
  if (group?.startsWith('databricks-rg-') || tagOf(tags, 'vendor')?.toLowerCase() === 'databricks') return 'Databricks'
  return manager === null ? null : lastOf(manager)
}

function nameOfSubscription(rows: Normalised, id: string | null): string | null {
  const told = greatest(rows.subscription.filter((s) => s.subscription_id === id).map((s) => s.name))
  return (
    told ??
    greatest(rows.cost_line.filter((l) => id !== null && l.subscription_id === id).map((l) => l.subscription_name))
  )
}

/** What is said of a machine beside its time and money: column by column of `ledger.machine`, from the rows. */
export function machineWords(
  rows: Normalised,
  held: readonly Holding[],
  matches: readonly DeviceMatch[],
  machine: Machine,
): Record<string, Value> {
  const { machineId, devices } = machine
  const tenant = (id: string | null) =>
    greatest(rows.subscription.filter((s) => s.subscription_id === id).map((s) => s.tenant_id))
  const modeOf = (set: string | null) =>
    greatest(rows.scale_set.filter((s) => set !== null && s.resource_id === set).map((s) => s.orchestration_mode))
  const end = Number.isFinite(machine.wholeLife.until) ? machine.wholeLife.until : null
  if (machine.kind === 'direct')
    return { ...directWords(rows, matches, machine), tenant_id: tenant(machine.subscriptionId), deleted_at: end }
  const ids = held.filter((h) => h.machineId === machineId).map((h) => h.resourceId)
  const traces = [...new Set(ids)].map((id) => ({ id, at: lastTrace(rows, id, machineId) }))
  const { id } = given(traces.sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1))[0])
  const shown = [
    ...rows.machine_record.filter((r) => r.resource_id === id).map((r) => r.resource_id_display),
    ...rows.cost_line.filter((line) => line.resource_id === id).map((line) => line.resource_id_display),
  ].flatMap((text) => text ?? [])
  const display = shown.sort()[0] ?? id
  const record = newestRecord(machine)
  const lines = rows.cost_line.filter((line: Line) => line.resource_id === id)
  const tags = record?.tags ?? greatest(lines.map((line) => line.tags))
  const group = record?.resource_group ?? segmentOf(id, 'resourcegroups')
  const subscription = record?.subscription_id ?? segmentOf(id, 'subscriptions')
  const device = devices.at(-1)
  const system = systemOf(record, device)
  const service = serviceOf(record, group, tags)
  const set = /^.*\/virtualmachinescalesets\/[^/]+/.exec(id)?.[0] ?? null
  return {
    os_class: system,
    os_name: record?.os_name ?? device?.os_platform ?? null,
    managed_by: service,
    subscription_name: nameOfSubscription(rows, subscription) ?? greatest(lines.map((line) => line.subscription_name)),
    tenant_id: tenant(subscription),
    resource_group: group,
    location: record?.location ?? null,
    name: record?.name ?? lastOf(display),
    resource_id: id,
    resource_id_display: display,
    vm_id: machineId === id ? null : machineId,
    fqdn: record?.fqdn ?? null,
    owner: tagOf(tags, 'owner'),
    tags,
    deleted_at: end,
    orchestration_mode: modeOf(record?.scale_set_id ?? set),
    scale_set_id: record?.scale_set_id ?? (kindOf(id) === 'scale-set-instance' ? set : null),
    known_to_bill: machine.proof.length > 0,
    known_to_endpoint: devices.length > 0,
    in_licence_scope: system !== 'client' && service === null,
  }
}

function newestRecord({ records }: Machine): RowOf<'machine_record'> | undefined {
  const newest = Math.max(...records.map((record) => given(record.snapshot_at)))
  return records
    .filter((record) => record.snapshot_at === newest)
    .sort((a, b) => (given(a.resource_id) < given(b.resource_id) ? -1 : 1))[0]
}

function directWords(
  rows: Normalised,
  matches: readonly DeviceMatch[],
  { machineId, subscriptionId }: Machine,
): Record<string, Value> {
  const id = machineId.replace('device:', '')
  const charged = rows.cost_line.filter(
    (line) => line.resource_id?.endsWith(`_${id}`) && /\/mdeservers\//.test(line.resource_id),
  )
  const tags = greatest(charged.map((line) => line.tags))
  const dns = newestTold(matches, id, (one) => one.dns_name)
  const system = newestTold(matches, id, (one) => one.os_class)
  return {
    os_class: system,
    os_name: newestTold(matches, id, (one) => one.os_platform),
    managed_by: null,
    subscription_name: greatest(
      rows.subscription.filter((s) => s.subscription_id === subscriptionId).map((s) => s.name),
    ),
    tenant_id: null,
    resource_group: null,
    location: null,
    name: dns ?? id,
    resource_id: newestTold(matches, id, (one) => one.azure_resource_id),
    resource_id_display: newestTold(matches, id, (one) => one.azure_resource_id),
    vm_id: newestTold(matches, id, (one) => one.vm_id),
    fqdn: dns?.includes('.') ? dns : null,
    owner: tagOf(tags, 'owner'),
    tags,
    deleted_at: null,
    orchestration_mode: null,
    scale_set_id: null,
    known_to_bill: false,
    known_to_endpoint: true,
    in_licence_scope: system === 'server' || system === 'unknown',
  }
}

import { given, type Normalised, type RowOf } from './rows.ts'

/** `[from, until)` in which a resource id belongs to a machine; the ends may be infinite. */
export interface Holding {
  resourceId: string
  machineId: string
  from: number
  until: number
}

/** What an ARM id names, from its shape; NULL when it names no machine. */
export function kindOf(id: string | null): 'azure-vm' | 'scale-set-instance' | 'arc' | null {
  if (id === null) return null
  const type = id.split('/providers/').at(-1) ?? ''
  if (!id.startsWith('/subscriptions/') || type === id) return null
  if (/^microsoft\.compute\/virtualmachines\/[^/]+$/.test(type)) return 'azure-vm'
  if (/^microsoft\.compute\/virtualmachinescalesets\/[^/]+(\/virtualmachines\/[^/]+)?$/.test(type))
    return 'scale-set-instance'
  if (/^microsoft\.hybridcompute\/machines\/[^/]+$/.test(type)) return 'arc'
  return null
}

/**
 * Cost lines that name a machine by its id. Compute hours of a whole scale set name no machine where its instances are
 * known: they would be counted twice.
 */
export function machineLines(rows: Normalised): RowOf<'cost_line'>[] {
  const sets = new Set(rows.machine_record.map((record) => record.scale_set_id))
  return rows.cost_line.filter(
    (line) => kindOf(line.resource_id) !== null && (line.line_class === 'defender' || !sets.has(line.resource_id)),
  )
}

/** Every resource id that names a machine and that a source other than Defender for Endpoint knows. */
export function machineResourceIds(rows: Normalised): string[] {
  const sets = new Set(rows.machine_record.map((record) => record.scale_set_id))
  const ids = [
    ...rows.machine_record.map((record) => record.resource_id),
    ...rows.power_event.filter((event) => !sets.has(event.resource_id)).map((event) => event.resource_id),
    ...machineLines(rows).map((line) => line.resource_id),
  ]
  return [...new Set(ids.filter((id): id is string => kindOf(id) !== null))].sort()
}

/** When each virtual machine that held an id began; inventory is asked first, the rest only where it is silent. */
function startsOf(rows: Normalised, resourceId: string): Map<string, number> {
  const records = rows.machine_record.filter((r) => r.resource_id === resourceId && r.vm_id !== null)
  const elsewhere = [
    ...rows.power_event
      .filter((e) => e.resource_id === resourceId)
      .map((e) => ({ vmId: e.vm_id, at: given(e.event_at) })),
    ...rows.endpoint_device
      .filter((d) => d.azure_resource_id === resourceId)
      .map((d) => ({ vmId: d.vm_id, at: given(d.first_seen_at ?? d.snapshot_at) })),
  ]
  const seen = records.length > 0 ? records.map((r) => ({ vmId: r.vm_id, at: given(r.snapshot_at) })) : elsewhere
  const starts = new Map<string, number>()
  for (const { vmId } of seen) {
    if (vmId === null) continue
    const created = records.filter((r) => r.vm_id === vmId).flatMap((r) => r.created_at ?? [])
    const first = seen.filter((other) => other.vmId === vmId).map((other) => other.at)
    starts.set(vmId, Math.min(...(created.length > 0 ? created : first)))
  }
  return starts
}

/** Who holds which resource id when: the virtual machines of one id in the order of their starts, or the id itself. */
export function holdings(rows: Normalised): Holding[] {
  return machineResourceIds(rows).flatMap((resourceId) => {
    const owners = [...startsOf(rows, resourceId)].sort(([a, s], [b, t]) => s - t || (a < b ? -1 : 1))
    if (owners.length === 0) return [{ resourceId, machineId: resourceId, from: -Infinity, until: Infinity }]
    return owners.map(([machineId, start], index) => ({
      resourceId,
      machineId,
      from: index === 0 ? -Infinity : start,
      until: owners[index + 1]?.[1] ?? Infinity,
    }))
  })
}

/** The machine that holds a resource id at a moment, or NULL when no source knows the id. */
export function ownerAt(held: readonly Holding[], resourceId: string | null, at: number): string | null {
  return held.find((h) => h.resourceId === resourceId && h.from <= at && at < h.until)?.machineId ?? null
}

/** The machines that hold a resource id at any moment of `[from, until)`, the latest last. */
export function ownersWithin(
  held: readonly Holding[],
  resourceId: string | null,
  from: number,
  until: number,
): string[] {
  return held.filter((h) => h.resourceId === resourceId && h.from < until && h.until > from).map((h) => h.machineId)
}

import { isDefenderCharge } from './recognition.ts'
import type { Normalised } from './rows.ts'

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

/** Every resource id that names a machine and that a source other than Defender for Endpoint knows. */
export function machineResourceIds(rows: Normalised): string[] {
  const ids = [
    ...rows.machine_record.map((record) => record.resource_id),
    ...rows.power_event.map((event) => event.resource_id),
    ...rows.cost_line
      .filter((line) => line.line_class === 'compute' || isDefenderCharge(line))
      .map((line) => line.resource_id),
  ]
  return [...new Set(ids.filter((id): id is string => kindOf(id) !== null))].sort()
}

function startsOf(rows: Normalised, resourceId: string): Map<string, number> {
  const records = rows.machine_record.filter((record) => record.resource_id === resourceId && record.vm_id !== null)
  const events = rows.power_event.filter((event) => event.resource_id === resourceId && event.vm_id !== null)
  const devices = rows.endpoint_device.filter(
    (device) => device.azure_resource_id === resourceId && device.vm_id !== null && records.length === 0,
  )
  const starts = new Map<string, number>()
  for (const vmId of new Set([...records, ...events, ...devices].map((record) => record.vm_id as string))) {
    const created = records.filter((record) => record.vm_id === vmId && record.created_at !== null)
    const seen = [
      ...records.filter((record) => record.vm_id === vmId).map((record) => record.snapshot_at as number),
      ...events.filter((event) => event.vm_id === vmId).map((event) => event.event_at as number),
      ...devices.filter((device) => device.vm_id === vmId).map((device) => device.snapshot_at as number),
    ]
    const start = created.length > 0 ? created.map((record) => record.created_at as number) : seen
    starts.set(vmId, Math.min(...start))
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

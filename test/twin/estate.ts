import { addCharge, costTotals } from './estate_cost.ts'
import { type DeviceSpec, type EstateSpec, FROM_DAY, type MachineSpec } from './estate_spec.ts'
import { lineWords, managedGroup, recordWords } from './estate_words.ts'
import { DAY, dayOf, dayStart, type Estate, given, type Normalised, noRows, row } from './rows.ts'

const ORIGIN = dayStart(FROM_DAY)
const sub = (index: number) => `sub-${index}`

interface Place {
  resourceId: string
  vmId: string | null
}

/** Where a machine is at a moment: its resource id and the id of the virtual machine behind it. */
function placeAt(spec: MachineSpec, index: number, at: number): Place {
  const isAfter = spec.history !== 'plain' && at >= ORIGIN + spec.turn
  const group = spec.system === 'group' ? managedGroup(index) : spec.history === 'moved' && isAfter ? 'rg-new' : 'rg'
  const root = `/subscriptions/${sub(spec.subscription)}/resourcegroups/${group}/providers/`
  const type = {
    vm: `microsoft.compute/virtualmachines/vm${index}`,
    arc: `microsoft.hybridcompute/machines/arc${index}`,
    instance: `microsoft.compute/virtualmachinescalesets/set/virtualmachines/${index}`,
    set: `microsoft.compute/virtualmachinescalesets/set${spec.name === 0 ? '' : index}`,
  }[spec.kind]
  const generation = spec.history === 'recreated' && isAfter ? 'b' : 'a'
  return { resourceId: root + type, vmId: spec.hasVmId && spec.kind !== 'set' ? `vmid-${index}${generation}` : null }
}

const kindOf = { vm: 'azure-vm', arc: 'arc', instance: 'scale-set-instance', set: 'scale-set-instance' }

const isListed = (state: unknown): boolean => state !== 'absent' && state !== undefined

/** No machine is listed, moved or replaced before it was created. */
function createdAt(estate: EstateSpec, spec: MachineSpec): number | null {
  if (spec.created === null) return null
  const states: readonly unknown[] = spec.kind === 'arc' ? spec.arc : spec.power
  const first = estate.inventoryTimes.find((_, k) => isListed(states[k])) ?? Infinity
  return ORIGIN + Math.min(spec.created, first, spec.history === 'plain' ? Infinity : spec.turn)
}

function addInventory(rows: Normalised, estate: EstateSpec, spec: MachineSpec, index: number) {
  let changedAt = -Infinity
  const created = createdAt(estate, spec)
  for (const [k, time] of spec.kind === 'set' ? [] : estate.inventoryTimes.entries()) {
    const at = ORIGIN + time
    const state = spec.kind === 'arc' ? spec.arc[k] : spec.power[k]
    if (state === 'absent' || state === undefined) continue
    const place = placeAt(spec, index, at)
    const isSecond = spec.history === 'recreated' && at >= ORIGIN + spec.turn
    const hoursAgo = spec.arcChangedHours[k]
    const status = hoursAgo === undefined || hoursAgo === null ? null : Math.max(at - hoursAgo * 3600, changedAt)
    changedAt = at
    rows.machine_record.push(
      row('machine_record', {
        file_id: 1,
        snapshot_at: at,
        kind: kindOf[spec.kind],
        resource_id: place.resourceId,
        vm_id: place.vmId,
        computer_name: `host${spec.name}`,
        fqdn: spec.hasFqdn ? `host${spec.name}.example.org` : null,
        subscription_id: sub(spec.subscription),
        ...recordWords(spec, index, k, place.resourceId),
        power: spec.kind === 'arc' ? null : state,
        arc_status: spec.kind === 'arc' ? state : null,
        arc_status_changed_at: spec.kind === 'arc' ? status : null,
        scale_set_id: /^.*\/virtualmachinescalesets\/[^/]+/.exec(place.resourceId)?.[0] ?? null,
        created_at: isSecond ? (spec.isRecreatedKnown ? ORIGIN + spec.turn : null) : created,
      }),
    )
  }
}

function addMetric(rows: Normalised, spec: MachineSpec, index: number) {
  const { metric, kind } = spec
  if (kind === 'arc') return
  for (const [k, average] of metric.values.entries()) {
    if (average === null) continue
    const at = ORIGIN + (metric.fromHour + k) * 3600
    const { resourceId } = placeAt(spec, index, at)
    const isThere = rows.availability.some((row) => row.resource_id === resourceId && row.hour_at === at)
    if (!isThere)
      rows.availability.push(row('availability', { file_id: 1, resource_id: resourceId, hour_at: at, average }))
  }
}

function addEvents(rows: Normalised, spec: MachineSpec, index: number) {
  for (const [k, event] of spec.kind === 'arc' ? [] : spec.events.entries()) {
    // some succeed in the very second in which the machine moves or is replaced: they began at another place
    const isAtTurn = spec.history !== 'plain' && event.copies === 2 && event.startedBefore !== null
    const at = ORIGIN + (isAtTurn ? spec.turn : event.at)
    const place = placeAt(spec, index, at)
    const isNote = ['stopped_internally', 'preempted', 'allocated'].includes(event.operation)
    const common = {
      file_id: 1,
      resource_id: place.resourceId,
      operation: event.operation,
      correlation_id: event.isCorrelated && !isNote ? `c${index}-${k}` : null,
      source: isNote ? 'annotation' : 'activity-log',
      vm_id: event.hasVmId ? place.vmId : null,
    }
    if (event.startedBefore !== null && !isNote) {
      const startedAt = at - event.startedBefore
      const { resourceId } = placeAt(spec, index, startedAt)
      rows.power_event.push(
        row('power_event', { ...common, resource_id: resourceId, event_at: startedAt, status: 'started' }),
      )
    }
    for (let copy = 0; copy < event.copies; copy += 1) {
      // A repeat of a correlated record can come later; without correlation a repeat is the same record again.
      const later = common.correlation_id === null ? 0 : copy * 45
      rows.power_event.push(
        row('power_event', { ...common, event_at: at + later, status: isNote ? 'succeeded' : event.status }),
      )
    }
  }
}

function addDevice(
  rows: Normalised,
  estate: EstateSpec,
  spec: DeviceSpec,
  id: string,
  owner: { spec: MachineSpec; index: number } | null,
) {
  // no later record says that a device was first seen later
  const firstSeen = ORIGIN + Math.min(spec.firstSeen, ...estate.endpointTimes)
  for (const [k, time] of estate.endpointTimes.entries()) {
    const at = ORIGIN + time
    const health = given(spec.health[k % spec.health.length])
    if (health === 'absent') continue
    const place = owner === null ? null : placeAt(owner.spec, owner.index, at)
    const host = `host${owner?.spec.name ?? (spec.hasVmId ? 9 : 1)}`
    rows.endpoint_device.push(
      row('endpoint_device', {
        file_id: 1,
        snapshot_at: at,
        device_id: id,
        dns_name: spec.dnsName === null ? null : spec.dnsName === 'host' ? host : `${host}.example.org`,
        vm_id: spec.hasVmId ? (place === null ? 'vmid-elsewhere' : place.vmId) : null,
        azure_resource_id: spec.hasResourceId && place !== null ? place.resourceId : null,
        // one that moves, and is then listed without
        subscription_id: owner === null && spec.hasResourceId && k % 3 < 2 ? sub(k % 3) : null,
        os_platform: spec.osClass === 'client' ? 'Windows11' : `WindowsServer${k % 2 === 0 ? 2022 : 2019}`,
        os_class: spec.osClass,
        onboarding: spec.onboarding,
        health_status: health,
        first_seen_at: firstSeen,
        last_seen_at: Math.max(firstSeen, at - given(spec.lagHours[k % spec.lagHours.length]) * 3600),
        // a machine's second record into its first, a first one into a record that the listing does not have
        merged_into: spec.isMerged ? (/^device-.*-1$/.test(id) ? id.replace(/1$/, '0') : 'device-elsewhere') : null,
        is_potential_duplication: spec.isDuplicate,
      }),
    )
  }
}

function addMachine(rows: Normalised, estate: EstateSpec, spec: MachineSpec, index: number) {
  addInventory(rows, estate, spec, index)
  addEvents(rows, spec, index)
  addMetric(rows, spec, index)
  const resourceOn = (day: number) => placeAt(spec, index, ORIGIN + day * DAY + DAY / 2).resourceId
  for (const { dayIndex, ten_thousandths } of spec.kind === 'arc' ? [] : spec.compute) {
    rows.cost_line.push(
      row('cost_line', {
        cost_line_id: rows.cost_line.length + 1,
        file_id: 1,
        row_number: rows.cost_line.length + 1,
        line_class: 'compute',
        dataset: estate.dataset,
        charge_day: dayOf(ORIGIN + dayIndex * DAY),
        charge_category: 'usage',
        resource_id: resourceOn(dayIndex),
        ...lineWords(resourceOn(dayIndex), sub(spec.subscription), rows.cost_line.length),
        subscription_id: sub(spec.subscription),
        product_name: 'Virtual Machines Dv5 Series',
        meter_category: 'Virtual Machines',
        quantity: (ten_thousandths / 10_000).toFixed(4),
        unit_of_measure: '1 Hour',
        hours_per_unit: '1',
        billing_currency: 'EUR',
      }),
    )
  }
  for (const charge of spec.charges)
    addCharge(rows, estate.dataset, resourceOn(charge.dayIndex), sub(spec.subscription), charge)
  for (const [k, time] of estate.extensionTimes.entries()) {
    const state = spec.extension[k]
    if (state === undefined || state === null) continue
    const resource_id = placeAt(spec, index, ORIGIN + time).resourceId
    const extension_type = 'MDE.Windows'
    rows.extension.push(
      row('extension', {
        file_id: 1,
        snapshot_at: ORIGIN + time,
        resource_id,
        extension_type,
        provisioning_state: state,
      }),
    )
  }
  for (const [k, time] of estate.planTimes.entries()) {
    const setting = spec.plan[k]
    if (setting === undefined || setting === null) continue
    rows.plan_setting.push(
      row('plan_setting', {
        file_id: 1,
        snapshot_at: ORIGIN + time,
        plan_name: 'virtualmachines',
        scope_level: 'resource',
        scope_id: placeAt(spec, index, ORIGIN + time).resourceId,
        subscription_id: sub(spec.subscription),
        tier: setting === 'free' ? 'free' : 'standard',
        sub_plan: setting === 'free' ? null : setting === 'p1' ? 'p1' : 'p2',
        is_inherited: setting === 'inherited',
      }),
    )
  }
  for (const [k, device] of spec.devices.entries())
    addDevice(rows, estate, device, `device-${index}-${k}`, { spec, index })
}

function addSubscription(rows: Normalised, estate: EstateSpec, index: number) {
  const spec = given(estate.subscriptions[index])
  rows.subscription.push(
    row('subscription', {
      subscription_id: sub(index),
      name: spec.posture.length === 2 ? null : `Subscription ${index}`,
      tenant_id: `tenant-${index}`,
      snapshot_at: ORIGIN,
    }),
  )
  for (const [k, time] of estate.planTimes.entries()) {
    const common = {
      file_id: 1,
      snapshot_at: ORIGIN + time,
      scope_level: 'subscription',
      scope_id: `/subscriptions/${sub(index)}`,
      subscription_id: sub(index),
    }
    const setting = spec.settings[k]
    if (setting !== undefined && setting !== null) {
      const enabled_at = setting.enabledHours === null ? null : ORIGIN + setting.enabledHours * 3600
      const plan = { plan_name: 'virtualmachines', tier: setting.tier, sub_plan: setting.subPlan, enabled_at }
      rows.plan_setting.push(row('plan_setting', { ...common, ...plan }))
    }
    const posture = spec.posture[k]
    if (posture) rows.plan_setting.push(row('plan_setting', { ...common, plan_name: 'cloudposture', tier: posture }))
  }
  if (spec.isEndpointOn !== null) {
    rows.endpoint_setting.push(
      row('endpoint_setting', {
        file_id: 1,
        snapshot_at: ORIGIN,
        subscription_id: sub(index),
        is_enabled: spec.isEndpointOn,
      }),
    )
  }
}

/** The rows that a recipe stands for. */
export function rowsOfSpec(spec: EstateSpec): Estate {
  const rows = noRows()
  for (const [index, machine] of spec.machines.entries()) addMachine(rows, spec, machine, index)
  for (const [index, device] of spec.direct.entries()) addDevice(rows, spec, device, `direct-${index}`, null)
  addSubscription(rows, spec, 0)
  addSubscription(rows, spec, 1)
  for (const charge of spec.wholeCharges) {
    const root = `/subscriptions/${sub(charge.subscription)}`
    const resourceId = {
      pricings: `${root}/providers/microsoft.security/pricings/virtualmachines`,
      null: null,
      bare: root,
      workspace: `${root}/resourcegroups/rg/providers/microsoft.operationalinsights/workspaces/logs`,
      'nothing known': null,
    }[charge.form]
    addCharge(rows, spec.dataset, resourceId, charge.form === 'nothing known' ? null : sub(charge.subscription), charge)
  }
  for (const charge of spec.oddCharges) {
    const root = `/subscriptions/${sub(charge.subscription)}`
    const device = charge.dayIndex % 2 === 0 ? 'direct-0' : 'device-0-0'
    const path =
      charge.form === 'vault'
        ? 'resourcegroups/rg/providers/microsoft.keyvault/vaults/v'
        : `providers/microsoft.security/mdeservers/host_${device}`
    addCharge(rows, spec.dataset, `${root}/${path}`, sub(charge.subscription), charge)
  }
  if (spec.setMode !== null) {
    for (const id of new Set(rows.machine_record.flatMap((record) => record.scale_set_id ?? []))) {
      rows.scale_set.push(
        row('scale_set', { file_id: 1, snapshot_at: ORIGIN, resource_id: id, orchestration_mode: spec.setMode }),
      )
    }
  }
  rows.cost_total.push(...costTotals(rows))
  return { fromDay: FROM_DAY, untilDay: dayOf(ORIGIN + spec.days * DAY), rows }
}

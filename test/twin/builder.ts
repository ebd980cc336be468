import type { Engine, Row } from '../../src/engine/engine.ts'
import type { LedgerChecks } from '../../src/ledger/build.ts'
import { nameMachines } from '../machine_number.ts'
import { builtLines, differences, twinLines } from './compare.ts'
import { amountText, sum, units } from './exact.ts'
import { buildLedgerOf, loadRows } from './load.ts'
import { DAY, dayOf, dayStart, type Estate, given, noRows, type RowOf, row } from './rows.ts'
import { twinOf } from './twin.ts'

/** A machine of a hand-made estate: its resource id and the virtual machine behind it. */
export interface Handle {
  resourceId: string
  vmId: string | null
}

export const SUBSCRIPTION = 'sub'

/** An Azure virtual machine; `vmId` tells machines of one name apart. */
export function vm(
  name: string,
  vmId: string | null = `vm-${name}`,
  group = 'rg',
  subscription = SUBSCRIPTION,
): Handle {
  return {
    resourceId: `/subscriptions/${subscription}/resourcegroups/${group}/providers/microsoft.compute/virtualmachines/${name}`,
    vmId,
  }
}

/** A connected machine outside Azure. */
export function arc(name: string): Handle {
  const resourceId = `/subscriptions/${SUBSCRIPTION}/resourcegroups/rg/providers/microsoft.hybridcompute/machines/${name}`
  return { resourceId, vmId: `vm-${name}` }
}

/** An instance of the scale set `set`. */
export function instance(number: number): Handle {
  const set = `/subscriptions/${SUBSCRIPTION}/resourcegroups/rg/providers/microsoft.compute/virtualmachinescalesets/set`
  return { resourceId: `${set}/virtualmachines/${number}`, vmId: `vm-set-${number}` }
}

/** Seconds of `MM-DD HH:MM[:SS]` in 2026, or of an October day `DD HH:MM[:SS]`. */
export function moment(text: string): number {
  const full = /^\d\d-\d\d /.test(text) ? `2026-${text}` : `2026-10-${text}`
  return Date.parse(`${full.replace(' ', 'T')}${full.length === 16 ? ':00' : ''}Z`) / 1000
}

const dayText = (text: string): string => (text.length === 2 ? `2026-10-${text}` : text)

interface ChargeWords {
  meter?: string
  product?: string
  category?: string
  quantity?: string
  unit?: string
  hoursPerUnit?: string
  effectiveCost?: string
  currency?: string
  category_of_charge?: string
  listUnitPrice?: string
  isCorrection?: boolean
  resourceId?: string | null
  subscriptionId?: string
}

/** An estate made by hand, line by line; the period is `days` days from `fromDay`. */
export function estate(days: number, fromDay = '2026-10-01') {
  const rows = noRows()
  const push = {
    /** An inventory row. */
    listed(at: string, machine: Handle, given: Partial<RowOf<'machine_record'>> = {}) {
      const isArc = machine.resourceId.includes('hybridcompute')
      const isInstance = machine.resourceId.includes('virtualmachinescalesets')
      rows.machine_record.push(
        row('machine_record', {
          snapshot_at: moment(at),
          kind: isArc ? 'arc' : isInstance ? 'scale-set-instance' : 'azure-vm',
          resource_id: machine.resourceId,
          resource_id_display: machine.resourceId,
          vm_id: machine.vmId,
          name: machine.resourceId.split('/').at(-1) ?? null,
          subscription_id: machine.resourceId.split('/')[2] ?? null,
          resource_group: machine.resourceId.split('/')[4] ?? null,
          os_type: 'windows',
          os_name: 'Windows Server 2022 Datacenter',
          scale_set_id: isInstance ? machine.resourceId.replace(/\/virtualmachines\/.*/, '') : null,
          ...given,
        }),
      )
    },
    /** An operation that succeeded; `startedAt`: when it began. */
    event(at: string, machine: Handle, operation: string, given: { status?: string; startedAt?: string } = {}) {
      const common = {
        resource_id: machine.resourceId,
        operation,
        correlation_id: `${operation} ${at}`,
        source: 'activity-log',
      }
      if (given.startedAt !== undefined) {
        rows.power_event.push(row('power_event', { ...common, event_at: moment(given.startedAt), status: 'started' }))
      }
      const status = given.status ?? 'succeeded'
      rows.power_event.push(row('power_event', { ...common, event_at: moment(at), status }))
    },
    /** Hours of the availability metric from `at` on, one value an hour; null: the hour has none. */
    metric(at: string, machine: Handle, averages: readonly (string | null)[]) {
      for (const [k, average] of averages.entries())
        if (average !== null)
          rows.availability.push(
            row('availability', { resource_id: machine.resourceId, hour_at: moment(at) + k * 3600, average }),
          )
    },
    /** Runs from `at` on: a start that succeeded. */
    runs(machine: Handle, at = '09-01 00:00') {
      push.event(at, machine, 'start')
    },
    /** A Defender for Endpoint record; last seen when it was listed unless told otherwise. */
    device(at: string, machine: Handle | null, given: Partial<RowOf<'endpoint_device'>> = {}) {
      rows.endpoint_device.push(
        row('endpoint_device', {
          snapshot_at: moment(at),
          device_id: `device-${machine?.vmId ?? machine?.resourceId.split('/').at(-1)}`,
          vm_id: machine?.vmId ?? null,
          azure_resource_id: machine?.resourceId ?? null,
          os_platform: 'WindowsServer2022',
          os_class: 'server',
          onboarding: 'onboarded',
          health_status: 'active',
          first_seen_at: moment('09-01 00:00'),
          last_seen_at: moment(at),
          is_potential_duplication: false,
          ...given,
        }),
      )
    },
    /** A cost line of Defender for Servers Plan 2 unless told otherwise; without a machine for the whole subscription. */
    charge(day: string, machine: Handle | null, hours: string, cost: string, words: ChargeWords = {}) {
      const meter = words.meter ?? 'Standard P2 Node'
      const whole = `/subscriptions/${SUBSCRIPTION}/providers/microsoft.security/pricings/virtualmachines`
      const resourceId = words.resourceId === undefined ? (machine?.resourceId ?? whole) : words.resourceId
      rows.cost_line.push(
        row('cost_line', {
          cost_line_id: rows.cost_line.length + 1,
          file_id: 1,
          row_number: rows.cost_line.length + 1,
          line_class: 'defender',
          dataset: words.effectiveCost === undefined ? 'actual' : 'focus',
          charge_day: dayText(day),
          charge_category: words.category_of_charge ?? 'usage',
          is_correction: words.isCorrection ?? false,
          resource_id: resourceId,
          resource_id_display: resourceId,
          subscription_id: words.subscriptionId ?? resourceId?.split('/')[2] ?? null,
          product_name: words.product ?? `Microsoft Defender for Servers - ${meter}`,
          meter_category: words.category ?? 'Microsoft Defender for Cloud',
          meter_name: meter,
          quantity: words.quantity ?? hours,
          unit_of_measure: words.unit ?? '1 Hour',
          hours_per_unit: words.hoursPerUnit ?? '1',
          billed_cost: cost,
          effective_cost: words.effectiveCost ?? null,
          list_unit_price: words.listUnitPrice ?? null,
          billing_currency: words.currency ?? 'EUR',
        }),
      )
    },
    /** Compute hours of a day. */
    compute(day: string, machine: Handle, hours: string) {
      push.charge(day, machine, hours, '0', { meter: 'D2s v5', product: 'Virtual Machines Dsv5 Series' })
      rows.cost_line.push({ ...given(rows.cost_line.pop()), line_class: 'compute' })
    },
    /** The plan of the subscription (no machine) or of one machine, as a listing of `at` shows it. */
    plan(at: string, machine: Handle | null, plan: 'p1' | 'p2' | 'free' | 'inherited', name = 'virtualmachines') {
      rows.plan_setting.push(
        row('plan_setting', {
          snapshot_at: moment(at),
          plan_name: name,
          scope_level: machine === null ? 'subscription' : 'resource',
          scope_id: machine?.resourceId ?? `/subscriptions/${SUBSCRIPTION}`,
          subscription_id: SUBSCRIPTION,
          tier: plan === 'free' ? 'free' : 'standard',
          sub_plan: plan === 'free' ? null : plan === 'p1' ? 'p1' : 'p2',
          is_inherited: plan === 'inherited',
        }),
      )
    },
    extension(at: string, machine: Handle, state: string, message: string | null = null) {
      rows.extension.push(
        row('extension', {
          snapshot_at: moment(at),
          resource_id: machine.resourceId,
          extension_type: 'MDE.Windows',
          provisioning_state: state,
          message,
        }),
      )
    },
  }
  const whole: Estate = { fromDay, untilDay: dayOf(dayStart(fromDay) + days * DAY), rows }
  return { ...push, rows, whole }
}

const plain = (text: string): string => text.replace(/\.?0+$/, '')

function bucketLine(bucket: string, rows: readonly Row[]): string {
  const seconds = rows.reduce((total, r) => total + Number(r['seconds']), 0)
  const time = seconds % 36 === 0 ? `${seconds / 3600} h` : `${seconds} s`
  const total = (name: string) => sum(rows.map((r) => (r[name] === null ? null : units(String(r[name])))))
  const [hours, cost] = [total('billed_hours'), total('cost')]
  const billed = hours === null ? '' : `, billed ${plain(amountText(hours))} h`
  return `${bucket}: ${time}${billed}${cost === null ? '' : `, ${plain(amountText(cost))} ${rows[0]?.['billing_currency']}`}`
}

/** Builds the ledger of a hand-made estate and holds it against the twin, unless only some subscriptions are asked for. */
export async function built(engine: Engine, made: { whole: Estate }, checks: LedgerChecks): Promise<Answers> {
  await loadRows(engine, made.whole.rows)
  await buildLedgerOf(engine, made.whole, checks)
  const isWhole = made.whole.subscriptions === undefined
  const unlike = isWhole ? differences(await builtLines(engine), twinLines(twinOf(made.whole))) : ''
  if (unlike !== '') throw new Error(`the ledger and its twin differ\n${unlike}`)
  return answersOf(engine)
}

/** What a test asks of a ledger that is built. */
export type Answers = Awaited<ReturnType<typeof answersOf>>

/** Answers from the ledger that an engine holds; relations of `named` have the ids of machines beside their numbers. */
export async function answersOf(engine: Engine) {
  await nameMachines(engine)
  const all = await engine.rows('select * from named.ledger')
  return {
    rows: all,
    query: (sql: string) => engine.rows(sql),
    /** One line per bucket and currency: time, billed hours, cost. */
    buckets(machine: Handle | 'all' = 'all', day: string | null = null): string[] {
      const ids = machine === 'all' ? null : [machine.vmId, machine.resourceId]
      const chosen = all.filter(
        (r) => (ids === null || ids.includes(r['machine_id'] as string)) && (day === null || r['day'] === dayText(day)),
      )
      const keys = chosen.map((r) => `${r['bucket']} ${r['billing_currency']}`)
      return [...new Set(keys)].sort().map((key) =>
        bucketLine(
          given(key.split(' ')[0]),
          chosen.filter((_, index) => keys[index] === key),
        ),
      )
    },
  }
}

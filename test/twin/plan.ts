import type { Charge } from './charge.ts'
import { mostCharged } from './charge.ts'
import { type Holding, ownerAt } from './identity.ts'
import type { Machine } from './machine.ts'
import { type Evidence, nearestHolding } from './power.ts'
import { DAY, dayStart, given, type Normalised, type RowOf } from './rows.ts'

export interface PlanDay {
  plan: 'p1' | 'p2' | 'none' | 'unknown'
  evidence: Evidence
  source: 'meter' | 'resource' | 'subscription' | 'subscription_meter' | 'none'
}

/** The row whose snapshot is nearest to a moment; from the middle between two on the later one. */
export function nearest<T extends { snapshot_at: number | null }>(items: readonly T[], at: number): T | null {
  if (items.length === 0) return null
  const ordered = [...items].sort((a, b) => given(a.snapshot_at) - given(b.snapshot_at))
  return nearestHolding(
    ordered.map((item) => ({ at: given(item.snapshot_at), value: item })),
    at,
  )
}

/** Whether the posture plan is on in a subscription, by the setting nearest to a moment. */
export function hasPosturePlan(rows: Normalised, subscriptionId: string | null, at: number): boolean {
  const settings = rows.plan_setting.filter(
    (s) => s.plan_name === 'cloudposture' && s.scope_level === 'subscription' && s.subscription_id === subscriptionId,
  )
  return nearest(settings, at)?.tier === 'standard'
}

function planOf(setting: RowOf<'plan_setting'>): PlanDay['plan'] {
  if (setting.tier !== 'standard') return 'none'
  return setting.sub_plan === 'p1' ? 'p1' : 'p2'
}

/** The plan of a machine on a day: its meter, its own setting, its subscription's meter, its subscription's setting. */
export function planOn(
  rows: Normalised,
  held: readonly Holding[],
  charges: readonly Charge[],
  machine: Machine,
  day: string,
): PlanDay {
  const today = charges.filter((charge) => charge.day === day)
  const own = mostCharged(today.filter((c) => c.grain === 'machine' && c.machineId === machine.machineId))
  if (own !== null) return { plan: own, evidence: 'observed', source: 'meter' }

  const middle = dayStart(day) + DAY / 2
  const servers = rows.plan_setting.filter((setting) => setting.plan_name === 'virtualmachines')
  const resource = nearest(
    servers.filter(
      (s) => s.scope_level === 'resource' && ownerAt(held, s.scope_id, given(s.snapshot_at)) === machine.machineId,
    ),
    middle,
  )
  if (resource !== null && resource.is_inherited !== true) {
    return { plan: planOf(resource), evidence: 'inferred', source: 'resource' }
  }

  const { subscriptionId } = machine
  if (subscriptionId === null) return { plan: 'unknown', evidence: 'none', source: 'none' }
  const whole = mostCharged(today.filter((c) => c.grain === 'subscription' && c.subscriptionId === subscriptionId))
  if (whole !== null) return { plan: whole, evidence: 'inferred', source: 'subscription_meter' }

  const setting = nearest(
    servers.filter((s) => s.scope_level === 'subscription' && s.subscription_id === subscriptionId),
    middle,
  )
  if (setting === null) return { plan: 'unknown', evidence: 'none', source: 'none' }
  const isOlder = setting.enabled_at !== null && setting.enabled_at <= dayStart(day)
  return { plan: planOf(setting), evidence: isOlder ? 'inferred' : 'assumed', source: 'subscription' }
}

import type { DeviceMatch } from './device_match.ts'
import { times, units } from './exact.ts'
import { type Holding, kindOf, ownersWithin } from './identity.ts'
import { billableSeconds, type PowerSegment } from './power.ts'
import { chargedMeter, chargedPlan, isDefenderCharge, isSubscriptionGrain } from './recognition.ts'
import { DAY, dayStart, type Estate, given } from './rows.ts'

export interface Charge {
  chargeId: number
  machineId: string | null
  grain: 'machine' | 'subscription'
  day: string
  /** NULL where the words name none. */
  plan: 'p1' | 'p2' | null
  meter: 'standard' | 'trial' | 'benefit'
  category: string | null
  subscriptionId: string | null
  currency: string | null
  hours: bigint | null
  billedCost: bigint | null
  effectiveCost: bigint | null
}

const amount = (text: string | null): bigint | null => (text === null ? null : units(text))

/**
 * The machine of a charge of direct onboarding, whose resource id ends in the device's id: the one that the device stood
 * for by the newest listing before `until`, else by the first one.
 */
function directMachine(resourceId: string | null, until: number, matches: readonly DeviceMatch[]): string | null {
  const deviceId = /\/providers\/microsoft\.security\/mdeservers\/.*_([^_/]+)$/.exec(resourceId ?? '')?.[1]
  const own = matches.filter((match) => match.device.device_id === deviceId)
  const paired = own.filter((match) => match.machineId !== null).sort((a, b) => a.at - b.at)
  const [first] = paired
  if (first !== undefined) return (paired.findLast((match) => match.at < until) ?? first).machineId
  return own.some((match) => match.status === 'unmatched') ? `device:${deviceId}` : null
}

/** The charges of the period, machine-grain ones with the machine that they land on. */
export function chargesOf(
  estate: Estate,
  held: readonly Holding[],
  matches: readonly DeviceMatch[],
  power: ReadonlyMap<string, readonly PowerSegment[]>,
): Charge[] {
  const charges: Charge[] = []
  for (const line of estate.rows.cost_line) {
    const day = given(line.charge_day)
    if (!isDefenderCharge(line) || day < estate.fromDay || day >= estate.untilDay) continue
    const start = dayStart(day)
    const isWhole = isSubscriptionGrain(line.resource_id)
    const owners =
      isWhole || kindOf(line.resource_id) === null ? [] : ownersWithin(held, line.resource_id, start, start + DAY)
    const billable = owners.map((owner) => billableSeconds(power.get(owner) ?? [], day))
    const machineId =
      owners[billable.lastIndexOf(Math.max(...billable))] ?? directMachine(line.resource_id, start + DAY, matches)
    charges.push({
      chargeId: given(line.cost_line_id),
      machineId,
      grain: isWhole ? 'subscription' : 'machine',
      day,
      plan: chargedPlan(line),
      meter: chargedMeter(line),
      category: line.charge_category,
      subscriptionId: line.subscription_id ?? line.resource_id?.split('/')[2] ?? null,
      currency: line.billing_currency,
      hours:
        line.hours_per_unit === null || line.quantity === null
          ? null
          : times(units(line.quantity), units(line.hours_per_unit)),
      billedCost: amount(line.billed_cost),
      effectiveCost: amount(line.effective_cost),
    })
  }
  return charges
}

/** The plan of most hours, P2 when they are equal; NULL without charges. */
export function mostCharged(charges: readonly Charge[]): 'p1' | 'p2' | null {
  if (charges.length === 0) return null
  const plans = [...new Set(charges.map((charge) => charge.plan))]
  const hours = (plan: string) =>
    charges.filter((charge) => charge.plan === plan).reduce((total, charge) => total + (charge.hours ?? 0n), 0n)
  if (plans.length === 1) return given(plans[0])
  return hours('p1') > hours('p2') ? 'p1' : 'p2'
}

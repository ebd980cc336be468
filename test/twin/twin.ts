import { type Charge, chargesOf } from './charge.ts'
import { type DeviceMatch, matchDevices } from './device_match.ts'
import { hoursOf, sum } from './exact.ts'
import { type HealthSegment, healthOf } from './health.ts'
import { holdings } from './identity.ts'
import {
  billableOf,
  carriersOf,
  joined,
  type LedgerRow,
  type MachineDay,
  rowsOfMachineDay,
  type Share,
  sharesOf,
  spreadShare,
  unattributed,
} from './ledger.ts'
import { type Machine, machinesOf } from './machine.ts'
import { clockHours, groupsOf } from './overlay.ts'
import { type PlanDay, planOn } from './plan.ts'
import { clipped, computeHours, type PowerSegment, powerOverLife } from './power.ts'
import { DAY, dayOf, dayStart, daysOf, type Estate, given } from './rows.ts'

export interface MachineDayTotal {
  machineId: string
  day: string
  subscriptionId: string | null
  running: number
  stopped: number
  off: number
  unknown: number
  expectedHours: bigint
  clockHours: number
  billedHours: bigint | null
  allocated: boolean
  computeHours: bigint | null
}

export interface Twin {
  estate: Estate
  machines: Machine[]
  matches: DeviceMatch[]
  power: Map<string, PowerSegment[]>
  health: Map<string, HealthSegment[]>
  plan: { machineId: string; day: string; plan: PlanDay }[]
  charges: Charge[]
  ledger: LedgerRow[]
  machineDays: MachineDayTotal[]
}

/** The ledger of an estate, computed slowly and apart from the product: what its SQL is held against. */
export function twinOf(estate: Estate): Twin {
  const { rows } = estate
  const held = holdings(rows)
  const matches = matchDevices(rows, held)
  const machines = machinesOf(estate, held, matches)
  const whole = new Map(machines.map((machine) => [machine.machineId, powerOverLife(machine)]))
  const power = new Map(machines.map((m) => [m.machineId, clipped(given(whole.get(m.machineId)), m.life)]))
  const charges = chargesOf(estate, held, matches, power)
  const planAt = (machine: Machine, day: string) => planOn(rows, held, charges, machine, day)
  const health = new Map(
    machines.map((machine) => {
      const timeline = given(whole.get(machine.machineId))
      return [
        machine.machineId,
        healthOf(rows, held, matches, machine, timeline, (at) => planAt(machine, clampDay(estate, dayOf(at)))),
      ]
    }),
  )

  const days = machines.flatMap((machine) =>
    daysOf(estate.fromDay, estate.untilDay).flatMap((day): MachineDay[] => {
      const start = dayStart(day)
      const lives = machine.life !== null && machine.life.from < start + DAY && machine.life.until > start
      const isCharged = charges.some((charge) => charge.machineId === machine.machineId && charge.day === day)
      if (!lives && !isCharged) return []
      const { machineId, subscriptionId } = machine
      const groups = groupsOf(given(power.get(machineId)), given(health.get(machineId)), day)
      return [{ machineId, subscriptionId, day, plan: planAt(machine, day), groups }]
    }),
  )

  const laid = new Map<MachineDay, Share[]>(
    days.map((day) => [
      day,
      sharesOf(
        charges.filter((c) => c.machineId === day.machineId && c.day === day.day),
        false,
      ),
    ]),
  )
  const chargedOn = new Set(charges.filter((c) => c.machineId !== null).map((c) => `${c.day} ${c.machineId}`))
  const ledger: LedgerRow[] = []
  const nobodysRows: LedgerRow[] = []
  for (const day of daysOf(estate.fromDay, estate.untilDay)) {
    const nobodys = charges.filter((c) => c.day === day && c.grain === 'machine' && c.machineId === null)
    for (const share of sharesOf(nobodys, false)) nobodysRows.push(unattributed(share, day))
    for (const share of sharesOf(
      charges.filter((c) => c.day === day && c.grain === 'subscription'),
      true,
    )) {
      const inScope = days.filter(
        (d) => d.day === day && d.subscriptionId !== null && d.subscriptionId === share.subscriptionId,
      )
      const charged = new Set(inScope.map((d) => d.machineId).filter((id) => chargedOn.has(`${day} ${id}`)))
      const carriers = carriersOf(inScope, charged)
      if (carriers.length === 0) nobodysRows.push(unattributed({ ...share, allocated: false }, day))
      const parts = carriers.length === 0 ? [] : spreadShare(share, carriers.map(billableOf))
      for (const [index, carrier] of carriers.entries()) given(laid.get(carrier)).push(given(parts[index]))
    }
  }
  ledger.push(...joined(nobodysRows))
  for (const day of days) ledger.push(...rowsOfMachineDay(day, given(laid.get(day))))

  const machineDays = days.map((day): MachineDayTotal => {
    const seconds = (state: string) =>
      day.groups.filter((group) => group.power === state).reduce((total, group) => total + group.seconds, 0)
    const shares = given(laid.get(day))
    const machine = given(machines.find((m) => m.machineId === day.machineId))
    return {
      machineId: day.machineId,
      day: day.day,
      subscriptionId: day.subscriptionId,
      running: seconds('running'),
      stopped: seconds('stopped'),
      off: seconds('off'),
      unknown: seconds('unknown'),
      expectedHours: hoursOf(billableOf(day)),
      clockHours: clockHours(given(power.get(day.machineId)), day.day),
      billedHours: sum(shares.map((share) => share.hours)),
      allocated: shares.some((share) => share.allocated),
      computeHours: computeHours(machine, day.day),
    }
  })
  const plan = days.map(({ machineId, day, plan }) => ({ machineId, day, plan }))
  return { estate, machines, matches, power, health, plan, charges, ledger, machineDays }
}

/** A day of the period: the nearest to a day that may lie outside. */
function clampDay(estate: Estate, day: string): string {
  const days = daysOf(estate.fromDay, estate.untilDay)
  if (day < estate.fromDay) return given(days[0])
  return day >= estate.untilDay ? given(days.at(-1)) : day
}

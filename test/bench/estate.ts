import { hash } from 'node:crypto'

/** The month of every benchmark: its first day, and how many days it has. */
export const MONTH = { fromDay: '2026-10-01', untilDay: '2026-11-01', days: 31 } as const
export const FROM = Date.parse(`${MONTH.fromDay}T00:00:00Z`) / 1000
export const UNTIL = Date.parse(`${MONTH.untilDay}T00:00:00Z`) / 1000
export const DAY = 86_400

/** Machines of one subscription. */
export const SUBSCRIPTION_SIZE = 250

/**
 * How a machine of the generated estate lives, by the last digit of its number: six of ten run around the clock, two
 * on weekdays from 06:00 to past 18:00, one is created during the month, one deleted.
 */
export function lifeOf(machine: number): 'always' | 'weekdays' | 'created' | 'deleted' {
  const digit = machine % 10
  return digit < 6 ? 'always' : digit < 8 ? 'weekdays' : digit === 8 ? 'created' : 'deleted'
}

/** How many machines are left at the end of the month, and the one at that place among them: see `lifeOf`. */
export const remainingCount = (machines: number): number => machines - Math.floor(machines / 10)
export const remainingMachine = (place: number): number => Math.floor(place / 9) * 10 + (place % 9)

/** Minute past 18:00 at which a machine of weekdays is stopped. */
export const stopMinute = (machine: number): number => 5 + (machine % 50)

/** When a machine that is created during the month begins, and when one that is deleted ends. */
export const createdAt = (machine: number): number => FROM + (machine % 28) * DAY + 9.5 * 3600
export const deletedAt = (machine: number): number => FROM + (3 + (machine % 25)) * DAY + 14 * 3600 + 1200

/** 0 is Sunday. */
export const weekdayOf = (at: number): number => new Date(at * 1000).getUTCDay()
export const isWeekday = (at: number): boolean => weekdayOf(at) > 0 && weekdayOf(at) < 6

/** A GUID that a text stands for: the same in every run, and in SQL (`guidSql`). */
export function guid(text: string): string {
  const hex = hash('md5', text)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** The same as {@link guid}, of an SQL expression. */
export function guidSql(text: string): string {
  return `regexp_replace(md5(${text}), '^(.{8})(.{4})(.{4})(.{4})', '\\1-\\2-\\3-\\4-')`
}

export const subscriptionOf = (machine: number): number => Math.floor(machine / SUBSCRIPTION_SIZE)
export const subscriptionId = (subscription: number): string => guid(`subscription ${subscription}`)
/** Every fifth subscription has Plan 1, the others Plan 2. */
export const planOf = (subscription: number): 'P1' | 'P2' => (subscription % 5 === 4 ? 'P1' : 'P2')
export const machineName = (machine: number): string => `vm-${String(machine).padStart(7, '0')}`
export const vmId = (machine: number): string => guid(`machine ${machine}`)

/** ARM id of a machine in Azure's own spelling. */
export function resourceId(machine: number): string {
  const group = `rg-${String(machine % 40).padStart(2, '0')}`
  const subscription = subscriptionId(subscriptionOf(machine))
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Compute/virtualMachines/${machineName(machine)}`
}

/** ISO 8601, UTC, whole seconds. */
export const iso = (at: number): string => `${new Date(at * 1000).toISOString().slice(0, 19)}Z`
/** The same as it stands in file names. */
export const fileStamp = (at: number): string => iso(at).replaceAll(':', '-')

import type { DayText, Period } from './types.ts'

/** True for a day of the calendar, `YYYY-MM-DD`. */
export function isDay(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false
  const at = Date.parse(`${value}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(value)
}

export function dayAfter(day: DayText): DayText {
  return shifted(day, 1)
}

export function dayBefore(day: DayText): DayText {
  return shifted(day, -1)
}

/** The UTC days of a month, `YYYY-MM`. */
export function monthPeriod(month: string): Period {
  const [year, number] = month.split('-').map(Number)
  return {
    fromDay: `${month}-01`,
    untilDay: new Date(Date.UTC(Number(year), Number(number), 1)).toISOString().slice(0, 10),
  }
}

/** UTC seconds of the beginning of a day. */
export function secondsOf(day: DayText): number {
  return Date.parse(`${day}T00:00:00Z`) / 1000
}

/** UTC seconds in ISO 8601; null stays null. */
export function momentText(seconds: number | string | null): string | null {
  return seconds === null ? null : new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z')
}

/** `2026-10-01 to 2026-10-31`: both days count. */
export function periodText(period: Period): string {
  return `${period.fromDay} to ${dayBefore(period.untilDay)}`
}

function shifted(day: DayText, days: number): DayText {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

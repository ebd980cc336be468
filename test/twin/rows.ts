import type { ColumnType } from '../../src/normalise/column_type.ts'
import { NORMALISE_RELATIONS, type NormaliseRelation } from '../../src/normalise/relations.ts'

interface TypeOf {
  text: string
  int: number
  bigint: number
  boolean: boolean
  date: string
  amount: string
}

/** One row of a relation of schema `normalise` as a plain object; amounts are decimal text, times whole seconds. */
export type RowOf<R extends NormaliseRelation> = {
  [C in keyof (typeof NORMALISE_RELATIONS)[R]]:
    | ((typeof NORMALISE_RELATIONS)[R][C] extends ColumnType ? TypeOf[(typeof NORMALISE_RELATIONS)[R][C]] : never)
    | null
}

/** All rows of schema `normalise`. */
export type Normalised = { [R in NormaliseRelation]: RowOf<R>[] }

/** An estate as the ledger gets it: the rows and the period, `untilDay` exclusive. */
export interface Estate {
  fromDay: string
  untilDay: string
  rows: Normalised
  /** What the invoice says, per currency; nothing unless told. */
  controlTotals?: readonly { currency: string; amount: string }[]
  /** Time of weaker evidence does not count in hours and coverage. */
  minimumEvidence?: 'observed' | 'inferred' | 'assumed' | 'none'
  /** Only what belongs to these, all unless told. The twin leaves nothing out: such an estate is worked by hand. */
  subscriptions?: readonly string[]
}

/** A full row of a relation: what is not given is NULL. */
export function row<R extends NormaliseRelation>(relation: R, given: Partial<RowOf<R>>): RowOf<R> {
  const empty = Object.fromEntries(Object.keys(NORMALISE_RELATIONS[relation]).map((name) => [name, null]))
  return { ...empty, ...given } as RowOf<R>
}

export function noRows(): Normalised {
  return Object.fromEntries(Object.keys(NORMALISE_RELATIONS).map((name) => [name, []])) as unknown as Normalised
}

export const DAY = 86_400

/** First second of a UTC day. */
export function dayStart(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 1000
}

/** The UTC day that holds a second. */
export function dayOf(seconds: number): string {
  return new Date(Math.floor(seconds / DAY) * DAY * 1000).toISOString().slice(0, 10)
}

/** The days of `[fromDay, untilDay)`. */
export function daysOf(fromDay: string, untilDay: string): string[] {
  const days: string[] = []
  for (let at = dayStart(fromDay); at < dayStart(untilDay); at += DAY) days.push(dayOf(at))
  return days
}

/** A value that must be there: an estate without it is a mistake of the test. */
export function given<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('the estate lacks a value that it must have')
  return value
}

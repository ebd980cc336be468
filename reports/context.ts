import { dateWords } from '../src/report/format.ts'
import type { CurrencyCode, DayText, Period } from '../src/types.ts'
import type { Targets } from './target.ts'
import { sentence } from './value.ts'

/** One file of the input folder, as the evidence pages quote it. */
export interface InputFile {
  /** Relative to the folder. */
  path: string
  kind: string
  form: string
  /** Null: a superseded file that was not read to its end. */
  rows: number | null
  sha256: string
  /** UTC seconds; absent when the file describes no moment. */
  snapshotAt?: number
  /** A later run of the same export counts instead. */
  superseded: boolean
}

/** What a report must know beside the rows of its queries. Nothing in it comes from the clock. */
export interface ReportContext {
  /** Whole UTC days, until exclusive. */
  period: Period
  /** The calendar month before, when its figures are known too. */
  previousPeriod?: Period
  toolVersion: string
  commandLine: string
  inputs: readonly InputFile[]
  /** UTC seconds, from the data: the end of the period or the newest record. */
  createdAt: number
  brandName?: string
  /** BCP 47 tag of what the reports are written in: English, or the name of a file in `reports/languages`. */
  language?: string
  /** The worst of the criteria, A to D. */
  dataGrade: string
  findings: { error: number; warning: number; info: number }
  /** Absent: no target is set. */
  targets?: Targets
  /** Names of the files that are written beside the reports, such as `machines.csv`. */
  files: readonly string[]
}

/** `October 2026` for the first day of a month. */
export function monthWords(day: DayText): string {
  return dateWords(day, { month: 'long', year: 'numeric' })
}

/** `Oct 26`, where there is little room. */
export function shortMonthWords(day: DayText): string {
  return dateWords(day, { month: 'short', year: '2-digit' })
}

/** The day before. */
export function dayBefore(day: DayText): DayText {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
}

/** Whether the period is one calendar month: only then are months compared and years projected. */
export function isCalendarMonth(period: Period): boolean {
  const last = dayBefore(period.untilDay)
  return (
    period.fromDay.endsWith('-01') && period.untilDay.endsWith('-01') && last.slice(0, 7) === period.fromDay.slice(0, 7)
  )
}

/** `October 2026`, or `2026-10-05 to 2026-10-11`. */
export function periodWords(period: Period): string {
  if (isCalendarMonth(period)) return monthWords(period.fromDay)
  const last = dayBefore(period.untilDay)
  return last === period.fromDay ? last : sentence`${period.fromDay} to ${last}`
}

/** Printed small on every page. */
export function footerWords(context: ReportContext, currencies: readonly CurrencyCode[]): string {
  return [
    periodWords(context.period),
    currencies.length > 0 ? currencies.join(', ') : sentence`no charges`,
    sentence`data grade ${context.dataGrade}`,
    `Hourwise ${context.toolVersion}`,
  ].join(' · ')
}

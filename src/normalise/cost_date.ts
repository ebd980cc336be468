import type { Engine } from '../engine/engine.ts'
import { EXIT, HourwiseError } from '../errors.ts'
import { type CostSource, openCostLines } from './cost_source.ts'

/** What dates written with slashes prove of their order. */
export type SlashOrder = 'month first' | 'day first' | 'either' | 'undecided' | 'contradiction'

/** Charge day and billing period as a line writes them. */
export interface WrittenDates {
  day: string | null
  periodStart: string | null
  periodEnd: string | null
}

/**
 * Throws when a line has no readable day, or when slash dates are not certainly month-first: some date of the file must
 * have a second part beyond 12, or the billing period beside the days must hold only month-first readings.
 */
export async function assertDates(engine: Engine, source: CostSource): Promise<void> {
  const rows = await engine.rows(
    `select distinct charge_date as day, billing_period_start as period_start, billing_period_end as period_end
     from raw.cost_day where file_id = ${source.file.fileId} order by all`,
  )
  const dates = rows.map((row) => ({
    day: row['day'] as string | null,
    periodStart: row['period_start'] as string | null,
    periodEnd: row['period_end'] as string | null,
  }))
  const order = slashOrder(dates)
  if (order === 'day first' || order === 'undecided' || order === 'contradiction') throw ambiguous(source, dates, order)
  const [unreadable] = await engine.rows(
    `select charge_date, cast(sum(line_count) as bigint) as lines from raw.cost_day
     where file_id = ${source.file.fileId} and export_day(charge_date) is null group by charge_date order by 1 nulls first limit 1`,
  )
  if (unreadable === undefined) return
  const shown = unreadable['charge_date']
  await openCostLines(engine, [source])
  const [line] = await engine.rows(
    'select min(row_number) as row_number from cost_file where charge_date is not distinct from $1',
    [shown ?? null],
  )
  throw new HourwiseError(EXIT.input, shown === null ? 'a line has no date' : 'a date cannot be read', {
    where: `${source.file.path}   (data row ${line?.['row_number']})`,
    details: [
      `it says      ${shown === null ? '(nothing)' : String(shown).slice(0, 60)}`,
      `such lines   ${unreadable['lines']}`,
    ],
    next: 'Use the file as it was exported: dates are written 2026-10-03, 10/03/2026 (month first) or 20261003.',
  })
}

/** What the slash dates of a file prove: by a part beyond 12, else by the billing periods that must hold the days. */
export function slashOrder(dates: readonly WrittenDates[]): SlashOrder {
  const parts = dates.flatMap(({ day, periodStart, periodEnd }) =>
    [day, periodStart, periodEnd].flatMap((text) => slashParts(text) ?? []),
  )
  const isMonthFirst = parts.some(({ second }) => second > 12)
  const isDayFirst = parts.some(({ first }) => first > 12)
  if (isMonthFirst || isDayFirst)
    return isMonthFirst && isDayFirst ? 'contradiction' : isMonthFirst ? 'month first' : 'day first'
  if (parts.every(({ first, second }) => first === second)) return 'either'
  const fits = (reading: 'month first' | 'day first') =>
    dates.every(({ day, periodStart, periodEnd }) => {
      const [at, from, to] = [day, periodStart, periodEnd].map((text) => readDay(text, reading))
      return at != null && from != null && to != null && from <= at && at <= to
    })
  const [month, day] = [fits('month first'), fits('day first')]
  return month === day ? 'undecided' : month ? 'month first' : 'day first'
}

function slashParts(text: string | null): { first: number; second: number; year: string }[] | null {
  const match = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: .*)?$/.exec(text ?? '')
  return match === null ? null : [{ first: Number(match[1]), second: Number(match[2]), year: String(match[3]) }]
}

function readDay(text: string | null, reading: 'month first' | 'day first'): string | null {
  const [parts] = slashParts(text) ?? []
  if (parts === undefined) {
    const compact = /^(\d{4})-?(\d\d)-?(\d\d)/.exec(text ?? '')
    return compact === null ? null : `${compact[1]}-${compact[2]}-${compact[3]}`
  }
  const [month, day] = reading === 'month first' ? [parts.first, parts.second] : [parts.second, parts.first]
  return `${parts.year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

function ambiguous(source: CostSource, dates: readonly WrittenDates[], order: SlashOrder): HourwiseError {
  const texts = dates.map(({ day }) => day).filter((text) => slashParts(text) !== null) as string[]
  const proof = (text: string) => (slashParts(text)?.[0]?.first ?? 0) > 12
  const shown =
    texts.find(proof) ?? texts.find((text) => slashParts(text)?.[0]?.first !== slashParts(text)?.[0]?.second) ?? ''
  const reading = (way: 'month first' | 'day first') => {
    const day = readDay(shown, way) ?? ''
    return Number(day.slice(5, 7)) > 12 ? 'no such day' : day
  }
  const headline = {
    'day first': 'the dates are written day first',
    undecided: 'the dates could be month-first or day-first',
    contradiction: 'some dates are month-first, others day-first',
    'month first': '',
    either: '',
  }[order]
  return new HourwiseError(EXIT.input, headline, {
    where: `${source.file.path}   (column ${source.names[source.schema.places.charge_date]})`,
    details: [
      `it says            ${shown}`,
      `read month first   ${reading('month first')}`,
      `read day first     ${reading('day first')}`,
    ],
    next:
      order === 'undecided'
        ? 'Export a longer range, or with BillingPeriodStartDate and BillingPeriodEndDate, or in a newer version that writes 2026-10-03.'
        : 'Azure writes the month first; a spreadsheet program changed the file. Use the file as it was exported.',
  })
}

import { dayAfter, dayBefore, monthPeriod, periodText } from './calendar.ts'
import type { Engine } from './engine/engine.ts'
import { EXIT, HourwiseError } from './errors.ts'
import type { DayText, Finding, Period } from './types.ts'

/** The period of a run and what its reader must know about it. */
export interface ChosenPeriod {
  period: Period
  findings: Finding[]
  /** The cost data ends before the period does. */
  isIncomplete: boolean
}

interface Span {
  firstDay: DayText
  lastDay: DayText
}

/**
 * The period asked for, or else the latest calendar month that the cost data covers to its end, or else the days of the
 * newest month that it covers. A period outside the cost data is a HourwiseError (exit 2) that says what the data covers;
 * a folder without any cost line needs a period (exit 6).
 */
export async function choosePeriod(engine: Engine, asked: Period | undefined, folder: string): Promise<ChosenPeriod> {
  const spans = await costSpans(engine)
  const covered = spanOf(spans)
  if (covered === undefined) {
    if (asked !== undefined)
      return { period: asked, findings: [notCovered(asked, 'there is no cost data')], isIncomplete: true }
    throw new HourwiseError(EXIT.input, 'there is no cost data, so no month to report', {
      where: folder,
      next: 'Add a cost export (README, "Your own data"), or give --period to report without money.',
    })
  }
  if (asked === undefined) return latest(spans, covered)
  const lastAsked = dayBefore(asked.untilDay)
  if (!spans.some((span) => span.firstDay <= lastAsked && span.lastDay >= asked.fromDay)) {
    throw new HourwiseError(EXIT.usage, 'the period has no cost data', {
      where: folder,
      details: [
        `asked for       ${asked.fromDay} to ${lastAsked}`,
        `the data covers ${covered.firstDay} to ${covered.lastDay}`,
      ],
      next: 'Give a period within the data, or add the export of that month.',
    })
  }
  return { period: asked, findings: gapFindings(asked, covered), isIncomplete: covered.lastDay < lastAsked }
}

/** Cost data may begin later than the period because there was nothing to bill: a finding, and no more. */
function gapFindings(period: Period, covered: Span): Finding[] {
  const isCovered = covered.firstDay <= period.fromDay && covered.lastDay >= dayBefore(period.untilDay)
  return isCovered ? [] : [notCovered(period, `the cost data covers ${covered.firstDay} to ${covered.lastDay}`)]
}

function latest(spans: readonly Span[], covered: Span): ChosenPeriod {
  for (let month = covered.lastDay.slice(0, 7); month >= covered.firstDay.slice(0, 7); month = monthBefore(month)) {
    const period = monthPeriod(month)
    const end = dayBefore(period.untilDay)
    if (spans.some((span) => span.firstDay <= end && span.lastDay >= end))
      return { period, findings: gapFindings(period, covered), isIncomplete: false }
  }
  const monthStart = `${covered.lastDay.slice(0, 7)}-01`
  const inMonth = spans
    .filter((span) => span.lastDay >= monthStart)
    .map((span) => (span.firstDay < monthStart ? monthStart : span.firstDay))
  const period = { fromDay: inMonth.sort()[0] ?? monthStart, untilDay: dayAfter(covered.lastDay) }
  return {
    period,
    findings: [
      {
        check: 'the_cost_data_covers_a_whole_month',
        severity: 'warning',
        subject: periodText(period),
        message: 'The cost data covers no calendar month to its end, so the days of its newest month are reported.',
        evidence: `the cost data covers ${covered.firstDay} to ${covered.lastDay}`,
      },
    ],
    isIncomplete: false,
  }
}

function notCovered(period: Period, evidence: string): Finding {
  return {
    check: 'the_cost_data_covers_the_period',
    severity: 'warning',
    subject: periodText(period),
    message:
      'The cost data does not cover the whole period: cost and billed hours of the other days are missing, not zero.',
    evidence,
  }
}

async function costSpans(engine: Engine): Promise<Span[]> {
  const rows = await engine.rows(
    `select distinct cast(t.first_day as varchar) as first_day, cast(t.last_day as varchar) as last_day
     from normalise.cost_total t join normalise.source_file f on f.file_id = t.file_id
     where t.first_day is not null and f.superseded_by is null
     order by first_day, last_day`,
  )
  return rows.map((row) => ({ firstDay: String(row.first_day), lastDay: String(row.last_day) }))
}

function spanOf(spans: readonly Span[]): Span | undefined {
  const [first] = spans
  if (first === undefined) return undefined
  return {
    firstDay: first.firstDay,
    lastDay:
      spans
        .map((span) => span.lastDay)
        .sort()
        .at(-1) ?? first.lastDay,
  }
}

function monthBefore(month: string): string {
  return dayBefore(`${month}-01`).slice(0, 7)
}

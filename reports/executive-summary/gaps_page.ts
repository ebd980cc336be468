import { phrases, translatedMessage } from '../../src/language.ts'
import type { Block, Chart, Inline, Page } from '../../src/report/document.ts'
import { chartSpec, wordedSpec } from '../chart_spec.ts'
import type { ReportContext } from '../context.ts'
import { isHealthKnown, only } from '../figures.ts'
import { chartTable, figures, table, words } from '../table.ts'
import { count, counted, hours, message, plural, say, sentence, text } from '../value.ts'
import type { ExecutiveSummaryRows } from './queries.ts'

type GapRow = ExecutiveSummaryRows['gapByOwner'][number]

const HEAT_MAP = chartSpec('reports/executive-summary/gap.vl.json')
const AGES = chartSpec('reports/executive-summary/age.vl.json')

const KIND_WORDS: Readonly<Record<string, string>> = phrases({
  installation: 'Sensor missing',
  heartbeat: 'Sensor silent',
  idle: 'Stopped, paid',
  not_applicable: 'No sensor fits',
  not_known: 'Not known',
})

const AGE_WORDS: Readonly<Record<string, string>> = phrases({
  '0-7': 'up to 7 days',
  '8-30': '8 to 30 days',
  '31-90': '31 to 90 days',
  'over 90': 'over 90 days',
})

/** Page 2: who has which kind of gap, how old the gaps are, what was closed, and on what the numbers rest. */
export function gapsPage(rows: ExecutiveSummaryRows, context: ReportContext): Page {
  return {
    id: 'gaps',
    label: sentence`Gaps`,
    title: gapTitle(rows),
    blocks: [
      rows.gapByOwner.length === 0
        ? { type: 'paragraph', text: say`No machine of the period has a gap or an open question.` }
        : { type: 'chart', chart: heatMap(rows.gapByOwner) },
      ...ageBlocks(rows),
      { type: 'heading', text: sentence`What the numbers rest on` },
      { type: 'list', items: assumptions() },
      { type: 'paragraph', text: gradeText(rows, context) },
    ],
  }
}

function assumptions(): Inline[] {
  return [
    say`A listing of the sensors speaks for the four hours before it; further away the nearest listing is assumed to hold.`,
    say`Not known is never counted as unprotected, and never as protected: it is shown as not known.`,
    say`Hours and charges are in UTC; amounts in different currencies are never added.`,
  ]
}

function gapTitle(rows: ExecutiveSummaryRows): string {
  const gaps = only(rows.gapClosed, 'gapClosed')
  if (!isHealthKnown(only(rows.coverage, 'coverage'))) return sentence`Which sensors are unhealthy cannot be told yet`
  const old = rows.gapAge.filter((row) => row.age === '31-90' || row.age === 'over 90')
  const oldMachines = old.reduce((sum, row) => sum + row.machines, 0)
  if (gaps.open_at_end === 0) return sentence`No sensor is known to be unhealthy at the end of the period`
  return sentence`${counted(gaps.open_at_end, 'sensor')} ${plural(gaps.open_at_end, 'was')} unhealthy at the end of the period${oldMachines === 0 ? [] : say`, ${counted(oldMachines, 'machine')} for more than 30 days`}`
}

function labelOf(row: GapRow, rows: readonly GapRow[]): string {
  if (row.label !== null) return row.label
  if (row.position === 11) return row.has_owners ? sentence`no owner tag` : sentence`no subscription`
  const most = Math.max(...rows.filter((other) => other.position === row.position).map((other) => other.owners))
  return sentence`at least ${most} ${plural(most, 'other')}`
}

function heatMap(rows: readonly GapRow[]): Chart {
  const byOwner = rows.some((row) => row.has_owners)
  const owners = new Set(rows.map((row) => row.position)).size
  return {
    id: 'gap-kinds',
    title: byOwner
      ? sentence`Owner and kind of gap: machines, and hours on in that state`
      : sentence`Subscription and kind of gap: machines, and hours on in that state`,
    alt: sentence`Heat map of ${counted(owners, byOwner ? 'owner' : 'subscription')} by kind of gap, with the number of machines and hours in each cell.`,
    spec: wordedSpec(HEAT_MAP),
    data: {
      cells: rows.map((row) => ({
        order: row.position,
        label: labelOf(row, rows),
        kind: KIND_WORDS[row.kind] ?? row.kind,
        machines: row.machines,
        machine_words: sentence`${counted(row.machines, 'machine')}`,
        hour_words: sentence`${hours(row.hours)}`,
        tip: sentence`${labelOf(row, rows)}, ${KIND_WORDS[row.kind] ?? row.kind}: ${counted(row.machines, 'machine')}, ${hours(row.hours)}`,
      })),
    },
    table: chartTable(
      'gap-kinds-table',
      sentence`Gaps and questions`,
      [
        words('owner', byOwner ? 'Owner' : 'Subscription'),
        words('kind', 'Kind', 0.28),
        figures('machines', 'Machines', 0.16),
        figures('hours', 'Hours', 0.18),
      ],
      rows.map((row) => [
        text(labelOf(row, rows)),
        text(KIND_WORDS[row.kind] ?? row.kind),
        count(row.machines),
        hours(row.hours),
      ]),
    ),
    narrow: 'scroll',
    ratio: 720 / (34 * owners + 50),
  }
}

function ageBlocks(rows: ExecutiveSummaryRows): Block[] {
  const closed = only(rows.gapClosed, 'gapClosed')
  if (!isHealthKnown(only(rows.coverage, 'coverage'))) {
    return [
      {
        type: 'unavailable',
        what: sentence`Age of the gaps, and what was closed`,
        why: sentence`No listing of the sensors is in the folder.`,
        remedy: sentence`Add Defender for Endpoint GET /api/machines pages, one listing a day if you can.`,
      },
    ]
  }
  const gaps = (number_: number): Inline => (number_ === 0 ? say`no gap` : [counted(number_, 'gap')])
  const closing: Block = {
    type: 'paragraph',
    text: say`Within the period ${gaps(closed.closed)} ${plural(Math.max(1, closed.closed), 'was')} closed (unhealthy first, healthy last) and ${gaps(closed.opened)} ${plural(Math.max(1, closed.opened), 'was')} opened. “At least”: unhealthy in the first listing already. What was closed since the last run needs the summary.json of an earlier run.`,
  }
  if (rows.gapAge.length === 0) return [closing]
  return [{ type: 'chart', chart: ageChart(rows) }, closing]
}

function ageChart(rows: ExecutiveSummaryRows): Chart {
  const ages = Object.keys(AGE_WORDS).map((age) => {
    const same = rows.gapAge.filter((row) => row.age === age)
    return {
      age,
      machines: same.reduce((sum, row) => sum + row.machines, 0),
      atLeast: same.reduce((sum, row) => sum + row.at_least, 0),
    }
  })
  const note = (age: { machines: number; atLeast: number }): string =>
    sentence`${counted(age.machines, 'machine')}${age.atLeast === 0 ? [] : say` (${age.atLeast === age.machines ? sentence`all` : String(age.atLeast)} at least)`}`
  return {
    id: 'gap-age',
    title: sentence`How long the sensors that are unhealthy at the end have been so`,
    alt: sentence`${ages.flatMap((age) => [`${AGE_WORDS[age.age]}: `, counted(age.machines, 'machine'), '. '])}`,
    spec: AGES,
    data: {
      ages: ages.map((age, order) => ({
        order,
        label: AGE_WORDS[age.age] ?? age.age,
        machines: age.machines,
        words: note(age),
        tip: `${AGE_WORDS[age.age] ?? age.age}: ${note(age)}`,
      })),
    },
    table: table(
      'gap-age-table',
      sentence`Age of the gaps by evidence at the end of the period`,
      [
        words('age', 'Age', 0.2),
        words('evidence', 'Evidence', 0.18),
        figures('machines', 'Machines', 0.14),
        figures('at-least', 'Unhealthy in the first listing already', 0.24),
        figures('longest', 'Longest'),
      ],
      rows.gapAge.map((row) => [
        text(AGE_WORDS[row.age] ?? row.age),
        message(row.evidence),
        count(row.machines),
        count(row.at_least),
        counted(row.longest_days, 'day'),
      ]),
    ),
    ratio: 6.5,
  }
}

function gradeText(rows: ExecutiveSummaryRows, context: ReportContext): Inline {
  const worst = rows.dataGrade.filter((row) => row.grade === context.dataGrade)
  const grade = { strong: sentence`Data grade ${context.dataGrade}` }
  if (worst.length === 0) return [grade, '.']
  const reasons = worst.map((row) => `${translatedMessage(row.criterion)}: ${translatedMessage(row.reason)}`).join('; ')
  return say`${grade}, for ${reasons}.`
}

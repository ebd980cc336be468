import type { Block, Chart } from '../../src/report/document.ts'
import { chartSpec, filledSpec } from '../chart_spec.ts'
import { isHealthKnown, only } from '../figures.ts'
import { chartTable, figures, table, words } from '../table.ts'
import { count, counted, day, listed, say, sentence, text, unknown } from '../value.ts'
import type { TrueUpRows } from './queries.ts'

const SPEC = chartSpec('reports/true-up/requirement.vl.json')

type Day = TrueUpRows['requirementDay'][number]

/** The requirement day by day with its peaks, what is owned, and the days around each renewal. */
export function requirementBlocks(rows: TrueUpRows): Block[] {
  if (rows.requirementDay.every((row) => row.machines === 0)) return []
  return [{ type: 'chart', chart: requirementChart(rows) }, ...markBlocks(rows)]
}

function routeWords(route: string): string {
  return route === 'server' ? sentence`All servers` : sentence`Servers that need a server licence`
}

function requirementChart(rows: TrueUpRows): Chart {
  // Without any judged sensor nobody knows which servers need a licence: no line is drawn, rather than one at zero
  const isKnown = isHealthKnown(only(rows.coverage, 'coverage'))
  const days = rows.requirementDay.filter((row) => isKnown || row.route === 'server')
  const peaks = days.filter((row) => row.is_peak)
  const owned = days[0]?.owned ?? 0
  const tipOf = (row: Day): string => sentence`${day(row.day)}: ${routeWords(row.route)}, ${count(row.machines)}`
  const label = (row: Day): string => sentence`${routeWords(row.route)}: peak ${count(row.machines)}`
  const marks = rows.requirementMark.flatMap((mark) => {
    const nth = days.find((row) => row.day === mark.day)?.nth
    return nth === undefined || mark.route !== 'server_licence' ? [] : [{ ...mark, nth }]
  })
  const data = {
    days: days.map((row) => ({ nth: row.nth, machines: row.machines, route: row.route, tip: tipOf(row) })),
    owned: owned === 0 ? [] : [{ machines: owned, tip: sentence`Server licences owned: ${count(owned)}` }],
    renewals: marks.map((mark) => ({
      nth: mark.nth,
      tip: sentence`${day(mark.day)}: ${counted(mark.days_before, 'day')} before the renewal`,
    })),
    peaks: peaks.map((row) => ({ nth: row.nth, machines: row.machines, tip: tipOf(row) })),
    labels: [
      ...peaks.map((row) => ({ nth: row.nth, machines: row.machines, label: label(row) })),
      ...(owned === 0 ? [] : [{ nth: 1, machines: owned, label: sentence`Server licences owned: ${count(owned)}` }]),
    ],
  }
  const dates = [...new Set(days.map((row) => row.day))]
  const machinesOn = (route: string, date: string): number | undefined =>
    days.find((row) => row.route === route && row.day === date)?.machines
  return {
    id: 'requirement-days',
    title: sentence`Servers that exist at once, day by day, switched off or not`,
    alt: sentence`${peaks.map((row) => sentence`${label(row)}, first on ${day(row.day)}. `).join('')}${sentence`Server licences owned: ${count(owned)}.`}`,
    spec: filledSpec(SPEC, data),
    data,
    table: chartTable(
      'requirement-days-table',
      sentence`Servers that exist at once, the most of each day`,
      [
        words('day', 'Day'),
        figures('servers', 'All servers', 0.25),
        figures('licence', 'Servers that need a server licence', 0.35),
      ],
      dates.map((date) => [
        day(date),
        count(machinesOn('server', date) ?? 0),
        isKnown
          ? count(machinesOn('server_licence', date) ?? 0)
          : unknown(sentence`no sensor is known: add a Defender for Endpoint machine list`),
      ]),
    ),
    ratio: 3.2,
  }
}

/** The anniversary of each term and the days that an order is due between. */
function markBlocks(rows: TrueUpRows): Block[] {
  const [first] = rows.requirementMark
  if (first === undefined) return []
  const isJudged = isHealthKnown(only(rows.coverage, 'coverage'))
  const known = rows.requirementMark.filter(
    (row) => row.machines !== null && (isJudged || row.route !== 'server_licence'),
  )
  const due = [...new Set(rows.requirementMark.filter((row) => row.machines === null).map((row) => row.day))].sort()
  return [
    ...(due.length === 0
      ? []
      : [
          {
            type: 'paragraph',
            text: say`The days that an order counts, ${listed(due.map((date) => [day(date)]))}, lie outside the period: run this plan again with the data of those days.`,
          } satisfies Block,
        ]),
    ...(known.length === 0 ? [] : [markTable(known)]),
  ]
}

function markTable(known: TrueUpRows['requirementMark']): Block {
  return {
    type: 'table',
    table: table(
      'requirement-renewals',
      sentence`Requirement around each renewal`,
      [
        words('renewal', 'Renewal', 0.14),
        words('what', 'What is counted'),
        figures('days', 'Days before', 0.12),
        words('day', 'Day', 0.14),
        figures('machines', 'Machines', 0.16),
      ],
      known.map((row) => [
        day(row.renews_on),
        text(
          row.route === 'server_licence'
            ? sentence`Servers that need a server licence: the most at once`
            : sentence`Client systems: the number on the day of the order`,
        ),
        count(row.days_before),
        day(row.day),
        row.machines === null ? unknown(row.reason ?? sentence`not known`) : count(row.machines),
      ]),
    ),
  }
}

import type { RowOf } from '../src/engine/query.ts'
import type { Chart } from '../src/report/document.ts'
import { chartSpec, filledSpec } from './chart_spec.ts'
import type { breakEvenQuery, histogramQuery } from './shared_queries.ts'
import { chartTable, figures, words } from './table.ts'
import { count, counted, sentence, text } from './value.ts'
import { planWords } from './words.ts'

type HistogramRow = RowOf<typeof histogramQuery>
type BreakEvenRow = RowOf<typeof breakEvenQuery>

const FLEET = chartSpec('reports/monthly-review/fleet.vl.json')

/** The fleet by hours on, with the hours at which a server licence would cost as much as the hourly plan. */
export function fleetChart(histogram: readonly HistogramRow[], breakEven: readonly BreakEvenRow[]): Chart {
  const longest = histogram.at(-1)?.until_hour ?? 0
  const most = Math.max(1, ...histogram.map((row) => row.machines))
  const all = histogram.reduce((sum, row) => sum + row.machines, 0)
  const always = histogram.at(-1)?.machines ?? 0
  const lines = breakEven.filter((row) => row.break_even_hours !== null && Number(row.break_even_hours) <= longest)
  const data = {
    steps: histogram.map((row) => ({
      from_hour: row.from_hour,
      until_hour: row.until_hour,
      middle: row.from_hour + 12,
      machines: row.machines,
      tip: sentence`${row.from_hour} to ${row.until_hour} h: ${counted(row.machines, 'machine')}`,
    })),
    break_even: lines.map((row, index) => ({
      hours: Number(row.break_even_hours),
      height: most * (1 - 0.12 * (index % 5)),
      label: `${shortOffer(row.name)} = ${planWords(row.plan)} (${row.billing_currency})`,
    })),
  }
  return {
    id: 'fleet',
    title: sentence`Machines by hours on in the period (running or stopped but allocated), in steps of 24 h`,
    alt: sentence`Histogram of ${counted(all, 'machine')}; ${counted(always, 'machine')} in the last step.`,
    spec: filledSpec(FLEET, data),
    data,
    table: chartTable(
      'fleet-steps',
      sentence`Machines by hours on`,
      [words('hours', 'Hours on'), figures('machines', 'Machines', 0.25, true)],
      histogram
        .filter((row) => row.machines > 0)
        .map((row) => [text(sentence`${row.from_hour} to ${row.until_hour} h`), count(row.machines)]),
    ),
    ratio: 2.6,
  }
}

/** A product's name without the maker's, short enough for a label in a chart. */
export function shortOffer(name: string): string {
  return name
    .replace(/^Microsoft /, '')
    .replace('Defender for Endpoint', 'MDE')
    .replace('Defender for Business', 'MDB')
}

import type { Block } from '../../src/report/document.ts'
import { dateWords } from '../../src/report/format.ts'
import { chartSpec } from '../chart_spec.ts'
import { monthWords, type ReportContext } from '../context.ts'
import { figures, table, words } from '../table.ts'
import { drawn, listed, percent, say, sentence, text } from '../value.ts'
import type { ExecutiveSummaryRows } from './queries.ts'

const TREND = chartSpec('reports/executive-summary/trend.vl.json')

/** Time coverage by month, as far back as thirteen months, with the target. */
export function trendBlock(rows: ExecutiveSummaryRows, context: ReportContext): Block {
  const target = context.targets?.timeCoverage
  const months = rows.coverageByMonth.filter((row) => row.time_coverage !== null).slice(-13)
  if (months.length < 2) {
    return {
      type: 'unavailable',
      what: sentence`The trend over 13 months`,
      why:
        months.length === 0
          ? sentence`Time coverage is not known for any whole month.`
          : sentence`Time coverage is known for one month only.`,
      remedy: sentence`Add the cost exports, activity logs and Defender for Endpoint listings of earlier months to the same folder.`,
    }
  }
  return {
    type: 'chart',
    chart: {
      id: 'coverage-trend',
      title:
        target === undefined ? sentence`Time coverage by month; no target is set` : sentence`Time coverage by month`,
      alt: sentence`${listed(months.map((row) => [`${monthWords(row.month)} `, percent(row.time_coverage)]))}.${target === undefined ? [] : say` Target: at least ${percent(target)}.`}`,
      spec: TREND,
      data: {
        months: months.map((row, order) => ({
          order,
          label: monthLabel(row.month, order),
          coverage: drawn(row.time_coverage),
          // Where there are many, the first and the last are told; the tip and the table have each.
          words:
            months.length <= 6 || order === 0 || order === months.length - 1
              ? sentence`${percent(row.time_coverage)}`
              : '',
          tip: sentence`${monthWords(row.month)}: ${percent(row.time_coverage)}`,
        })),
        target:
          target === undefined
            ? []
            : [
                {
                  coverage: drawn(target),
                  words: sentence`target`,
                  tip: sentence`Target: at least ${percent(target)}`,
                },
              ],
      },
      table: table(
        'coverage-trend-table',
        sentence`Coverage by month`,
        [words('month', 'Month'), figures('time', 'Time coverage'), figures('machines', 'Machine coverage')],
        months.map((row) => [
          text(monthWords(row.month)),
          percent(row.time_coverage),
          percent(row.machine_coverage, sentence`not known`),
        ]),
      ),
      ratio: 1.9,
    },
  }
}

/** `Sep 2026` for the first month and each January, `Oct` for the others; a year later the same name returns with its year. */
function monthLabel(month: string, order: number): string {
  const isTold = order === 0 || order === 12 || month.slice(5, 7) === '01'
  return dateWords(month, isTold ? { month: 'short', year: 'numeric' } : { month: 'short' })
}

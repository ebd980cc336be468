import { phrases } from '../../src/language.ts'
import type { Block, Chart, Inline, Page, Tile } from '../../src/report/document.ts'
import { dateWords } from '../../src/report/format.ts'
import { shortened } from '../../src/report/text.ts'
import { chartSpec } from '../chart_spec.ts'
import { dayBefore, isCalendarMonth, monthWords, periodWords, type ReportContext } from '../context.ts'
import { isHealthKnown, only } from '../figures.ts'
import { changeWords } from '../headline.ts'
import { figures, table, words } from '../table.ts'
import { coverageTarget } from '../target.ts'
import {
  count,
  counted,
  drawn,
  hours,
  isPositive,
  isZero,
  listed,
  money,
  number,
  percent,
  say,
  sentence,
  text,
  unknown,
  unsigned,
} from '../value.ts'
import type { ExecutiveSummaryRows } from './queries.ts'

const FUNNEL = chartSpec('reports/executive-summary/funnel.vl.json')
const TREND = chartSpec('reports/executive-summary/trend.vl.json')

const unknownHealth = (): string => sentence`no sensor health is known: add a Defender for Endpoint machine list`

/** Page 1: one number, its denominators, its trend, the money at risk, the largest gaps, one ask. */
export function coveragePage(rows: ExecutiveSummaryRows, context: ReportContext): Page {
  const isKnown = isHealthKnown(only(rows.coverage, 'coverage'))
  return {
    id: 'coverage',
    label: sentence`Coverage`,
    title: coverageTitle(rows),
    blocks: [
      {
        type: 'pair',
        left: [{ type: 'tiles', tiles: [coverageTile(rows, context)] }, riskBlock(rows)],
        right: isKnown ? [trendBlock(rows, context)] : [trendBlock(rows, context), askBlock(rows)],
      },
      { type: 'pair', left: [denominatorBlock(rows)], right: [gapBlock(rows)] },
      { type: 'chart', chart: funnelChart(rows) },
      ...(isKnown ? [askBlock(rows)] : []),
    ],
  }
}

function coverageTitle(rows: ExecutiveSummaryRows): string {
  const coverage = only(rows.coverage, 'coverage')
  if (coverage.time_coverage === null)
    return isPositive(coverage.running_hours)
      ? sentence`How much was protected cannot be told yet`
      : sentence`No running time is known, so coverage cannot be told`
  return sentence`${percent(coverage.time_coverage)} of the running time had a healthy sensor`
}

function coverageTile(rows: ExecutiveSummaryRows, context: ReportContext): Tile {
  const coverage = only(rows.coverage, 'coverage')
  const now = rows.coverageByMonth.find((month) => month.month === context.period.fromDay)
  return {
    label: sentence`Time coverage`,
    value: percent(coverage.time_coverage, coverage.time_coverage_reason ?? sentence`not known`),
    note: say`${changeNote(now?.time_coverage_change, context)}${
      coverage.time_coverage === null || isZero(coverage.unknown_hours)
        ? []
        : say`; ${hours(coverage.unknown_hours)} not known`
    }`,
    ...(context.targets?.timeCoverage === undefined ? {} : coverageTarget(coverage.time_coverage, context)),
    formula: sentence`Running hours with a healthy sensor ÷ running hours of machines to which a sensor applies. Hours of which nothing is known count as not covered.`,
  }
}

/** Money paid for time that bought no protection, per currency. */
function riskBlock(rows: ExecutiveSummaryRows): Block {
  const isKnown = isHealthKnown(only(rows.coverage, 'coverage'))
  if (rows.money.length === 0) {
    return {
      type: 'unavailable',
      what: sentence`Money at risk`,
      why: sentence`No charge of the period is known.`,
      remedy: sentence`Add the cost export of the period.`,
    }
  }
  return {
    type: 'table',
    table: table(
      'money-at-risk',
      sentence`Money at risk: paid without protection`,
      [figures('risk', 'At risk'), figures('share', 'Share', 0.24), figures('all', 'Of the bill', 0.38)],
      rows.money
        .slice(0, rows.money.length > 3 ? 2 : 3)
        .map((row) => [
          isKnown ? money(row.without_protection, row.billing_currency) : unknown(unknownHealth()),
          isKnown ? percent(row.without_protection_percent, sentence`nothing was billed`) : unknown(unknownHealth()),
          money(row.total_cost, row.billing_currency),
        ]),
      { all: rows.money.length, file: 'summary.json' },
    ),
  }
}

function changeNote(change: string | null | undefined, context: ReportContext): Inline {
  if (!isCalendarMonth(context.period)) return say`no comparison: the period is no calendar month`
  const before = monthWords(`${dayBefore(context.period.fromDay).slice(0, 7)}-01`)
  if (change === null || change === undefined) return say`no comparison: ${before} is not in the exports`
  return changeWords([number(unsigned(change), 'points', 1)], isPositive(change), isZero(change), before)
}

const FUNNEL_WORDS: Readonly<Record<string, string>> = phrases({
  eligible: 'A sensor applies',
  on: 'of them on',
  billed: 'of them billed',
  matched: 'of them with a device record',
  healthy: 'of them healthy',
})

function funnelChart(rows: ExecutiveSummaryRows): Chart {
  const isKnown = isHealthKnown(only(rows.coverage, 'coverage'))
  const steps = rows.funnel.filter((row) => isKnown || row.step !== 'healthy')
  return {
    id: 'funnel',
    title: sentence`Machines of the period, each bar a part of the one above`,
    alt: sentence`${listed(steps.map((row) => [`${FUNNEL_WORDS[row.step] ?? row.step}: `, counted(row.machines, 'machine')]))}.`,
    spec: FUNNEL,
    data: {
      steps: steps.map((row) => ({
        order: row.position,
        label: FUNNEL_WORDS[row.step] ?? row.step,
        kind: row.step === 'healthy' ? 'healthy' : 'step',
        machines: row.machines,
        words: sentence`${counted(row.machines, 'machine')}`,
        tip: sentence`${FUNNEL_WORDS[row.step] ?? row.step}: ${counted(row.machines, 'machine')}`,
      })),
    },
    table: table(
      'funnel-table',
      sentence`Machines of the period, each row a part of the one above`,
      [words('step', 'Step'), figures('machines', 'Machines', 0.25, true)],
      rows.funnel.map((row) => [
        text(FUNNEL_WORDS[row.step] ?? row.step),
        row.step === 'healthy' && !isKnown ? unknown(unknownHealth()) : count(row.machines),
      ]),
    ),
    ratio: 9,
  }
}

const DENOMINATOR_WORDS: Readonly<Record<string, string>> = phrases({
  inventory: 'in inventory',
  billed: 'billed',
  endpoint: 'device record',
  in_scope: 'licence scope',
})

function denominatorBlock(rows: ExecutiveSummaryRows): Block {
  return {
    type: 'table',
    table: table(
      'denominators',
      sentence`Healthy machines at the end, against four denominators`,
      [
        words('denominator', 'Machines'),
        figures('machines', 'All', 0.15),
        figures('healthy', 'Healthy', 0.18),
        figures('gap', 'Gap', 0.15),
        figures('coverage', 'Share', 0.2),
      ],
      rows.denominator.map((row) => {
        const isKnown = row.healthy_percent !== null
        const why = row.machines === 0 ? sentence`there is no such machine` : unknownHealth()
        return [
          text(DENOMINATOR_WORDS[row.denominator] ?? row.denominator),
          count(row.machines),
          isKnown ? count(row.healthy) : text(null),
          isKnown ? count(row.gap) : text(null),
          percent(row.healthy_percent, why),
        ]
      }),
    ),
  }
}

function trendBlock(rows: ExecutiveSummaryRows, context: ReportContext): Block {
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

/** Two amounts, or the first of more: else the page would not keep to one sheet. */
function amountWords(amounts: readonly string[]): string {
  const [first = '', ...others] = amounts
  return others.length <= 1 ? amounts.join(', ') : sentence`${first} (and ${count(others.length)} more)`
}

function gapBlock(rows: ExecutiveSummaryRows): Block {
  if (!isHealthKnown(only(rows.coverage, 'coverage'))) {
    return {
      type: 'unavailable',
      what: sentence`The three largest gaps`,
      why: sentence`No sensor health is known, and not known is not the same as unprotected.`,
      remedy: sentence`Add Defender for Endpoint GET /api/machines pages, one listing a day if you can.`,
    }
  }
  const positions = [...new Set(rows.gapTop.map((row) => row.position))]
  if (positions.length === 0)
    return { type: 'paragraph', text: say`No machine was seen running with an unhealthy sensor.` }
  const byOwner = rows.gapTop.some((row) => row.has_owners)
  return {
    type: 'table',
    table: table(
      'largest-gaps',
      byOwner ? sentence`The largest gaps by owner` : sentence`The largest gaps by subscription`,
      [
        words('owner', byOwner ? 'Owner' : 'Subscription'),
        figures('machines', 'Machines', 0.2),
        figures('hours', 'Unhealthy', 0.2),
        figures('money', 'Paid for it', 0.3),
      ],
      positions.map((position) => {
        const same = rows.gapTop.filter((row) => row.position === position)
        const [first] = same
        const rank = rows.money.map((row) => row.billing_currency)
        const paid = same
          .filter((row) => row.billing_currency !== null)
          .sort((a, b) => rank.indexOf(a.billing_currency ?? '') - rank.indexOf(b.billing_currency ?? ''))
        return [
          // Half a page wide: a long name would push the page onto a second sheet. The next page has it whole.
          text(shortened(first?.owner ?? sentence`no owner tag`, 22)),
          count(first?.machines ?? 0),
          hours(first?.hours ?? '0'),
          text(
            paid.length === 0
              ? sentence`nothing`
              : amountWords(paid.map((row) => sentence`${money(row.cost, row.billing_currency)}`)),
          ),
        ]
      }),
    ),
  }
}

function askBlock(rows: ExecutiveSummaryRows): Block {
  const coverage = only(rows.coverage, 'coverage')
  const top = rows.gapTop[0]
  if (!isHealthKnown(coverage)) {
    return {
      type: 'callout',
      tone: 'ask',
      title: sentence`One ask: let us see the sensors`,
      text: say`Let someone with read access export the Defender for Endpoint machine list every day. Without it nobody can say what the money buys.`,
    }
  }
  if (top === undefined)
    return {
      type: 'callout',
      tone: 'ask',
      title: sentence`Nothing to ask for`,
      text: say`No sensor was unhealthy while its machine ran.`,
    }
  return {
    type: 'callout',
    tone: 'ask',
    title: sentence`One ask: close the gap of ${top.owner ?? sentence`the machines without an owner`}`,
    text: say`${counted(top.machines, 'machine')} ran ${hours(top.hours)} without a healthy sensor, ${shareWords(rows, coverage.unhealthy_hours)}`,
  }
}

/** The share of the largest gap in words: all, or how much there is in all. */
function shareWords(rows: ExecutiveSummaryRows, all: string): string {
  const owners = new Set(rows.gapTop.map((row) => row.position)).size
  return owners === 1 ? sentence`the only gap there is.` : sentence`out of ${hours(all)} in all.`
}

/** For the subtitle. */
export function summarySubtitle(context: ReportContext): string {
  const about = sentence`Coverage of ${periodWords(context.period)} on two pages`
  return context.brandName === undefined ? about : `${context.brandName} · ${about}`
}

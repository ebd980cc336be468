import { phrases } from '../../src/language.ts'
import type { Block, Chart, Inline, Page, Tile } from '../../src/report/document.ts'
import { chartSpec } from '../chart_spec.ts'
import { dayBefore, isCalendarMonth, monthWords, periodWords, type ReportContext } from '../context.ts'
import { isHealthKnown, only } from '../figures.ts'
import { changeWords } from '../headline.ts'
import { figures, table, words } from '../table.ts'
import { coverageTarget } from '../target.ts'
import {
  count,
  counted,
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
import { trendBlock } from './coverage_trend.ts'
import { askBlock, gapBlock } from './largest_gap.ts'
import type { ExecutiveSummaryRows } from './queries.ts'

const FUNNEL = chartSpec('reports/executive-summary/funnel.vl.json')

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

/** For the subtitle. */
export function summarySubtitle(context: ReportContext): string {
  const about = sentence`Coverage of ${periodWords(context.period)} on two pages`
  return context.brandName === undefined ? about : `${context.brandName} · ${about}`
}

import type { Block, Chart, Inline, Page } from '../../src/report/document.ts'
import { dateWords, formatDecimal } from '../../src/report/format.ts'
import { chartSpec } from '../chart_spec.ts'
import { isCalendarMonth, type ReportContext } from '../context.ts'
import { detailed, only } from '../figures.ts'
import { fleetChart } from '../fleet.ts'
import { chartTable, figures, table, words } from '../table.ts'
import {
  counted,
  drawn,
  hours,
  isNegative,
  isPositive,
  isZero,
  money,
  number,
  percent,
  say,
  sentence,
  text,
  unsigned,
} from '../value.ts'
import { machineBlocks } from './machines.ts'
import type { MonthlyReviewRows } from './queries.ts'

const HEAT_MAP = chartSpec('reports/monthly-review/uptime.vl.json')
const MODEL = chartSpec('reports/monthly-review/model.vl.json')

/** Page 4: when the machines were on, how long each was on, and the flat month beside what was billed. */
export function uptimePage(rows: MonthlyReviewRows, context: ReportContext): Page {
  const coverage = only(rows.coverage, 'coverage')
  const uptime = only(rows.uptime, 'uptime')
  const hasHours = isPositive(coverage.expected_hours)
  return {
    id: 'uptime',
    label: sentence`Uptime`,
    title: uptimeTitle(rows),
    blocks: hasHours
      ? [
          { type: 'chart', chart: modelChart(rows) },
          flatBlock(rows),
          ...fleetBlocks(rows, context),
          ...heatBlocks(rows),
          ...machineBlocks(rows, context),
        ]
      : [
          {
            type: 'unavailable',
            what: sentence`Hours on`,
            why: sentence`Of ${counted(uptime.machines, 'machine')} no source says when it was on: there is no activity log, no power state in an inventory and no compute line in the bill.`,
            remedy: sentence`Export the activity log of each subscription (az monitor activity-log list), or a cost export with all services.`,
          },
        ],
  }
}

function uptimeTitle(rows: MonthlyReviewRows): string {
  const coverage = only(rows.coverage, 'coverage')
  const uptime = only(rows.uptime, 'uptime')
  if (!isPositive(coverage.expected_hours)) return sentence`No source says when the machines were on`
  if (uptime.billed_machines === 0)
    return sentence`Machines were on for ${hours(coverage.running_hours)}; nothing was billed for them`
  return sentence`${hours(coverage.billed_hours)} were billed; machines were on for ${hours(coverage.running_hours)}${isZero(coverage.stopped_hours) ? '' : sentence` and stopped but allocated for `}${isZero(coverage.stopped_hours) ? [] : [hours(coverage.stopped_hours)]}`
}

function modelChart(rows: MonthlyReviewRows): Chart {
  const coverage = only(rows.coverage, 'coverage')
  const uptime = only(rows.uptime, 'uptime')
  const bars = [
    {
      label: sentence`Flat month model`,
      kind: 'model',
      value: uptime.flat_hours,
      meaning: sentence`machines billed × 730 h`,
    },
    { label: sentence`Billed`, kind: 'fact', value: coverage.billed_hours, meaning: sentence`hours of all charges` },
    { label: sentence`On`, kind: 'fact', value: coverage.running_hours, meaning: sentence`running, all machines` },
    {
      label: sentence`Stopped, allocated`,
      kind: 'fact',
      value: coverage.stopped_hours,
      meaning: sentence`off inside, still billable`,
    },
  ]
  return {
    id: 'hours-model',
    title: sentence`Hours: the flat month, the bill, and the machines`,
    alt: sentence`Bars: flat month ${hours(uptime.flat_hours)}, billed ${hours(coverage.billed_hours)}, on ${hours(coverage.running_hours)}, stopped but allocated ${hours(coverage.stopped_hours)}.`,
    spec: MODEL,
    data: {
      hours: bars.map((bar, order) => ({
        order,
        label: bar.label,
        kind: bar.kind,
        hours: drawn(bar.value),
        words: sentence`${hours(bar.value)}`,
        tip: sentence`${bar.label}: ${hours(bar.value)}, ${bar.meaning}`,
      })),
    },
    table: table(
      'hours-model-table',
      sentence`Hours: the flat month, the bill, and the machines`,
      [words('what', 'What', 0.25), words('meaning', 'Meaning'), figures('hours', 'Hours', 0.2)],
      bars.map((bar) => [text(bar.label), text(bar.meaning), hours(bar.value)]),
    ),
    ratio: 4,
  }
}

function flatBlock(rows: MonthlyReviewRows): Block {
  if (rows.money.length === 0)
    return { type: 'paragraph', text: say`Nothing was billed, so there is no flat-month cost to compare with.` }
  return {
    type: 'list',
    items: detailed(rows.money).map(
      (row): Inline =>
        say`A flat month in ${row.billing_currency} (each billed machine × 730 h × the price of its plan on this bill) would cost ${money(row.flat_month_cost, row.billing_currency, row.flat_month_reason ?? sentence`not known`)}; billed by the hour: ${money(row.total_cost, row.billing_currency)}${
          row.hourly_saving === null
            ? ['.']
            : say`, ${money(unsigned(row.hourly_saving), row.billing_currency)}${isNegative(row.hourly_saving) ? sentence` more.` : sentence` less.`}`
        }`,
    ),
  }
}

function fleetBlocks(rows: MonthlyReviewRows, context: ReportContext): Block[] {
  const uptime = only(rows.uptime, 'uptime')
  return [
    { type: 'chart', chart: fleetChart(rows.histogram, isCalendarMonth(context.period) ? rows.breakEven : []) },
    ...(uptime.unknown_machines === 0
      ? []
      : [
          {
            type: 'paragraph',
            tone: 'muted',
            text: say`Not drawn as hours on: ${hours(uptime.unknown_hours)} of ${counted(uptime.unknown_machines, 'machine')} whose power state no source knows.`,
          } satisfies Block,
        ]),
  ]
}

function heatBlocks(rows: MonthlyReviewRows): Block[] {
  const uptime = only(rows.uptime, 'uptime')
  if (rows.uptimeHour.every((row) => isZero(row.machine_hours))) {
    return [
      {
        type: 'unavailable',
        what: sentence`Hours on by hour of the day`,
        why: sentence`The machines’ days are known by their billed compute hours alone, which say how long, not when.`,
        remedy: sentence`Export the activity log of each subscription, or inventories with the power state.`,
      },
    ]
  }
  const blocks: Block[] = [{ type: 'chart', chart: heatMap(rows) }]
  if (uptime.unplaced_machines > 0) {
    blocks.push({
      type: 'paragraph',
      tone: 'muted',
      text: say`Left out of the picture: ${hours(uptime.unplaced_hours)} of ${counted(uptime.unplaced_machines, 'machine')} on days known by compute hours alone, which say how long a machine was on, not when.`,
    })
  }
  return blocks
}

function heatMap(rows: MonthlyReviewRows): Chart {
  const days = [...new Set(rows.uptimeHour.map((row) => row.day))]
  const order = new Map(days.map((name, index) => [name, index]))
  return {
    id: 'uptime-heat-map',
    title: sentence`Machine-hours on, by day and hour (UTC)`,
    alt: sentence`Heat map of ${counted(days.length, 'day')} by 24 hours; each cell holds the machine-hours on.`,
    spec: HEAT_MAP,
    data: {
      hours: rows.uptimeHour.map((row) => ({
        order: order.get(row.day) ?? 0,
        day: dayLabel(row.day),
        hour: row.hour,
        machine_hours: drawn(row.machine_hours),
        words: shortNumber(row.machine_hours),
        tip: sentence`${dayLabel(row.day)} ${String(row.hour).padStart(2, '0')}:00 UTC: ${number(row.machine_hours, 'machine-hours', 1)}`,
      })),
    },
    table: chartTable(
      'uptime-by-hour',
      sentence`Machine-hours on by day and hour (UTC)`,
      [words('day', 'Day'), ...HOURS_OF_DAY.map((hour) => figures(`h${hour}`, `${hour}`))],
      days.map((name) => [
        text(name),
        ...HOURS_OF_DAY.map((hour) =>
          number(rows.uptimeHour.find((row) => row.day === name && row.hour === hour)?.machine_hours ?? '0', '', 1),
        ),
      ]),
    ),
    narrow: 'scroll',
    ratio: Math.max(1.2, Math.min(6, 34 / (days.length + 3))),
  }
}

const HOURS_OF_DAY = Array.from({ length: 24 }, (_, hour) => hour)

function dayLabel(name: string): string {
  return `${dateWords(name, { weekday: 'short' })} ${name.slice(8)}.${name.slice(5, 7)}.`
}

/** Whole numbers up to 9,999, thousands as `12k`: what fits a cell. */
function shortNumber(value: string): string {
  const whole = formatDecimal(value, 0)
  return whole.length > 5 ? sentence`${whole.slice(0, whole.lastIndexOf(','))}k` : whole.replace(',', '')
}

/** How the hours on are known: observed, inferred, assumed. */
export function evidenceText(rows: MonthlyReviewRows): Inline {
  const coverage = only(rows.coverage, 'coverage')
  return say`Evidence of the hours on: ${hours(coverage.observed_hours)} observed, ${hours(coverage.inferred_hours)} inferred, ${hours(coverage.assumed_hours)} assumed, ${hours(coverage.unproved_hours)} without. ${coverage.time_coverage === null ? [] : say`Time coverage ${percent(coverage.time_coverage)}. `}`
}

import type { Block, Inline, Page, RowDetail, Table } from '../../src/report/document.ts'
import { isCalendarMonth, type ReportContext } from '../context.ts'
import { detailed, moreCurrencies } from '../figures.ts'
import { figures, table, words } from '../table.ts'
import {
  count,
  counted,
  day,
  hours,
  isZero,
  listed,
  money,
  percent,
  plural,
  sentence,
  text,
  unknown,
} from '../value.ts'
import { BUCKET_QUESTION, BUCKET_WORDS } from '../words.ts'
import { ACTION_WORDS, type Action } from './action_words.ts'
import type { MonthlyReviewRows } from './queries.ts'

type ActionRow = MonthlyReviewRows['action'][number]
type MachineRow = MonthlyReviewRows['actionMachine'][number]

/** Page 5: what to do, ranked by money, from buckets that exclude each other. */
export function actionsPage(rows: MonthlyReviewRows, context: ReportContext): Page {
  const currencies = detailed(rows.money).map((row) => row.billing_currency)
  const kinds = [...new Set(rows.action.map((row) => row.action))] as Action[]
  return {
    id: 'actions',
    label: 'Actions',
    title: actionTitle(rows),
    blocks: [
      ...(rows.action.length === 0
        ? [
            {
              type: 'paragraph',
              text: ['Every unit of money paid bought protected time: there is nothing to rank.'],
            } satisfies Block,
          ]
        : []),
      ...currencies.flatMap((code): Block[] => actionBlocks(code, rows, context)),
      ...(kinds.length === 0
        ? []
        : [
            { type: 'heading', text: 'First step, effort and risk' } satisfies Block,
            {
              type: 'definitions',
              items: kinds.map((kind) => ({
                term: ACTION_WORDS[kind].name,
                text: [
                  `${ACTION_WORDS[kind].first} Effort: ${ACTION_WORDS[kind].effort}. Risk: ${ACTION_WORDS[kind].risk}.`,
                ],
              })),
            } satisfies Block,
          ]),
      ...unbilledBlocks(rows),
      { type: 'paragraph', tone: 'muted', text: countingRule(context) },
    ],
  }
}

function actionTitle(rows: MonthlyReviewRows): string {
  const currencies = detailed(rows.money).map((row) => row.billing_currency)
  const totals = currencies.flatMap((code) => {
    const first = rows.action.find((row) => row.billing_currency === code)
    return first === undefined ? [] : [[money(first.total_cost, code)] as Inline]
  })
  const kinds = new Set(rows.action.map((row) => row.action)).size
  if (totals.length === 0) return 'No money calls for an action'
  return sentence(
    counted(kinds, 'kind'),
    ' of action ',
    plural(kinds, 'is'),
    ' worth looking at, for ',
    ...listed(totals),
    ' not seen to buy protected time',
    moreCurrencies(rows.money),
  )
}

function actionBlocks(code: string, rows: MonthlyReviewRows, context: ReportContext): Block[] {
  const actions = rows.action.filter((row) => row.billing_currency === code)
  if (actions.length === 0) return []
  const machines = rows.actionMachine.filter((row) => row.billing_currency === code)
  return [
    { type: 'table', table: rankedTable(code, actions, context) },
    ...(machines.length === 0
      ? []
      : [{ type: 'table', table: machineTable(code, machines, rows, context) } satisfies Block]),
  ]
}

function rankedTable(code: string, actions: readonly ActionRow[], context: ReportContext): Table {
  const first = actions[0] as ActionRow
  const isMonth = isCalendarMonth(context.period)
  return table(
    `actions-${code.toLowerCase()}`,
    `Actions by money, ${code}`,
    [
      figures('rank', 'Rank', 0.07),
      words('action', 'Action', 0.2),
      figures('machines', 'Machines', 0.1),
      figures('cost', 'Paid in the period', 0.14, true),
      figures('year', 'A year (× 12)', 0.14),
      figures('high', 'At most a saving', 0.14),
      words('confidence', 'Confidence'),
    ],
    actions.map((row) => [
      count(row.position),
      text(ACTION_WORDS[row.action as Action].name),
      row.machines === 0 ? text('not known') : count(row.machines),
      money(row.cost, code),
      isMonth ? money(row.cost_per_year, code) : unknown('the period is no calendar month'),
      money(row.high, code),
      text(confidenceWords(row)),
    ]),
    {
      total: [
        text('All'),
        text('each unit of money once'),
        text(''),
        money(first.total_cost, code),
        text(''),
        money(first.total_high, code),
        text(''),
      ],
    },
  )
}

/** How much of the money stands on records, in words. */
function confidenceWords(row: ActionRow): string {
  if (row.proved_percent === null) return 'no money in sum'
  const level = /^(100|9[5-9])(\.|$)/.test(row.proved_percent)
    ? 'high'
    : /^[5-9]\d(\.|$)/.test(row.proved_percent)
      ? 'medium'
      : 'low'
  return sentence(`${level}: `, percent(row.proved_percent, '', 0), ' on record')
}

function machineTable(
  code: string,
  machines: readonly MachineRow[],
  rows: MonthlyReviewRows,
  context: ReportContext,
): Table {
  const shown = machines.slice(0, rows.money.length > 1 ? 15 : 25)
  const drawn = table(
    `action-machines-${code.toLowerCase()}`,
    `The machines behind the actions, ${code}`,
    [
      words('machine', 'Machine', 0.19),
      words('action', 'Action', 0.16),
      words('owner', 'Owner, subscription', 0.2),
      figures('hours', 'Billed', 0.09),
      figures('cost', 'Paid', 0.12),
      words('why', 'What is known'),
    ],
    shown.map((row) => [
      text(row.name),
      text(ACTION_WORDS[row.action as Action].name),
      text([row.owner, row.subscription_name].filter((part) => part !== null).join(', ') || null),
      hours(row.billed_hours, 0),
      money(row.cost, code),
      text(knownWords(row)),
    ]),
    { all: machines[0]?.rows_in_all ?? machines.length, file: 'actions.csv', files: context.files },
  )
  return { ...drawn, details: shown.map((row) => dayDetail(row, code, rows)) }
}

/** What a machine's row opens to: its hours day by day. */
function dayDetail(machine: MachineRow, code: string, rows: MonthlyReviewRows): RowDetail | null {
  const days = rows.actionMachineDay.filter(
    (row) => row.machine_id === machine.machine_id && row.billing_currency === code,
  )
  if (days.length === 0) return null
  return {
    label: `Hours of ${machine.name} day by day`,
    columns: [
      words('day', 'Day (UTC)'),
      figures('on', 'On'),
      figures('stopped', 'Stopped, allocated'),
      figures('billed', 'Billed'),
      figures('cost', 'Paid'),
    ],
    rows: days.map((row) => [
      day(row.day),
      hours(row.running_hours, 1),
      hours(row.stopped_hours, 1),
      row.billed_hours === null ? text(null) : hours(row.billed_hours, 1),
      row.cost === null ? text(null) : money(row.cost, code),
    ]),
  }
}

function knownWords(row: MachineRow): string {
  const evidence =
    row.strongest_evidence === row.weakest_evidence
      ? row.weakest_evidence
      : `${row.strongest_evidence} to ${row.weakest_evidence}`
  const what =
    row.action === 'decide_exclusion'
      ? row.managed_by !== null
        ? `owned by ${row.managed_by}`
        : row.os_class === 'client'
          ? 'client system'
          : 'no sensor possible'
      : row.message
  return what === null ? evidence : `${what} (${evidence})`
}

function unbilledBlocks(rows: MonthlyReviewRows): Block[] {
  const open = rows.unbilled.filter((row) => row.bucket !== 'out_of_scope' && !isZero(row.hours))
  if (open.length === 0) return []
  return [
    {
      type: 'table',
      table: table(
        'unbilled',
        'Time without a charge: gaps and questions without money',
        [
          words('state', 'State', 0.26),
          figures('machines', 'Machines', 0.11),
          figures('hours', 'Hours', 0.12),
          words('question', 'What to find out'),
        ],
        open.map((row) => [
          text(BUCKET_WORDS[row.bucket] ?? row.bucket),
          count(row.machines),
          hours(row.hours),
          text(BUCKET_QUESTION[row.bucket] ?? ''),
        ]),
      ),
    },
  ]
}

function countingRule(context: ReportContext): Inline {
  return [
    'Every unit of money stands in one bucket and so in one action: the amounts add up to all that was not paid for protected time. A machine may stand in two actions, with the money of each. ',
    isCalendarMonth(context.period)
      ? 'A year is twelve times this month, no forecast. '
      : 'The period is no calendar month, so nothing is projected to a year. ',
    'Repairing a sensor saves no money: it makes the money buy protection. Only what could be left unpaid counts as a saving, and at most.',
  ]
}

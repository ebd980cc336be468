import type { Block, Inline, Page, RowDetail, Table, Value } from '../../src/report/document.ts'
import { isCalendarMonth, type ReportContext } from '../context.ts'
import { detailed, moreCurrencies } from '../figures.ts'
import { figures, table, words } from '../table.ts'
import { count, counted, day, hours, isZero, listed, money, plural, sentence, text, unknown } from '../value.ts'
import { BUCKET_QUESTION, BUCKET_WORDS } from '../words.ts'
import type { MonthlyReviewRows } from './queries.ts'

type ActionRow = MonthlyReviewRows['action'][number]
type OwnerRow = MonthlyReviewRows['actionOwner'][number]
type MachineRow = MonthlyReviewRows['actionMachine'][number]

/** Page 5: what to do, ranked by what is in question; claims exclude each other, so that the list adds up to the tile. */
export function actionsPage(rows: MonthlyReviewRows, context: ReportContext): Page {
  const currencies = detailed(rows.money).map((row) => row.billing_currency)
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
      ...besideBlocks(rows),
      ...waivedBlocks(rows),
      ...kindBlocks(rows),
      ...unbilledBlocks(rows),
      { type: 'paragraph', tone: 'muted', text: countingRule(context) },
    ],
  }
}

function actionTitle(rows: MonthlyReviewRows): string {
  const currencies = detailed(rows.money).map((row) => row.billing_currency)
  const totals = currencies.flatMap((code) => {
    const first = rows.action.find((row) => row.billing_currency === code)
    return first === undefined
      ? []
      : [[money(first.total_base, code), ' of ', money(first.total_stake, code)] as Inline]
  })
  const kinds = new Set(rows.action.map((row) => row.action)).size
  if (totals.length === 0) return 'No money calls for an action'
  return sentence(
    counted(kinds, 'kind'),
    ' of action ',
    plural(kinds, 'is'),
    ' worth looking at: ',
    ...listed(totals),
    ' in question can likely be saved',
    moreCurrencies(rows.money),
  )
}

function actionBlocks(code: string, rows: MonthlyReviewRows, context: ReportContext): Block[] {
  const actions = rows.action.filter((row) => row.billing_currency === code)
  if (actions.length === 0) return []
  const owners = rows.actionOwner.filter(
    (row) => row.billing_currency === code && row.basis === 'bill' && row.status === 'open' && row.position !== null,
  )
  const machines = rows.actionMachine.filter((row) => row.billing_currency === code)
  return [
    { type: 'table', table: rankedTable(code, actions, rows, context) },
    { type: 'table', table: ownerTable(code, owners, rows, context) },
    ...(machines.length === 0
      ? []
      : [{ type: 'table', table: machineTable(code, machines, rows, context) } satisfies Block]),
  ]
}

/** What a kind of action is called. */
function titleOf(kind: string, rows: MonthlyReviewRows): string {
  return rows.actionKind.find((row) => row.kind === kind)?.title ?? kind
}

/** Units are bought for the whole tenant; money of nobody has machines that are not known. */
function machineCount(kind: string, machines: number): Value {
  if (machines > 0) return count(machines)
  return text(kind === 'pre_purchase' ? 'all others' : 'not known')
}

function rankedTable(
  code: string,
  actions: readonly ActionRow[],
  rows: MonthlyReviewRows,
  context: ReportContext,
): Table {
  const first = actions[0] as ActionRow
  const isMonth = isCalendarMonth(context.period)
  return table(
    `actions-${code.toLowerCase()}`,
    `Actions by the money in question, ${code}; low, likely and high are savings a month`,
    [
      figures('rank', 'Rank', 0.06),
      words('action', 'Action', 0.2),
      figures('machines', 'Machines', 0.09),
      figures('stake', 'In question', 0.12, true),
      figures('low', 'Low', 0.105),
      figures('base', 'Likely', 0.105),
      figures('high', 'High', 0.105),
      figures('year', 'Likely a year', 0.115),
      words('confidence', 'Confidence'),
    ],
    actions.map((row) => [
      count(row.position),
      text(titleOf(row.action, rows)),
      machineCount(row.action, row.machines),
      money(row.stake, code),
      money(row.low, code),
      money(row.base, code),
      money(row.high, code),
      isMonth ? money(row.base_per_year, code) : unknown('the period is no calendar month'),
      text(
        row.least_confidence === row.most_confidence
          ? row.least_confidence
          : `${row.least_confidence} to ${row.most_confidence}`,
      ),
    ]),
    {
      total: [
        text('All'),
        text('each unit of money once'),
        text(''),
        money(first.total_stake, code),
        money(first.total_low, code),
        money(first.total_base, code),
        money(first.total_high, code),
        text(''),
        text(''),
      ],
    },
  )
}

function ownerTable(code: string, owners: readonly OwnerRow[], rows: MonthlyReviewRows, context: ReportContext): Table {
  const shown = owners.slice(0, rows.money.length > 1 ? 5 : 10)
  return table(
    `action-owners-${code.toLowerCase()}`,
    `Who does what, ${code}`,
    [
      words('owner', 'Owner', 0.17),
      words('action', 'Action', 0.18),
      words('subscription', 'Subscription', 0.18),
      figures('machines', 'Machines', 0.09),
      figures('stake', 'In question', 0.12),
      figures('base', 'Likely saved', 0.11),
      words('why', 'What is known'),
    ],
    shown.map((row) => [
      text(row.owner),
      text(titleOf(row.kind, rows)),
      text(row.subscription_name),
      machineCount(row.kind, row.machines - row.waived_machines),
      money(row.stake, code),
      money(row.base, code),
      text(row.detail),
    ]),
    { all: owners[0]?.rows_in_all ?? owners.length, file: 'actions.csv', files: context.files },
  )
}

/** What is not on the bill: gaps that cost money to close, licences that can be returned. */
function besideBlocks(rows: MonthlyReviewRows): Block[] {
  const beside = rows.actionOwner.filter((row) => row.basis !== 'bill' && row.status === 'open')
  if (beside.length === 0) return []
  return [
    {
      type: 'table',
      table: table(
        'actions-beside',
        'Beside the bill: not in the sums above',
        [
          words('action', 'Action', 0.2),
          words('where', 'Owner, subscription', 0.24),
          figures('machines', 'Machines', 0.1),
          figures('money', 'In the period', 0.2),
          words('why', 'What is known'),
        ],
        beside.map((row) => [
          text(titleOf(row.kind, rows)),
          text([row.owner, row.subscription_name].filter((part) => part !== null).join(', ') || 'the tenant'),
          row.machines === 0 ? text(null) : count(row.machines),
          row.basis === 'licence'
            ? isZero(row.base)
              ? unknown('the price of the licence is not known')
              : text(sentence('saves ', money(row.base, row.billing_currency)))
            : row.added_cost === null
              ? unknown('no price is known')
              : text(sentence('costs ', money(row.added_cost, row.billing_currency))),
          text(row.detail),
        ]),
      ),
    },
  ]
}

function waivedBlocks(rows: MonthlyReviewRows): Block[] {
  const waived = rows.actionOwner.filter((row) => row.waived_machines > 0 || row.status === 'waived')
  if (waived.length === 0) return []
  return [
    {
      type: 'table',
      table: table(
        'actions-waived',
        'Put off by a waiver: paid on purpose, in no sum of savings',
        [
          words('action', 'Action', 0.18),
          words('where', 'Owner, subscription', 0.22),
          figures('machines', 'Machines', 0.09),
          figures('cost', 'Paid', 0.12),
          words('who', 'By', 0.12),
          words('until', 'Until', 0.1),
          words('reason', 'Reason'),
        ],
        waived.map((row) => [
          text(titleOf(row.kind, rows)),
          text([row.owner, row.subscription_name].filter((part) => part !== null).join(', ') || 'the tenant'),
          count(row.waived_machines),
          row.billing_currency === null ? text(null) : money(row.waived_cost, row.billing_currency),
          text(row.waiver_author),
          day(row.waiver_expires_day),
          text(row.waiver_reason),
        ]),
      ),
    },
  ]
}

function kindBlocks(rows: MonthlyReviewRows): Block[] {
  if (rows.actionKind.length === 0) return []
  return [
    { type: 'heading', text: 'First step, effort and risk' },
    {
      type: 'definitions',
      items: rows.actionKind.map((kind) => ({
        term: kind.title,
        text: [
          `${kind.how} Effort: ${kind.effort}. Risk: ${kind.risk}.${kind.depends_on === 'nothing' ? '' : ` Needs: ${kind.depends_on}.`}`,
        ],
      })),
    },
  ]
}

function machineTable(
  code: string,
  machines: readonly MachineRow[],
  rows: MonthlyReviewRows,
  context: ReportContext,
): Table {
  const shown = machines.slice(0, rows.money.length > 1 ? 7 : 25)
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
      text(titleOf(row.action, rows)),
      text([row.owner, row.subscription_name].filter((part) => part !== null).join(', ') || null),
      hours(row.billed_hours, 0),
      money(row.cost, code),
      text(knownWords(row)),
    ]),
    { all: machines[0]?.rows_in_all ?? machines.length, file: 'action_machines.csv', files: context.files },
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
  return row.message === null ? evidence : `${row.message} (${evidence})`
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
    'Every unit of money is claimed by one action at most: in question is all that was not paid for protected time, and of protected time what a cheaper way of paying would save at most. A machine may stand in two actions, with the money of each. ',
    isCalendarMonth(context.period)
      ? 'A year is twelve times this month, no forecast. '
      : 'The period is no calendar month, so nothing is projected to a year. ',
    'Repairing a sensor saves no money: it makes the money buy protection. Low is what records prove and nobody would miss, high what could be left unpaid at most; likely lies between them, by the rule of each kind.',
  ]
}

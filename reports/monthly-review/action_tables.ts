import { translated, translatedMessage } from '../../src/language.ts'
import type { Table, Value } from '../../src/report/document.ts'
import { isCalendarMonth, type ReportContext } from '../context.ts'
import { figures, table, words } from '../table.ts'
import { count, message, money, sentence, text, unknown } from '../value.ts'
import type { MonthlyReviewRows } from './queries.ts'

type ActionRow = MonthlyReviewRows['action'][number]
type OwnerRow = MonthlyReviewRows['actionOwner'][number]

/** What a kind of action is called. */
export function titleOf(kind: string, rows: MonthlyReviewRows): string {
  return translated(rows.actionKind.find((row) => row.kind === kind)?.title ?? kind)
}

/** Units are bought for the whole tenant; money of nobody has machines that are not known. */
function machineCount(kind: string, machines: number): Value {
  if (machines > 0) return count(machines)
  return text(kind === 'pre_purchase' ? sentence`all others` : sentence`not known`)
}

/** Kinds of action of one currency by the money in question; their sums are those of the tile. */
export function rankedTable(
  code: string,
  actions: readonly ActionRow[],
  rows: MonthlyReviewRows,
  context: ReportContext,
): Table {
  const first = actions[0] as ActionRow
  const isMonth = isCalendarMonth(context.period)
  return table(
    `actions-${code.toLowerCase()}`,
    sentence`Actions by the money in question, ${code}; low, likely and high are savings a month`,
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
      isMonth ? money(row.base_per_year, code) : unknown(sentence`the period is no calendar month`),
      text(
        row.least_confidence === row.most_confidence
          ? translatedMessage(row.least_confidence)
          : sentence`${translatedMessage(row.least_confidence)} to ${translatedMessage(row.most_confidence)}`,
      ),
    ]),
    {
      total: [
        text(sentence`All`),
        text(sentence`each unit of money once`),
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

/** The actions of one currency, owner by owner. */
export function ownerTable(
  code: string,
  owners: readonly OwnerRow[],
  rows: MonthlyReviewRows,
  context: ReportContext,
): Table {
  const shown = owners.slice(0, rows.money.length > 1 ? 5 : 10)
  return table(
    `action-owners-${code.toLowerCase()}`,
    sentence`Who does what, ${code}`,
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
      message(row.detail),
    ]),
    { all: owners[0]?.rows_in_all ?? owners.length, file: 'actions.csv', files: context.files },
  )
}

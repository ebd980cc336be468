import { translatedMessage } from '../../src/language.ts'
import type { RowDetail, Table } from '../../src/report/document.ts'
import type { ReportContext } from '../context.ts'
import { figures, table, words } from '../table.ts'
import { day, hours, money, sentence, text } from '../value.ts'
import { titleOf } from './action_tables.ts'
import type { MonthlyReviewRows } from './queries.ts'

type MachineRow = MonthlyReviewRows['actionMachine'][number]

/** The machines behind the actions of one currency; a row opens to its days. */
export function actionMachineTable(
  code: string,
  machines: readonly MachineRow[],
  rows: MonthlyReviewRows,
  context: ReportContext,
): Table {
  const shown = machines.slice(0, rows.money.length > 1 ? 7 : 25)
  const drawn = table(
    `action-machines-${code.toLowerCase()}`,
    sentence`The machines behind the actions, ${code}`,
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
    (row) => row.machine_number === machine.machine_number && row.billing_currency === code,
  )
  if (days.length === 0) return null
  return {
    label: sentence`Hours of ${machine.name} day by day`,
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
      ? translatedMessage(row.weakest_evidence)
      : sentence`${translatedMessage(row.strongest_evidence)} to ${translatedMessage(row.weakest_evidence)}`
  return row.message === null ? evidence : `${translatedMessage(row.message)} (${evidence})`
}

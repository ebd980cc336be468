import type { Block, DayRun, Table, Value } from '../../src/report/document.ts'
import type { ReportContext } from '../context.ts'
import { figures, table, words } from '../table.ts'
import { hours, message, money, sentence, text } from '../value.ts'
import type { MonthlyReviewRows } from './queries.ts'

/** Rows that paper, and a reader without script, gets of the machines. */
const FIRST_ROWS = 15

/** Every machine with its hours and money; in HTML a row opens to its days. Nothing when no machine is known. */
export function machineBlocks(rows: MonthlyReviewRows, context: ReportContext): Block[] {
  const [first] = rows.machine
  if (first === undefined) return []
  const cells = rows.machine.map(machineCells)
  const runs = runsOf(rows)
  return [
    {
      type: 'explorer',
      explorer: {
        table: machineTable(cells.slice(0, FIRST_ROWS), first.machines, context),
        rows: cells,
        all: first.machines,
        days: {
          label: sentence`Hours day by day (UTC) of`,
          day: sentence`Day`,
          series: [sentence`On`, sentence`Sensor healthy`, sentence`Billed`],
          unknown: sentence`power not known for part of the day`,
          of: rows.machine.map((row) => runs.get(row.machine_number) ?? []),
        },
      },
    },
  ]
}

function runsOf(rows: MonthlyReviewRows): Map<number, DayRun[]> {
  const runs = new Map<number, DayRun[]>()
  for (const run of rows.machineRun) {
    const known = runs.get(run.machine_number) ?? []
    known.push({
      firstDay: run.first_day,
      days: run.days,
      minutes: [run.on_minutes, run.healthy_minutes, run.billed_minutes],
      hasUnknown: run.has_unknown,
    })
    runs.set(run.machine_number, known)
  }
  return runs
}

function machineTable(cells: readonly (readonly Value[])[], all: number, context: ReportContext): Table {
  return table(
    'machines',
    sentence`The machines, those longest on without a healthy sensor first`,
    [
      words('machine', 'Machine', 0.16),
      words('owner', 'Owner', 0.14),
      words('subscription', 'Subscription', 0.16),
      figures('on', 'On', 0.09),
      figures('healthy', 'Sensor healthy', 0.09),
      figures('unhealthy', 'Unhealthy', 0.09),
      figures('billed', 'Billed', 0.09),
      figures('cost', 'Cost', 0.11),
      words('evidence', 'Evidence'),
    ],
    cells,
    { all, file: 'machines.csv', files: context.files },
  )
}

/** A machine without a charge has a dash for its hours billed and its cost: nothing was billed, which is no zero price. */
function machineCells(row: MonthlyReviewRows['machine'][number]): Value[] {
  return [
    text(row.name),
    text(row.owner),
    text(row.subscription),
    hours(row.on_hours),
    hours(row.healthy_hours),
    hours(row.unhealthy_hours),
    row.billed_hours === null ? text(null) : hours(row.billed_hours),
    row.cost === null ? text(null) : money(row.cost, row.billing_currency),
    message(row.evidence),
  ]
}

import { type Engine, sqlName } from '../engine/engine.ts'
import { modelText } from '../engine/model.ts'
import { renderXlsx, type Sheet, type SheetCell } from '../report/xlsx.ts'
import type { Summary } from './summary.ts'
import { keyOf, TABLE_FILES } from './table_file.ts'
import { sheetsOf } from './table_sheet.ts'
import { arithmeticRows, scenarioRows } from './workbook_formula.ts'

/** Sheets by name: the file of the query, or the query itself, in the order in which the rows stand. */
const SHEETS: readonly { name: string; says: string; sql: () => string }[] = [
  {
    name: 'Ledger',
    says: 'Hours and money of the period by machine and what they went to.',
    sql: () => ordered(modelText('src/output/ledger_month.sql')),
  },
  {
    name: 'Months',
    says: 'What each machine was charged, month by month.',
    sql: () => ordered(modelText('src/output/machine_month.sql')),
  },
  {
    name: 'Machines',
    says: 'Machines with their time and money.',
    sql: () => ordered(modelText(TABLE_FILES.machines)),
  },
  {
    name: 'Actions',
    says: 'What to do, by kind, subscription and owner.',
    sql: () => ordered(modelText(TABLE_FILES.actions)),
  },
  {
    name: 'Action machines',
    says: 'The machines behind the actions.',
    sql: () => ordered(modelText(TABLE_FILES.action_machines)),
  },
  {
    name: 'Licence position',
    says: 'Licences owned by term against what is needed.',
    sql: () => ordered(modelText('src/output/licence_position.sql')),
  },
  {
    name: 'Requirement',
    says: 'Machines to license by route, day by day.',
    sql: () =>
      'select day, route, population, machines, peak_machines, mean_machines from licensing.requirement_day order by day, route, population',
  },
  {
    name: 'Coming year',
    says: 'What the twelve months after the period would cost in each scenario.',
    sql: () =>
      'select scenario, billing_currency, year_cost, low_year_cost, high_year_cost, single_cost, gap, possible_from, reversible_from, reversible from licensing.scenario_year order by billing_currency nulls first, scenario',
  },
  {
    name: 'Cash by month',
    says: 'The bill going on against the best mix, month by month.',
    sql: () =>
      'select month, billing_currency, billed_cost, mix_hourly_cost, mix_licence_cost, mix_cost from licensing.cash_month order by billing_currency, month',
  },
  {
    name: 'Data quality',
    says: 'The data grade by criterion: the worst is that of the whole.',
    sql: () => 'select criterion, grade, reason from ledger.data_grade order by criterion',
  },
  {
    name: 'Sources',
    says: 'Every file that was read.',
    sql: () =>
      'select path, kind, form, row_count, snapshot_at, first_at, last_at, is_truncated, superseded_by is not null as is_superseded, sha256 from normalise.source_file order by path',
  },
  {
    name: 'Findings',
    says: 'What the checks found.',
    sql: () => 'select severity, check_name, subject, message, evidence from ledger.finding order by all',
  },
]

/** What a workbook says about itself. */
export interface WorkbookAbout {
  title: string
  createdAt: number
  cover: readonly (readonly [string, string])[]
  summary: Summary
}

/**
 * `hourwise.xlsx` in pieces: a cover, the arithmetic of the bill in formulas over the ledger's rows, figures, scenarios,
 * and the tables people filter and pivot. Rows come from the engine as they are written: run no other query meanwhile.
 */
export async function workbook(engine: Engine, about: WorkbookAbout): Promise<AsyncGenerator<Buffer>> {
  const tables: Sheet[] = []
  for (const { name, sql } of SHEETS) tables.push(...(await sheetsOf(engine, name, sql())))
  const ledgers = tables.flatMap(({ table }) => (table?.startsWith('Ledger') ? [table] : []))
  const figures: Sheet[] = [
    {
      name: 'Arithmetic',
      table: 'Arithmetic',
      columns: [
        { label: 'currency', kind: 'text' },
        { label: 'line', kind: 'text' },
        { label: 'amount', kind: 'money' },
        { label: 'share', kind: 'percent' },
        { label: 'how', kind: 'text' },
      ],
      rows: arithmeticRows(about.summary, ledgers),
    },
    ...(await sheetsOf(
      engine,
      'Figures',
      'select figure, billing_currency, value, unit, reason from ledger.figure order by billing_currency nulls first, figure',
    )),
    {
      name: 'Scenarios',
      table: 'Scenarios',
      columns: [
        { label: 'scenario', kind: 'text' },
        { label: 'currency', kind: 'text' },
        { label: 'cost', kind: 'money' },
        { label: 'less than as billed', kind: 'money' },
        { label: 'quantity', kind: 'number' },
        { label: 'quantity unit', kind: 'text' },
        { label: 'permitted', kind: 'boolean' },
        { label: 'why not known', kind: 'text' },
        { label: 'loses', kind: 'text' },
        { label: 'note', kind: 'text' },
      ],
      rows: scenarioRows(about.summary),
    },
  ]
  const sheets = [
    ...figures.slice(0, 1),
    ...tables.filter(isUpTo('Action machines')),
    ...figures.slice(1),
    ...tables.filter((sheet) => !isUpTo('Action machines')(sheet)),
  ]
  return renderXlsx([cover(about, sheets), ...sheets], about)
}

/** The ledger's own tables stand before the figures, what the data is like after them. */
function isUpTo(last: string): (sheet: Sheet) => boolean {
  const names = SHEETS.slice(0, SHEETS.findIndex(({ name }) => name === last) + 1).map(({ name }) => name)
  return (sheet) => names.some((name) => sheet.name.startsWith(name))
}

function cover(about: WorkbookAbout, sheets: readonly Sheet[]): Sheet {
  const says = new Map([
    ['Arithmetic', 'How the bill adds up, in formulas over the ledger.'],
    ['Figures', 'Every figure of the reports.'],
    ['Scenarios', 'What the same machines would cost under each licence.'],
    ...SHEETS.map((sheet) => [sheet.name, sheet.says] as const),
  ])
  return {
    name: 'Cover',
    columns: [
      { label: 'what', kind: 'text', width: 24 },
      { label: 'value', kind: 'text', width: 90 },
    ],
    rows: [
      [about.title, null],
      [null, null],
      ...about.cover,
      [null, null],
      ...sheets.map(({ name }): SheetCell[] => [name, says.get(name.replace(/ \d+$/, '')) ?? null]),
    ],
    links: Object.fromEntries(sheets.map(({ name }) => [name, name])),
  }
}

function ordered(sql: string): string {
  const key = keyOf(sql).map((column) => `t.${sqlName(column)} nulls first`)
  return `select * from (${sql}) t order by ${key.join(', ')}`
}

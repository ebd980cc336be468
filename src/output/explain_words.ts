import { periodText } from '../calendar.ts'
import type { ActionStory } from '../explain/action.ts'
import type { FigureStory, FigureValue } from '../explain/figure.ts'
import { MACHINE_SECTIONS, type MachineStory } from '../explain/machine.ts'
import { formatDecimal, minorDigits } from '../report/format.ts'
import type { Period } from '../types.ts'
import { cutMiddle, drawTable, type Listing } from './terminal.ts'
import { valueWords } from './value_words.ts'

type Cell = string | number | boolean | null

/** Rows of one section that a person is shown; the rest is counted, and is in `-o json`. */
const SHOWN = 40
/** Room for a file's path on a terminal. */
const PATH_ROOM = 48
/** Room for an ARM id. */
const ID_ROOM = 60

const TITLES: Readonly<Record<Exclude<keyof MachineStory, 'machine'>, string>> = {
  identity: 'Ids, and when each meant this machine',
  bucket: 'Where its time and money went',
  action: 'What is proposed: of its cost, what could be saved (low, base, high)',
  power: 'Power',
  plan: 'Plan',
  health: 'Sensor health',
  day: 'Days: hours expected (from elapsed to clock hours) and billed',
  charge: 'Charges, with the file and row they stand on',
  record: 'What the other files say of it',
  finding: 'Findings that name it',
}

/** One machine's story for a person. */
export function machineWords(story: MachineStory, period: Period): string {
  const [machine] = story.machine
  const facts = Object.entries(machine ?? {})
    .filter(([, value]) => value !== null)
    .map(([name, value]) => [`  ${words(name)}`, cellWords(name, value)])
  return [
    `${machine?.name ?? 'unknown'}, ${periodText(period)} (moments in UTC)\n`,
    drawTable({ columns: ['', ''].map((label) => ({ key: label, label })), rows: facts }),
    ...(Object.keys(TITLES) as (keyof typeof TITLES)[]).map((section) => sectionWords(TITLES[section], story[section])),
  ].join('\n')
}

function sectionWords(title: string, rows: readonly Readonly<Record<string, Cell>>[]): string {
  if (rows.length === 0) return `${title}\n  none\n`
  const names = Object.keys(rows[0] ?? {}).filter((name) => !isPlain(name, rows))
  const table = drawTable({
    columns: names.map((name, at) => ({
      key: name,
      label: `${at === 0 ? '  ' : ''}${words(name)}`,
      align: isNumber(name) ? ('end' as const) : ('start' as const),
    })),
    rows: rows
      .slice(0, SHOWN)
      .map((row) => names.map((name, at) => `${at === 0 ? '  ' : ''}${cellWords(name, row[name] ?? null, row)}`)),
  })
  return `${title}\n${table}${rows.length > SHOWN ? `  and ${rows.length - SHOWN} more with -o json\n` : ''}`
}

/** Whether a column says nothing to a person: never filled, never true, always one line, or told by another column. */
function isPlain(name: string, rows: readonly Readonly<Record<string, Cell>>[]): boolean {
  if (name === 'billing_currency' || /^(last_file|last_row|first_row)$/.test(name)) return true
  return rows.every((row) => row[name] === null || row[name] === false || (name === 'lines' && row[name] === 1))
}

function isNumber(name: string): boolean {
  return /hours$|^(cost|low|base|high)$|_row$|^lines$|^records$|^value$/.test(name)
}

function cellWords(name: string, value: Cell, row: Readonly<Record<string, Cell>> = {}): string {
  if (value === null) return '–'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return String(value)
  if (/hours$/.test(name)) return formatDecimal(value, 2)
  if (/^(cost|low|base|high)$/.test(name)) return moneyWords(value, String(row.billing_currency ?? ''))
  if (name === 'first_file') return recordWords(value, row.first_row ?? null)
  if (/_file$/.test(name)) return cutMiddle(value, PATH_ROOM)
  if (/^\/subscriptions\//i.test(value) && name !== 'message') return cutMiddle(value, ID_ROOM)
  if (/_moment$/.test(name)) return value.slice(0, 16).replace('T', ' ')
  return value.replaceAll(/[\r\n]+/g, ' ')
}

/** Where a record stands: its file and its place in it. */
function recordWords(file: string, row: Cell): string {
  return row === null ? cutMiddle(file, PATH_ROOM) : `${cutMiddle(file, PATH_ROOM)} record ${row}`
}

/** Four digits more than the currency has: a day of one machine costs less than a cent may show. */
function moneyWords(value: string, currency: string): string {
  return `${currency} ${formatDecimal(value, minorDigits(currency) + 2)}`
}

function words(name: string): string {
  return name.replace(/_moment$/, '').replaceAll('_', ' ')
}

/** One machine's story for scripts: a row a value. */
export function machineListing(story: MachineStory): Listing {
  const rows = (Object.keys(MACHINE_SECTIONS) as (keyof MachineStory)[]).flatMap((section) =>
    (story[section] as readonly Readonly<Record<string, Cell>>[]).flatMap((row, at) =>
      Object.entries(row).map(([column, value]) => [
        section,
        String(at + 1),
        column,
        value === null ? null : String(value),
      ]),
    ),
  )
  return { columns: ['section', 'row', 'column', 'value'].map((key) => ({ key, label: key })), rows }
}

/** An action for a person: its machines, and the lines of the bill behind them. */
export function actionWords(story: ActionStory, period: Period): string {
  return [
    `${story.action}, ${periodText(period)}\n`,
    sectionWords('Machines: cost that it claims, and what could be saved (low, base, high)', story.machine),
    sectionWords('Lines of the bill behind them, whole', story.line),
  ].join('\n')
}

/** An action for scripts: a row a line of the bill. */
export function actionLineListing(story: ActionStory): Listing {
  const columns = [
    'machine',
    'day',
    'plan',
    'meter',
    'hours',
    'cost',
    'billing_currency',
    'source_file',
    'source_row',
  ] as const
  return {
    columns: ['action', ...columns].map((key) => ({ key, label: key })),
    rows: story.line.map((row) => [story.action, ...columns.map((column) => row[column])]),
  }
}

/** A figure for a person: what it means, its value, what it follows from or is the sum of. */
export function figureWords(story: FigureStory, period: Period): string {
  const unit = story.values[0]?.unit ?? ''
  const lines = [
    `${story.figure}, ${periodText(period)}\n`,
    drawTable({
      columns: ['', ''].map((label) => ({ key: label, label })),
      rows: [
        ...story.values.map((value) => [
          value.currency === null ? '  value' : `  value in ${value.currency}`,
          oneValue(value),
        ]),
        ['  means', story.definition],
        ['  computed in', story.definedIn],
        ...(story.formula === null ? [] : [['  formula', story.formula]]),
      ],
    }),
  ]
  if (story.inputs.length > 0) {
    lines.push(
      'It follows from\n',
      drawTable({
        columns: ['', ''].map((label) => ({ key: label, label })),
        rows: story.inputs.map((value) => [
          `  ${value.figure}${value.currency === null ? '' : ` (${value.currency})`}`,
          oneValue(value),
        ]),
      }),
    )
  }
  for (const sum of story.sums) {
    const rows = story.rows.filter((row) => row.billing_currency === sum.billing_currency)
    const shown = rows.slice(0, SHOWN)
    lines.push(
      `The sum of ${sum.parts} part${sum.parts === 1 ? '' : 's'}${sum.billing_currency === null ? '' : ` in ${sum.billing_currency}`}, largest first\n`,
      drawTable({
        columns: [
          { key: 'name', label: '  machine' },
          { key: 'value', label: unit, align: 'end' },
          { key: 'lines', label: 'lines', align: 'end' },
          { key: 'source', label: 'first line of the bill' },
        ],
        rows: [
          ...shown.map((row) => [
            `  ${row.name}`,
            partWords(row.value, unit, sum.billing_currency),
            row.lines === 0 ? '–' : String(row.lines),
            row.first_file === null ? '–' : `${cutMiddle(row.first_file, PATH_ROOM)} row ${row.first_row}`,
          ]),
          ['  all', partWords(String(sum.value), unit, sum.billing_currency), '', ''],
        ],
      }),
    )
    if (rows.length > shown.length) lines.push(`  and ${rows.length - shown.length} more with -o json\n`)
  }
  if (story.rows.length > 0) lines.push('A machine line by line: hourwise explain FOLDER MACHINE\n')
  return lines.join('')
}

function oneValue(value: FigureValue): string {
  if (value.value === null) return `cannot be computed: ${value.reason}`
  return valueWords(value.value, value.unit, value.currency)
}

function partWords(value: string, unit: string, currency: string | null): string {
  if (unit === 'money') return moneyWords(value, String(currency))
  return formatDecimal(value, unit === 'hours' ? 2 : 0)
}

/** A figure for scripts: a row a part. */
export function figurePartListing(story: FigureStory): Listing {
  return {
    columns: [
      'figure',
      'currency',
      'machine_id',
      'subscription_id',
      'name',
      'value',
      'lines',
      'first_file',
      'first_row',
    ].map((key) => ({ key, label: key })),
    rows: story.rows.map((row) => [
      story.figure,
      row.billing_currency,
      row.machine_id,
      row.subscription_id,
      row.name,
      row.value,
      String(row.lines),
      row.first_file,
      row.first_row,
    ]),
  }
}

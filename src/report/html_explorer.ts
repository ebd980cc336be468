import { dayAfter } from '../calendar.ts'
import type { DayRun, Explorer, Table } from './document.ts'
import { formatValue } from './format.ts'
import { htmlTable } from './html_table.ts'
import { type Markup, markup, trusted } from './markup.ts'

/**
 * Bytes that the rows of an explorer, and their days, may take in a page. 10,000 machines of 31 restless days fit; what
 * does not is left out from the end, said so, and stands in the file that the table names.
 */
const MOST = { rows: 1_800_000, days: 1_800_000 } as const

/** Digits of a pair that holds minutes: 4,095 at most, more than two days. */
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_'
const MOST_MINUTES = DIGITS.indexOf('-') * DIGITS.length + DIGITS.indexOf('-') - 1

/** The first rows as a table, and all of them as data that the page's script pages, sorts and filters. */
export function htmlExplorer(explorer: Explorer, key: string): Markup {
  const rows = fitting(
    explorer.rows.map((row) => row.map(formatValue)),
    MOST.rows,
    (row) => row.join('').length + 24,
  )
  const data = {
    columns: explorer.table.columns.map((_, i) => packed(rows.map((row) => row[i] ?? ''))),
    all: explorer.all,
    ...(explorer.days === undefined ? {} : { days: daysOf(explorer.days, rows.length) }),
  }
  const table: Table = explorer.table
  return markup`<div class="explorer" id="${key}" data-columns="${JSON.stringify(table.columns.map(({ align }) => align))}">
${htmlTable(table, `${key}-table`, { isStatic: true })}
<script type="application/json">${trusted(JSON.stringify(data).replace(/</g, '\\u003c'))}</script>
</div>`
}

/** As many of the first items as the room holds. */
function fitting<Item>(items: readonly Item[], room: number, sizeOf: (item: Item) => number): Item[] {
  const kept: Item[] = []
  let size = 0
  for (const item of items) {
    size += sizeOf(item)
    if (size > room) break
    kept.push(item)
  }
  return kept
}

/** A column as its different texts, in the order they appear, and for each row which of them it holds. */
function packed(texts: readonly string[]): { texts: string[]; at: number[] } {
  const places = new Map<string, number>()
  const at = texts.map((text) => {
    const place = places.get(text) ?? places.size
    places.set(text, place)
    return place
  })
  return { texts: [...places.keys()], at }
}

function daysOf(days: NonNullable<Explorer['days']>, rows: number): Record<string, unknown> {
  const first = days.of.flatMap((runs) => runs.slice(0, 1).map((run) => run.firstDay)).sort()[0]
  const { of: _of, ...words } = days
  if (first === undefined) return { ...words, first: null, of: [] }
  return {
    ...words,
    first,
    of: fitting(
      days.of.slice(0, rows).map((runs) => encodedRuns(runs, first)),
      MOST.days,
      (text) => text.length + 3,
    ),
  }
}

/**
 * Runs as text: a digit for the days since the last run, one for how many days, one for "partly unknown", two for the
 * minutes of each series (`--` unknown). What one digit cannot say is cut into several records.
 */
function encodedRuns(runs: readonly DayRun[], first: string): string {
  let next = first
  return runs
    .map((run) => {
      let skipped = 0
      for (; next < run.firstDay; next = dayAfter(next)) skipped += 1
      let text = ''
      for (let left = run.days; left > 0; left -= DIGITS.length - 1) {
        const days = Math.min(left, DIGITS.length - 1)
        for (; skipped >= DIGITS.length; skipped -= DIGITS.length - 1)
          text += `${DIGITS.at(-1)}00${run.minutes.map(() => '--').join('')}`
        text += `${DIGITS[skipped]}${DIGITS[days]}${run.hasUnknown ? 1 : 0}${run.minutes.map(pair).join('')}`
        skipped = 0
      }
      for (let i = 0; i < run.days; i += 1) next = dayAfter(next)
      return text
    })
    .join('')
}

function pair(minutes: number | null): string {
  if (minutes === null) return '--'
  const whole = Math.min(MOST_MINUTES, Math.max(0, minutes))
  return `${DIGITS[Math.floor(whole / DIGITS.length)]}${DIGITS[whole % DIGITS.length]}`
}

import { phrase } from '../language.ts'
import type { Column, Table, Value } from './document.ts'
import { decimalOf, formatDecimal, formatValue } from './format.ts'
import { printable } from './text.ts'

/** A cell as every format draws it. */
export interface Cell {
  text: string
  value: Value
  /** Number of the note that says why the value cannot be computed. */
  note?: number
  /** Length of the bar in the cell, 0 to 1. */
  bar?: number
  isNegative: boolean
}

/** A table with its values written out. */
export interface DrawnTable {
  rows: readonly (readonly Cell[])[]
  total: readonly Cell[] | undefined
  /** Why values cannot be computed, each reason once, numbered from 1 by place. */
  notes: readonly string[]
}

/** Writes the values of a table out, measures bars and gathers the reasons why values cannot be computed. */
export function drawTable(table: Pick<Table, 'columns' | 'rows' | 'total'>): DrawnTable {
  const notes: string[] = []
  const longest = table.columns.map((column, i) => (column.bar ? longestOf(table.rows, i) : 0))
  const cellOf = (value: Value, i: number, isBarred: boolean): Cell => {
    const decimal = decimalOf(value)
    const cell: Cell = { text: formatValue(value), value, isNegative: decimal?.startsWith('-') ?? false }
    if (value.kind === 'unknown') cell.note = noteOf(notes, printable(value.reason))
    const full = longest[i] ?? 0
    if (isBarred && full > 0 && decimal !== undefined) cell.bar = Math.abs(Number(decimal)) / full
    return cell
  }
  return {
    rows: table.rows.map((row) => row.map((value, i) => cellOf(value, i, true))),
    total: table.total?.map((value, i) => cellOf(value, i, false)),
    notes,
  }
}

function noteOf(notes: string[], reason: string): number {
  const known = notes.indexOf(reason)
  return known === -1 ? notes.push(reason) : known + 1
}

function longestOf(rows: readonly (readonly Value[])[], i: number): number {
  return rows.reduce((longest, row) => {
    const decimal = row[i] === undefined ? undefined : decimalOf(row[i])
    return decimal === undefined ? longest : Math.max(longest, Math.abs(Number(decimal)))
  }, 0)
}

/** What a table leaves out, and where it stands; undefined where it has all rows. */
export function moreWords({ rows, all = rows.length, file, unwritten }: Table): string | undefined {
  const left = all - rows.length
  if (left <= 0) return undefined
  const shown = formatDecimal(String(left), 0)
  const more = left === 1 ? phrase`${shown} more row` : phrase`${shown} more rows`
  if (file !== undefined) return phrase`… and ${more} in ${file}`
  return unwritten === undefined
    ? phrase`… and ${more}`
    : phrase`… and ${more}; --format csv writes them to ${unwritten}`
}

/** True when the first column names the rows, so that its cells are their headers. */
export function namesRows(columns: readonly Column[]): boolean {
  return columns[0]?.align === 'start'
}

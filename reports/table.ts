import { translated } from '../src/language.ts'
import type { Column, Table, Value } from '../src/report/document.ts'

/** No table of a report is longer; the rest stands in a file. */
export const LONGEST_TABLE = 25

/** A column of words; `width` is its share of the page. */
export function words(key: string, label: string, width?: number): Column {
  return { key, label: translated(label), align: 'start', ...(width === undefined ? {} : { width }) }
}

/** A column of numbers. */
export function figures(key: string, label: string, width?: number, bar = false): Column {
  return {
    key,
    label: translated(label),
    align: 'end',
    ...(width === undefined ? {} : { width }),
    ...(bar ? { bar } : {}),
  }
}

/** A table that says how many rows it leaves out and which file has them. */
export function table(
  id: string,
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Value[])[],
  rest: { total?: readonly Value[]; all?: number; file?: string; files?: readonly string[] } = {},
): Table {
  const { all = rows.length, file, files } = rest
  const isWritten = file !== undefined && (files === undefined || files.includes(file))
  return {
    id,
    caption,
    columns,
    rows: rows.slice(0, LONGEST_TABLE),
    ...(rest.total === undefined ? {} : { total: rest.total }),
    ...(all > Math.min(rows.length, LONGEST_TABLE) ? { all } : {}),
    ...(file === undefined ? {} : { [isWritten ? 'file' : 'unwritten']: file }),
  }
}

/** The data behind a chart, whole: it is shown on demand and in the workbook, not on paper. */
export function chartTable(
  id: string,
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Value[])[],
): Table {
  return { id, caption, columns, rows }
}

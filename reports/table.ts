import { translated } from '../src/language.ts'
import type { Column, Table, Value } from '../src/report/document.ts'
import { counted, sentence } from './value.ts'

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
  const left = (rest.all ?? rows.length) - Math.min(rows.length, LONGEST_TABLE)
  const isWritten = rest.file !== undefined && (rest.files?.includes(rest.file) ?? false)
  return {
    id,
    caption,
    columns,
    rows: rows.slice(0, LONGEST_TABLE),
    ...(rest.total === undefined ? {} : { total: rest.total }),
    ...(left > 0 ? { more: moreWords(left, rest.file, rest.files) } : {}),
    ...(left > 0 && isWritten ? { file: rest.file as string } : {}),
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

function moreWords(left: number, file: string | undefined, files: readonly string[] | undefined): string {
  const rows = counted(left, 'more row')
  if (file === undefined) return sentence`… and ${rows}`
  return files === undefined || files.includes(file)
    ? sentence`… and ${rows} in ${file}`
    : sentence`… and ${rows}; --format csv writes them to ${file}`
}

import { type CellValue, type WriteSheet, writeXlsx } from 'hucre/xlsx'
import type { DayText, DecimalText } from '../types.ts'

/** What a column of a sheet holds. Numbers carry their unit in the label, money its currency in a column beside it. */
export type SheetColumnKind = 'text' | 'number' | 'day' | 'boolean'

export interface SheetColumn {
  label: string
  kind: SheetColumnKind
}

export interface Sheet {
  /** At most 31 characters, none of `[]:*?/\`. */
  name: string
  columns: readonly SheetColumn[]
  rows: readonly (readonly (string | boolean | null)[])[]
}

/** Rows that a worksheet can hold beneath its header. */
export const SHEET_ROWS = 1_048_575

/**
 * A workbook with typed cells, frozen and filtered header rows. A spreadsheet keeps binary floats of some 15 digits: the
 * exact decimals stand in the CSV files. Text that a spreadsheet would run as a formula gets an apostrophe in front.
 * The same sheets give the same bytes.
 */
export async function renderXlsx(
  sheets: readonly Sheet[],
  info: { title: string; createdAt: number },
): Promise<Buffer> {
  const created = new Date(info.createdAt * 1000)
  const bytes = await writeXlsx({
    sheets: sheets.map(written),
    properties: { title: info.title, creator: 'Hourwise', created, modified: created },
  })
  return Buffer.from(bytes)
}

function written(sheet: Sheet): WriteSheet {
  if (sheet.rows.length > SHEET_ROWS) throw new Error(`sheet ${sheet.name}: ${sheet.rows.length} rows do not fit`)
  const header = sheet.columns.map(({ label }) => label)
  const rows = sheet.rows.map((row) => row.map((value, i) => cell(value, sheet.columns[i]?.kind ?? 'text')))
  return {
    name: sheet.name,
    columns: sheet.columns.map((column, i) => ({
      width: widthOf(header[i] ?? '', rows, i),
      ...(column.kind === 'day'
        ? { numFmt: 'yyyy-mm-dd' }
        : column.kind === 'number'
          ? { numFmt: '#,##0.######' }
          : {}),
    })),
    rows: [header, ...rows],
    freezePane: { rows: 1 },
    autoFilter: { range: `A1:${letters(Math.max(1, header.length))}${rows.length + 1}` },
  }
}

function cell(value: string | boolean | null, kind: SheetColumnKind): CellValue {
  if (value === null) return null
  if (kind === 'number') return numberOf(String(value))
  if (kind === 'day') return new Date(`${value as DayText}T00:00:00Z`)
  if (kind === 'boolean') return value === true || value === 'true'
  const text = String(value)
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
}

/** The nearest number a spreadsheet can hold: the last step of formatting, nothing is calculated with it. */
function numberOf(decimal: DecimalText): number {
  return Number(decimal)
}

function widthOf(label: string, rows: readonly (readonly CellValue[])[], i: number): number {
  const longest = rows.slice(0, 200).reduce((width, row) => Math.max(width, lengthOf(row[i])), label.length)
  return Math.min(60, Math.max(8, longest + 2))
}

/** Spreadsheet letters of a column, 1 is A. */
function letters(column: number): string {
  const before = Math.floor((column - 1) / 26)
  return (before > 0 ? letters(before) : '') + String.fromCharCode(65 + ((column - 1) % 26))
}

/** Of a cell as it is shown: a day as `2026-10-31`, whatever the time zone of the process. */
function lengthOf(value: CellValue | undefined): number {
  return value instanceof Date ? 10 : String(value ?? '').length
}

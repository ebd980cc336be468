import type { DecimalText } from '../types.ts'
import { neutralised, printable } from './text.ts'
import { STYLE, sheetParts, type WrittenSheet } from './xlsx_parts.ts'
import { type ZipEntry, zipped } from './zip.ts'

/** What a column of a sheet holds. Numbers carry their unit in the label, money its currency in a column beside it. */
export type SheetColumnKind = 'text' | 'number' | 'money' | 'price' | 'percent' | 'count' | 'day' | 'boolean'

export interface SheetColumn {
  label: string
  kind: SheetColumnKind
  /** Room in characters; by what stands in the first rows unless told. */
  width?: number
}

/** A cell; numbers as decimal text, days as `YYYY-MM-DD`. A formula brings the value that it gives. */
export type SheetCell = string | boolean | null | SheetFormula

export interface SheetFormula {
  /** Without the equals sign; other sheets' tables by name, such as `SUM(Ledger[cost])`. */
  formula: string
  value: DecimalText | null
  kind?: SheetColumnKind
}

export interface Sheet {
  /** At most 31 characters, none of `[]:*?/\`. */
  name: string
  /** Name of the table that the rows are, unique in the workbook; none: a plain sheet without a header row. */
  table?: string
  columns: readonly SheetColumn[]
  rows: AsyncIterable<readonly SheetCell[]> | Iterable<readonly SheetCell[]>
  /** Cells of the first column that lead to another sheet, by their text. */
  links?: Readonly<Record<string, string>>
}

/** Rows that a worksheet can hold beneath its header. */
const SHEET_ROWS = 1_048_575

/** Cells of a worksheet at most, so that its text stays far below the 4 GiB that a part of the archive may have. */
const SHEET_CELLS = 20_000_000

/** Rows of so many columns that are written to one worksheet; more go to the next one. */
export function rowsOfSheet(columns: number): number {
  return Math.min(SHEET_ROWS, Math.floor(SHEET_CELLS / columns))
}

/** Longest text of a cell. */
const CELL_LENGTH = 32_767

/** Rows that say how wide a column must be. */
const MEASURED_ROWS = 200

/**
 * A workbook with typed cells, frozen header rows, named tables with filters, and formulas; in pieces, so that memory
 * does not grow with the rows. A spreadsheet keeps binary floats of some 15 digits: the exact decimals stand in the CSV
 * files. Text is never a formula: what would read as one gets an apostrophe in front. The same sheets give the same
 * bytes. Format: ECMA-376 (SpreadsheetML).
 */
export function renderXlsx(
  sheets: readonly Sheet[],
  info: { title: string; createdAt: number },
): AsyncGenerator<Buffer> {
  return zipped(parts(sheets, info))
}

async function* parts(sheets: readonly Sheet[], info: { title: string; createdAt: number }): AsyncGenerator<ZipEntry> {
  const written: WrittenSheet[] = sheets.map(({ name, table, columns }) => ({ name, table, columns, rows: 0 }))
  const { before, after } = sheetParts(written, info)
  yield* before
  for (const [i, sheet] of sheets.entries())
    yield { name: `xl/worksheets/sheet${i + 1}.xml`, content: sheetXml(sheet, written[i] as WrittenSheet) }
  // Tables say how far they reach: they are written when the rows are.
  yield* after()
}

async function* sheetXml(sheet: Sheet, written: WrittenSheet): AsyncGenerator<string> {
  const source = iterator(sheet.rows)
  const first: (readonly SheetCell[])[] = []
  while (first.length < MEASURED_ROWS) {
    const { value, done } = await source.next()
    if (done) break
    first.push(value)
  }
  const isTable = sheet.table !== undefined
  yield `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheetViews><sheetView workbookViewId="0"${isTable ? '' : ' showGridLines="0"'}>${isTable ? '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' : ''}</sheetView></sheetViews>`
  yield `<cols>${sheet.columns.map((column, i) => `<col min="${i + 1}" max="${i + 1}" width="${widthOf(column, first, i, isTable)}" customWidth="1"/>`).join('')}</cols><sheetData>`
  let row = 0
  const links: string[] = []
  const write = (cells: readonly SheetCell[]): string => {
    row += 1
    const target = typeof cells[0] === 'string' ? sheet.links?.[cells[0]] : undefined
    if (target !== undefined) links.push(`<hyperlink ref="A${row}" location="'${escaped(target)}'!A1"/>`)
    return `<row r="${row}">${cells.map((cell, i) => cellXml(cell, sheet.columns[i], `${letters(i + 1)}${row}`, styleOf(sheet, row, i, target))).join('')}</row>`
  }
  if (isTable) {
    row = 1
    yield `<row r="1">${sheet.columns.map(({ label }, i) => textXml(label, `${letters(i + 1)}1`, STYLE.header)).join('')}</row>`
  }
  yield first.map(write).join('')
  written.rows = first.length
  if (first.length === MEASURED_ROWS) {
    for (;;) {
      const batch: string[] = []
      while (batch.length < MEASURED_ROWS) {
        const { value, done } = await source.next()
        if (done) break
        batch.push(write(value))
      }
      if (batch.length === 0) break
      written.rows += batch.length
      yield batch.join('')
    }
  }
  if (written.rows > SHEET_ROWS) throw new Error(`sheet ${sheet.name}: ${written.rows} rows do not fit`)
  yield `</sheetData>${links.length === 0 ? '' : `<hyperlinks>${links.join('')}</hyperlinks>`}<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/><pageSetup orientation="landscape" fitToHeight="0"/>${isTable ? '<tableParts count="1"><tablePart r:id="rId1"/></tableParts>' : ''}</worksheet>`
}

function iterator(rows: Sheet['rows']): AsyncIterator<readonly SheetCell[]> {
  if (Symbol.asyncIterator in rows) return rows[Symbol.asyncIterator]()
  const inner = rows[Symbol.iterator]()
  return { next: () => Promise.resolve(inner.next()) }
}

/** A plain sheet has a title, names in its first column, and links. */
function styleOf(sheet: Sheet, row: number, column: number, link: string | undefined): number | undefined {
  if (sheet.table !== undefined) return undefined
  if (row === 1) return STYLE.title
  if (column > 0) return STYLE.wrapped
  return link === undefined ? STYLE.name : STYLE.link
}

function cellXml(cell: SheetCell, column: SheetColumn | undefined, at: string, style: number | undefined): string {
  if (cell === null) return ''
  const kind = (typeof cell === 'object' ? cell.kind : undefined) ?? column?.kind ?? 'text'
  if (typeof cell === 'object') {
    const value = cell.value === null ? '' : `<v>${plain(cell.value)}</v>`
    return `<c r="${at}" s="${style ?? STYLE[kind]}"><f>${escaped(cell.formula)}</f>${value}</c>`
  }
  if (kind === 'boolean') return `<c r="${at}" t="b"><v>${cell === true || cell === 'true' ? 1 : 0}</v></c>`
  const text = String(cell)
  if (kind === 'text') return textXml(text, at, style ?? STYLE.text)
  if (kind === 'day') return `<c r="${at}" s="${STYLE.day}"><v>${dayNumber(text)}</v></c>`
  return `<c r="${at}" s="${style ?? STYLE[kind]}"><v>${plain(text)}</v></c>`
}

function textXml(text: string, at: string, style: number): string {
  const cut = text.length > CELL_LENGTH ? `${text.slice(0, CELL_LENGTH - 2)}…` : text
  return `<c r="${at}" t="inlineStr"${style === 0 ? '' : ` s="${style}"`}><is><t xml:space="preserve">${escaped(neutralised(cut))}</t></is></c>`
}

/** Digits as the format wants them; the spreadsheet keeps the nearest number that it can. */
function plain(decimal: DecimalText): DecimalText {
  if (!/^-?\d+(\.\d+)?$/.test(decimal)) throw new Error(`not a decimal number: ${JSON.stringify(decimal)}`)
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal
}

/** Days since 30 December 1899, as spreadsheets count them from March 1900 on. */
function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 86_400_000 + 25_569
}

function escaped(text: string): string {
  return printable(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
}

function widthOf(column: SheetColumn, rows: readonly (readonly SheetCell[])[], i: number, isTable: boolean): number {
  if (column.width !== undefined) return column.width
  const lengthOf = (cell: SheetCell | undefined): number => {
    if (cell === null || cell === undefined) return 0
    return typeof cell === 'object' ? 14 : String(cell).length
  }
  const label = isTable ? column.label.length + 3 : 0
  const longest = rows.slice(isTable ? 0 : 1).reduce((width, row) => Math.max(width, lengthOf(row[i])), label)
  return Math.min(60, Math.max(9, column.kind === 'text' ? longest + 2 : Math.min(16, longest + 2)))
}

/** Spreadsheet letters of a column, 1 is A. */
export function letters(column: number): string {
  const before = Math.floor((column - 1) / 26)
  return (before > 0 ? letters(before) : '') + String.fromCharCode(65 + ((column - 1) % 26))
}

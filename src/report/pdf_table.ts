import type { Column, Table } from './document.ts'
import { textWidth } from './font.ts'
import { KEEP } from './pdf_printer.ts'
import { type Tag, tagIn } from './pdf_tag.ts'
import { breakable, INK, type PdfContext, type PdfNode, settled, textNode } from './pdf_text.ts'
import { type Cell, type DrawnTable, drawTable, moreWords, namesRows } from './table.ts'
import { printable } from './text.ts'

const SIZE = 8
const GAP = 10
const NARROWEST = 34

/** Rows at the end of a table that stay together. */
const LAST_ROWS = 3

/** Room below a table; at the end of a page it is left out, because it would begin a sheet for nothing. */
export const TABLE_GAP: PdfNode = { text: '', margin: [0, 4, 0, 4] }

/** A table with caption, repeated head, notes, and a word on what was left out. */
export function pdfTable(table: Table, context: PdfContext): PdfNode[] {
  const drawn = drawTable(table)
  const more = moreWords(table)
  const tag = tagIn(context.tag, 'Table')
  const widths = columnWidths(table.columns, drawn, context.width)
  const caption = textNode(table.caption, tagIn(tag, 'Caption'), context, {
    bold: true,
    fontSize: 9.5,
    margin: [0, 10, 0, 4],
    headlineLevel: KEEP.heading,
  })
  const body = [headRow(table.columns, tag, context), ...bodyRows(table, drawn, widths, { ...context, tag })]
  const small = (text: string, size: number, above: number): PdfNode =>
    textNode(text, tagIn(context.tag, 'P'), context, { fontSize: size, color: INK.muted, margin: [0, above, 0, 0] })
  return [
    caption,
    {
      table: { headerRows: 1, keepWithHeaderRows: Math.min(1, body.length - 1), dontBreakRows: true, widths, body },
      layout: ruled(drawn.total !== undefined),
      fontSize: SIZE,
    },
    ...drawn.notes.map((note, i) => small(`${i + 1}. ${note}`, 7.5, i === 0 ? 4 : 0)),
    ...(more === undefined ? [] : [small(more, SIZE, 4)]),
    TABLE_GAP,
  ]
}

function headRow(columns: readonly Column[], table: Tag, context: PdfContext): PdfNode[] {
  const row = tagIn(tagIn(table, 'THead'), 'TR')
  return columns.map((column) =>
    textNode(column.label, tagIn(row, 'TH', { scope: 'Column', repeats: true }), context, {
      color: INK.muted,
      alignment: alignment(column),
      verticalAlignment: 'bottom',
    }),
  )
}

function bodyRows(table: Table, drawn: DrawnTable, widths: readonly number[], context: PdfContext): PdfNode[][] {
  const body = tagIn(context.tag, 'TBody')
  const rows = drawn.total === undefined ? drawn.rows : [...drawn.rows, drawn.total]
  const keepOf = (row: number): PdfNode => {
    if (rows.length <= LAST_ROWS) return {}
    if (row === rows.length - 1) return { headlineLevel: KEEP.total, style: table.id }
    return row === rows.length - LAST_ROWS ? { headlineLevel: KEEP.lastRows, style: table.id } : {}
  }
  return rows.map((cells, r) => {
    const row = tagIn(body, 'TR')
    return cells.map((cell, i) => {
      const tag = i === 0 && namesRows(table.columns) ? tagIn(row, 'TH', { scope: 'Row' }) : tagIn(row, 'TD')
      return cellNode(
        cell,
        { ...context, tag, width: widths[i] ?? 0 },
        {
          alignment: alignment(table.columns[i]),
          ...(cells === drawn.total ? { bold: true } : {}),
          ...keepOf(r),
        },
      )
    })
  })
}

/** Rules between rows, a darker one below the head and above the total. */
export function ruled(hasTotal: boolean): PdfNode {
  const isStrong = (i: number, rows: number): boolean => i === 1 || (hasTotal && i === rows - 1)
  return {
    hLineWidth: (i: number, node: { table: { body: unknown[] } }) =>
      i === 0 ? 0 : isStrong(i, node.table.body.length) ? 0.8 : 0.5,
    hLineColor: (i: number, node: { table: { body: unknown[] } }) =>
      isStrong(i, node.table.body.length) ? INK.ink : INK.rule,
    vLineWidth: () => 0,
    paddingLeft: () => 0,
    paddingRight: (i: number, node: { table: { widths: unknown[] } }) => (i === node.table.widths.length - 1 ? 0 : GAP),
    paddingTop: () => 3.5,
    paddingBottom: () => 3.5,
  }
}

function alignment(column: Column | undefined): 'left' | 'right' {
  return column?.align === 'end' ? 'right' : 'left'
}

function cellNode(cell: Cell, context: PdfContext, style: PdfNode): PdfNode {
  const note = cell.note === undefined ? [] : [{ text: ` ${cell.note}`, sup: true, tag: context.tag }]
  const text = {
    text: [
      ...settled(cell.text, context).map((run) => ({
        ...run,
        tag: context.tag,
        ...(cell.note === undefined ? {} : { color: INK.muted }),
      })),
      ...note,
    ],
    ...style,
  }
  if (cell.bar === undefined) return text
  const length = Math.max(0.5, cell.bar * context.width)
  return {
    stack: [
      text,
      {
        canvas: [
          {
            type: 'rect',
            x: context.width - length,
            y: 1.5,
            w: length,
            h: 2.2,
            color: cell.isNegative ? INK.barLoss : INK.bar,
          },
        ],
      },
    ],
  }
}

/**
 * Widths in points that add up to the page: a column's share where it has one; numbers get the room they need on one
 * line; the other columns share what is left by the length of what stands in them. Numeric, because a token without a
 * break would push the columns to its right off the page.
 */
export function columnWidths(columns: readonly Column[], drawn: DrawnTable, available: number): number[] {
  const room = available - GAP * (columns.length - 1)
  const rows = drawn.total === undefined ? drawn.rows : [...drawn.rows, drawn.total]
  const needs = columns.map((column, i) => {
    const widest = rows.reduce((most, row) => Math.max(most, cellWidth(row[i], row === drawn.total)), 0)
    const longestWord = Math.max(
      ...breakable(printable(column.label))
        .split(/[\s\u200b]/)
        .map((word) => textWidth(word, SIZE)),
    )
    const label = textWidth(printable(column.label), SIZE)
    return column.align === 'end'
      ? Math.max(widest, longestWord, Math.min(label, 60))
      : Math.max(Math.min(widest, 260), longestWord, Math.min(label, 90))
  })
  const shares = columns.map((column) => (column.width === undefined ? undefined : column.width * room))
  const isFixed = (i: number): boolean => shares[i] !== undefined || columns[i]?.align === 'end'
  const fixed = columns.reduce(
    (sum, _, i) => sum + (isFixed(i) ? Math.max(shares[i] ?? 0, columns[i]?.align === 'end' ? (needs[i] ?? 0) : 0) : 0),
    0,
  )
  const flexible = columns.reduce((sum, _, i) => sum + (isFixed(i) ? 0 : (needs[i] ?? 0)), 0)
  const isFlexible = flexible > 0
  const left = Math.max(room - fixed, columns.filter((_, i) => !isFixed(i)).length * NARROWEST)
  const wanted = columns.map((column, i) => {
    if (isFixed(i)) return Math.max(shares[i] ?? 0, column.align === 'end' ? (needs[i] ?? 0) : 0, NARROWEST * 0.6)
    return Math.max(NARROWEST, (left * (needs[i] ?? 0)) / flexible)
  })
  // Too much is cut everywhere, too little goes to all: the sum is the page's width in either case.
  const sum = wanted.reduce((total, width) => total + width, 0)
  return sum > room || !isFlexible ? wanted.map((width) => (width * room) / sum) : wanted
}

function cellWidth(cell: Cell | undefined, isBold: boolean): number {
  if (cell === undefined) return 0
  return textWidth(cell.text.slice(0, 120), SIZE, isBold ? 'bold' : 'regular') + (cell.note === undefined ? 1 : 8)
}

import { phrase } from '../language.ts'
import type { Column, RowDetail, Table } from './document.ts'
import { decimalOf } from './format.ts'
import { linkTarget } from './inline.ts'
import { type Markup, markup } from './markup.ts'
import { type Cell, drawTable, moreWords, namesRows } from './table.ts'

/** Tables longer than this many rows can be sorted and filtered. */
const SORTABLE_ABOVE = 15

/** A table with its caption, notes, and the way to what was left out. `captionTag` is hidden when a chart has it. */
export function htmlTable(
  table: Table,
  id: string,
  options: { isCaptionHidden?: boolean; isStatic?: boolean } = {},
): Markup {
  const drawn = drawTable(table)
  const isSortable = !options.isStatic && table.rows.length > SORTABLE_ABOVE
  const opens = table.details?.some((detail) => detail !== null) ?? false
  const noteId = (n: number): string => `${id}-note-${n}`
  const cells = (row: readonly Cell[], rowHead: string, opener?: Markup): Markup[] =>
    row.map((cell, i) =>
      htmlCell(cell, table.columns[i], {
        isHead: i === 0 && namesRows(table.columns),
        rowHead,
        isSortable,
        noteId,
        opener: i === 0 ? opener : undefined,
      }),
    )
  return markup`<div class="table" id="${id}"${isSortable ? markup` data-sortable` : undefined}>
<div class="scroll" role="region" aria-labelledby="${id}-caption" tabindex="0"><table>
<caption id="${id}-caption"${options.isCaptionHidden ? markup` class="hidden"` : undefined}>${table.caption}</caption>
<thead><tr>${table.columns.map((column) => markup`<th scope="col"${endAligned(column)}>${column.label}</th>`)}</tr></thead>
${opens ? openingRows(table, id, (row, opener) => cells(drawn.rows[row] ?? [], 'row', opener)) : markup`<tbody>${drawn.rows.map((row) => markup`<tr>${cells(row, 'row')}</tr>`)}</tbody>`}
${drawn.total === undefined ? undefined : markup`<tfoot><tr>${cells(drawn.total, 'row')}</tr></tfoot>`}
</table></div>
${drawn.notes.length === 0 ? undefined : markup`<ol class="notes">${drawn.notes.map((note, i) => markup`<li id="${noteId(i + 1)}">${note}</li>`)}</ol>`}
${moreOf(table)}
</div>`
}

function moreOf(table: Table): Markup | undefined {
  const more = moreWords(table)
  if (more === undefined) return undefined
  const to = table.file === undefined ? undefined : linkTarget(table.file)
  return markup`<p class="more">${to === undefined ? more : markup`<a href="${to}">${more}</a>`}</p>`
}

function endAligned(column: Column | undefined): Markup | undefined {
  return column?.align === 'end' ? markup` class="end"` : undefined
}

interface CellContext {
  isHead: boolean
  rowHead: string
  isSortable: boolean
  noteId(n: number): string
  opener: Markup | undefined
}

function htmlCell(cell: Cell, column: Column | undefined, context: CellContext): Markup {
  const content = markup`${context.opener}${cell.note === undefined ? cell.text : markup`<span class="unknown">${cell.text}</span><sup><a href="#${context.noteId(cell.note)}" aria-label="${phrase`reason ${cell.note}`}">${cell.note}</a></sup>`}${barOf(cell)}`
  const key = context.isSortable ? markup` data-key="${sortKey(cell)}"` : undefined
  return context.isHead
    ? markup`<th scope="${context.rowHead}"${key}>${content}</th>`
    : markup`<td${endAligned(column)}${key}>${content}</td>`
}

/** A bar under the number, in the colour of loss below zero. */
function barOf(cell: Cell): Markup | undefined {
  if (cell.bar === undefined) return undefined
  const width = (cell.bar * 100).toFixed(2)
  return markup`<svg class="bar${cell.isNegative ? ' loss' : ''}" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect x="${(100 - Number(width)).toFixed(2)}" width="${width}" height="4"/></svg>`
}

/** What the script sorts by: exact digits, ISO days, or the text. */
function sortKey(cell: Cell): string {
  const { value } = cell
  if (value.kind === 'day') return value.day
  if (value.kind === 'moment') return String(value.at)
  return decimalOf(value) ?? (value.kind === 'unknown' ? '' : cell.text)
}

/** Rows that open: one group per row, so that sorting keeps row and detail together. Without script all stand open. */
function openingRows(table: Table, id: string, cells: (row: number, opener?: Markup) => Markup[]): Markup {
  return markup`${table.rows.map((_, i) => {
    const detail = table.details?.[i]
    if (!detail) return markup`<tbody><tr>${cells(i)}</tr></tbody>`
    const detailId = `${id}-row-${i + 1}`
    const opener = markup`<button type="button" class="opener" aria-expanded="true" aria-controls="${detailId}" aria-label="${detail.label}" hidden></button>`
    return markup`<tbody><tr>${cells(i, opener)}</tr><tr class="detail" id="${detailId}"><td colspan="${table.columns.length}">${detailTable(detail)}</td></tr></tbody>`
  })}`
}

function detailTable(detail: RowDetail): Markup {
  const { rows } = drawTable(detail)
  return markup`<table class="small"><caption>${detail.label}</caption><thead><tr>${detail.columns.map((column) => markup`<th scope="col"${endAligned(column)}>${column.label}</th>`)}</tr></thead><tbody>${rows.map((row) => markup`<tr>${row.map((cell, i) => markup`<td${endAligned(detail.columns[i])}>${cell.text}${barOf(cell)}</td>`)}</tr>`)}</tbody></table>`
}

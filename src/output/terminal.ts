/** Rows for a terminal or for a script that reads one. */
export interface Listing {
  columns: readonly {
    key: string
    label: string
    align?: 'start' | 'end' /** May be cut in the middle to fit the terminal. */
    isLong?: boolean
  }[]
  rows: readonly (readonly (string | null)[])[]
}

/** Text of strangers without anything that a terminal would obey: controls, escapes and marks that turn the direction. */
export function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
}

/** Columns side by side, two blanks apart; on a terminal of `width` columns the long column is cut in its middle. */
export function drawTable({ columns, rows }: Listing, width?: number): string {
  const texts = rows.map((row) => row.map((cell) => oneLine(cell ?? '')))
  const widths = columns.map((column, i) => Math.max(length(column.label), ...texts.map((row) => length(row[i] ?? ''))))
  const total = widths.reduce((sum, one) => sum + one + 2, -2)
  const long = columns.findIndex((column) => column.isLong)
  if (width !== undefined && total > width && long >= 0)
    widths[long] = Math.max(12, (widths[long] ?? 0) - (total - width))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => {
        const room = widths[i] ?? 0
        const text = i === long ? cutMiddle(cell, room) : cell
        const gap = ' '.repeat(Math.max(0, room - length(text)))
        return columns[i]?.align === 'end' ? gap + text : text + gap
      })
      .join('  ')
      .trimEnd()
  return [columns.map((column) => column.label), ...texts].map((cells) => `${line(cells)}\n`).join('')
}

/** Tab-separated values with a header; tabs and line breaks within a value become blanks. */
export function drawTsv({ columns, rows }: Listing): string {
  return [columns.map((column) => column.key), ...rows.map((row) => row.map((cell) => oneLine(cell ?? '')))]
    .map((cells) => `${cells.join('\t')}\n`)
    .join('')
}

/** JSON for scripts, indented, with a line break at its end. */
export function drawJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function oneLine(text: string): string {
  return printable(text.replaceAll(/[\t\r\n]+/g, ' '))
}

function cutMiddle(text: string, room: number): string {
  const letters = [...text]
  if (letters.length <= room) return text
  const end = Math.ceil((room - 1) / 2)
  return `${letters.slice(0, room - 1 - end).join('')}…${letters.slice(letters.length - end).join('')}`
}

function length(text: string): number {
  return [...text].length
}

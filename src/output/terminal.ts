/** Rows for a terminal or for a script that reads one. */
export interface Listing {
  columns: readonly {
    key: string
    label: string
    align?: 'start' | 'end'
  }[]
  rows: readonly (readonly (string | null)[])[]
}

/** Text of strangers without anything that a terminal would obey: controls, escapes and marks that turn the direction. */
export function harmless(text: string): string {
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
}

/** Columns side by side, two blanks apart. */
export function drawTable({ columns, rows }: Listing): string {
  const texts = rows.map((row) => row.map((cell) => oneLine(cell ?? '')))
  const widths = columns.map((column, i) => Math.max(length(column.label), ...texts.map((row) => length(row[i] ?? ''))))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => {
        const room = widths[i] ?? 0
        const gap = ' '.repeat(Math.max(0, room - length(cell)))
        return columns[i]?.align === 'end' ? gap + cell : cell + gap
      })
      .join('  ')
      .trimEnd()
  const header = columns.some((column) => column.label !== '') ? [columns.map((column) => column.label)] : []
  return [...header, ...texts].map((cells) => `${line(cells)}\n`).join('')
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
  return harmless(text.replaceAll(/[\t\r\n]+/g, ' '))
}

/** At most so many characters, with an ellipsis in the middle: the ends of paths tell them apart. */
export function cutMiddle(text: string, room: number): string {
  const letters = [...text]
  if (letters.length <= room) return text
  const end = Math.ceil((room - 1) / 2)
  return `${letters.slice(0, room - 1 - end).join('')}…${letters.slice(letters.length - end).join('')}`
}

function length(text: string): number {
  return [...text].length
}

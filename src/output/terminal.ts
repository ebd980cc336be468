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

/** Lines broken at blanks to fit a terminal, going on two blanks further in; unchanged where there is no terminal. */
export function fitted(text: string, width: number | undefined): string {
  if (width === undefined) return text
  return text
    .split('\n')
    .map((line) => fittedLine(line, width))
    .join('\n')
}

function fittedLine(line: string, width: number): string {
  if (length(line) <= width) return line
  const start = /^ */.exec(line)?.[0] ?? ''
  const lines = [start]
  for (const word of line.trim().split(' ')) {
    const last = lines.at(-1) ?? ''
    const isFirst = last.trim() === ''
    if (isFirst || length(last) + 1 + length(word) <= width)
      lines[lines.length - 1] = isFirst ? last + word : `${last} ${word}`
    else lines.push(`${start}  ${word}`)
  }
  return lines.join('\n')
}

/** The first line in bold. */
export function emphasised(text: string): string {
  return text.replace(/^.*/, (line) => `\u001b[1m${line}\u001b[0m`)
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

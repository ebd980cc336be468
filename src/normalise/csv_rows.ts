/** Comma, or semicolon where the header line has no comma: spreadsheet programs of some countries save it so. */
export function csvDelimiter(text: string): ',' | ';' {
  const header = /^.*/.exec(text)?.[0] ?? ''
  return !header.includes(',') && header.includes(';') ? ';' : ','
}

/** The first rows of a CSV (RFC 4180), the header being the first; the last may break off. */
export function csvRows(text: string, limit: number): string[][] {
  const delimiter = csvDelimiter(text)
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted = false
  for (let at = 0; at < text.length && rows.length < limit; at += 1) {
    const char = text[at]
    if (quoted) {
      if (char !== '"') cell += char
      else if (text[at + 1] === '"') {
        cell += '"'
        at += 1
      } else quoted = false
    } else if (char === '"' && cell === '') quoted = true
    else if (char === delimiter) {
      row.push(cell)
      cell = ''
    } else if (char === '\n') {
      rows.push([...row, cell.replace(/\r$/, '')])
      row = []
      cell = ''
    } else cell += char
  }
  if (rows.length < limit && (row.length > 0 || cell !== '')) rows.push([...row, cell])
  return rows
}

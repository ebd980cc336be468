import { costSchema } from './cost_schema.ts'

/** The header record of a cost CSV: which of the two delimiters separates it, and its names in the file's order. */
export interface CostHeader {
  delimiter: ',' | ';'
  names: readonly string[]
}

/**
 * The header of a CSV that is a cost file, from the head of its text; null when it is none. A semicolon is taken only
 * where the names of a cost file stand between semicolons (a spreadsheet program saved it so).
 */
export function costHeader(head: string): CostHeader | null {
  for (const delimiter of [',', ';'] as const) {
    const names = firstRecord(head, delimiter)
    if (costSchema(names) !== null) return { delimiter, names }
  }
  return null
}

/** The fields of the first record (RFC 4180). */
export function firstRecord(text: string, delimiter: string): string[] {
  const fields: string[] = []
  let field = ''
  let quoted = false
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]
    if (quoted) {
      if (char !== '"') field += char
      else if (text[at + 1] === '"') {
        field += '"'
        at += 1
      } else quoted = false
    } else if (char === '"' && field === '') quoted = true
    else if (char === delimiter) {
      fields.push(field)
      field = ''
    } else if (char === '\n' || char === '\r') break
    else field += char
  }
  return [...fields, field].map((name) => name.trim())
}

/**
 * What the first stretch of a record file shows: its shape, and the first records in it. The text may break off
 * anywhere, so the values are read as far as they go.
 */
export interface RecordHead {
  shape: RecordShape
  /** The first records, pages unwrapped; cells of a CSV are text. */
  records: readonly FoldedRecord[]
  /** Folded keys of the first page around the records; empty when they stand alone. */
  pageKeys: ReadonlyMap<string, unknown>
}

/**
 * How the values lie in the file, which decides the reader: one JSON array, one value a line, values of any layout one
 * after the other, or CSV.
 */
export type RecordShape = 'array' | 'lines' | 'values' | 'csv'

/** A record's members by folded key. */
export type FoldedRecord = ReadonlyMap<string, unknown>

/**
 * A key without case, blanks and punctuation: `Device ID`, `DeviceId` and `device_id` are one. Every lookup of a key
 * goes by its folded form, as exports spell the same field in many ways.
 */
export function foldKey(key: string): string {
  return key.toLowerCase().replace(/[^a-z0-9]/g, '')
}

/** Reads the head of a JSON or CSV file; null when it is neither. */
export function readHead(head: string): RecordHead | null {
  const text = head.trimStart()
  const first = text[0]
  if (first === undefined) return null
  if (first !== '{' && first !== '[') return csvHead(text)
  const { values, firstEnd } = leadingValues(text)
  if (values.length === 0) return null
  const rest = text.slice(firstEnd)
  const oneLine = firstEnd > 0 && !text.slice(0, firstEnd).includes('\n') && /^[ \t\r]*\n\s*\{/.test(rest)
  const shape = first === '[' ? 'array' : oneLine ? 'lines' : 'values'
  let pageKeys: ReadonlyMap<string, unknown> = new Map()
  const records: FoldedRecord[] = []
  for (const value of first === '[' ? ((values[0] as unknown[]) ?? []) : values) {
    if (!isObject(value)) continue
    const folded = fold(value)
    const inner = unwrap(folded)
    if (inner === null) records.push(folded)
    else {
      if (pageKeys.size === 0) pageKeys = folded
      records.push(...inner)
    }
    if (records.length >= 50) break
  }
  return { shape, records, pageKeys }
}

/** Top-level keys under which a page keeps its records, folded. */
export const PAGE_KEYS = ['value', 'data', 'items', 'results', 'records'] as const

function unwrap(page: FoldedRecord): FoldedRecord[] | null {
  if (page.has('interactions')) return recordedTraffic(page.get('interactions'))
  if (page.has('tables') && Array.isArray(page.get('tables'))) {
    return (page.get('tables') as unknown[]).flatMap((table) => (isObject(table) ? tableRecords(table) : []))
  }
  for (const key of PAGE_KEYS) {
    const inner = page.get(key)
    if (Array.isArray(inner)) return inner.filter(isObject).map(fold)
    if (key === 'data' && isObject(inner)) {
      if ('columns' in inner && 'rows' in inner) return tableRecords(inner)
      if (Object.keys(inner).every((name) => /^\d+$/.test(name))) return Object.values(inner).filter(isObject).map(fold)
    }
  }
  return null
}

function recordedTraffic(interactions: unknown): FoldedRecord[] {
  if (!Array.isArray(interactions)) return []
  return interactions.flatMap((interaction) => {
    const body = (interaction as { response?: { body?: { data?: unknown } } })?.response?.body?.data
    if (!isObject(body)) return []
    const folded = fold(body)
    return unwrap(folded) ?? [folded]
  })
}

function tableRecords(table: Record<string, unknown>): FoldedRecord[] {
  const names = Array.isArray(table['columns'])
    ? table['columns'].map((column) => String((column as { name?: unknown })?.name ?? column))
    : []
  const rows = Array.isArray(table['rows']) ? table['rows'] : []
  return rows
    .filter(Array.isArray)
    .map((row) => new Map(names.map((name, at) => [foldKey(name), (row as unknown[])[at]])))
}

function fold(value: Record<string, unknown>): FoldedRecord {
  return new Map(Object.entries(value).map(([key, inner]) => [foldKey(key), inner]))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The JSON values at the start of a text that may break off: whole ones, and the last as far as it goes. */
function leadingValues(text: string): { values: unknown[]; firstEnd: number } {
  const values: unknown[] = []
  let firstEnd = 0
  let start = 0
  while (values.length < 50) {
    while (start < text.length && /\s/.test(text[start] ?? '')) start += 1
    if (text[start] !== '{' && text[start] !== '[') break
    const value = oneValue(text, start)
    if (value === null) break
    values.push(value.value)
    if (!value.whole) break
    if (firstEnd === 0) firstEnd = value.end
    start = value.end
  }
  return { values, firstEnd }
}

function oneValue(text: string, start: number): { value: unknown; end: number; whole: boolean } | null {
  const open: string[] = []
  let cut = { at: -1, closers: '' }
  let inString = false
  for (let at = start; at < text.length; at += 1) {
    const char = text[at]
    if (inString) {
      if (char === '\\') at += 1
      else if (char === '"') inString = false
    } else if (char === '"') inString = true
    else if (char === '{' || char === '[') {
      open.push(char === '{' ? '}' : ']')
      cut = { at: at + 1, closers: [...open].reverse().join('') }
    } else if (char === '}' || char === ']') {
      if (open.pop() !== char) return null
      if (open.length === 0) return parsed(text.slice(start, at + 1), at + 1, true)
      cut = { at: at + 1, closers: [...open].reverse().join('') }
    } else if (char === ',') cut = { at, closers: [...open].reverse().join('') }
  }
  return cut.at < 0 ? null : parsed(text.slice(start, cut.at) + cut.closers, text.length, false)
}

function parsed(json: string, end: number, whole: boolean): { value: unknown; end: number; whole: boolean } | null {
  try {
    return { value: JSON.parse(json), end, whole }
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function csvHead(text: string): RecordHead | null {
  const [names, ...rows] = csvRows(text, 20)
  if (names === undefined || names.length < 2) return null
  const records = rows
    .filter((row) => row.length === names.length)
    .map((row) => new Map(names.map((name, at) => [foldKey(name), row[at]])))
  return {
    shape: 'csv',
    records: records.length > 0 ? records : [new Map(names.map((name) => [foldKey(name), undefined]))],
    pageKeys: new Map(),
  }
}

/** The first rows of a CSV (RFC 4180, comma), the header being the first; a last row that breaks off is left out. */
export function csvRows(text: string, limit: number): string[][] {
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
    else if (char === ',') {
      row.push(cell)
      cell = ''
    } else if (char === '\n') {
      rows.push([...row, cell.replace(/\r$/, '')])
      row = []
      cell = ''
    } else cell += char
  }
  if (rows.length === 0 && row.length > 0) rows.push([...row, cell])
  return rows
}

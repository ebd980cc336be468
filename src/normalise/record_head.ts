import { csvRows } from './csv_rows.ts'
import { leadingValues } from './json_prefix.ts'

/**
 * What the first stretch of a record file shows: its shape, and the first records in it. The text may break off
 * anywhere, so the values are read as far as they go.
 */
export interface RecordHead {
  shape: RecordShape
  /** The first records, pages unwrapped; cells of a CSV are text. */
  records: readonly FoldedRecord[]
  /** Folded keys of the first page around the records; empty when they stand alone. */
  pageKeys: FoldedRecord
  /** False when the first value breaks off or is broken within this stretch. */
  isWhole: boolean
  /** How pages hold their records; null when the records stand alone. */
  page: PageForm | null
}

/**
 * `list`: under a key that holds an array. `map`: under a key that holds an object with the records as members. `table`:
 * under a key that holds columns and rows, or a list of such tables. `traffic`: recorded requests and answers, each body
 * a page or a record of its own.
 */
export type PageForm = { form: 'list' | 'map' | 'table'; key: string } | { form: 'traffic' }

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
  let pageKeys: FoldedRecord = new Map()
  let page: PageForm | null = null
  const records: FoldedRecord[] = []
  for (const value of first === '[' ? ((values[0] as unknown[]) ?? []) : values) {
    if (!isObject(value)) continue
    const form = pageForm(value)
    if (form === null) records.push(fold(value))
    else {
      if (page === null) {
        page = form
        pageKeys = fold(value)
      }
      records.push(...unwrapped(value, form))
    }
    if (records.length >= 50) break
  }
  return { shape, records, pageKeys, isWhole: firstEnd > 0, page }
}

/** Top-level keys under which a page keeps its records, folded. */
export const PAGE_KEYS = ['value', 'values', 'data', 'items', 'results', 'records'] as const

/** How a JSON object is a page, from the first of the keys that hold records; null when it is a record itself. */
function pageForm(value: Record<string, unknown>): PageForm | null {
  const keys = new Map(Object.keys(value).map((key) => [foldKey(key), key]))
  if (Array.isArray(value[keys.get('interactions') ?? ''])) return { form: 'traffic' }
  const tables = keys.get('tables')
  if (tables !== undefined && Array.isArray(value[tables])) return { form: 'table', key: tables }
  for (const folded of PAGE_KEYS) {
    const key = keys.get(folded)
    if (key === undefined) continue
    const inner = value[key]
    if (Array.isArray(inner)) return { form: 'list', key }
    if (folded !== 'data' || !isObject(inner)) continue
    if ('columns' in inner || 'rows' in inner) return { form: 'table', key }
    if (Object.keys(inner).every((name) => /^\d+$/.test(name))) return { form: 'map', key }
  }
  return null
}

function unwrapped(page: Record<string, unknown>, form: PageForm): FoldedRecord[] {
  if (form.form === 'traffic') return recordedTraffic(page.interactions)
  const inner = page[form.key]
  if (form.form === 'table') return (Array.isArray(inner) ? inner : [inner]).filter(isObject).flatMap(tableRecords)
  return (Array.isArray(inner) ? inner : Object.values(inner as object)).filter(isObject).map(fold)
}

function recordedTraffic(interactions: unknown): FoldedRecord[] {
  if (!Array.isArray(interactions)) return []
  return interactions.flatMap((interaction) => {
    const body = (interaction as { response?: { body?: { data?: unknown } } })?.response?.body?.data
    if (!isObject(body)) return []
    const form = pageForm(body)
    return form === null ? [fold(body)] : unwrapped(body, form)
  })
}

function tableRecords(table: Record<string, unknown>): FoldedRecord[] {
  const names = Array.isArray(table.columns)
    ? table.columns.map((column) => String((column as { name?: unknown })?.name ?? column))
    : []
  const rows = Array.isArray(table.rows) ? table.rows : []
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
    isWhole: true,
    page: null,
  }
}

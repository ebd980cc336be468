import { EXIT, HourwiseError } from '../errors.ts'
import { type CostSchema, costSchema } from './cost_schema.ts'
import { foldKey, readHead } from './record_head.ts'
import type { FoundFile } from './source_file.ts'
import { readJson } from './source_json.ts'

/** The lines of an API answer about cost, as a table of texts. */
export interface CostTable {
  names: readonly string[]
  rows: readonly (readonly (string | null)[])[]
  /** The last page names a next one: more lines exist than this file holds. */
  hasNext: boolean
  schema: CostSchema
}

/** What the head of a JSON file says of cost: an answer that can be read, or why one cannot; null when it is none. */
export type CostJsonForm = { form: 'usage details' | 'cost query' } | { reason: string } | null

const LARGEST_BYTES = 400 * 1024 * 1024

/** Which answer about cost the head of a JSON file shows. */
export function recogniseCostJson(head: string): CostJsonForm {
  const read = /^\s*[[{]/.test(head) ? readHead(head) : null
  const [record] = read?.records ?? []
  if (read === null || record === undefined || read.pageKeys.has('interactions')) return null
  if (record.has('responses') && record.has('parameters')) return null
  const inner = record.get('properties')
  const keys = new Set([...record.keys(), ...(isObject(inner) ? Object.keys(inner).map(foldKey) : [])])
  if (keys.has('columns') && (keys.has('rows') || /query$/i.test(String(record.get('type'))))) {
    const names = [...head.matchAll(/"name"\s*:\s*"([^"\\]+)"\s*,\s*"type"\s*:\s*"(?:Number|String|Datetime)"/gi)]
    const columns = names.map((match) => String(match[1]))
    if (!columns.some((name) => /cost/i.test(name))) return null
    if (costSchema(columns) !== null) return { form: 'cost query' }
    return {
      reason: `a cost query without day and meter (columns ${columns.join(', ')}); query daily, by ResourceId and Meter`,
    }
  }
  const isUsage = /^microsoft\.consumption\/usagedetails$/i.test(String(record.get('type')))
  const hasCost = keys.has('pretaxcost') || keys.has('costinbillingcurrency') || keys.has('cost')
  const hasMeter = keys.has('meterid') || keys.has('product') || keys.has('meterdetails')
  const isLine = hasCost && hasMeter && (keys.has('date') || keys.has('usagestart'))
  return isUsage || isLine ? { form: 'usage details' } : null
}

/**
 * Reads an API answer. Numbers are kept as the text they are in the file, so that no digit is lost. The whole file is
 * held in memory; one beyond 400 MB is refused, as the service itself advises exports for so much.
 */
export async function readCostJson(file: FoundFile): Promise<CostTable> {
  if (file.bytes > LARGEST_BYTES) {
    throw new HourwiseError(EXIT.input, 'the API answer is too large to be read as one piece', {
      where: file.path,
      details: [`it has ${file.bytes} bytes, at most ${LARGEST_BYTES} are read`],
      next: 'Use a Cost Management export (CSV or Parquet) for this many lines.',
    })
  }
  const pages = pagesOf(await readJson(file, quoteNumbers))
  const last = pages.at(-1)
  const lines = pages.flatMap(linesOf)
  const names: string[] = []
  const places = new Map<string, number>()
  for (const line of lines) {
    for (const name of Object.keys(line)) {
      if (!places.has(name)) places.set(name, names.push(name) - 1)
    }
  }
  const schema = costSchema(names)
  if (schema === null && lines.length > 0) {
    throw new HourwiseError(EXIT.input, 'the answer about cost has no daily cost with a meter or product', {
      where: file.path,
      details: [`its columns are ${names.join(', ')}`],
      next: 'Query with daily granularity, grouped by ResourceId and Meter, or use an export.',
    })
  }
  const rows = lines.map((line) => {
    const row: (string | null)[] = names.map(() => null)
    for (const [name, value] of Object.entries(line)) row[places.get(name) as number] = cell(value)
    return row
  })
  const isQuery = pages.some((page) => isObject(page) && columnsOf(page) !== null)
  // An answer without lines has the least columns that make a cost file.
  const held = schema === null ? ['Cost', 'Date', 'MeterName'] : names
  const found = schema ?? (costSchema(held) as CostSchema)
  return {
    names: held,
    rows,
    hasNext: nextOf(last),
    schema: { ...found, name: isQuery ? 'cost query' : 'usage details' },
  }
}

/** JSON with every number quoted, so that it arrives as the text it was. */
function quoteNumbers(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) => (token[0] === '"' ? token : `"${token}"`))
}

/** The pages of a file: one, or a list of them. */
function pagesOf(value: unknown): unknown[] {
  const isPage = (item: unknown) => isObject(item) && ('value' in item || columnsOf(item) !== null)
  return Array.isArray(value) && value.some(isPage) ? value : [value]
}

function linesOf(page: unknown): Record<string, unknown>[] {
  if (Array.isArray(page)) return page.filter(isObject).map(flatLine)
  if (!isObject(page)) return []
  const table = columnsOf(page)
  if (table !== null) {
    const names = table.columns.map((column) => (isObject(column) ? String(column['name']) : String(column)))
    const scope = scopeOf(page)
    return table.rows
      .filter(Array.isArray)
      .map((row) => ({ ...scope, ...Object.fromEntries(names.map((name, at) => [name, (row as unknown[])[at]])) }))
  }
  return Array.isArray(page['value']) ? page['value'].filter(isObject).map(flatLine) : [flatLine(page)]
}

/** The subscription that a query was asked of, from the answer's id: lines that name no resource belong to it, too. */
function scopeOf(page: Record<string, unknown>): { SubscriptionId?: string } {
  const id = /^\/?subscriptions\/([^/]+)\/providers\/Microsoft\.CostManagement\/query\//i.exec(
    String(page['id'] ?? ''),
  )?.[1]
  return id === undefined ? {} : { SubscriptionId: id }
}

function columnsOf(page: Record<string, unknown>): { columns: unknown[]; rows: unknown[] } | null {
  const inner = isObject(page['properties']) ? page['properties'] : page
  const { columns, rows } = inner
  return Array.isArray(columns) ? { columns, rows: Array.isArray(rows) ? rows : [] } : null
}

/** A usage-details record: `properties` and `meterDetails` laid flat, the record's own tags kept. */
function flatLine(record: Record<string, unknown>): Record<string, unknown> {
  const { properties, meterDetails: outer, id: _id, name: _name, type: _type, kind: _kind, ...rest } = record
  const { meterDetails, ...inner } = isObject(properties) ? properties : {}
  const meter = isObject(meterDetails) ? meterDetails : isObject(outer) ? outer : {}
  return { ...rest, ...meter, ...inner }
}

function nextOf(page: unknown): boolean {
  if (!isObject(page)) return false
  const inner = isObject(page['properties']) ? page['properties'] : {}
  return [page['nextLink'], inner['nextLink'], page['@odata.nextLink']].some(
    (link) => typeof link === 'string' && link !== '',
  )
}

function cell(value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

import { type KqlExpression, parseKql } from './kql_parse.ts'
import type { JsonRecord } from './tenant.ts'

/** The result of a query: rows in order, and whether the service may give it page by page. */
export interface KqlResult {
  readonly rows: JsonRecord[]
  /** Whether `order by` fixes the order; without it, two pages of the real service need not fit together. */
  readonly ordered: boolean
  /** `limit`, `take` and `sample` give one page and no more. */
  readonly limited: boolean
}

/**
 * Runs the part of Kusto that a collector needs over the records of one table: `where`, `extend`, `project`, `order by`
 * and `limit`. Throws on everything else, as the service would answer 400.
 */
export function runKql(query: string, tables: Readonly<Record<string, readonly JsonRecord[]>>): KqlResult {
  const { table, operators } = parseKql(query)
  const source = tables[table]
  if (source === undefined) throw new SyntaxError(`'${table}' is no table`)
  let rows: JsonRecord[] = [...source]
  let ordered = false
  let limited = false
  for (const operator of operators) {
    switch (operator.kind) {
      case 'where':
        rows = rows.filter((row) => value(operator.condition, row) === true)
        break
      case 'extend':
        rows = rows.map((row) => ({ ...row, ...columns(operator.columns, row) }))
        break
      case 'project':
        rows = rows.map((row) => columns(operator.columns, row))
        break
      case 'order': {
        ordered = true
        rows = rows.toSorted((a, b) => {
          for (const { by, descending } of operator.keys) {
            const order = compare(value(by, a), value(by, b))
            if (order !== 0) return descending ? -order : order
          }
          return 0
        })
        break
      }
      case 'limit':
        limited = true
        rows = rows.slice(0, operator.count)
    }
  }
  return { rows, ordered, limited }
}

function columns(wanted: readonly { name: string; value: KqlExpression }[], row: JsonRecord): JsonRecord {
  const result: JsonRecord = {}
  // A column may name those before it; one scope for all, as a copy each is slow over 100,000 rows.
  const scope = { ...row }
  for (const column of wanted) {
    result[column.name] = value(column.value, scope) ?? null
    scope[column.name] = result[column.name]
  }
  return result
}

function value(expression: KqlExpression, row: JsonRecord): unknown {
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'column':
      return row[expression.name]
    case 'member': {
      const holder = value(expression.of, row)
      const key = value(expression.key, row)
      return typeof holder === 'object' && holder !== null ? (holder as JsonRecord)[String(key)] : undefined
    }
    case 'call':
      return call(
        expression.name,
        expression.arguments.map((argument) => value(argument, row)),
      )
    case 'and':
      return value(expression.left, row) === true && value(expression.right, row) === true
    case 'or':
      return value(expression.left, row) === true || value(expression.right, row) === true
    case 'compare':
      return holds(
        expression.operator,
        value(expression.left, row),
        expression.right.map((item) => value(item, row)),
      )
  }
}

const text = (given: unknown): string =>
  given === undefined || given === null ? '' : typeof given === 'object' ? JSON.stringify(given) : String(given)

const number = (given: unknown): number | null => {
  const parsed = Number(text(given) || Number.NaN)
  return Number.isNaN(parsed) ? null : parsed
}

function call(name: string, given: readonly unknown[]): unknown {
  const [first, second, third] = given
  switch (name) {
    case 'tostring':
      return text(first)
    case 'tolower':
      return text(first).toLowerCase()
    case 'toupper':
      return text(first).toUpperCase()
    case 'toint':
    case 'tolong':
    case 'todouble':
      return number(first)
    case 'tobool':
      return text(first) === '' ? null : /^(true|1)$/i.test(text(first))
    case 'todatetime':
    case 'datetime': {
      const at = Date.parse(/^\d{4}-\d\d-\d\d(T.*)?$/.test(text(first)) ? text(first) : '')
      return Number.isNaN(at) ? null : new Date(at).toISOString()
    }
    case 'coalesce':
      return given.find((item) => text(item) !== '')
    case 'split':
      return text(first).split(text(second))
    case 'extract':
      return new RegExp(text(first).replace(/^\(\?i\)/, ''), text(first).startsWith('(?i)') ? 'i' : '').exec(
        text(third),
      )?.[Number(second)]
    case 'strcat':
      return given.map(text).join('')
    case 'isempty':
      return text(first) === ''
    case 'isnotempty':
      return text(first) !== ''
    case 'iff':
    case 'iif':
      return first === true ? second : third
    case 'not':
      return first !== true
    case 'array_length':
      return Array.isArray(first) ? first.length : null
    case 'pack':
    case 'bag_pack':
      return Object.fromEntries(
        Array.from({ length: given.length / 2 }, (_, i) => [text(given[2 * i]), given[2 * i + 1]]),
      )
    default:
      throw new SyntaxError(`'${name}' is no function that is known here`)
  }
}

function holds(operator: string, left: unknown, right: readonly unknown[]): boolean {
  const [first, second] = right
  const folded = text(left).toLowerCase()
  const other = text(first).toLowerCase()
  switch (operator) {
    case '==':
      return text(left) === text(first)
    case '!=':
      return text(left) !== text(first)
    case '=~':
      return folded === other
    case '!~':
      return folded !== other
    case 'in':
      return right.some((item) => text(item) === text(left))
    case 'in~':
      return right.some((item) => text(item).toLowerCase() === folded)
    case 'contains':
      return folded.includes(other)
    case 'startswith':
      return folded.startsWith(other)
    case 'endswith':
      return folded.endsWith(other)
    case 'has':
      return hasTerm(folded, other)
    case 'has_any':
      return right.some((item) => hasTerm(folded, text(item).toLowerCase()))
    case 'between':
      return compare(left, first) >= 0 && compare(left, second) <= 0
    case '>':
      return compare(left, first) > 0
    case '>=':
      return compare(left, first) >= 0
    case '<':
      return compare(left, first) < 0
    case '<=':
      return compare(left, first) <= 0
    default:
      throw new SyntaxError(`'${operator}' is no operator that is known here`)
  }
}

/** `has` finds whole terms only: letters and digits may not go on at either end. */
function hasTerm(haystack: string, term: string): boolean {
  const escaped = term.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const before = /^[a-z0-9]/.test(term) ? '(?<![a-z0-9])' : ''
  const after = /[a-z0-9]$/.test(term) ? '(?![a-z0-9])' : ''
  return new RegExp(before + escaped + after).test(haystack)
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [x, y] = [text(a), text(b)]
  return x < y ? -1 : x > y ? 1 : 0
}

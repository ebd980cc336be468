import type { DayText, DecimalText } from '../types.ts'
import type { Engine, SqlValue } from './engine.ts'
import { modelText } from './model.ts'

/**
 * What a column of a query holds: `amount` exact decimal text, `int` a count that fits a JavaScript number, `seconds` a
 * BIGINT as text. A `?` allows NULL; without it a NULL is a bug.
 */
export type QueryColumn = 'text' | 'int' | 'seconds' | 'boolean' | 'date' | 'amount'
type Declared = QueryColumn | `${QueryColumn}?`

const SQL_TYPES: Record<QueryColumn, RegExp> = {
  text: /^VARCHAR$/,
  int: /^(INTEGER|SMALLINT|TINYINT)$/,
  seconds: /^BIGINT$/,
  boolean: /^BOOLEAN$/,
  date: /^DATE$/,
  amount: /^DECIMAL\(38,24\)$/,
}

interface TypeScriptType {
  text: string
  int: number
  seconds: string
  boolean: boolean
  date: DayText
  amount: DecimalText
}

type Cell<C extends Declared> = C extends `${infer Base extends QueryColumn}?`
  ? TypeScriptType[Base] | null
  : C extends QueryColumn
    ? TypeScriptType[C]
    : never

/** A `.sql` file and the columns that it gives, declared once. */
export interface Query<Columns extends Readonly<Record<string, Declared>>> {
  /** Path of the file from the package root; one bare `select`. */
  readonly file: string
  readonly columns: Columns
}

/** The type of one row of a query. */
export type RowOf<Q> =
  Q extends Query<infer Columns> ? { readonly [Name in keyof Columns]: Cell<Columns[Name]> } : never

/** The rows of a record of queries, by name. */
export type RowsOf<Queries> = { readonly [Name in keyof Queries]: readonly RowOf<Queries[Name]>[] }

/** Declares a query; the type of its rows follows from the columns. */
export function defineQuery<const Columns extends Readonly<Record<string, Declared>>>(
  query: Query<Columns>,
): Query<Columns> {
  return query
}

/** Runs a query. A column that is missing, too many, of another type or unexpectedly NULL is a bug and says which. */
export async function runQuery<Columns extends Readonly<Record<string, Declared>>>(
  engine: Engine,
  query: Query<Columns>,
): Promise<RowOf<Query<Columns>>[]> {
  const sql = modelText(query.file)
  try {
    checkColumns(query, await engine.describe(sql))
    const rows = await engine.rows(sql)
    for (const row of rows) checkCells(query, row)
    return rows as RowOf<Query<Columns>>[]
  } catch (cause) {
    throw new Error(`${query.file} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

/**
 * Runs a query whose rows memory should not hold, with the promises of {@link runQuery}; rows come as they are asked for.
 * Run no other query meanwhile.
 */
export async function* streamQuery<Columns extends Readonly<Record<string, Declared>>>(
  engine: Engine,
  query: Query<Columns>,
): AsyncGenerator<RowOf<Query<Columns>>> {
  const sql = modelText(query.file)
  try {
    checkColumns(query, await engine.describe(sql))
    for await (const rows of engine.batches(sql)) {
      for (const row of rows) {
        checkCells(query, row)
        yield row as RowOf<Query<Columns>>
      }
    }
  } catch (cause) {
    throw new Error(`${query.file} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

/** Runs the queries of a report, one after the other. */
export async function runQueries<Queries extends Readonly<Record<string, Query<Readonly<Record<string, Declared>>>>>>(
  engine: Engine,
  queries: Queries,
): Promise<RowsOf<Queries>> {
  const rows: Record<string, unknown> = {}
  for (const [name, query] of Object.entries(queries)) rows[name] = await runQuery(engine, query)
  return rows as RowsOf<Queries>
}

function checkColumns(query: Query<Readonly<Record<string, Declared>>>, given: { name: string; type: string }[]): void {
  const types = new Map(given.map((column) => [column.name, column.type]))
  for (const [name, declared] of Object.entries(query.columns)) {
    const type = types.get(name)
    if (type === undefined) throw new Error(`the query has no column ${name}`)
    if (!SQL_TYPES[baseOf(declared)].test(type)) throw new Error(`column ${name} is ${type}, declared as ${declared}`)
    types.delete(name)
  }
  if (types.size > 0) throw new Error(`columns that are not declared: ${[...types.keys()].join(', ')}`)
}

function checkCells(query: Query<Readonly<Record<string, Declared>>>, row: Readonly<Record<string, SqlValue>>): void {
  for (const [name, declared] of Object.entries(query.columns)) {
    if (row[name] === null && !declared.endsWith('?')) throw new Error(`column ${name} is NULL`)
  }
}

function baseOf(declared: Declared): QueryColumn {
  return declared.replace('?', '') as QueryColumn
}

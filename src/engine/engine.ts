/**
 * The SQL engine behind one small interface. It knows nothing of Azure: models are plain `select` statements, and what
 * differs between engines stands in `duckdb.macros.sql`.
 */
export type SqlValue = string | number | boolean | null

/** One row. DECIMAL, BIGINT and HUGEINT arrive as exact text, DATE as `YYYY-MM-DD`, never as a binary float. */
export type Row = Record<string, SqlValue>

export interface Engine {
  run(sql: string): Promise<void>
  rows(sql: string, parameters?: readonly SqlValue[]): Promise<Row[]>
  /** The same in batches as they are asked for, for results that memory should not hold. */
  batches(sql: string): AsyncIterable<Row[]>
  /** Column names and SQL types of a query, in order. */
  describe(sql: string): Promise<{ name: string; type: string }[]>
  /** Appends rows to an existing table; values are given in column order, decimals as text. */
  insert(table: string, rows: readonly (readonly SqlValue[])[]): Promise<void>
  /** How much of the statement under way is done, in percent, as the engine reckons it; null when it does not know. */
  percentDone(): number | null
  /** Acts within a smaller bound of memory, where the input is large: while rows are handed out, others need some too. */
  inLessMemory<T>(act: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** A literal for SQL text: the only way a value from outside enters a statement that takes no parameters. */
export function sqlText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}

/** A quoted identifier: for column names that come from a file's header. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

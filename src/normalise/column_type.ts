/** What a column of schema `normalise` holds; see the conventions in `relations.ts`. */
export type ColumnType = 'text' | 'int' | 'bigint' | 'boolean' | 'date' | 'amount'

export const SQL_TYPE: Record<ColumnType, string> = {
  text: 'VARCHAR',
  int: 'INTEGER',
  bigint: 'BIGINT',
  boolean: 'BOOLEAN',
  date: 'DATE',
  amount: 'DECIMAL(38,24)',
}

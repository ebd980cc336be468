import { type Engine, sqlName, sqlText } from '../engine/engine.ts'
import { EXIT, HourwiseError } from '../errors.ts'
import { COST_COLUMNS, repeatedNames } from './cost_column.ts'
import { costHeader } from './cost_header.ts'
import { type CostTable, readCostJson } from './cost_json.ts'
import { type CostSchema, costSchema } from './cost_schema.ts'
import type { SourceFile } from './source_file.ts'
import type { SourceHead } from './source_head.ts'

/** A cost file ready to be scanned: its columns by name and how its lines are reached. */
export interface CostSource {
  file: SourceFile
  container: 'CSV' | 'Parquet' | 'JSON'
  isGzip: boolean
  delimiter: ',' | ';'
  /** Header names in the file's own order; SQL types beside them for Parquet. */
  names: readonly string[]
  types: readonly string[]
  schema: CostSchema
  /** The lines of an API answer; null for CSV and Parquet, which the engine reads itself. */
  table: CostTable | null
}

/** Opens a recognised cost file. Throws HourwiseError when its header cannot be trusted. */
export async function costSource(engine: Engine, file: SourceFile, head: SourceHead): Promise<CostSource> {
  const isGzip = head.encoding === 'gzip'
  const common = { file, isGzip, delimiter: ',' as const, types: [], table: null }
  if (head.content === 'parquet') {
    const columns = await parquetColumns(engine, file.absolutePath)
    const names = columns.map((column) => column.name)
    const types = columns.map((column) => column.type)
    return checked({ ...common, container: 'Parquet', names, types, schema: costSchema(names) as CostSchema })
  }
  if (/^\s*[[{]/.test(head.text)) {
    const table = await readCostJson(file)
    const source: CostSource = { ...common, container: 'JSON', names: table.names, schema: table.schema, table }
    return table.rows.length === 0 ? source : checked(source)
  }
  const header = costHeader(head.text)
  if (header === null) throw new Error(`${file.path} was recognised as cost and has no cost header`)
  return checked({ ...common, container: 'CSV', ...header, schema: costSchema(header.names) as CostSchema })
}

/** Columns of a Parquet file, in its order. */
export async function parquetColumns(engine: Engine, path: string): Promise<{ name: string; type: string }[]> {
  return engine.describe(`select * from read_parquet(${sqlText(path)})`)
}

function checked(source: CostSource): CostSource {
  const used = new Set(Object.values(source.schema.places).filter((at) => at >= 0))
  const repeated = repeatedNames(source.names).filter((name) =>
    [...used].some((at) => source.names[at]?.toLowerCase() === name.toLowerCase()),
  )
  if (repeated.length > 0) {
    throw new HourwiseError(EXIT.input, 'a column name stands twice in the header', {
      where: `${source.file.path}:1`,
      details: repeated.map((name) => `twice   ${name}`),
      next: 'Export the file again; do not join files by hand.',
    })
  }
  if (source.schema.places.billing_currency < 0) {
    throw new HourwiseError(EXIT.input, 'the cost file names no currency', {
      where: `${source.file.path}:1`,
      details: [`its columns are ${source.names.join(', ')}`],
      next: 'Export it again with the column BillingCurrency: amounts without a currency are not added up.',
    })
  }
  return source
}

/**
 * Makes the view `cost_file` the lines of one file: `file_id`, `dataset`, `row_number` (the first line after the header is 1),
 * `has_unit` (whether it has a column for the unit of measure) and every canonical column as text, NULL where the file has none or says nothing.
 */
export async function openCostLines(engine: Engine, source: CostSource, dataset: string): Promise<void> {
  const lines = await linesSql(engine, source)
  const columns = COST_COLUMNS.map((column) => `${fieldSql(source, source.schema.places[column])} as ${column}`)
  await engine.run(
    `create or replace temporary view cost_file as
     select ${source.file.fileId} as file_id, ${sqlText(dataset)} as dataset, ${sqlText(source.schema.family)} as family,
            ${source.schema.places.unit_of_measure >= 0} as has_unit, row_number, ${columns.join(', ')}
     from (${lines}) line`,
  )
}

/** Makes `cost_file` a relation of no lines: what models are planned on before a file is open. */
export async function openNoCostLines(engine: Engine): Promise<void> {
  const columns = COST_COLUMNS.map((column) => `cast(null as varchar) as ${column}`)
  await engine.run(
    `create or replace temporary view cost_file as
     select * from (select 0 as file_id, '' as dataset, '' as family, true as has_unit, cast(0 as bigint) as row_number, ${columns.join(', ')}) line
     where false`,
  )
  await engine.run('drop table if exists cost_table')
}

function fieldSql(source: CostSource, at: number): string {
  if (at < 0) return 'cast(null as varchar)'
  return source.schema.family === 'focus' ? `nullif(nullif(c${at}, ''), 'NULL')` : `nullif(c${at}, '')`
}

async function linesSql(engine: Engine, source: CostSource): Promise<string> {
  const path = sqlText(source.file.absolutePath)
  if (source.container === 'Parquet') {
    const columns = source.names.map((name, at) => `${textSql(sqlName(name), source.types[at] ?? '')} as c${at}`)
    return `select file_row_number + 1 as row_number, ${columns.join(', ')} from read_parquet(${path}, file_row_number = true)`
  }
  if (source.table !== null) {
    const columns = source.names.map((_, at) => `c${at} varchar`)
    await engine.run(`create or replace temporary table cost_table (${['row_number bigint', ...columns].join(', ')})`)
    await engine.insert(
      'cost_table',
      source.table.rows.map((row, at) => [at + 1, ...row]),
    )
    return 'select * from cost_table'
  }
  const columns = source.names.map((_, at) => `'c${at}': 'VARCHAR'`)
  return `select row_number() over () as row_number, *
          from read_csv(${path}, columns = {${columns.join(', ')}}, auto_detect = false, header = true,
            delim = ${sqlText(source.delimiter)}, quote = '"', escape = '"', strict_mode = true, null_padding = false,
            ignore_errors = false, parallel = true,
            compression = ${sqlText(source.isGzip ? 'gzip' : 'none')})`
}

/** The text of a typed Parquet value: doubles by their shortest text, nested values as JSON. */
function textSql(name: string, type: string): string {
  if (type === 'VARCHAR') return name
  if (/^(MAP|STRUCT|UNION)|\[\]$/.test(type)) return `cast(to_json(${name}) as varchar)`
  return type === 'BLOB' ? `decode(${name})` : `cast(${name} as varchar)`
}

import { type Engine, sqlName, sqlText } from '../engine/engine.ts'
import { modelText } from '../engine/model.ts'
import { EXIT, HourwiseError } from '../errors.ts'
import { COST_COLUMNS, type CostColumn, repeatedNames } from './cost_column.ts'
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
    const columns = head.columns ?? (await parquetColumns(engine, file.absolutePath))
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

/** Columns that hold an amount: beside the text stands `<column>_amount`, exact, NULL where the text is none. */
const AMOUNT_COLUMNS: readonly CostColumn[] = [
  'cost',
  'effective_cost',
  'quantity',
  'unit_price',
  'list_unit_price',
  'exchange_rate',
]

/** Texts that say what a line is for: they are looked at as they are written, before anything else is asked of a line. */
const CLASS_COLUMNS = [
  'product_name',
  'meter_category',
  'meter_name',
  'service_name',
  'consumed_service',
  'charge_category',
  'resource_id',
] as const satisfies readonly CostColumn[]

/**
 * Makes the view `cost_file` the lines of the files given, `cost_kept` those of them that have a class, and `cost_entry`
 * what each line adds to sums. `cost_file` has `file_id`, `row_number` (the first line after the header is 1),
 * `line_class` (`cost_class.sql`), every canonical column as text (NULL where the file has none or says nothing), the
 * amounts, whether an amount has digits beyond the 24th decimal (`is_rounded`), whether there is a cost at all, and
 * whether the file has a column for the unit of measure (`has_unit`). Several files must be of one layout: Parquet with
 * the same names and types, or CSV with the same names and form.
 */
export async function openCostLines(engine: Engine, sources: readonly CostSource[]): Promise<void> {
  const [source] = sources
  if (source === undefined) throw new Error('no cost file to open')
  const { places } = source.schema
  const written = CLASS_COLUMNS.map((column) => `${writtenSql(source, places[column])} as ${column}`)
  const present = CLASS_COLUMNS.map((column) => `${writtenPresentSql(source, places[column])} as has_${column}`)
  await engine.run(
    `create or replace temporary view cost_written as
     select line.*, ${[...written, ...present].join(', ')} from (${await linesSql(engine, sources)}) line`,
  )
  const columns = COST_COLUMNS.map((column) => `${fieldSql(source, places[column])} as ${column}`)
  const amounts = AMOUNT_COLUMNS.map((column) => `${amountSql(source, places[column])} as ${column}_amount`)
  const deep = [places.cost, places.effective_cost].map((at) => deepDecimalsSql(source, at)).join(' or ')
  const select = `select file_id, row_number, line_class, ${[...columns, ...amounts].join(', ')}, ${deep} as is_rounded,
            ${presentSql(source, places.cost)} as has_cost, ${presentSql(source, places.effective_cost)} as has_effective_cost,
            ${places.unit_of_measure >= 0} as has_unit`
  await showLines(engine, select)
}

/** Makes the views of {@link openCostLines} relations of no lines: what models are planned on before a file is open. */
export async function openNoCostLines(engine: Engine): Promise<void> {
  const text = (column: string) => `cast(null as varchar) as ${column}`
  await engine.run(
    `create or replace temporary view cost_written as
     select 0 as file_id, cast(0 as bigint) as row_number,
            ${CLASS_COLUMNS.map((column) => `${text(column)}, false as has_${column}`).join(', ')}
     where false`,
  )
  const amounts = AMOUNT_COLUMNS.map((column) => `cast(null as decimal(38, 24)) as ${column}_amount`)
  await showLines(
    engine,
    `select file_id, row_number, line_class, ${[...COST_COLUMNS.map(text), ...amounts].join(', ')},
            false as is_rounded, false as has_cost, false as has_effective_cost, true as has_unit`,
  )
  await engine.run('drop table if exists cost_table; drop table if exists raw.cost_stage')
}

/** The views over `cost_written`: the foreign lines are left out before anything is made of the others. */
async function showLines(engine: Engine, select: string): Promise<void> {
  const classed = modelText('src/normalise/cost_class.sql')
  const entry = modelText('src/normalise/cost_entry.sql')
  await engine.run(`create or replace temporary view cost_classed as ${classed}`)
  await engine.run(`create or replace temporary view cost_file as ${select} from cost_classed`)
  await engine.run(
    `create or replace temporary view cost_kept as ${select} from (select * from cost_classed where line_class is not null) kept`,
  )
  await engine.run(`create or replace temporary view cost_entry as ${entry}`)
}

/**
 * Reads CSV files once: afterwards `cost_entry` holds their lines with a class and the sums of the others, and `cost_kept`
 * the former, so that they can be asked again without a second pass over the files.
 */
export async function stageCostLines(engine: Engine, sources: readonly CostSource[]): Promise<void> {
  await openCostLines(engine, sources)
  await engine.run(`create or replace table raw.cost_stage as ${modelText('src/normalise/cost_stage.sql')}`)
  await engine.run('create or replace temporary view cost_entry as select * from raw.cost_stage')
  await engine.run(
    'create or replace temporary view cost_kept as select * from raw.cost_stage where line_class is not null',
  )
}

/** A field as it is written: '' where a line says nothing, 'NULL' in some files of FOCUS. */
function writtenSql({ container, types }: CostSource, at: number): string {
  if (at < 0) return 'cast(null as varchar)'
  return container === 'Parquet' ? textSql(`c${at}`, types[at] ?? '') : `c${at}`
}

function writtenPresentSql(source: CostSource, at: number): string {
  if (at < 0) return 'false'
  const text = writtenSql(source, at)
  const says = `${text} is not null and ${text} <> ''`
  return source.schema.family === 'focus' ? `(${says} and ${text} <> 'NULL')` : `(${says})`
}

function fieldSql(source: CostSource, at: number): string {
  const text = writtenSql(source, at)
  if (at < 0) return text
  return source.schema.family === 'focus' ? `nullif(nullif(${text}, ''), 'NULL')` : `nullif(${text}, '')`
}

/** An amount: of a Parquet decimal as it is, else read from its text. */
function amountSql(source: CostSource, at: number): string {
  if (isExactDecimal(source, at)) return `try_cast(c${at} as decimal(38, 24))`
  return at < 0 ? 'cast(null as decimal(38, 24))' : `export_amount(${fieldSql(source, at)})`
}

function deepDecimalsSql(source: CostSource, at: number): string {
  return at < 0 || isExactDecimal(source, at) ? 'false' : `coalesce(has_deep_decimals(${fieldSql(source, at)}), false)`
}

function presentSql(source: CostSource, at: number): string {
  return at < 0 ? 'false' : `${isExactDecimal(source, at) ? `c${at}` : fieldSql(source, at)} is not null`
}

/** Whether a column is a Parquet decimal without digits beyond the 24th decimal: text on the way would only cost time. */
function isExactDecimal({ container, types }: CostSource, at: number): boolean {
  const scale = container === 'Parquet' ? /^DECIMAL\(\d+,(\d+)\)$/.exec(types[at] ?? '')?.[1] : undefined
  return scale !== undefined && Number(scale) <= 24
}

/** `file_id`, `row_number` and the file's columns as `c0`, `c1`, …: text, or in Parquet of the file's own type. */
async function linesSql(engine: Engine, sources: readonly CostSource[]): Promise<string> {
  const [source] = sources as [CostSource]
  if (source.container === 'Parquet') {
    const columns = source.names.map((name, at) => `${sqlName(name)} as c${at}`)
    const paths = `[${sources.map(({ file }) => sqlText(file.absolutePath)).join(', ')}]`
    const ids = `[${sources.map(({ file }) => file.fileId).join(', ')}]`
    return `select ${ids}[list_position(${paths}, filename)] as file_id, file_row_number + 1 as row_number, ${columns.join(', ')}
            from read_parquet(${paths}, file_row_number = true, filename = true)`
  }
  if (source.table !== null) {
    const columns = source.names.map((_, at) => `c${at} varchar`)
    await engine.run(`create or replace temporary table cost_table (${['row_number bigint', ...columns].join(', ')})`)
    await engine.insert(
      'cost_table',
      source.table.rows.map((row, at) => [at + 1, ...row]),
    )
    return `select ${source.file.fileId} as file_id, * from cost_table`
  }
  return sources.map(csvLinesSql).join(' union all ')
}

/** Lines are numbered file by file: rows of one CSV come in its order, those of several need not. */
function csvLinesSql({ file, names, delimiter, isGzip }: CostSource): string {
  const columns = names.map((_, at) => `'c${at}': 'VARCHAR'`)
  return `select ${file.fileId} as file_id, row_number() over () as row_number, *
          from read_csv(${sqlText(file.absolutePath)}, columns = {${columns.join(', ')}}, auto_detect = false, header = true,
            delim = ${sqlText(delimiter)}, quote = '"', escape = '"', strict_mode = true, null_padding = false,
            ignore_errors = false, parallel = true,
            compression = ${sqlText(isGzip ? 'gzip' : 'none')})`
}

/** The text of a typed Parquet value: doubles by their shortest text, nested values as JSON. */
function textSql(name: string, type: string): string {
  if (type === 'VARCHAR') return name
  if (/^(MAP|STRUCT|UNION)|\[\]$/.test(type)) return `cast(to_json(${name}) as varchar)`
  return type === 'BLOB' ? `decode(${name})` : `cast(${name} as varchar)`
}

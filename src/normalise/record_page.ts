import { type Engine, sqlText } from '../engine/engine.ts'
import { PAGE_KEYS, type PageForm } from './record_head.ts'

/** What a page says of itself, by every spelling in use: REST, CLI, SDK and PowerShell. */
const NEXT = [
  'nextLink',
  '@odata.nextLink',
  '$skipToken',
  'skip_token',
  'skipToken',
  'SkipToken',
  'NextPageLink',
  'nextPageLink',
]
const TOTAL = ['totalRecords', 'total_records', 'TotalRecords']
const TRUNCATED = ['resultTruncated', 'result_truncated', 'ResultTruncated']
const MEMBERS = [...NEXT, ...TOTAL, ...TRUNCATED]

const memberListSql = `[${MEMBERS.map((name) => sqlText(`$."${name}"`)).join(', ')}]`

const firstOf = (names: readonly string[]) =>
  `coalesce(${names.map((name) => `nullif(nullif(member[${MEMBERS.indexOf(name) + 1}], ''), 'null')`).join(', ')})`

/** Total, truncation and a next page, from the list `member`. */
const saysSql = `try_cast(${firstOf(TOTAL)} as bigint) as total_records, coalesce(lower(${firstOf(TRUNCATED)}) = 'true', false) as is_truncated,
  ${firstOf(NEXT)} is not null as has_next`

/**
 * Appends the records inside the pages of one file to `raw.item` and what the pages say of themselves to `raw.page`.
 * `values` is a query with one row per top-level JSON value, as `doc`, in the file's order.
 */
export async function readPages(engine: Engine, fileId: number, page: PageForm, values: string): Promise<void> {
  await engine.run(
    `create or replace table raw.body as select row_number() over () as page_number, doc from (${values})`,
  )
  if (page.form === 'traffic') {
    await engine.run(
      `create or replace table raw.body as
       select row_number() over () as page_number, doc
       from (select unnest(json_extract(doc, '$.interactions[*].response.body.data')) as doc from raw.body)
       where json_type(doc) = 'OBJECT'`,
    )
  }
  const { items, isPage } = page.form === 'traffic' ? trafficSql() : { items: itemsSql(page), isPage: 'true' }
  await engine.run(
    `create or replace table raw.page_body as
     select page_number, ${isPage} as is_page, ${items} as items,
            json_extract_string(doc, ${memberListSql}) as member
     from raw.body`,
  )
  await engine.run('drop table raw.body')
  await engine.run(
    `insert into raw.page
     select ${fileId}, page_number, coalesce(len(items), 0), ${saysSql} from raw.page_body where is_page`,
  )
  await engine.run(
    `insert into raw.item (file_id, row_number, doc)
     select ${fileId}, row_number() over (), case when json_type(doc) = 'OBJECT' then doc end
     from (select unnest(items) as doc from raw.page_body)`,
  )
  await engine.run('drop table raw.page_body')
}

/** A file of pages: its id and where it lies. */
export interface PageFile {
  fileId: number
  absolutePath: string
}

/**
 * The same for many small files of list pages in one go: a listing every four hours makes hundreds of them, and each
 * statement costs more than what such a file holds. Nothing is appended when one of the files cannot be read.
 */
export async function readPagesOf(engine: Engine, pages: PagesOfFiles): Promise<void> {
  await fillPageItems(engine, 'raw.page_item', pages, (items) => items)
  await keepPages(engine)
  await engine.run('insert into raw.item (file_id, row_number, doc) select file_id, row_number, doc from raw.page_item')
  await engine.run('drop table raw.page_item')
}

/** Files of list pages, and how they are read. */
export interface PagesOfFiles {
  files: readonly PageFile[]
  key: string
  isGzip: boolean
  largestValue: number
}

/** Pages above this size are read one after the other: side by side they would take too much memory. */
const LARGE_VALUE_BYTES = 32 * 1024 * 1024

/**
 * Makes a table of the records of files of list pages: `file_id`, `row_number` (within its file), `doc` (NULL for what is no
 * object), and columns of its own. `itemSql` may make other columns of `doc`. `raw.page_place` is what the pages say.
 */
export async function fillPageItems(
  engine: Engine,
  table: string,
  pages: PagesOfFiles,
  itemSql: (docs: string) => string,
): Promise<void> {
  await engine.run('create or replace table raw.page_file (file_id integer, absolute_path varchar)')
  await engine.insert(
    'raw.page_file',
    pages.files.map((file) => [file.fileId, file.absolutePath]),
  )
  // Nearly always a file is one page. Then its pages need no counting, which the engine can do on one processor only.
  for (const isCounted of pages.largestValue > LARGE_VALUE_BYTES ? [true] : [false, true]) {
    await engine.run(`create or replace table ${table} as ${itemSql(pageItemSql(pages, isCounted))}`)
    if (await numberPageItems(engine, table, isCounted)) return
  }
}

/**
 * The records of pages; a page without any has one row without a record. What a page says of itself stands at its first row
 * only, as numbers in a list: columns that say it at each would cost a fifth of the reading.
 */
function pageItemSql({ files, key, isGzip, largestValue }: PagesOfFiles, isCounted: boolean): string {
  const paths = files.map((file) => sqlText(file.absolutePath)).join(', ')
  // Values arrive file by file and within a file in its order, as the engine keeps the order of what it reads.
  const place = isCounted ? 'place' : ''
  return `select ${list('file_id', place, 'row_number')}, case when row_number = 1 then page end as page,
                 case when starts_with(doc, '{') then doc end as doc
    from (select ${list('f.file_id', place, 'page')}, unnest(v.items) as doc,
                 unnest(range(1, greatest(page[1], 1) + 1)) as row_number
          from (select ${list(place, 'filename', 'items')}, [record_count, total_records, cast(is_truncated as bigint), cast(has_next as bigint)] as page
                from (select ${list(place, 'filename', 'items')}, coalesce(len(items), 0) as record_count, ${saysSql}
                      from (select ${list(isCounted ? 'row_number() over () as place' : '', 'filename')}, ${itemsSql({ form: 'list', key })} as items,
                                   json_extract_string(doc, ${memberListSql}) as member
                            from (select json as doc, filename
                                  from read_json_objects([${paths}], format = 'unstructured', filename = true,
                                    compression = ${sqlText(isGzip ? 'gzip' : 'uncompressed')}, maximum_object_size = ${largestValue}))))) v
          join raw.page_file f on f.absolute_path = v.filename)`
}

const list = (...columns: readonly string[]): string => columns.filter((column) => column !== '').join(', ')

/** Counts the records through all pages of their file. False when pages that were not counted prove to be several. */
async function numberPageItems(engine: Engine, table: string, isCounted: boolean): Promise<boolean> {
  const place = isCounted ? 'place' : 'cast(0 as bigint)'
  await engine.run(
    `create or replace table raw.page_place as
     select *, row_number() over w as page_number,
            coalesce(sum(record_count) over (partition by file_id order by place rows between unbounded preceding and 1 preceding), 0) as records_before
     from (select file_id, ${place} as place, page[1] as record_count, page[2] as total_records, cast(page[3] as boolean) as is_truncated,
                  cast(page[4] as boolean) as has_next
           from ${table} where page is not null)
     window w as (partition by file_id order by place)`,
  )
  const [later] = await engine.rows('select count(*) as pages from raw.page_place where page_number > 1')
  if (later?.['pages'] !== '0') {
    if (!isCounted) return false
    await engine.run(
      `update ${table} i set row_number = i.row_number + p.records_before
       from raw.page_place p where p.place = i.place and p.records_before > 0`,
    )
  }
  await engine.run(`delete from ${table} where page[1] = 0`)
  return true
}

/** Appends to `raw.page` what the pages say of themselves. */
export async function keepPages(engine: Engine): Promise<void> {
  await engine.run(
    `insert into raw.page
     select file_id, page_number, record_count, total_records, is_truncated, has_next from raw.page_place`,
  )
  await engine.run('drop table raw.page_place; drop table raw.page_file')
}

/**
 * The same for a single page whose array of records was parted from it: `shell` is the page without them, `items` a
 * query with one row per record, as `doc`.
 */
export async function readSlicedPage(engine: Engine, fileId: number, shell: string, items: string): Promise<void> {
  const before = await engine.rows('select count(*) as records from raw.item')
  await engine.run(
    `insert into raw.item (file_id, row_number, doc)
     select ${fileId}, row_number() over (), case when json_type(doc) = 'OBJECT' then doc end from (${items})`,
  )
  await engine.run(
    `insert into raw.page
     select ${fileId}, 1, (select count(*) from raw.item) - ${before[0]?.['records']}, ${saysSql}
     from (select json_extract_string(cast(${sqlText(shell)} as json), ${memberListSql}) as member)`,
  )
}

/** The records of a page as a list of JSON. */
function itemsSql(page: { form: 'list' | 'map' | 'table'; key: string }): string {
  const path = `$."${page.key}"`
  if (page.form === 'list') return `json_extract(doc, ${sqlText(`${path}[*]`)})`
  if (page.form === 'map') return `json_extract(doc, ${sqlText(`${path}.*`)})`
  return `case json_type(doc, ${sqlText(path)})
    when 'ARRAY' then flatten(list_transform(json_extract(doc, ${sqlText(`${path}[*]`)}), t -> ${rowsSql('t')}))
    else ${rowsSql(`json_extract(doc, ${sqlText(path)})`)} end`
}

/** The rows of a table of columns and rows, each as an object. */
function rowsSql(table: string): string {
  return `list_transform(json_extract(${table}, '$.rows[*]'), r -> cast(to_json(map(json_extract_string(${table}, '$.columns[*].name'),
    json_extract(r, '$[*]'))) as json))`
}

/** Recorded traffic mixes all forms of page with single records, so each body is looked at by itself. */
function trafficSql(): { items: string; isPage: string } {
  const cases = PAGE_KEYS.map(
    (key) => `when json_type(doc, '$.${key}') = 'ARRAY' then ${itemsSql({ form: 'list', key })}`,
  ).join(' ')
  return {
    items: `case ${cases}
      when json_exists(doc, '$.data.rows') then ${itemsSql({ form: 'table', key: 'data' })}
      when json_type(doc, '$.data') = 'OBJECT' then ${itemsSql({ form: 'map', key: 'data' })}
      else [doc] end`,
    isPage: `json_type(doc, '$.value') is not null or json_type(doc, '$.data') is not null`,
  }
}

import { sqlText } from '../engine/engine.ts'
import type { RecordFile, RecordLayout } from './record_file.ts'

/** One row per top-level JSON value of a file, or per line of a CSV, as column `doc`. */
export function valueSql(file: RecordFile, layout: RecordLayout): string {
  const path = sqlText(file.absolutePath)
  const compression = sqlText(layout.isGzip ? 'gzip' : 'uncompressed')
  if (layout.shape === 'csv') {
    const names = layout.columns
    const columns = names.map((_, at) => `'c${at}': 'VARCHAR'`).join(', ')
    const members = names.map((name, at) => `${sqlText(name)}, ${cellSql(`c${at}`)}`).join(', ')
    return `select json_object(${members}) as doc
            from read_csv(${path}, columns = {${columns}}, auto_detect = false, header = true, delim = '${layout.delimiter}', quote = '"',
              escape = '"', strict_mode = true, null_padding = false, ignore_errors = false, parallel = false,
              max_line_size = 33554432, compression = ${compression})`
  }
  const format = { array: 'array', lines: 'newline_delimited', values: 'unstructured' }[layout.shape]
  return `select json as doc from read_json_objects(${path}, format = '${format}', compression = ${compression},
            maximum_object_size = ${layout.largestValue})`
}

/** A CSV cell as JSON: nested objects stand in cells as text; an empty cell and the word null are no value. */
function cellSql(column: string): string {
  return `case when ${column} is null or trim(${column}) = '' or lower(${column}) = 'null' then cast(null as json)
    when left(ltrim(${column}), 1) in ('{', '[') and json_valid(${column}) then cast(${column} as json)
    else to_json(${column}) end`
}

import { type Engine, sqlText } from '../engine/engine.ts'
import { RECORD_FIELDS, type RecordFields, type RecordTable } from './record_field.ts'
import { foldKey } from './record_head.ts'

/** Where a field stands in the records at hand: JSON paths as the file spells them, by folded path. */
export type SpelledPaths = ReadonlyMap<string, readonly string[]>

/** The folded paths a field is looked for at, the best first; see `RecordFields` for the notation. */
export function foldedPaths(paths: readonly string[]): string[] {
  const all = paths.flatMap((path) => {
    const segments = path.replace(/^=/, '').split('.').map(foldKey)
    const projected = path.startsWith('=') || segments[0] !== 'properties' ? [] : [segments.slice(1).join('.')]
    return [segments.join('.'), ...projected, segments.join('')]
  })
  return [...new Set(all)]
}

/**
 * Finds how the records of `raw.item` that meet a condition spell the wanted folded paths. One pass for each level of
 * nesting; only keys travel to this side.
 */
export async function spelledPaths(
  engine: Engine,
  condition: string,
  wanted: readonly string[],
): Promise<SpelledPaths> {
  const whole = new Set(wanted)
  const inner = new Set(
    wanted.flatMap((path) => {
      const segments = path.split('.')
      return segments.slice(1).map((_, at) => segments.slice(0, at + 1).join('.'))
    }),
  )
  const found = new Map<string, string[]>()
  let level: { path: string; folded: string }[] = [{ path: '$', folded: '' }]
  while (level.length > 0) {
    const list = level.map((node) => sqlText(node.path)).join(', ')
    const rows = await engine.rows(
      `select distinct node, unnest(names) as name from (
         select unnest(range(${level.length})) as node, unnest(json_keys(doc, [${list}])) as names
         from raw.item where ${condition}) order by node, name`,
    )
    const next: { path: string; folded: string }[] = []
    for (const row of rows) {
      const parent = level[Number(row.node)]
      const name = String(row.name)
      if (parent === undefined || name.includes('"')) continue
      const folded = parent.folded === '' ? foldKey(name) : `${parent.folded}.${foldKey(name)}`
      const path = `${parent.path}."${name}"`
      if (whole.has(folded)) found.set(folded, [...(found.get(folded) ?? []), path])
      if (inner.has(folded)) next.push({ path, folded })
    }
    level = next
  }
  return found
}

/**
 * SQL of one field: the first path that has a value, as text. `paths` collects what the surrounding
 * `json_extract_string(doc, [...])` must extract into the list `field`, so that a record is parsed once.
 */
export function fieldSql(candidates: readonly string[], spelled: SpelledPaths, paths: string[]): string {
  const parts = foldedPaths(candidates).flatMap((folded) =>
    (spelled.get(folded) ?? []).map((path) => {
      let at = paths.indexOf(path)
      if (at < 0) at = paths.push(path) - 1
      return `nullif(trim(field[${at + 1}]), '')`
    }),
  )
  if (parts.length === 0) return 'cast(null as varchar)'
  return parts.length === 1 ? String(parts[0]) : `coalesce(${parts.join(', ')})`
}

/** `json_extract_string(doc, […])` over the collected paths; an empty list when there are none. */
export function fieldListSql(paths: readonly string[]): string {
  return paths.length === 0 ? '[]::varchar[]' : `json_extract_string(doc, [${paths.map(sqlText).join(', ')}])`
}

/** Appends the fields of the records in `raw.item` that belong to a staging table to it. */
export async function takeFields(engine: Engine, table: RecordTable): Promise<void> {
  const fields: RecordFields = RECORD_FIELDS[table]
  const condition = `class in (${fields.classes.map(sqlText).join(', ')})`
  const [present] = await engine.rows(`select count(*) as records from raw.item where ${condition}`)
  if (present?.records === '0') return
  const columns = Object.entries(fields.columns)
  const spelled = await spelledPaths(
    engine,
    condition,
    columns.flatMap(([, paths]) => foldedPaths(paths)),
  )
  const paths: string[] = []
  const values = columns.map(([, candidates]) => fieldSql(candidates, spelled, paths))
  await engine.run(
    `insert into raw.${table}
     select file_id, row_number, class, ${values.join(', ')}
     from (select file_id, row_number, class, ${fieldListSql(paths)} as field from raw.item where ${condition})`,
  )
}

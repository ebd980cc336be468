import { sqlText } from '../engine/engine.ts'
import { RECORD_FIELDS } from './record_field.ts'
import { foldKey } from './record_head.ts'
import { fieldSql, foldedPaths } from './record_path.ts'

const COLUMNS = RECORD_FIELDS.endpoint_device.columns

/** Fields that tell when a device was seen, of `RECORD_FIELDS.endpoint_device`; all others are fields of its text. */
export const MOMENT_FIELDS = ['last_seen', 'reported'] as const

/** The folded paths of the moments: keys at the top of a record, all of them. */
export const MOMENT_PATHS: readonly string[] = MOMENT_FIELDS.flatMap((name) => foldedPaths(COLUMNS[name]))

/** JSON path of a key that stands in JSON text as it is. */
const PLAIN_PATH = /^\$\."([A-Za-z0-9 _.@-]+)"$/

/**
 * Device records with their moments parted from the rest. `docs` selects one row per record with its JSON as `doc`,
 * minified (one spelling for one content), NULL for what is no object, beside columns that are handed through. In place
 * of `doc` come `text`, `last_seen_at`, `reported_at`, and what was written where a moment cannot be read.
 *
 * In the text, the members at `spelled` (JSON paths, sorted) are empty. A member is emptied where its key and value, as
 * they stand in the record, are found exactly once: that place is the member itself then, for it is found there, and
 * nothing else can be touched. Hence records of one text agree in every other member. Anything else stays as it is, which
 * costs a text of its own and no more: a value that is no text, a key or value that also stands further down, a value
 * that PowerShell cut (such records are counted by their text).
 */
export function deviceItemSql(docs: string, spelled: readonly string[]): string {
  const members = `json_extract(doc, [${spelled.map(sqlText).join(', ')}])`
  let sql = `select * exclude (doc), coalesce(cast(doc as varchar), 'null') as text, ${members} as member from (${docs})`
  spelled.forEach((path, at) => {
    const key = PLAIN_PATH.exec(path)?.[1]
    if (key === undefined) return
    const member = `member[${at + 1}]`
    // looked for without the quote that it begins with: a text is full of quotes, and the search would stop at each
    const written = `case when starts_with(${member}, '"') and not starts_with(${member}, '"@{') then ${sqlText(`${key}":`)} || cast(${member} as varchar) end`
    sql = `select *, string_split(text, ${written}) as part from (${sql})`
    sql = `select * exclude (text, part), case when len(part) = 2 then concat(part[1], ${sqlText(`${key}":""`)}, part[2]) else text end as text from (${sql})`
  })
  const texts = spelled.map((_, at) => memberTextSql(`member[${at + 1}]`))
  const paths = [...spelled]
  const places = new Map<string, string[]>()
  for (const path of spelled) {
    const folded = foldKey(path)
    places.set(folded, [...(places.get(folded) ?? []), path])
  }
  const moments = MOMENT_FIELDS.map((name) => `${fieldSql(COLUMNS[name], places, paths)} as ${name}`)
  sql = `select * exclude (member), ${texts.length === 0 ? '[]::varchar[]' : `[${texts.join(', ')}]`} as field from (${sql})`
  sql = `select * exclude (field), ${moments.join(', ')} from (${sql})`
  sql = `select *, ${MOMENT_FIELDS.map((name) => `stamp_at(${name}) as ${name}_at`).join(', ')} from (${sql})`
  const unreadable = MOMENT_FIELDS.map(
    (name) => `case when ${name}_at is null and ${name} not like '0001-01-01%' then ${name} end as unreadable_${name}`,
  )
  return `select * exclude (${MOMENT_FIELDS.join(', ')}), ${unreadable.join(', ')} from (${sql})`
}

/** A JSON value as `json_extract_string` gives it, without reading what needs no reading. */
function memberTextSql(member: string): string {
  return `case when starts_with(${member}, '"') and not contains(${member}, '\\') then substr(${member}, 2, length(${member}) - 2)
    else json_extract_string(${member}, '$') end`
}

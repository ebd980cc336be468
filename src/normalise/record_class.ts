import { type Engine, sqlText } from '../engine/engine.ts'
import type { SourceKind } from '../types.ts'
import type { RecordClass } from './record_field.ts'
import { fieldListSql, fieldSql, foldedPaths, spelledPaths } from './record_path.ts'

const IDENTITY = {
  type: ['=type'],
  id: ['=id', '=resourceId'],
  account: ['=cloudName'],
} as const

/**
 * Sets `raw.item.class` for the records of one kind of file: inventory records by their type, or where none is
 * projected by the shape of their id; both without regard to case.
 */
export async function classifyItems(engine: Engine, kind: SourceKind): Promise<void> {
  const only = CLASS_OF_KIND[kind]
  if (only !== undefined) {
    await engine.run(`alter table raw.item add column class varchar default '${only}'`)
    return
  }
  await unfoldProperties(engine)
  const wanted = Object.values(IDENTITY).flatMap((paths) => foldedPaths(paths))
  const spelled = await spelledPaths(engine, 'doc is not null', wanted)
  const paths: string[] = []
  const column = (name: keyof typeof IDENTITY) => fieldSql(IDENTITY[name], spelled, paths)
  const columns = (Object.keys(IDENTITY) as (keyof typeof IDENTITY)[])
    .map((name) => `${name === 'type' || name === 'id' ? `lower(${column(name)})` : column(name)} as ${name}`)
    .join(', ')
  await engine.run(
    `create or replace table raw.classified as
     select file_id, row_number, doc, ${armClassSql} as class
     from (select file_id, row_number, doc, ${columns}
           from (select file_id, row_number, doc, ${fieldListSql(paths)} as field from raw.item))`,
  )
  await engine.run('drop table raw.item')
  await engine.run('alter table raw.classified rename to item')
}

/** What every record of a file is that holds one kind of record only. */
const CLASS_OF_KIND: Partial<Record<SourceKind, RecordClass>> = {
  endpoint: 'device',
  licences: 'sku',
  prices: 'price',
  'activity-log': 'activity',
  availability: 'metric',
}

/** Some exports hold a record's `properties` as JSON text; it becomes the object that it is elsewhere. */
async function unfoldProperties(engine: Engine): Promise<void> {
  const spelled = await spelledPaths(engine, 'doc is not null', ['properties'])
  for (const path of spelled.get('properties') ?? []) {
    const text = `json_extract_string(doc, ${sqlText(path)})`
    const name = path.slice('$."'.length, -1)
    await engine.run(
      `update raw.item set doc = json_merge_patch(doc, json_object(${sqlText(name)}, cast(${text} as json)))
       where json_type(doc, ${sqlText(path)}) = 'VARCHAR' and left(ltrim(${text}), 1) = '{' and json_valid(${text})`,
    )
  }
}

const armClassSql = `case
  when doc is null then 'other'
  when type like 'microsoft.security/locations/%alerts' then 'alert'
  when regexp_matches(id, '/microsoft\\.resourcehealth/resourceannotations(/|$)')
    or type = 'microsoft.resourcehealth/resourceannotations' then 'annotation'
  when type = 'microsoft.security/pricings' or (type is null and regexp_matches(id, '/microsoft\\.security/pricings/[^/]+$')) then 'pricing'
  when type = 'microsoft.security/settings' or (type is null and regexp_matches(id, '/microsoft\\.security/settings/[^/]+$')) then 'setting'
  when type = 'microsoft.security/assessments' or (type is null and regexp_matches(id, '/microsoft\\.security/assessments/[^/]+$')) then 'assessment'
  when type in ('microsoft.compute/virtualmachines/extensions', 'microsoft.hybridcompute/machines/extensions',
                'microsoft.compute/virtualmachinescalesets/virtualmachines/extensions')
    or (type is null and regexp_matches(id, '/(virtualmachines|machines)/[^/]+/extensions/[^/]+$')) then 'extension'
  when type = 'microsoft.compute/virtualmachinescalesets/virtualmachines'
    or (coalesce(type, 'microsoft.compute/virtualmachines') = 'microsoft.compute/virtualmachines'
        and regexp_matches(id, '/microsoft\\.compute/virtualmachinescalesets/[^/]+/virtualmachines/[^/]+$')) then 'scale-set-instance'
  when type = 'microsoft.compute/virtualmachines'
    or (type is null and regexp_matches(id, '/microsoft\\.compute/virtualmachines/[^/]+$')) then 'virtual-machine'
  when type = 'microsoft.compute/virtualmachinescalesets'
    or (type is null and regexp_matches(id, '/microsoft\\.compute/virtualmachinescalesets/[^/]+$')) then 'scale-set'
  when type = 'microsoft.hybridcompute/machines'
    or (type is null and regexp_matches(id, '/microsoft\\.hybridcompute/machines/[^/]+$')) then 'arc-machine'
  when type = 'microsoft.resources/subscriptions' or regexp_matches(id, '^/subscriptions/[^/]+/?$') or account is not null then 'subscription'
  when type is null and (id is null or id not like '/%') then 'no-id'
  else 'other' end`

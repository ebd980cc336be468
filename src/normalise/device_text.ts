import type { Engine } from '../engine/engine.ts'
import { MOMENT_FIELDS, MOMENT_PATHS } from './device_item.ts'
import type { SharedRows } from './reading_cache.ts'
import { RECORD_FIELDS } from './record_field.ts'
import { spelledPaths, takeFields } from './record_path.ts'

const TEXT_FIELDS = Object.keys(RECORD_FIELDS.endpoint_device.columns).filter(
  (name) => !(MOMENT_FIELDS as readonly string[]).includes(name),
)

/** How the service spells the moments most often; any other spelling is found when it comes. */
const USUAL_PATHS = ['$."lastSeen"']

/** Above so many texts, those in question are narrowed down by hashes before texts are compared. */
const MANY_TEXTS = 100_000

/** Tables of device records that have a row per file or more. */
export const DEVICE_TABLES = ['device_record', 'device_span', 'unreadable_moment'] as const

/**
 * Device records by way of their texts. A device is listed every four hours, each time in the same words: what changes is
 * when it was seen. So the moments are cut out of a record's text (`deviceItemSql`), and of what is left only the texts
 * that were not met before are taken apart, into `raw.device_text`. Of every record there stay its place, its text and when
 * the device was seen (`raw.device_record`), of every file the span of all moments (`raw.device_span`) and those that
 * cannot be read (`raw.unreadable_moment`).
 *
 * Texts are compared as such, never by their hashes alone.
 */
export interface DeviceTexts {
  /**
   * Takes records. `fill` makes `raw.device_item` of them: rows of `deviceItemSql` for those paths of moments, beside
   * `file_id` and `row_number`. It is called again when the records spell a moment as none did before.
   */
  takeRecords(fill: (spelled: readonly string[]) => Promise<void>): Promise<void>
  /** How the reading cache keeps the texts that files refer to, and takes them again. */
  kept: SharedRows
}

export async function openDeviceTexts(engine: Engine): Promise<DeviceTexts> {
  const fields = TEXT_FIELDS.map((name) => `${name} varchar`).join(', ')
  for (const columns of [
    `device_text (text_id integer, text varchar, text_hash ubigint, device_number integer, is_cut boolean, first_seen_at bigint, ${fields})`,
    'device_record (file_id integer, row_number integer, text_id integer, last_seen_at bigint, is_newest boolean)',
    'device_span (file_id integer, first_at bigint, last_at bigint)',
    'unreadable_moment (file_id integer, what varchar, written varchar, record_count bigint)',
  ])
    await engine.run(`create or replace table raw.${columns}`)
  const spelled = new Set(USUAL_PATHS)
  /** Paths of moments that the new texts have and that were not looked for. */
  const addSpelled = async (): Promise<boolean> => {
    const before = spelled.size
    for (const paths of (await spelledPaths(engine, 'true', MOMENT_PATHS)).values())
      for (const path of paths) spelled.add(path)
    return spelled.size > before
  }
  return {
    async takeRecords(fill) {
      let newTexts: number
      do {
        await fill([...spelled].sort())
        newTexts = await matchTexts(engine)
      } while (newTexts > 0 && (await addSpelled()))
      if (newTexts > 0) await addTexts(engine)
      await addRecords(engine)
      await engine.run('drop table raw.device_item; drop table raw.device_seen; drop table raw.item')
    },
    kept: {
      table: 'raw.device_text',
      number: 'text_id',
      columns: ['text'],
      by: 'raw.device_record',
      renumbered: 'raw.kept_text',
      take: takeTexts,
    },
  }
  async function takeTexts(kept: string): Promise<void> {
    await engine.run(
      `create or replace table raw.device_item as
         select cast(null as integer) as file_id, text_id as row_number, text, cast(null as bigint) as last_seen_at, cast(null as bigint) as reported_at
         from (${kept})`,
    )
    if ((await matchTexts(engine)) > 0) {
      await addSpelled()
      await addTexts(engine)
    }
    await engine.run(
      'create or replace table raw.kept_text as select row_number as kept_number, text_id from raw.device_seen',
    )
    await engine.run('drop table raw.device_item; drop table raw.device_seen; drop table raw.item')
  }
}

/**
 * Finds the texts of the records at hand: `raw.device_seen`, without a text where it is a new one. The new texts are the
 * rows of `raw.item`, numbered in the order they come; how many they are is returned.
 */
async function matchTexts(engine: Engine): Promise<number> {
  const [known] = await engine.rows('select count(*) as texts from raw.device_text')
  const texts = Number(known?.texts)
  const [within] =
    texts < MANY_TEXTS
      ? [{ least: '1', most: String(texts) }]
      : await engine.rows(
          `select coalesce(min(text_id), 0) as least, coalesce(max(text_id), 0) as most
           from raw.device_text where text_hash in (select hash(text) from raw.device_item)`,
        )
  await engine.run(
    `create or replace table raw.device_seen as ${seenSql(`left join raw.device_text d
    on d.text = i.text and d.text_id between ${within?.least} and ${within?.most}`)}`,
  )
  // an item of a text has the text's number in place of a row's
  await engine.run(
    `create or replace table raw.item as
     select 0 as file_id, ${texts} + row_number() over (order by min(i.rowid)) as row_number, cast(i.text as json) as doc, 'device' as class
     from raw.device_item i
     where i.rowid in (select item from raw.device_seen where text_id is null)
     group by i.text`,
  )
  const [added] = await engine.rows('select count(*) as texts from raw.item')
  return Number(added?.texts)
}

const seenSql = (join: string): string =>
  `select i.rowid as item, i.file_id, i.row_number, d.text_id, d.device_number, d.is_cut, d.first_seen_at, i.last_seen_at, i.reported_at
   from raw.device_item i ${join}`

/** Takes the new texts apart, and gives their records to them. */
async function addTexts(engine: Engine): Promise<void> {
  await takeFields(engine, 'endpoint_device')
  await engine.run(
    `insert into raw.device_text
     with known as (
       select lower(id) as device_id, min(device_number) as device_number
       from raw.device_text
       where lower(id) in (select lower(id) from raw.endpoint_device)
       group by lower(id)
     )
     select e.row_number, cast(i.doc as varchar), hash(cast(i.doc as varchar)),
            case when e.id is null then 0 else coalesce(k.device_number, min(e.row_number) over (partition by lower(e.id))) end,
            contains(cast(i.doc as varchar), '"@{'), stamp_at(e.first_seen), ${TEXT_FIELDS.map((name) => `e.${name}`).join(', ')}
     from raw.endpoint_device e
     join raw.item i on i.row_number = e.row_number
     left join known k on k.device_id = lower(e.id)`,
  )
  await engine.run('delete from raw.endpoint_device')
  await engine.run(
    `insert into raw.device_seen ${seenSql(`join raw.device_text d
       on d.text = i.text and d.text_id >= (select min(row_number) from raw.item)
     where i.rowid in (select item from raw.device_seen where text_id is null)`)}`,
  )
  await engine.run('delete from raw.device_seen where text_id is null')
}

/**
 * Adds the records at hand. Of several rows of a device in one file (advanced hunting reports a device many times) the
 * newest counts, and its report stands for the device's last sign of life.
 */
async function addRecords(engine: Engine): Promise<void> {
  // only the few devices that stand in a file several times are ranked
  await engine.run(
    `insert into raw.device_record
     with repeated as (select file_id, device_number from raw.device_seen group by file_id, device_number having count(*) > 1),
     ranked as (
       select r.*, row_number() over (partition by r.file_id, r.device_number
                                      order by coalesce(r.reported_at, 0) desc, coalesce(r.last_seen_at, 0) desc, r.row_number desc) = 1 as is_newest
       from raw.device_seen r
       join repeated d on d.file_id = r.file_id and d.device_number = r.device_number
     ),
     every as (
       select r.*, true as is_newest from raw.device_seen r anti join repeated d on d.file_id = r.file_id and d.device_number = r.device_number
       union all
       select * from ranked
     )
     select file_id, row_number, text_id, coalesce(last_seen_at, reported_at), is_newest from every order by item`,
  )
  await engine.run(
    `insert into raw.device_span
     select file_id, min(least(first_seen_at, last_seen_at, reported_at)), max(greatest(first_seen_at, last_seen_at, reported_at))
     from raw.device_seen group by file_id`,
  )
  await engine.run(
    `insert into raw.unreadable_moment
     select file_id, what, min(written), count(*)
     from (select file_id, 'last seen' as what, unreadable_last_seen as written from raw.device_item
           union all select file_id, 'report', unreadable_reported from raw.device_item)
     where written is not null group by file_id, what`,
  )
  await engine.run(
    'insert into raw.cut_record select file_id, count(*) from raw.device_seen where is_cut group by file_id',
  )
  await engine.run(
    "insert into raw.record_count select file_id, 'device', count(*) from raw.device_seen group by file_id",
  )
}

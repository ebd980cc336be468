import type { Engine } from '../engine/engine.ts'
import { deviceItemSql, MOMENT_FIELDS, MOMENT_PATHS } from './device_item.ts'
import { openTextMatch, type RecentLimits, type TextMatch } from './device_match.ts'
import type { SharedRows } from './reading_cache.ts'
import { RECORD_FIELDS } from './record_field.ts'
import { spelledPaths, takeFields } from './record_path.ts'

const TEXT_FIELDS = Object.keys(RECORD_FIELDS.endpoint_device.columns).filter(
  (name) => !(MOMENT_FIELDS as readonly string[]).includes(name),
)

/** At first so many bytes of pages are taken at once: their texts are laid down. */
const NEW_BYTES = 48 * 1024 * 1024

/** And so many when their texts are known: what is known is gathered anew each time. */
const KNOWN_BYTES = 4 * NEW_BYTES

/** How the service spells the moments most often; any other spelling is found when it comes. */
const USUAL_PATHS = ['$."lastSeen"']

/** Tables of device records that have a row per file or more. */
export const DEVICE_TABLES = ['device_record', 'device_span', 'unreadable_moment'] as const

/**
 * Device records by way of their texts. A device is listed every four hours, each time in the same words: what changes is
 * when it was seen. So the moments are cut out of a record's text (`deviceItemSql`), and of what is left only the texts
 * that were not met before are taken apart, into `raw.device_text`. Of every record there stay its place, its text and when
 * the device was seen (`raw.device_record`), of every file the span of all moments (`raw.device_span`) and those that
 * cannot be read (`raw.unreadable_moment`).
 *
 * How texts are compared, see `device_match.ts`.
 */
export interface DeviceTexts {
  /**
   * Takes records. `fill` makes `raw.device_item` of them: the query that it is told for a query of their JSON as `doc`
   * beside `file_id` and `row_number`. It is called again when the records spell a moment as none did before.
   */
  takeRecords(fill: (itemSql: (docs: string) => string) => Promise<void>): Promise<void>
  /** How many bytes of pages may be taken at once. */
  mostBytes(): number
  /** How the reading cache keeps the texts that files refer to, and takes them again. */
  kept: SharedRows
}

export async function openDeviceTexts(engine: Engine, recent?: RecentLimits): Promise<DeviceTexts> {
  const fields = TEXT_FIELDS.map((name) => `${name} varchar`).join(', ')
  for (const columns of [
    `device_text (text_id integer, text varchar, print blob, device_number integer, is_cut boolean, first_seen_at bigint, ${fields})`,
    'device_record (file_id integer, row_number integer, text_id integer, last_seen_at bigint, is_newest boolean)',
    'device_span (file_id integer, first_at bigint, last_at bigint)',
    'device_number (device_id varchar, device_number integer)',
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
  const match = await openTextMatch(engine, recent)
  return {
    async takeRecords(fill) {
      await match.forget()
      let newTexts: number
      do {
        await match.streaming(() => fill((docs) => match.metSql(deviceItemSql(docs, [...spelled].sort()))))
        newTexts = await match.findTexts()
      } while (newTexts > 0 && (await addSpelled()))
      if (newTexts > 0) await addTexts(engine, match)
      await match.settle()
      await addRecords(engine)
      await engine.run('drop table raw.device_item; drop table if exists raw.item')
    },
    mostBytes: () => (match.isMet() ? KNOWN_BYTES : NEW_BYTES),
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
    await match.forget()
    await match.streaming(() =>
      engine.run(
        `create or replace table raw.device_item as ${match.metSql(
          `select cast(null as integer) as file_id, text_id as row_number, text, cast(null as bigint) as last_seen_at, cast(null as bigint) as reported_at
         from (${kept})`,
        )}`,
      ),
    )
    if ((await match.findTexts()) > 0) {
      await addSpelled()
      await addTexts(engine, match)
    }
    await match.settle()
    await engine.run(
      'create or replace table raw.kept_text as select row_number as kept_number, text_id from raw.device_item',
    )
    await engine.run('drop table raw.device_item; drop table if exists raw.item')
  }
}

/** Takes the new texts apart. */
async function addTexts(engine: Engine, match: TextMatch): Promise<void> {
  await takeFields(engine, 'endpoint_device')
  await engine.run(
    `insert into raw.device_number
     select lower(id), min(row_number) from raw.endpoint_device
     where id is not null and lower(id) not in (select device_id from raw.device_number)
     group by lower(id)`,
  )
  await engine.run(
    `insert into raw.device_text
     select e.row_number, cast(i.doc as varchar), ${match.keptPrintSql('cast(i.doc as varchar)')}, coalesce(n.device_number, 0),
            contains(cast(i.doc as varchar), '"@{'), stamp_at(e.first_seen), ${TEXT_FIELDS.map((name) => `e.${name}`).join(', ')}
     from raw.endpoint_device e
     join raw.item i on i.row_number = e.row_number
     left join raw.device_number n on n.device_id = lower(e.id)`,
  )
  await engine.run('delete from raw.endpoint_device')
}

/**
 * Adds the records at hand. Of several rows of a device in one file (advanced hunting reports a device many times) the
 * newest counts, and its report stands for the device's last sign of life.
 */
async function addRecords(engine: Engine): Promise<void> {
  // only the few devices that stand in a file several times are ranked
  await engine.run(
    `insert into raw.device_record
     with repeated as (select file_id, device_number from raw.device_item group by file_id, device_number having count(*) > 1),
     ranked as (
       select r.file_id, r.row_number, r.text_id, r.last_seen_at, r.reported_at, row_number() over (partition by r.file_id, r.device_number
                                      order by coalesce(r.reported_at, 0) desc, coalesce(r.last_seen_at, 0) desc, r.row_number desc) = 1 as is_newest
       from raw.device_item r
       join repeated d on d.file_id = r.file_id and d.device_number = r.device_number
     ),
     every as (
       select r.file_id, r.row_number, r.text_id, r.last_seen_at, r.reported_at, true as is_newest from raw.device_item r anti join repeated d on d.file_id = r.file_id and d.device_number = r.device_number
       union all
       select * from ranked
     )
     select file_id, row_number, text_id, coalesce(last_seen_at, reported_at), is_newest from every order by file_id, row_number`,
  )
  await engine.run(
    `insert into raw.device_span
     select file_id, min(least(first_seen_at, last_seen_at, reported_at)), max(greatest(first_seen_at, last_seen_at, reported_at))
     from raw.device_item group by file_id`,
  )
  await engine.run(
    `insert into raw.unreadable_moment
     select file_id, what, min(written), count(*)
     from (select file_id, 'last seen' as what, unreadable_last_seen as written from raw.device_item
           union all select file_id, 'report', unreadable_reported from raw.device_item)
     where written is not null group by file_id, what`,
  )
  await engine.run(
    'insert into raw.cut_record select file_id, count(*) from raw.device_item where is_cut group by file_id',
  )
  await engine.run(
    "insert into raw.record_count select file_id, 'device', count(*) from raw.device_item group by file_id",
  )
}

import { type Engine, sqlText } from '../engine/engine.ts'
import { fingerprintSql } from './fingerprint.ts'

/** What recent texts are. */
export interface RecentLimits {
  /** Texts that so many records had, counted back from the last, are looked at while records are read. */
  records: number
  /** They are sorted out when there are half as many again as when they last were, and never below so many. */
  fewest: number
  /** So many texts are compared as they are, more by their fingerprints. */
  whole: number
}

/**
 * Two listings of a million devices. Fingerprints are a third of the processor time of device records (compare `npm run
 * bench` with `whole: 0`), but whole texts of more devices, of some hundred bytes each, would not fit into memory.
 */
const LIMITS: RecentLimits = { records: 2_000_000, fewest: 50_000, whole: 250_000 }

/** One in so many is few. */
const FEW = 8

const OF_TEXT = ['text_id', 'device_number', 'is_cut', 'first_seen_at']

/** A record's place among all: a file has fewer than 10^12 rows. */
const PLACE = 'coalesce(cast(file_id as bigint), 0) * 1000000000000 + row_number'

/**
 * Finds the texts of records among those that are known. Nearly every record has the text that its device had in the
 * listing before, so the last records' texts (`raw.recent_text`) are compared while records are read, and a text that is
 * among them is never laid down. What is left is looked for among all texts. `print` is what is compared: the text itself,
 * and from some number of texts on its fingerprint.
 */
export interface TextMatch {
  /** Records (`deviceItemSql`) with what is known of their texts; `text` and `print` are NULL where the text is a recent one. */
  metSql(items: string): string
  /** Does work that runs such queries, so that records stream past the texts. */
  streaming(work: () => Promise<void>): Promise<void>
  /**
   * Looks among all texts for those that `raw.device_item` still has. The new ones are the rows of `raw.item`, numbered
   * in the order of their first records; how many they are is returned.
   */
  findTexts(): Promise<number>
  /** Gives the records that are left their texts, once the new ones stand in `raw.device_text`. */
  settle(): Promise<void>
  /** Sorts out what has become old, before records are taken. */
  forget(): Promise<void>
  /** What a text is compared by where that is not itself, else NULL: SQL for `print` of `raw.device_text`. */
  keptPrintSql(text: string): string
  /** Nearly all records that were looked at last had a recent text: what is read next will hardly be laid down. */
  isMet(): boolean
}

export async function openTextMatch(engine: Engine, limits = LIMITS): Promise<TextMatch> {
  await engine.run(
    'create or replace table raw.recent_text (print varchar, text_id integer, device_number integer, is_cut boolean, first_seen_at bigint)',
  )
  const rowsOf = async (table: string) =>
    Number((await engine.rows(`select count(*) as "rows" from ${table}`))[0]?.['rows'])
  let mostRecent = limits.fewest
  let isMet = false
  let isWhole = true
  const printSql = (text: string): string => (isWhole ? text : fingerprintSql(text))
  /** The print of a known text. */
  const knownPrint = (): string => (isWhole ? 'text' : 'print')
  const compareFingerprints = async (): Promise<void> => {
    isWhole = false
    await engine.run(
      `create or replace table raw.device_text as select * replace (${fingerprintSql('text')} as print) from raw.device_text`,
    )
    await engine.run(
      `create or replace table raw.recent_text as select * replace (${fingerprintSql('print')} as print) from raw.recent_text`,
    )
  }
  return {
    metSql: (items) =>
      `select i.* exclude (text, print), case when r.text_id is null then i.text end as text, case when r.text_id is null then i.print end as print,
              ${OF_TEXT.map((name) => `r.${name}`).join(', ')}
       from (select *, ${printSql('text')} as print from (${items})) i
       left join raw.recent_text r on r.print = i.print`,
    async streaming(work) {
      // the engine guesses that the records are few, and would gather them, with their texts, to look for the known texts in
      const [setting] = await engine.rows("select current_setting('disabled_optimizers') as names")
      const before = String(setting?.['names'] ?? '')
      const disable = (names: string): Promise<void> => engine.run(`set disabled_optimizers = ${sqlText(names)}`)
      await disable([before, 'build_side_probe_side'].filter((name) => name !== '').join(','))
      try {
        await work()
      } finally {
        await disable(before)
      }
    },
    async findTexts() {
      const left = await rowsOf('raw.device_item where text is not null')
      isMet = left * FEW < (await rowsOf('raw.device_item'))
      if (left === 0) return 0
      await engine.run(
        `create or replace table raw.new_text as
         select print, min(${PLACE}) as first_record from raw.device_item where text is not null group by print`,
      )
      const known = await rowsOf('raw.device_text')
      if (known > (await rowsOf('raw.recent_text'))) {
        await engine.run(
          `insert into raw.recent_text
           select ${knownPrint()}, ${OF_TEXT.join(', ')} from raw.device_text where ${knownPrint()} in (select print from raw.new_text)`,
        )
        await engine.run('delete from raw.new_text where print in (select print from raw.recent_text)')
      }
      await engine.run(
        `create or replace table raw.item as
         select 0 as file_id, ${known} + row_number() over (order by n.first_record) as row_number, cast(i.text as json) as doc, 'device' as class
         from raw.new_text n
         join raw.device_item i on ${PLACE.replaceAll(/file_id|row_number/g, 'i.$&')} = n.first_record`,
      )
      await engine.run('drop table raw.new_text')
      return rowsOf('raw.item')
    },
    async settle() {
      if ((await rowsOf('raw.device_item where text is not null')) === 0) return
      await engine.run(
        `insert into raw.recent_text
         select ${knownPrint()}, ${OF_TEXT.join(', ')} from raw.device_text where text_id >= (select min(row_number) from raw.item)`,
      )
      await engine.run(
        `insert into raw.device_item
         select i.* replace (cast(null as varchar) as text, null as print, ${OF_TEXT.map((name) => `r.${name} as ${name}`).join(', ')})
         from raw.device_item i join raw.recent_text r on r.print = i.print
         where i.text is not null`,
      )
      await engine.run('delete from raw.device_item where text is not null')
    },
    async forget() {
      if (isWhole && (await rowsOf('raw.device_text')) > limits.whole) await compareFingerprints()
      if ((await rowsOf('raw.recent_text')) <= mostRecent) return
      const from = (await rowsOf('raw.device_record')) - limits.records
      await engine.run(
        `create or replace table raw.recent_text as
         select * from raw.recent_text where text_id in (select text_id from raw.device_record where rowid >= ${from})`,
      )
      mostRecent = Math.max(limits.fewest, (await rowsOf('raw.recent_text')) * 1.5)
    },
    keptPrintSql: (text) => (isWhole ? 'null' : fingerprintSql(text)),
    isMet: () => isMet,
  }
}

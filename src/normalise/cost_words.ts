import type { Engine } from '../engine/engine.ts'
import { fingerprintSql } from './fingerprint.ts'
import type { SharedRows } from './reading_cache.ts'

/** Words that many lines share: a table with a row for each different combination of columns of `cost_kept`. */
interface WordTable {
  table: string
  /** The number of a row, from 1. */
  key: string
  /** What they are compared by. */
  print: string
  columns: readonly string[]
}

/** What a line is: few differ in the whole of a bill. */
const KIND: WordTable = {
  table: 'raw.cost_kind_text',
  key: 'kind_key',
  print: 'kind_print',
  columns: [
    ...['line_class', 'billing_period_start', 'invoice_id', 'previous_invoice_id', 'charge_category', 'charge_class'],
    ...['product_name', 'meter_category', 'meter_sub_category', 'meter_name', 'meter_id', 'service_name'],
    ...['consumed_service', 'unit_of_measure', 'has_unit', 'unit_price_amount', 'list_unit_price_amount'],
    ...['billing_currency', 'pricing_currency', 'exchange_rate_amount', 'pricing_model', 'benefit_id'],
    'cost_allocation_rule_name',
  ],
}

/** What a line is for: a few for each resource. */
const RESOURCE: WordTable = {
  table: 'raw.cost_resource_text',
  key: 'resource_key',
  print: 'resource_print',
  columns: [
    ...['resource_id', 'resource_name', 'resource_group', 'subscription_id', 'subscription_name', 'tags'],
    'additional_info',
  ],
}

const WORD_TABLES = [KIND, RESOURCE]

/** The table of lines: their place, their day and amounts, and the keys of their words. */
export const COST_CHARGES = 'raw.cost_charge'

/**
 * Lines of a bill say the same of a resource every day, and the same of a meter for every resource: a month is some
 * hundred bytes a line with its words, and a tenth of it without. So the words are kept once, as they are written
 * (`raw.cost_kind_text`, `raw.cost_resource_text`), and of each line only their keys and its amounts (`raw.cost_charge`).
 * `normalise.cost_line` puts them together again. Needs the views of `openNoCostLines`.
 */
export async function openCostWords(engine: Engine): Promise<void> {
  for (const { table, key, print, columns } of WORD_TABLES) {
    await engine.run(
      `create or replace table ${table} as select cast(0 as integer) as ${key}, cast(null as blob) as ${print}, ${columns.join(', ')} from cost_kept limit 0`,
    )
  }
  await engine.run(
    `create or replace table ${COST_CHARGES} (file_id integer, row_number bigint, charge_day date, kind_key integer, resource_key integer,
       quantity decimal(38, 24), cost decimal(38, 24), effective_cost decimal(38, 24))`,
  )
}

/** What words of a relation are compared by: each column with its length, so that no two combinations are one text. */
const printSql = ({ columns }: WordTable, of: string): string => {
  const parts = columns.map(
    (column) => `coalesce(strlen(cast(${of}.${column} as varchar)) || ':' || ${of}.${column}, '-')`,
  )
  return fingerprintSql(`concat(${parts.join(', ')})`)
}

/** A line's place among all: a file has fewer than 10^12 rows. */
const PLACE = 'cast(file_id as bigint) * 1000000000000 + row_number'

/** So many lines are looked at beforehand for what lines are: nearly all of a bill says what these say. */
const FIRST_LINES = 100_000

/**
 * Appends the lines of the files at hand that have a class (`cost_kept`); their days must stand in `raw.cost_day`. Lines
 * are read once: a kind that is known is found by its columns, what else a line says is compared by its print, and only
 * lines that say something new are read again for their words. How many lines are looked at `ahead` is a matter of speed.
 */
export async function addCostLines(engine: Engine, ahead = FIRST_LINES): Promise<void> {
  await addKindsAhead(engine, ahead)
  await engine.run(
    `create or replace table raw.cost_place as
     select c.file_id, c.row_number, c.charge_date, c.quantity_amount, c.cost_amount, c.effective_cost_amount, k.${KIND.key},
            case when k.${KIND.key} is null then ${printSql(KIND, 'c')} end as ${KIND.print}, ${printSql(RESOURCE, 'c')} as ${RESOURCE.print}
     from cost_kept c left join ${KIND.table} k on ${sameWords('k', 'c', KIND)}`,
  )
  for (const words of WORD_TABLES) await addWordsOfLines(engine, words)
  await engine.run(
    `insert into ${COST_CHARGES}
     with written_day as (
       select written, export_day(written) as day from (select distinct charge_date as written from raw.cost_day) t
     )
     select c.file_id, c.row_number, d.day, coalesce(c.${KIND.key}, k.${KIND.key}), r.${RESOURCE.key}, c.quantity_amount, c.cost_amount, c.effective_cost_amount
     from raw.cost_place c
     left join ${KIND.table} k on k.${KIND.print} = c.${KIND.print}
     join ${RESOURCE.table} r on r.${RESOURCE.print} = c.${RESOURCE.print}
     left join written_day d on d.written = c.charge_date`,
  )
  await engine.run('drop table raw.cost_place')
}

/** Adds what the first lines at hand are. */
async function addKindsAhead(engine: Engine, ahead: number): Promise<void> {
  const { table, key, print, columns } = KIND
  await engine.run(
    `insert into ${table}
     select (select coalesce(max(${key}), 0) from ${table}) + row_number() over (order by ${print}), w.*
     from (select ${printSql(KIND, 'd')} as ${print}, d.*
           from (select distinct * from (select ${columns.join(', ')} from cost_kept limit ${ahead}) l) d) w
     where w.${print} not in (select ${print} from ${table})`,
  )
}

/** Adds the words of the lines of `raw.cost_place` that are not there yet, from the first line that has them. */
async function addWordsOfLines(engine: Engine, { table, key, print, columns }: WordTable): Promise<void> {
  await engine.run(
    `create or replace table raw.new_words as
     select ${print}, min(${PLACE}) as place from raw.cost_place
     where ${print} is not null and ${print} not in (select ${print} from ${table}) group by ${print}`,
  )
  const [counted] = await engine.rows('select count(*) as words from raw.new_words')
  if (counted?.['words'] !== '0') {
    await engine.run(
      `insert into ${table}
       select (select coalesce(max(${key}), 0) from ${table}) + row_number() over (order by n.place), n.${print}, ${columns.map((column) => `c.${column}`).join(', ')}
       from cost_kept c join raw.new_words n on n.place = ${PLACE.replaceAll(/file_id|row_number/g, 'c.$&')}`,
    )
  }
  await engine.run('drop table raw.new_words')
}

const sameWords = (a: string, b: string, { columns }: WordTable): string =>
  columns.map((column) => `${a}.${column} is not distinct from ${b}.${column}`).join(' and ')

/** How the reading cache keeps the words that lines refer to, and takes them again. */
export function keptWords(engine: Engine): SharedRows[] {
  return WORD_TABLES.map(({ table, key, print, columns }) => {
    const renumbered = `${table}_kept`
    return {
      table,
      number: key,
      columns: [print, ...columns],
      by: COST_CHARGES,
      renumbered,
      async take(kept) {
        await engine.run(
          `insert into ${table}
           select (select coalesce(max(${key}), 0) from ${table}) + row_number() over (order by n.${key}), n.* exclude (${key})
           from (${kept}) n where n.${print} not in (select ${print} from ${table})`,
        )
        await engine.run(
          `create or replace table ${renumbered} as
           select n.${key} as kept_number, t.${key} from (${kept}) n join ${table} t on t.${print} = n.${print}`,
        )
      },
    }
  })
}

import type { Engine } from '../engine/engine.ts'
import type { SharedRows } from './reading_cache.ts'

/** Words that many lines share: a table with a row for each different combination of columns of `cost_kept`. */
interface WordTable {
  table: string
  /** The number of a row, from 1. */
  key: string
  columns: readonly string[]
}

/** What a line is: few differ in the whole of a bill. */
const KIND: WordTable = {
  table: 'raw.cost_kind_text',
  key: 'kind_key',
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
  for (const { table, key, columns } of WORD_TABLES) {
    await engine.run(
      `create or replace table ${table} as select cast(0 as integer) as ${key}, ${columns.join(', ')} from cost_kept limit 0`,
    )
  }
  await engine.run(
    `create or replace table ${COST_CHARGES} (file_id integer, row_number bigint, charge_day date, kind_key integer, resource_key integer,
       quantity decimal(38, 24), cost decimal(38, 24), effective_cost decimal(38, 24))`,
  )
}

/** Appends the lines of the files at hand that have a class (`cost_kept`); their days must stand in `raw.cost_day`. */
export async function addCostLines(engine: Engine): Promise<void> {
  const columns = WORD_TABLES.flatMap((words) => words.columns)
  await engine.run(`create or replace table raw.cost_words as select distinct ${columns.join(', ')} from cost_kept`)
  for (const words of WORD_TABLES) await addWords(engine, words, 'raw.cost_words')
  await engine.run('drop table raw.cost_words')
  await engine.run(
    `insert into ${COST_CHARGES}
     with written_day as (
       select written, export_day(written) as day from (select distinct charge_date as written from raw.cost_day) t
     )
     select c.file_id, c.row_number, d.day, k.${KIND.key}, r.${RESOURCE.key}, c.quantity_amount, c.cost_amount, c.effective_cost_amount
     from cost_kept c
     join ${KIND.table} k on ${sameWords('k', 'c', KIND)}
     join ${RESOURCE.table} r on ${sameWords('r', 'c', RESOURCE)}
     left join written_day d on d.written = c.charge_date`,
  )
}

/** How the reading cache keeps the words that lines refer to, and takes them again. */
export function keptWords(engine: Engine): SharedRows[] {
  return WORD_TABLES.map((words) => {
    const { table, key, columns } = words
    const renumbered = `${table}_kept`
    return {
      table,
      number: key,
      columns,
      by: COST_CHARGES,
      renumbered,
      async take(kept) {
        await addWords(engine, words, `(${kept})`)
        await engine.run(
          `create or replace table ${renumbered} as
           select n.${key} as kept_number, t.${key} from (${kept}) n join ${table} t on ${sameWords('t', 'n', words)}`,
        )
      },
    }
  })
}

/** Adds those words of a relation that are not there yet. */
async function addWords(engine: Engine, words: WordTable, from: string): Promise<void> {
  const { table, key, columns } = words
  await engine.run(
    `insert into ${table}
     select (select coalesce(max(${key}), 0) from ${table}) + row_number() over (), n.*
     from (select distinct ${columns.join(', ')} from ${from}) n
     where not exists (select 1 from ${table} t where ${sameWords('t', 'n', words)})`,
  )
}

const sameWords = (a: string, b: string, { columns }: WordTable): string =>
  columns.map((column) => `${a}.${column} is not distinct from ${b}.${column}`).join(' and ')

// However many lines are looked at beforehand, and whatever was read before: a line keeps its words, and words stand once.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { openNoCostLines } from '../../src/normalise/cost_source.ts'
import { addCostLines, openCostWords } from '../../src/normalise/cost_words.ts'

/** Meter, unit price, resource, tags: what differs; some texts would be the same if their columns were only strung together. */
const LINES = [
  ['P1', '0.01', 'vm-1', 'a'],
  ['P2', '0.02', 'vm-1', 'a'],
  ['P2', '0.02', 'vm-1a', ''],
  ['P2', null, 'vm-1', null],
  ['P2', '0.020', 'vm-2', 'a'],
  ['P1', '0.01', null, 'vm-1'],
] as const

let engine: Engine
beforeEach(async () => {
  engine = await openDuckDb({ threads: 1 })
  await engine.run("create schema raw; create table raw.cost_day as select '2026-10-03' as charge_date")
  await openNoCostLines(engine)
  await openCostWords(engine)
  await engine.run('create table written as select * from cost_kept limit 0')
})
afterEach(() => engine.close())

const literal = (text: string | null) => (text === null ? 'null' : `'${text}'`)

/** Brings lines as those of a file. */
async function add(fileId: number, ahead: number): Promise<void> {
  await engine.run('delete from written')
  for (const [at, [meter, price, resource, tags]] of LINES.entries()) {
    await engine.run(
      `insert into written by name
       select ${fileId} as file_id, ${at + 1} as row_number, 'defender' as line_class, '2026-10-03' as charge_date, true as has_unit,
              ${literal(meter)} as meter_name, cast(${literal(price)} as decimal(38, 24)) as unit_price_amount,
              ${literal(resource)} as resource_id, ${literal(tags)} as tags, ${fileId} as cost_amount`,
    )
  }
  await engine.run('create or replace temporary view cost_kept as select * from written')
  await addCostLines(engine, ahead)
}

it.each([0, 1, 3, 100])('%i lines beforehand', async (ahead) => {
  await add(1, ahead)
  await add(2, ahead)
  const rows = await engine.rows(
    `select c.file_id, c.row_number, cast(c.charge_day as varchar) as day, k.meter_name, k.unit_price_amount, r.resource_id, r.tags, c.cost
     from raw.cost_charge c
     join raw.cost_kind_text k on k.kind_key = c.kind_key
     join raw.cost_resource_text r on r.resource_key = c.resource_key
     order by 1, 2`,
  )
  const zeros = (text: string | null) => (text === null ? null : text.padEnd(26, '0'))
  expect(rows.map((row) => Object.values(row))).toEqual(
    [1, 2].flatMap((file) =>
      LINES.map(([meter, price, resource, tags], at) => [
        ...[file, String(at + 1), '2026-10-03', meter, zeros(price), resource, tags, `${file}.${'0'.repeat(24)}`],
      ]),
    ),
  )
  expect(
    await engine.rows('select count(*) as kinds, count(distinct kind_key) as keys from raw.cost_kind_text'),
  ).toEqual([{ kinds: '3', keys: '3' }])
  expect(
    await engine.rows('select count(*) as resources, count(distinct resource_key) as keys from raw.cost_resource_text'),
  ).toEqual([{ resources: '5', keys: '5' }])
})

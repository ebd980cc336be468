import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { keyOf, writeCsv, writeParquet } from '../../src/output/table_file.ts'
import { packageRoot } from '../../src/package_root.ts'

let engine: Engine
let folder: string
beforeAll(async () => {
  engine = await openDuckDb()
  folder = mkdtempSync(join(tmpdir(), 'hourwise-csv-'))
})
afterAll(async () => {
  await engine.close()
  rmSync(folder, { recursive: true })
})

/** Writes a query and gives the file's text. */
async function csvOf(sql: string): Promise<string> {
  const model = join(folder, 'model.sql')
  writeFileSync(model, sql)
  await writeCsv(engine, relative(packageRoot, model), join(folder, 'out.csv'))
  return readFileSync(join(folder, 'out.csv'), 'utf8')
}

test('decimals are exact without trailing zeros, moments ISO 8601, NULL is nothing, lines end in CRLF', async () => {
  const text = await csvOf(`-- key: n
    select cast(1 as bigint) as n, amount('0.010000000000000000000001') as small, amount(100) as hundred, amount(0) as zero, amount('-2.50') as negative,
           cast(null as decimal(38,24)) as none, cast(1793499872 as bigint) as seen_at, date '2026-10-31' as day, true as is_free`)
  expect(text).toBe(
    'n,small,hundred,zero,negative,none,seen_at,day,is_free\r\n1,0.010000000000000000000001,100,0,-2.5,,2026-10-31T23:57:52Z,2026-10-31,true\r\n'.replace(
      '2026-10-31T23:57:52Z',
      new Date(1793499872000).toISOString().replace('.000', ''),
    ),
  )
})

test.each([
  ['=1+1', "'=1+1"],
  ['+49 30 123', "'+49 30 123"],
  ['-5', "'-5"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['\uff1d1', "'\uff1d1"],
  ['vm=1', 'vm=1'],
  ['a-b', 'a-b'],
])('text %j is written as %j', async (given, written) => {
  expect(await csvOf(`-- key: t\nselect '${given}' as t`)).toBe(`t\r\n${written}\r\n`)
})

test('edge case 66: a formula behind a quote, a comma and a line break is quoted and neutralised', async () => {
  const cell = '=HYPERLINK("http://x","y")\nnext'
  expect(await csvOf(`-- key: t\nselect '${cell}' as t`)).toBe(`t\r\n"'=HYPERLINK(""http://x"",""y"")\nnext"\r\n`)
})

test('rows are in the order of the key, unknown first', async () => {
  expect(await csvOf(`-- key: a, b\nselect * from (values ('b', 1), ('a', 2), (null, 3), ('a', 1)) v(a, b)`)).toBe(
    'a,b\r\n,3\r\na,1\r\na,2\r\nb,1\r\n',
  )
})

test('a type that nobody thought of is an error, not a guess', async () => {
  await expect(csvOf('-- key: d\nselect cast(0.1 as double) as d')).rejects.toThrow('column d of type DOUBLE')
})

test('Parquet keeps decimals as decimals', async () => {
  const model = join(folder, 'model.sql')
  writeFileSync(model, "-- key: a\nselect amount('0.1') as a, '=1' as t")
  await writeParquet(engine, relative(packageRoot, model), join(folder, 'out.parquet'))
  expect(await engine.describe(`select * from '${join(folder, 'out.parquet')}'`)).toEqual([
    { name: 'a', type: 'DECIMAL(38,24)' },
    { name: 't', type: 'VARCHAR' },
  ])
})

test('a query without a key cannot be written', () => {
  expect(() => keyOf('select 1')).toThrow('no key')
})

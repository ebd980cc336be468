import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { defineQuery, runQueries, runQuery } from '../../src/engine/query.ts'
import { packageRoot } from '../../src/package_root.ts'

let engine: Engine
let folder: string
beforeAll(async () => {
  engine = await openDuckDb()
  folder = mkdtempSync(join(tmpdir(), 'hourwise-query-'))
})
afterAll(async () => {
  await engine.close()
  rmSync(folder, { recursive: true })
})

function query(name: string, sql: string): string {
  const path = join(folder, `${name}.sql`)
  writeFileSync(path, sql)
  return relative(packageRoot, path)
}

test('amounts and seconds arrive as exact text, counts as numbers, NULL where it is allowed', async () => {
  const file = query(
    'typed',
    "select date '2026-10-01' as month, amount(cast('0.1' as decimal(38,24))) as cost, cast(3 as integer) as machines, cast(9007199254740993 as bigint) as seconds, cast(null as varchar) as owner, true as known",
  )
  const rows = await runQuery(
    engine,
    defineQuery({
      file,
      columns: {
        month: 'date',
        cost: 'amount',
        machines: 'int',
        seconds: 'seconds',
        owner: 'text?',
        known: 'boolean',
      },
    }),
  )
  expect(rows).toEqual([
    {
      month: '2026-10-01',
      cost: '0.100000000000000000000000',
      machines: 3,
      seconds: '9007199254740993',
      owner: null,
      known: true,
    },
  ])
})

test('a column that is missing, unexpected, of another type or NULL names the file and the column', async () => {
  const file = query('odd', 'select cast(null as varchar) as name, 1.5 as cost')
  await expect(runQuery(engine, defineQuery({ file, columns: { name: 'text?' } }))).rejects.toThrow(
    /odd\.sql failed: columns that are not declared: cost/,
  )
  await expect(runQuery(engine, defineQuery({ file, columns: { name: 'text?', cost: 'amount' } }))).rejects.toThrow(
    /odd\.sql failed: column cost is DECIMAL\(2,1\), declared as amount/,
  )
  await expect(runQuery(engine, defineQuery({ file, columns: { owner: 'text' } }))).rejects.toThrow(
    /odd\.sql failed: the query has no column owner/,
  )
  const empty = query('empty', 'select cast(null as varchar) as name')
  await expect(runQuery(engine, defineQuery({ file: empty, columns: { name: 'text' } }))).rejects.toThrow(
    /empty\.sql failed: column name is NULL/,
  )
})

test('a record of queries gives its rows by name', async () => {
  const file = query('one', 'select cast(1 as integer) as n')
  const rows = await runQueries(engine, { first: defineQuery({ file, columns: { n: 'int' } }) })
  expect(rows).toEqual({ first: [{ n: 1 }] })
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import type { Engine } from '../../src/engine/engine.ts'

let engine: Engine
beforeAll(async () => {
  engine = await openDuckDb()
})
afterAll(() => engine.close())

test('the value of a tag is that of its name without case, as JSON tells it, whatever else its text holds', async () => {
  for (const [tags, tag, value] of [
    ['{"Owner":"team-0","env":"prod"}', 'owner', 'team-0'],
    ['{"env":"owner","OWNER" : "x\\"y"}', 'owner', 'x"y'],
    ['"env": "prod","owner": "no braces"', 'owner', 'no braces'],
    ['{"note":"b\\"owner\\":\\"x","owner":"z"}', 'owner', 'z'],
    ['{"owner":"Jos\\u00e9 \\\\ é"}', 'owner', 'José \\ é'],
    ['{"größe":"klein"}', 'Größe', 'klein'],
    ['{"owner.x":"dot","ownerax":"no"}', 'owner.x', 'dot'],
    ['{"ownerax":"no"}', 'owner.x', null],
    ['{"owner":null,"count":5}', 'owner', null],
    ['{"owner":""}', 'owner', null],
    ['', 'owner', null],
    [null, 'owner', null],
  ] as const) {
    const [row] = await engine.rows('select tag_value($1::varchar, $2::varchar) as value', [tags, tag])
    expect([tags, row?.['value']]).toEqual([tags, value])
  }
})

// The part of Kusto that the simulation runs, on records whose answers can be read off.
import { describe, expect, test } from 'vitest'
import { runKql } from './kql.ts'

const RESOURCES = [
  {
    id: '/S/a',
    name: 'a',
    type: 'Microsoft.Compute/virtualMachines',
    n: 3,
    p: { x: { code: 'On' }, at: '2026-08-03' },
  },
  { id: '/S/b', name: 'B', type: 'microsoft.compute/virtualMachines', n: 20, p: { x: {}, tags: ['EDR', 'x'] } },
  { id: '/S/c', name: 'c', type: 'microsoft.hybridcompute/machines', n: null, p: null },
]
const names = (operators: string): unknown[] =>
  runKql(`resources ${operators}`, { resources: RESOURCES }).rows.map((row) => row['name'])

describe('where', () => {
  test.each([
    ["| where type =~ 'MICROSOFT.COMPUTE/virtualmachines'", ['a', 'B']],
    ["| where type == 'Microsoft.Compute/virtualMachines'", ['a']],
    ["| where name != 'b' and name !~ 'b'", ['a', 'c']],
    ["| where name in~ ('A', 'b')", ['a', 'B']],
    ["| where name in ('A', 'c')", ['c']],
    ["| where type has 'compute'", ['a', 'B']],
    ["| where type contains 'compute'", ['a', 'B', 'c']],
    ["| where type has_any ('hybridcompute', 'nothing')", ['c']],
    ["| where tostring(p.x.code) == 'On'", ['a']],
    ["| where tostring(p['tags'][0]) == 'EDR'", ['B']],
    ["| where isempty(p.x.code) and not(name =~ 'c')", ['B']],
    ["| where name == 'a' or name == 'B' and n > 100", ['a']],
    ["| where (name == 'a' or name == 'B') and n > 10", ['B']],
    ['| where todatetime(p.at) between (datetime(2026-08-01) .. datetime(2026-08-04T00:00:00Z))', ['a']],
    ['// a comment with | where in it\n| where n >= 3 | where n < 20', ['a']],
  ])('%s', (operators, expected) => {
    expect(names(operators)).toEqual(expected)
  })
})

test('columns: made, named, and of unknown paths empty', () => {
  const query = `resources | where name == 'a'
    | extend key=tolower(id), part=tostring(split(id, '/')[1])
    | project id, key, part, code=tostring(p.x.code), none=tostring(p.y.z), number=toint(n), x=extract('(?i)/s/(.)', 1, id), coalesced=coalesce(p.y, name)`
  expect(runKql(query, { resources: RESOURCES }).rows).toEqual([
    { id: '/S/a', key: '/s/a', part: 'S', code: 'On', none: '', number: 3, x: 'a', coalesced: 'a' },
  ])
})

test('order: descending unless it is said, numbers as numbers, and known to be there', () => {
  expect(names('| where isnotempty(n) | order by n')).toEqual(['B', 'a'])
  expect(names('| where isnotempty(n) | order by n asc')).toEqual(['a', 'B'])
  expect(runKql('resources', { resources: RESOURCES })).toMatchObject({ ordered: false, limited: false })
  expect(runKql('resources | order by id | take 1', { resources: RESOURCES })).toMatchObject({
    ordered: true,
    limited: true,
  })
})

test.each([
  'nothing | project id',
  'resources | project id=unknown(id)',
  'resources | summarize count()',
  "resources | where name = 'a'",
  "resources | where name =~ 'a",
  'resources project id',
])('is refused: %s', (query) => {
  expect(() => runKql(query, { resources: RESOURCES })).toThrow(SyntaxError)
})

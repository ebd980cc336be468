// Earlier results: which count, which are refused, and what the reports of a month learn from the month before.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import { HourwiseError } from '../../src/errors.ts'
import { buildLedgerWithHistory } from '../../src/ledger/build.ts'
import { emptyRelationSql, NORMALISE_RELATIONS, type NormaliseRelation } from '../../src/normalise/relations.ts'
import { keepEarlierResults, readEarlierResults } from '../../src/output/earlier_result.ts'
import type { Summary } from '../../src/output/summary.ts'
import { packageRoot } from '../../src/package_root.ts'
import { hourwise } from '../cli/hourwise.ts'

const OCTOBER = { fromDay: '2026-10-01', untilDay: '2026-11-01' }
let place: string
let september: Summary
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'hourwise-history-'))
  const ran = hourwise(
    [
      'report',
      join(packageRoot, 'fixtures/sample'),
      '--period',
      '2026-09',
      '--out',
      'kept/2026-09',
      '--format',
      'json,csv',
    ],
    { cwd: place },
  )
  if (ran.exit !== 0) throw new Error(ran.err)
  september = JSON.parse(readFileSync(join(place, 'kept/2026-09/summary.json'), 'utf8')) as Summary
})
afterAll(() => rmSync(place, { recursive: true }))

function written(name: string, change: (summary: Summary) => void): void {
  const summary = structuredClone(september)
  change(summary)
  mkdirSync(join(place, name), { recursive: true })
  writeFileSync(join(place, name, 'summary.json'), JSON.stringify(summary))
}

test('results whose period ends before count, oldest first', () => {
  written('many/june', (summary) => {
    summary.period = { from_day: '2026-06-01', until_day: '2026-07-01' }
  })
  written('many/deep/down/october', (summary) => {
    summary.period = { from_day: '2026-10-01', until_day: '2026-11-01' }
  })
  cpSync(join(place, 'kept/2026-09'), join(place, 'many/a-september'), { recursive: true })
  const results = readEarlierResults(join(place, 'many'), OCTOBER)
  expect(results.map(({ path }) => path)).toEqual(['june/summary.json', 'a-september/summary.json'])
})

test('two of one period that differ, one that is none, and no folder are refused', () => {
  written('twice/one', () => {})
  written('twice/two', (summary) => {
    const figure = summary.figures.find(({ figure }) => figure === 'total_cost')
    if (figure !== undefined) figure.value = '1'
  })
  const refused = (folder: string): string => {
    try {
      readEarlierResults(join(place, folder), OCTOBER)
    } catch (error) {
      if (error instanceof HourwiseError) return error.message
      throw error
    }
    return 'accepted'
  }
  expect(refused('twice')).toBe('two earlier results of one period say different things')
  mkdirSync(join(place, 'foreign'))
  writeFileSync(join(place, 'foreign/summary.json'), '{"hello": 1}')
  expect(refused('foreign')).toBe('a summary.json is none that this version can read')
  expect(refused('nowhere')).toBe('the folder of earlier results does not exist')
})

test('months that no record covers come from results, thirteen at most; what records say stays', async () => {
  const engine = await openDuckDb()
  try {
    await engine.run('create schema normalise')
    for (const relation of Object.keys(NORMALISE_RELATIONS))
      await engine.run(emptyRelationSql(relation as NormaliseRelation))
    await buildLedgerWithHistory(engine, OCTOBER)
    await engine.insert('history.figure', [['2026-09-01', 'time_coverage', null, '12.5', '%', 'records']])
    for (const [name, from, until] of [
      ['old', '2025-09-01', '2025-10-01'],
      ['first', '2025-10-01', '2025-11-01'],
      ['week', '2026-08-03', '2026-08-10'],
      ['last', '2026-09-01', '2026-10-01'],
    ] as const)
      written(`months/${name}`, (summary) => {
        summary.period = { from_day: from, until_day: until }
      })
    await keepEarlierResults(engine, readEarlierResults(join(place, 'months'), OCTOBER), OCTOBER)
    const months = await engine.rows(
      "select cast(month as varchar) as month, min(origin) as origin, count(*) > 1 as is_whole from history.figure where month < date '2026-10-01' group by month order by month",
    )
    expect(months).toEqual([
      { month: '2025-10-01', origin: 'result', is_whole: true },
      { month: '2026-09-01', origin: 'records', is_whole: false },
    ])
    expect(
      await engine.rows('select cast(from_day as varchar) as from_day, has_actions from history.last_run'),
    ).toEqual([{ from_day: '2026-09-01', has_actions: false }])
  } finally {
    await engine.close()
  }
})

test('a run with --history names what left the list, and quotes what it read', () => {
  const ran = hourwise(
    [
      'report',
      join(packageRoot, 'fixtures/sample'),
      '--history',
      'kept',
      '--out',
      'kept/2026-10',
      '--format',
      'html,json',
      '--report',
      'monthly-review',
    ],
    { cwd: place },
  )
  expect(ran.err).not.toContain('at ')
  expect(ran.exit).toBe(0)
  const page = readFileSync(join(place, 'kept/2026-10/monthly-review.html'), 'utf8')
  expect(page).toContain('Since the run of September 2026')
  expect(page).not.toContain('it needs the result of an earlier run')
  const manifest = JSON.parse(readFileSync(join(place, 'kept/2026-10/manifest.json'), 'utf8'))
  expect(manifest.history).toEqual([{ path: '2026-09/summary.json', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }])
  expect(manifest.command).toContain('--history HISTORY')
})

// What became of the last run's list: each machine in one outcome, its money beside it, nothing where no run was given.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { queries } from '../../reports/monthly-review/queries.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { runQuery } from '../../src/engine/query.ts'
import { add, emptyEstate, machine } from './estate.ts'

let engine: Engine
beforeAll(async () => {
  engine = await emptyEstate()
})
afterAll(() => engine.close())
beforeEach(async () => {
  for (const relation of [
    'history.last_run',
    'history.last_action',
    'history.last_finding',
    'actions.action_machine',
    'ledger.machine',
    'ledger.finding',
  ])
    await engine.run(`delete from ${relation}`)
})

const before = (id: string, kind: string, cost: string, base: string, status = 'open'): Promise<void> =>
  add(engine, 'history.last_action', [{ machine_id: id, kind, name: id, billing_currency: 'USD', status, cost, base }])
const now = (id: string, kind: string, cost: string, base: string, status = 'open'): Promise<void> =>
  add(engine, 'actions.action_machine', [
    {
      action_key: `${kind}-1`,
      machine_id: id,
      kind,
      billing_currency: 'USD',
      status,
      cost,
      base,
      low: '0',
      high: base,
    },
  ])
const run = (hasActions = true): Promise<void> =>
  add(engine, 'history.last_run', [{ from_day: '2026-09-01', until_day: '2026-10-01', has_actions: hasActions }])

test('a machine is fixed, new or still open, whatever kind of action it moved to', async () => {
  await run()
  await add(engine, 'ledger.machine', [machine('moved'), machine('fresh')])
  await before('gone', 'deallocate', '10', '7.25')
  await before('moved', 'install_sensor', '5', '0')
  await before('gone-too', 'deallocate', '3', '3')
  await before('waived', 'deallocate', '99', '99', 'waived')
  await now('moved', 'revive_sensor', '6', '1')
  await now('fresh', 'deallocate', '2', '2')
  await now('fresh', 'verify_health', '4', '0')
  const rows = await runQuery(engine, queries.sinceLast)
  expect(rows.map(({ outcome, name, position, items }) => [outcome, name, position, items])).toEqual([
    ['fixed', 'gone', 1, 2],
    ['fixed', 'gone-too', 2, 2],
    ['new', 'fresh', 1, 1],
    ['open', 'moved', 1, 1],
  ])
  const fixed = rows[0]
  expect(Number(fixed?.all_base)).toBe(10.25)
  expect(fixed?.action).toBe('Stop and deallocate')
  expect(Number(rows[2]?.cost)).toBe(6)
  expect(rows[2]?.action).not.toBe('Stop and deallocate')
})

test('without an earlier run, or without its list, there is nothing to compare', async () => {
  await now('fresh', 'deallocate', '2', '2')
  expect(await runQuery(engine, queries.sinceLast)).toEqual([])
  expect(await runQuery(engine, queries.sinceLastFinding)).toEqual([])
  await run(false)
  expect(await runQuery(engine, queries.sinceLast)).toEqual([])
})

test('findings are told apart by check and subject; notes do not count', async () => {
  await run()
  const finding = (check: string, subject: string, severity = 'warning') => ({ check_name: check, subject, severity })
  await add(engine, 'history.last_finding', [finding('a', 'x'), finding('a', 'y'), finding('b', 'x', 'info')])
  await add(engine, 'ledger.finding', [finding('a', 'y'), finding('c', 'x', 'error'), finding('d', 'x', 'info')])
  expect(await runQuery(engine, queries.sinceLastFinding)).toEqual([
    { outcome: 'fixed', check_name: 'a', findings: 1 },
    { outcome: 'new', check_name: 'c', findings: 1 },
    { outcome: 'open', check_name: 'a', findings: 1 },
  ])
})

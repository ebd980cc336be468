// The queries of the reports on hand-made ledgers: what they count, against numbers worked out by hand.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { queries as executive } from '../../reports/executive-summary/queries.ts'
import { figureQueries } from '../../reports/figures.ts'
import { queries as monthly } from '../../reports/monthly-review/queries.ts'
import { queries as trueUp } from '../../reports/true-up/queries.ts'
import { buildActions } from '../../src/actions/build.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { buildModel } from '../../src/engine/model.ts'
import { runQuery } from '../../src/engine/query.ts'
import { add, DAY, emptyEstate, entry, HOUR, machine, OCTOBER } from './estate.ts'

let engine: Engine
beforeAll(async () => {
  engine = await emptyEstate()
})
afterAll(() => engine.close())

/** Each day of October. */
const PERIOD_DAYS = Array.from({ length: 31 }, (_, nth) => `2026-10-${String(nth + 1).padStart(2, '0')}`)

async function refill(
  relations: Readonly<Record<string, readonly Record<string, string | number | boolean | null>[]>>,
) {
  for (const [relation, rows] of Object.entries(relations)) {
    await engine.run(`delete from ${relation}`)
    await add(engine, relation, rows)
  }
}

describe('uptime by hour', () => {
  const on = (from: number, until: number, more = {}) => ({
    machine_id: `m${from}-${until}`,
    from_at: OCTOBER + from,
    until_at: OCTOBER + until,
    power: 'running',
    evidence: 'observed',
    ...more,
  })

  test('each clock hour holds the seconds that running segments overlap it', async () => {
    const segments: [number, number][] = [
      [0, 31 * DAY],
      [1800, 5400],
      [2 * HOUR, 3 * HOUR],
      [5 * HOUR - 1, 5 * HOUR + 1],
      [DAY - 600, DAY + 2 * HOUR + 600],
      [30 * DAY + 100, 31 * DAY],
    ]
    await refill({ 'ledger.power': segments.map(([from, until]) => on(from, until)) })
    const rows = await runQuery(engine, monthly.uptimeHour)
    expect(rows).toHaveLength(31 * 24)
    rows.forEach((row, index) => {
      const start = index * HOUR
      const seconds = segments.reduce(
        (sum, [from, until]) => sum + Math.max(0, Math.min(until, start + HOUR) - Math.max(from, start)),
        0,
      )
      expect(Number(row.machine_hours), `${row.day} ${row.hour}`).toBeCloseTo(seconds / HOUR, 9)
    })
  })

  test('what is stopped, off, or known by compute hours alone has no place in it', async () => {
    await refill({
      'ledger.power': [
        on(0, DAY, { power: 'stopped' }),
        on(0, DAY, { machine_id: 'b', power: 'off' }),
        on(0, DAY, { machine_id: 'c', on_seconds: 5 * HOUR }),
      ],
    })
    const rows = await runQuery(engine, monthly.uptimeHour)
    expect(rows.every((row) => Number(row.machine_hours) === 0)).toBe(true)
    const [uptime] = await runQuery(engine, monthly.uptime)
    expect(Number(uptime?.unplaced_hours)).toBe(5)
    expect(uptime?.unplaced_machines).toBe(1)
  })
})

test('actions hold every unit of money that was not protected, once, and say what is no saving', async () => {
  await refill({
    'ledger.machine': [machine('a'), machine('b', { os_class: 'client' })],
    'ledger.ledger': [
      entry('a'),
      entry('a', { bucket: 'paid_unprotected', health: 'unhealthy', issue: 'installation', cost: '2' }),
      entry('a', { bucket: 'paid_unprotected', health: 'unhealthy', issue: 'heartbeat', cost: '3' }),
      entry('a', { bucket: 'paid_stopped', power: 'stopped', cost: '5' }),
      entry('a', { bucket: 'paid_stopped', power: 'stopped', cost: '7', evidence: 'assumed' }),
      entry('b', { bucket: 'paid_not_applicable', health: 'not_applicable', cost: '11' }),
      entry('b', { bucket: 'billed_while_off', power: 'off', cost: '13' }),
      entry('b', { bucket: 'paid_unverified', health: 'unknown', cost: '17' }),
      entry(null, { bucket: 'unattributed', power: 'unknown', cost: '19' }),
      entry('b', { bucket: 'power_unknown', power: 'unknown', cost: '23' }),
      entry('b', { bucket: 'exposed', billing_currency: null, cost: null, billed_hours: null }),
    ],
  })
  await buildActions(engine)
  const actions = await runQuery(engine, monthly.action)
  expect(actions.map((row) => [row.action, Number(row.stake), row.machines])).toEqual([
    ['verify_power', 23, 1],
    ['find_machine', 19, 0],
    ['verify_health', 17, 1],
    ['query_charge', 13, 1],
    ['deallocate', 12, 1],
    ['decide_exclusion', 11, 1],
    ['revive_sensor', 3, 1],
    ['install_sensor', 2, 1],
  ])
  const [first] = actions
  expect([first?.total_stake, first?.total_low, first?.total_base, first?.total_high].map(Number)).toEqual([
    100, 5, 12, 36,
  ])
  const machines = await runQuery(engine, monthly.actionMachine)
  expect(machines.map((row) => Number(row.stake)).reduce((sum, stake) => sum + stake, 0)).toBe(100 - 19)
  expect(machines.every((row) => row.rows_in_all === machines.length)).toBe(true)
})

test('money by subscription keeps twelve and gathers the rest, and adds up', async () => {
  const many = Array.from({ length: 15 }, (_, n) => n + 1)
  await refill({
    'ledger.machine': many.map((n) => machine(`m${n}`, { subscription_id: `s${n}`, subscription_name: 'Same name' })),
    'ledger.ledger': many.map((n) => entry(`m${n}`, { subscription_id: `s${n}`, cost: String(n) })),
  })
  const rows = await runQuery(engine, monthly.bySubscription)
  expect(rows).toHaveLength(13)
  expect(rows.at(-1)).toMatchObject({ position: 13, label: null, subscriptions: 3, machines: 3 })
  expect(Number(rows.at(-1)?.cost)).toBe(1 + 2 + 3)
  expect(rows.reduce((sum, row) => sum + Number(row.cost), 0)).toBe(120)
  expect(new Set(rows.map((row) => row.label)).size, 'equal names are told apart').toBe(13)
})

test('the histogram puts a machine that was always on into the last step', async () => {
  const day = (id: string, n: number, seconds: number) => ({
    machine_id: id,
    day: `2026-10-${String(n).padStart(2, '0')}`,
    billable_seconds: seconds,
    unknown_seconds: 0,
    running_seconds: seconds,
    stopped_seconds: 0,
    off_seconds: DAY - seconds,
  })
  await refill({
    'ledger.machine': [machine('always'), machine('short', { in_licence_scope: false }), machine('dark')],
    'ledger.machine_day': [
      ...Array.from({ length: 31 }, (_, n) => day('always', n + 1, DAY)),
      day('short', 1, 25 * HOUR - DAY),
      day('short', 2, DAY),
      { ...day('dark', 1, 0), unknown_seconds: DAY, off_seconds: 0 },
    ],
  })
  const rows = await runQuery(engine, monthly.histogram)
  expect(rows.filter((row) => row.machines > 0)).toEqual([
    { from_hour: 24, until_hour: 48, machines: 1, machines_in_scope: 0 },
    { from_hour: 720, until_hour: 744, machines: 1, machines_in_scope: 1 },
  ])
})

test('servers that only a licence can cover are counted at once, by time', async () => {
  const health = (id: string, more = {}) => ({
    machine_id: id,
    from_at: OCTOBER,
    until_at: OCTOBER + 31 * DAY,
    health: 'healthy',
    evidence: 'observed',
    ...more,
  })
  await refill({
    'ledger.machine': [
      machine('all'),
      machine('first', { alive_until_at: OCTOBER + 10 * DAY }),
      machine('second', { alive_from_at: OCTOBER + 10 * DAY }),
      machine('brief', { alive_from_at: OCTOBER + 20 * DAY, alive_until_at: OCTOBER + 21 * DAY }),
      machine('billed'),
      machine('bare'),
      machine('client', { in_licence_scope: false, os_class: 'client' }),
    ],
    'ledger.health': [
      health('all'),
      health('first', { health: 'unhealthy', issue: 'heartbeat' }),
      health('second'),
      health('brief'),
      health('billed'),
      health('bare', { health: 'unhealthy', issue: 'installation' }),
      health('client'),
    ],
    'ledger.machine_charge': PERIOD_DAYS.map((day) => ({
      machine_id: 'billed',
      day,
      allocated: false,
      is_free: false,
    })),
  })
  for (const name of ['machine_route', 'requirement_hour', 'requirement_day', 'requirement'])
    await buildModel(engine, { relation: `licensing.${name}`, file: `src/licensing/${name}.sql` })
  const rows = await runQuery(engine, trueUp.requirement)
  const row = rows.find((candidate) => candidate.population === 'without_charge')
  expect(row).toMatchObject({ peak: 3, peak_day: '2026-10-21', p95: 2, at_end: 2 })
  expect(Number(row?.mean)).toBeCloseTo(2 + 1 / 31, 9)
})

describe('gaps', () => {
  test('the age of a gap runs back to the first listing of the unbroken run', async () => {
    const end = OCTOBER + 31 * DAY
    const verdict = (id: string, daysBefore: number, health: string) => ({
      machine_id: id,
      first_at: end - daysBefore * DAY,
      last_at: end - daysBefore * DAY,
      health,
    })
    const open = (id: string) => ({
      machine_id: id,
      from_at: OCTOBER,
      until_at: end,
      health: 'unhealthy',
      issue: 'heartbeat',
      evidence: 'observed',
    })
    await refill({
      'ledger.health': [open('young'), open('old'), open('always'), { ...open('healed'), health: 'healthy' }],
      'ledger.verdict': [
        verdict('young', 40, 'unhealthy'),
        verdict('young', 6, 'healthy'),
        verdict('young', 5, 'unhealthy'),
        verdict('old', 50, 'healthy'),
        verdict('old', 45, 'unhealthy'),
        verdict('old', 1, 'unhealthy'),
        verdict('always', 100, 'unhealthy'),
        verdict('healed', 100, 'unhealthy'),
        verdict('healed', 1, 'healthy'),
      ],
    })
    expect(
      (await runQuery(engine, executive.gapAge)).map((row) => [row.age, row.machines, row.at_least, row.longest_days]),
    ).toEqual([
      ['0-7', 1, 0, 5],
      ['31-90', 1, 0, 45],
      ['over 90', 1, 1, 100],
    ])
    expect(await runQuery(engine, executive.gapClosed)).toEqual([
      { closed: 0, opened: 0, open_at_end: 3, judged_machines: 4 },
    ])
  })

  test('each step of the funnel is a part of the one before', async () => {
    await refill({
      'ledger.machine': [
        machine('a'),
        machine('b', { known_to_endpoint: false }),
        machine('c'),
        machine('d'),
        machine('e'),
      ],
      'ledger.health': ['a', 'b', 'c', 'd', 'e'].map((id) => ({
        machine_id: id,
        from_at: OCTOBER,
        until_at: OCTOBER + DAY,
        health: id === 'e' ? 'not_applicable' : 'healthy',
        evidence: 'observed',
      })),
      'ledger.machine_day': ['a', 'b', 'c'].map((id) => ({ machine_id: id, day: '2026-10-01', running_seconds: HOUR })),
      'ledger.ledger': [entry('a'), entry('b'), entry('d')],
    })
    expect((await runQuery(engine, executive.funnel)).map((row) => row.machines)).toEqual([4, 3, 2, 1, 1])
  })

  test('machines of which nothing is known are a question, not a gap', async () => {
    await refill({
      'ledger.machine': [machine('a', { owner: 'Team' }), machine('b', { owner: 'Team' }), machine('c')],
      'ledger.ledger': [
        entry('a', { health: 'unknown', bucket: 'paid_unverified' }),
        entry('b', { health: 'unhealthy', issue: 'heartbeat', bucket: 'paid_unprotected', cost: '4' }),
        entry('c', { health: 'unhealthy', issue: 'installation', bucket: 'exposed', billing_currency: null }),
      ],
    })
    expect((await runQuery(engine, executive.gapByOwner)).map((row) => [row.label, row.kind, row.machines])).toEqual([
      ['Team', 'heartbeat', 1],
      ['Team', 'not_known', 1],
      [null, 'installation', 1],
    ])
    expect(
      (await runQuery(engine, executive.gapTop)).map((row) => [row.owner, row.machines, row.billing_currency]),
    ).toEqual([
      ['Team', 1, 'USD'],
      [null, 1, null],
    ])
  })
})

test('money without protection leaves out what is not known', async () => {
  const figure = (name: string, value: string | null, currency: string | null = 'USD') => ({
    figure: name,
    billing_currency: currency,
    value,
    unit: 'money',
  })
  await refill({
    'ledger.figure': [
      figure('total_cost', '100'),
      figure('cost_unprotected', '10'),
      figure('cost_not_applicable', '5'),
      figure('cost_stopped', '2'),
      figure('cost_while_off', '1'),
      figure('cost_unverified', '20'),
      figure('cost_power_unknown', '3'),
      figure('cost_unattributed', '4'),
      figure('total_cost', '0', 'EUR'),
      figure('running_hours', '7', null),
    ],
  })
  const rows = await runQuery(engine, figureQueries.money)
  const usd = rows.find((row) => row.billing_currency === 'USD')
  expect([usd?.without_protection, usd?.without_protection_percent, usd?.not_known].map(Number)).toEqual([18, 18, 27])
  expect(rows.find((row) => row.billing_currency === 'EUR')?.without_protection_percent).toBeNull()
})

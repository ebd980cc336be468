// The waterfall: its steps add up to the last digit whatever the months were, and each step holds what its name says.
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { queries } from '../../reports/monthly-review/queries.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { type RowOf, runQuery } from '../../src/engine/query.ts'
import { add, emptyEstate, machine } from './estate.ts'

type ChangeRow = RowOf<typeof queries.change>

let engine: Engine
beforeAll(async () => {
  engine = await emptyEstate()
})
afterAll(() => engine.close())
beforeEach(() => clear())

async function clear(): Promise<void> {
  for (const relation of [
    'history.machine_month',
    'history.figure',
    'ledger.machine',
    'ledger.machine_identity',
    'ledger.defender_line',
    'normalise.cost_resource',
    'normalise.cost_total',
  ])
    await engine.run(`delete from ${relation}`)
  for (const month of ['2026-09-01', '2026-10-01'])
    await add(engine, 'history.figure', [{ month, figure: 'running_hours', value: '1', unit: 'hours' }])
  await add(engine, 'normalise.cost_total', [{ file_id: 1, billing_currency: 'USD', first_day: '2026-09-01' }])
}

interface Billed {
  id: string | null
  month: '09' | '10'
  hours: string
  cost: string
  plan?: string
  meter?: string
  currency?: string
}

async function bill(rows: readonly Billed[]): Promise<void> {
  await add(
    engine,
    'history.machine_month',
    rows.map((row) => ({
      month: `2026-${row.month}-01`,
      machine_id: row.id,
      subscription_id: 'sub',
      charged_plan: row.plan ?? 'p2',
      meter: row.meter ?? 'standard',
      billing_currency: row.currency ?? 'USD',
      billed_hours: row.hours,
      cost: row.cost,
    })),
  )
}

/** Machine a, to which each of the lines gives back a day at 0.02 an hour in October. */
async function refund(lineIds: readonly number[]): Promise<void> {
  await add(engine, 'normalise.cost_resource', [{ resource_key: 1, resource_id: '/id/a' }])
  await add(engine, 'ledger.machine', [machine('a')])
  await add(engine, 'ledger.machine_identity', [
    { resource_id: '/id/a', machine_id: 'a', from_at: 0, until_at: 253_402_300_800 },
  ])
  await add(
    engine,
    'ledger.defender_line',
    lineIds.map((cost_line_id) => ({
      cost_line_id,
      resource_key: 1,
      charge_day: '2026-10-05',
      billing_currency: 'USD',
      hours: '-24',
      cost: '-0.48',
      plan: 'p2',
      meter: 'standard',
      grain: 'machine',
      charge_category: 'refund',
      is_correction: false,
    })),
  )
}

const change = (): Promise<ChangeRow[]> => runQuery(engine, queries.change)

/** Exact decimal text of 24 digits as an integer count of 10^-24. */
function units(text: string): bigint {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.')
  const magnitude = BigInt(whole + fraction.padEnd(24, '0'))
  return text.startsWith('-') ? -magnitude : magnitude
}

function steps(rows: readonly ChangeRow[], currency = 'USD'): Record<string, string> {
  return Object.fromEntries(
    rows
      .filter((row) => row.row_kind === 'step' && row.billing_currency === currency)
      .map((row) => [row.step, row.cost.replace(/\.?0+$/, '')]),
  )
}

describe('steps', () => {
  test('a machine that ran fewer hours at the same price moves the step of hours alone', async () => {
    await add(engine, 'ledger.machine', [machine('a')])
    await bill([
      { id: 'a', month: '09', hours: '720', cost: '14.4' },
      { id: 'a', month: '10', hours: '100', cost: '2' },
    ])
    expect(steps(await change())).toMatchObject({
      earlier: '14.4',
      hours: '-12.4',
      plan: '0',
      price: '0',
      residual: '0',
      current: '2',
    })
  })

  test('a move from P1 to P2 is no change of price', async () => {
    await add(engine, 'ledger.machine', [machine('a'), machine('b')])
    await bill([
      { id: 'a', month: '09', hours: '720', cost: '7.2', plan: 'p1' },
      { id: 'b', month: '09', hours: '720', cost: '14.4' },
      { id: 'a', month: '10', hours: '720', cost: '14.4' },
      { id: 'b', month: '10', hours: '720', cost: '14.4' },
    ])
    expect(steps(await change())).toMatchObject({ plan: '7.2', price: '0', hours: '0', residual: '0' })
  })

  test('the end of a trial moves the step of free meters', async () => {
    await add(engine, 'ledger.machine', [machine('a'), machine('b')])
    await bill([
      { id: 'b', month: '09', hours: '720', cost: '14.4' },
      { id: 'b', month: '10', hours: '720', cost: '14.4' },
      { id: 'a', month: '09', hours: '100', cost: '0', meter: 'free' },
      { id: 'a', month: '10', hours: '60', cost: '0', meter: 'free' },
      { id: 'a', month: '10', hours: '40', cost: '0.8' },
    ])
    expect(steps(await change())).toMatchObject({ free: '0.8', plan: '0', hours: '0', residual: '0' })
  })

  test('a dearer hour moves the step of price, with this month’s hours', async () => {
    await add(engine, 'ledger.machine', [machine('a')])
    await bill([
      { id: 'a', month: '09', hours: '100', cost: '2' },
      { id: 'a', month: '10', hours: '50', cost: '1.5' },
    ])
    expect(steps(await change())).toMatchObject({ hours: '-1', price: '0.5', residual: '0' })
  })

  test('machines come and go by what is known of their life', async () => {
    await add(engine, 'ledger.machine', [
      machine('new', { created_at: 1_790_900_000 }),
      machine('known', { created_at: 1_700_000_000 }),
      machine('still', {}),
      { ...machine('gone'), alive_from_at: null, alive_until_at: null },
    ])
    await bill([
      { id: 'new', month: '10', hours: '1', cost: '1' },
      { id: 'known', month: '10', hours: '1', cost: '2' },
      { id: 'still', month: '09', hours: '1', cost: '4' },
      { id: 'gone', month: '09', hours: '1', cost: '8' },
      { id: null, month: '10', hours: '1', cost: '16' },
    ])
    expect(steps(await change())).toMatchObject({
      added: '1',
      again: '2',
      unbilled: '-4',
      removed: '-8',
      unknown: '16',
      residual: '0',
    })
  })

  test('a refund stands in its own step, not in hours', async () => {
    await refund([1])
    await bill([
      { id: 'a', month: '09', hours: '720', cost: '14.4' },
      { id: 'a', month: '10', hours: '696', cost: '13.92' },
    ])
    expect(steps(await change())).toMatchObject({ correction: '-0.48', hours: '0', residual: '0' })
  })

  test('without the whole earlier month of a currency there is no waterfall for it', async () => {
    await add(engine, 'normalise.cost_total', [{ file_id: 2, billing_currency: 'EUR', first_day: '2026-09-12' }])
    await bill([
      { id: 'a', month: '09', hours: '1', cost: '1', currency: 'EUR' },
      { id: 'a', month: '10', hours: '1', cost: '1', currency: 'EUR' },
      { id: 'a', month: '10', hours: '1', cost: '1' },
    ])
    expect(new Set((await change()).map((row) => row.billing_currency))).toEqual(new Set(['USD']))
  })

  test('a gap of a month is no month before', async () => {
    await engine.run("delete from history.figure where month = date '2026-09-01'")
    await add(engine, 'history.figure', [{ month: '2026-08-01', figure: 'running_hours', value: '1', unit: 'hours' }])
    await bill([{ id: 'a', month: '10', hours: '1', cost: '1' }])
    expect(await change()).toEqual([])
  })
})

test('movers name what moved them, the largest change first, ten at most', async () => {
  await bill(
    Array.from({ length: 12 }, (_, n) => ({
      id: `m${String(n).padStart(2, '0')}`,
      month: '10' as const,
      hours: '1',
      cost: String(n + 1),
    })),
  )
  const movers = (await change()).filter((row) => row.row_kind === 'mover')
  expect(movers.map((row) => row.machine_id)).toEqual(
    Array.from({ length: 10 }, (_, n) => `m${String(11 - n).padStart(2, '0')}`),
  )
  expect(new Set(movers.map((row) => row.step))).toEqual(new Set(['added']))
})

test.each([
  // Two refunds of 0.48 weigh more together than 30 hours at 0.02.
  { hours: '702', cost: '14.04', step: 'correction' },
  // 48 hours less weigh the same as both refunds: the step that stands first in the waterfall.
  { hours: '624', cost: '12.48', step: 'hours' },
])('a mover is named by the step that weighs most in all: $step', async ({ hours, cost, step }) => {
  await refund([1, 2])
  await bill([
    { id: 'a', month: '09', hours: '720', cost: '14.4' },
    { id: 'a', month: '10', hours, cost },
  ])
  expect((await change()).filter((row) => row.row_kind === 'mover').map((row) => row.step)).toEqual([step])
})

const amount = fc
  .tuple(fc.integer({ min: -2000, max: 1_000_000 }), fc.integer({ min: 0, max: 999_999 }))
  .map(([whole, fraction]) => `${whole}.${String(fraction).padStart(6, '0')}`)
const positive = fc.integer({ min: 1, max: 2_000_000 }).map((n) => `${n}.5`)
const row = fc.record({
  id: fc.constantFrom('a', 'b', 'c', null),
  month: fc.constantFrom('09' as const, '10' as const),
  hours: fc.oneof(positive, positive, positive, amount),
  cost: amount,
  plan: fc.constantFrom('p1', 'p2'),
  meter: fc.constantFrom('standard', 'free'),
})

test('the steps add up exactly and rounding leaves next to nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(row, { maxLength: 12, selector: (r) => `${r.id}${r.month}${r.plan}${r.meter}` }),
      async (rows) => {
        await clear()
        await bill(rows)
        const found = (await change()).filter((step) => step.row_kind === 'step')
        if (rows.length === 0) return found.length === 0
        const total = (month: string): bigint =>
          rows.filter((r) => r.month === month).reduce((sum, r) => sum + units(r.cost), 0n)
        const at = (name: string): bigint => units(found.find((step) => step.step === name)?.cost ?? 'x')
        expect(at('earlier')).toBe(total('09'))
        expect(at('current')).toBe(total('10'))
        const between = found.filter((step) => step.step !== 'earlier' && step.step !== 'current')
        expect(at('earlier') + between.reduce((sum, step) => sum + units(step.cost), 0n)).toBe(at('current'))
        if (rows.every((r) => units(r.hours) > 0n)) expect(Number(at('residual')) / 1e24).toBeCloseTo(0, 3)
        for (const step of found) expect(units(step.from_cost) + units(step.cost)).toBe(units(step.until_cost))
        return true
      },
    ),
    { numRuns: 40 },
  )
})

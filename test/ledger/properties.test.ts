import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import type { Engine, Row } from '../../src/engine/engine.ts'
import { buildLedger } from '../../src/ledger/build.ts'
import { estate as handMade, moment, vm } from '../twin/builder.ts'
import { builtLines } from '../twin/compare.ts'
import { amountText, times, units } from '../twin/exact.ts'
import { loadRows } from '../twin/load.ts'
import { onRandomEstates } from '../twin/random.ts'
import { chargedPlan, isDefenderCharge } from '../twin/recognition.ts'
import { type Estate, given, type Normalised, type RowOf } from '../twin/rows.ts'

const patient = { timeout: 3_600_000 }
const runs = 12
/** All statements are tried on the same estates, so that the ledger of each is built once. */
const seed = Math.floor(Math.random() * 2 ** 31)

let engine: Engine
beforeAll(async () => {
  engine = await openDuckDb({ threads: 1, memoryLimitMegabytes: 500 })
})
afterAll(() => engine.close())

async function build(estate: Estate): Promise<Record<string, string[]>> {
  await loadRows(engine, estate.rows)
  await buildLedger(engine, { fromDay: estate.fromDay, untilDay: estate.untilDay }, 'identities')
  return builtLines(engine)
}

/** What the statements ask of an estate as it was drawn. */
interface Drawn {
  lines: Record<string, string[]>
  lives: Row[]
  strangers: Row[]
  charged: Row[]
  landed: Row[]
}

const drawn = new Map<string, Promise<Drawn>>()

/** Builds the ledger of an estate as it was drawn, once. */
function ledgerOf(estate: Estate): Promise<Drawn> {
  const key = JSON.stringify(estate)
  const made = drawn.get(key) ?? ask(estate)
  drawn.set(key, made)
  return made
}

async function ask(estate: Estate): Promise<Drawn> {
  return {
    lines: await build(estate),
    lives: await engine.rows(`
      select m.machine_id, coalesce(m.alive_until_at - m.alive_from_at, 0) as life,
             coalesce((select sum(seconds) from ledger.ledger l where l.machine_number = m.machine_number), 0) as booked
      from ledger.machine m`),
    strangers: await engine.rows(`
      select distinct machine_number from ledger.ledger
      where machine_number is not null and machine_number not in (select machine_number from ledger.machine)`),
    charged: await engine.rows('select * from ledger.ledger where charged_plan is not null'),
    landed: await engine.rows('select charge_id from ledger.charge'),
  }
}

/** Lets a statement be tried on the estates of this file. */
const onEstates = (holds: Parameters<typeof onRandomEstates>[1]): Promise<void> => onRandomEstates(runs, holds, seed)

const withLines = (estate: Estate, cost_line: RowOf<'cost_line'>[]): Estate => ({
  ...estate,
  rows: { ...estate.rows, cost_line },
})

/** Sums by key, as exact text, keys of nothing but NULL left out. */
function totals<T>(items: readonly T[], key: (item: T) => string, value: (item: T) => bigint | null) {
  const sums = new Map<string, bigint>()
  for (const item of items) {
    const amount = value(item)
    if (amount !== null) sums.set(key(item), (sums.get(key(item)) ?? 0n) + amount)
  }
  return Object.fromEntries([...sums].map(([name, total]) => [name, amountText(total)]).sort())
}

const amount = (value: unknown): bigint | null => (value === null ? null : units(String(value)))

describe('identities', () => {
  it('time: the seconds over the buckets are the seconds of the lifetime within the period', patient, () =>
    onEstates(async (estate) => {
      const { lives, strangers } = await ledgerOf(estate)
      for (const row of lives)
        expect(`${row['machine_id']} ${row['booked']}`).toBe(`${row['machine_id']} ${row['life']}`)
      expect(strangers).toEqual([])
    }),
  )

  it('hours, money, once: what the cost lines say is what the ledger holds, each line on one machine', patient, () =>
    onEstates(async (estate) => {
      const { charged: booked, landed } = await ledgerOf(estate)
      const charges = estate.rows.cost_line.filter(
        (line) =>
          isDefenderCharge(line) &&
          given(line.charge_day) >= estate.fromDay &&
          given(line.charge_day) < estate.untilDay,
      )
      expect(
        totals(
          booked,
          (row) => `${row['charged_plan']} ${row['subscription_id']}`,
          (row) => amount(row['billed_hours']),
        ),
      ).toEqual(
        totals(
          charges,
          (line) => `${chargedPlan(line)} ${line.subscription_id}`,
          (line) =>
            line.hours_per_unit === null ? null : times(units(given(line.quantity)), units(line.hours_per_unit)),
        ),
      )
      for (const cost of ['billed_cost', 'effective_cost'] as const) {
        expect(
          totals(
            booked,
            (row) => String(row['billing_currency']),
            (row) => amount(row[cost]),
          ),
        ).toEqual(
          totals(
            charges,
            (line) => String(line.billing_currency),
            (line) => amount(line[cost]),
          ),
        )
      }
      expect(landed.map((row) => Number(row['charge_id'])).sort((a, b) => a - b)).toEqual(
        charges.map((line) => given(line.cost_line_id)),
      )
    }),
  )
})

describe('what must not matter', () => {
  it('the order of the rows', patient, () =>
    onEstates(async (estate, chance) => {
      const { lines: before } = await ledgerOf(estate)
      const mixed = Object.entries(estate.rows).map(([relation, list], index) => [
        relation,
        mix<unknown>(list, chance + index),
      ])
      expect(await build({ ...estate, rows: Object.fromEntries(mixed) as Normalised })).toEqual(before)
    }),
  )

  it('whether a charge comes as one line or as two', patient, () =>
    onEstates(async (estate) => {
      const { charge: _, ...before } = (await ledgerOf(estate)).lines
      const { charge: __, ...after } = await build(withLines(estate, estate.rows.cost_line.flatMap(halves)))
      expect(after).toEqual(before)
    }),
  )

  it('a machine of another subscription', patient, () =>
    onEstates(async (estate) => {
      // Figures and the grade speak of the whole, the stranger included.
      const { figure: _, data_grade: _grade, ...before } = (await ledgerOf(estate)).lines
      const stranger = vm('zz-stranger', 'zz-stranger', 'rg', 'sub-stranger')
      const e = handMade(1)
      e.listed('01 12:00', stranger, { power: 'running', created_at: moment('09-01 00:00') })
      e.charge('01', stranger, '24', '0.48', { currency: 'SEK' })
      const line = { ...given(e.rows.cost_line[0]), cost_line_id: 1000, row_number: 1000 }
      const {
        figure: __,
        data_grade: __grade,
        ...after
      } = await build({
        ...estate,
        rows: {
          ...estate.rows,
          machine_record: [...estate.rows.machine_record, ...e.rows.machine_record],
          cost_line: [...estate.rows.cost_line, line],
        },
      })
      const without = Object.entries(after).map(([relation, lines]) => [
        relation,
        lines.filter((text) => !text.includes('stranger')),
      ])
      expect(Object.fromEntries(without)).toEqual(before)
    }),
  )
})

/** A line as two that add up to it; the parts are uneven and may have opposite signs. */
function halves(line: RowOf<'cost_line'>): RowOf<'cost_line'>[] {
  if (line.line_class !== 'defender') return [line]
  const id = given(line.cost_line_id)
  const part = (text: string | null, first: boolean): string | null => {
    if (text === null) return null
    const share = units(text) / 3n + units('0.7')
    return amountText(first ? share : units(text) - share)
  }
  return [true, false].map((first) => ({
    ...line,
    cost_line_id: first ? id : id + 100_000,
    quantity: part(line.quantity, first),
    billed_cost: part(line.billed_cost, first),
    effective_cost: part(line.effective_cost, first),
  }))
}

/** The items in an order that a number decides. */
function mix<T>(items: readonly T[], seed: number): T[] {
  const mixed = [...items]
  let state = seed >>> 0
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const other = state % (last + 1)
    const held = given(mixed[last])
    mixed[last] = given(mixed[other])
    mixed[other] = held
  }
  return mixed
}

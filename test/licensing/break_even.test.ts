import { describe, expect, it } from 'vitest'
import type { Engine } from '../../src/engine/engine.ts'
import type { OfferOverride } from '../../src/licensing/setting.ts'
import { type EstateSpec, type MachineSpec, rowsOf, withLicensing } from './estate.ts'

const charge = (plan: 'p1' | 'p2', hours: string, cost: string): NonNullable<MachineSpec['charge']> => ({
  plan,
  hours,
  cost,
  currency: 'USD',
})

const licence = (price: string): OfferOverride => ({
  offer_id: 'mde-for-servers',
  route: 'server',
  price,
  currency: 'USD',
  unit: 'server-month',
  valid_from: '2026-01-01',
})

const withBreakEven = (spec: EstateSpec, use: (engine: Engine) => Promise<void>): Promise<void> =>
  withLicensing(spec, use, ['licensing.break_even', 'licensing.break_even_offer'])

describe('break_even_offer', () => {
  // Worked out by hand: monthly price ÷ hourly price, 0.00672 and 0.02 USD.
  const table = [
    ['3.00', '446', '150'],
    ['4.00', '595', '200'],
    ['4.50', '670', '225'],
    ['5.00', '744', '250'],
    ['5.20', '774', '260'],
  ] as const

  it.each(table)('a licence of %s USD breaks even at %s hours of P1 and %s hours of P2', async (price, p1, p2) => {
    const machines = [
      { id: 'a', hoursOn: 100, charge: charge('p1', '100', '0.672') },
      { id: 'b', hoursOn: 100, charge: charge('p2', '100', '2') },
    ]
    await withBreakEven({ machines, settings: { offers: [licence(price)] } }, async (engine) => {
      const rows = await rowsOf(
        engine,
        `select plan, cast(round(break_even_hours) as integer)::varchar as hours from licensing.break_even_offer
         where offer_id = 'mde-for-servers' and billing_currency = 'USD' order by plan`,
      )
      expect(rows).toEqual([
        { plan: 'p1', hours: p1 },
        { plan: 'p2', hours: p2 },
      ])
    })
  })

  it('keeps twelve decimals of the quotient', async () => {
    const machines = [{ id: 'a', hoursOn: 1, charge: charge('p1', '1', '0.00672') }]
    await withBreakEven({ machines, settings: { offers: [licence('3')] } }, async (engine) => {
      const sql = `select break_even_hours from licensing.break_even_offer where offer_id = 'mde-for-servers' and plan = 'p1'`
      expect(await rowsOf(engine, sql)).toEqual([{ break_even_hours: '446.428571428571' }])
    })
  })
})

describe('break_even', () => {
  it.each([
    ['4.99', 'licence', false],
    ['5.00', 'hourly', true],
    ['5.20', 'hourly', true],
  ])('a licence of %s USD against P1 around the clock in a month of 31 days: %s', async (price, cheaper, never) => {
    const machines = [{ id: 'a', hoursOn: 744, charge: charge('p1', '744', '4.99968') }]
    await withBreakEven({ machines, settings: { offers: [licence(price)] } }, async (engine) => {
      const where = `where offer_id = 'mde-for-servers' and plan = 'p1'`
      expect(
        await rowsOf(
          engine,
          `select cheaper from licensing.break_even join ledger.machine using (machine_number) ${where}`,
        ),
      ).toEqual([{ cheaper }])
      expect(await rowsOf(engine, `select never_pays from licensing.break_even_offer ${where}`)).toEqual([
        { never_pays: never },
      ])
    })
  })

  it('leaves it open where both cost the same or unknown hours could decide', async () => {
    const machines: MachineSpec[] = [
      { id: 'equal', hoursOn: 150, charge: charge('p2', '150', '3') },
      { id: 'longer', hoursOn: 151, charge: charge('p2', '151', '3.02') },
      { id: 'shorter', hoursOn: 149 },
      { id: 'undecided', hoursOn: 100, hoursUnknown: 51 },
      { id: 'shorter anyway', hoursOn: 100, hoursUnknown: 49 },
    ]
    await withBreakEven({ machines, settings: { offers: [licence('3')] } }, async (engine) => {
      const where = `where offer_id = 'mde-for-servers' and plan = 'p2'`
      expect(
        await rowsOf(
          engine,
          `select machine_id, hours, cheaper from licensing.break_even join ledger.machine using (machine_number) ${where} order by 1`,
        ),
      ).toEqual([
        { machine_id: 'equal', hours: '150', cheaper: null },
        { machine_id: 'longer', hours: '151', cheaper: 'licence' },
        { machine_id: 'shorter', hours: '149', cheaper: 'hourly' },
        { machine_id: 'shorter anyway', hours: '100', cheaper: 'hourly' },
        { machine_id: 'undecided', hours: '100', cheaper: null },
      ])
      expect(
        await rowsOf(
          engine,
          `select machines_above, machines_below, machines_undecided from licensing.break_even_offer ${where}`,
        ),
      ).toEqual([{ machines_above: '1', machines_below: '2', machines_undecided: '2' }])
    })
  })

  it('compares with the part of the month that the period covers', async () => {
    // 15 of 31 days of 3.10 USD are 1.50 USD: 75 hours of P2.
    const machines = [
      { id: 'longer', hoursOn: 76, charge: charge('p2', '76', '1.52') },
      { id: 'shorter', hoursOn: 74 },
    ]
    const spec = { machines, period: ['2026-10-01', '2026-10-16'] as const, settings: { offers: [licence('3.10')] } }
    await withBreakEven(spec, async (engine) => {
      const sql = `select machine_id, cheaper from licensing.break_even join ledger.machine using (machine_number) where offer_id = 'mde-for-servers' and plan = 'p2' order by 1`
      expect(await rowsOf(engine, sql)).toEqual([
        { machine_id: 'longer', cheaper: 'licence' },
        { machine_id: 'shorter', cheaper: 'hourly' },
      ])
    })
  })
})

import { describe, expect, it } from 'vitest'
import type { Row } from '../../src/engine/engine.ts'
import { type EstateSpec, type MachineSpec, rowsOf, withLicensing } from './estate.ts'

const YEAR = ['2026-01-01', '2027-01-01'] as const

function charged(hours: string, cost: string, more: Partial<NonNullable<MachineSpec['charge']>> = {}): MachineSpec {
  return {
    id: `m-${more.meter ?? 'standard'}`,
    hoursOn: 1,
    charge: { plan: 'p2', hours, cost, currency: 'USD', ...more },
  }
}

async function scenarioOf(spec: EstateSpec): Promise<Row> {
  let found: Row[] = []
  await withLicensing(
    spec,
    async (engine) => {
      found = await rowsOf(engine, `select * from licensing.scenario where scenario = 'commitment'`)
    },
    ['licensing.scenario'],
  )
  expect(found).toHaveLength(1)
  return found[0] ?? {}
}

describe('commitment', () => {
  it('takes the cheapest tier and pays hours beyond its units as billed', async () => {
    // 400,000 h × 0.02 = 8,000 at list price. 5,000 units cost 4,500, the other 3,000 as billed: 7,500. 100,000 cost 82,000.
    const row = await scenarioOf({ period: YEAR, machines: [charged('400000', '8000')] })
    expect(row).toMatchObject({ quantity: '5000', quantity_unit: 'units', cost: '7500', reason: null, permitted: true })
    expect(row['note']).toContain('5000 units at 10 % less')
    expect(row['note']).toContain('; hours beyond the units as billed')
  })

  it('does not add to a negotiated discount: units burn down at list price', async () => {
    // 15 % less on the bill, 6,800: 4,500 for 5,000 of 8,000, and 3 eighths of 6,800 = 2,550: dearer than the bill
    expect(await scenarioOf({ period: YEAR, machines: [charged('400000', '6800')] })).toMatchObject({ cost: '7050' })
  })

  it('loses units that are left, and says how many', async () => {
    const row = await scenarioOf({ period: YEAR, machines: [charged('100000', '2000')] })
    expect(row).toMatchObject({ cost: '4500' })
    expect(row['note']).toContain('; 3000 units a year unused')
  })

  it('takes the larger tier where a year uses it up', async () => {
    // 10,000,000 h × 0.02 = 200,000: 82,000 and half of the bill, against 4,500 and 39 fortieths of it
    const row = await scenarioOf({ period: YEAR, machines: [charged('10000000', '200000')] })
    expect(row).toMatchObject({ quantity: '100000', cost: '182000' })
  })

  it('is the share of a year for a shorter period', async () => {
    // 73 days are a fifth of a year: 1,000 of 5,000 units, 900; 62,500 h are 1,250, of which 250 as billed
    const row = await scenarioOf({ period: ['2026-01-01', '2026-03-15'], machines: [charged('62500', '1250')] })
    expect(row).toMatchObject({ quantity: '5000', cost: '1150' })
  })

  it('leaves charges of other meters as they are', async () => {
    const machines = [charged('400000', '8000'), charged('100', '10', { meter: 'benefit' })]
    expect(await scenarioOf({ period: YEAR, machines })).toMatchObject({ cost: '7510' })
  })

  it.each([
    ['another currency', charged('400000', '8000', { currency: 'EUR' }), /US dollars only/],
    ['no hour at full price', charged('100', '10', { meter: 'trial' }), /no hour at full price/],
  ])('cannot be computed for %s', async (_, machine, reason) => {
    const row = await scenarioOf({ period: YEAR, machines: [machine] })
    expect(row).toMatchObject({ quantity: null, cost: null, note: null })
    expect(row['reason']).toMatch(reason)
  })

  it('cannot be computed where no list price is valid', async () => {
    const row = await scenarioOf({ period: ['2022-01-01', '2022-02-01'], machines: [charged('400', '8')] })
    expect(row).toMatchObject({ cost: null })
    expect(row['reason']).toMatch(/no list price/)
  })
})

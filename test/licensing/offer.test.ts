import { describe, expect, it } from 'vitest'
import type { Row } from '../../src/engine/engine.ts'
import type { OfferOverride } from '../../src/licensing/setting.ts'
import { type EstateSpec, type MachineSpec, rowsOf, withLicensing } from './estate.ts'

const machine = (plan: 'p1' | 'p2', cost: string, currency: string): MachineSpec => ({
  id: 'a',
  hoursOn: 100,
  charge: { plan, hours: '100', cost, currency },
})

const retail = (plan: 'P1' | 'P2', price: string, more: Row = {}): Row => ({
  file_id: 1,
  product_name: 'Microsoft Defender for Servers',
  meter_name: `Standard ${plan} Node`,
  region: 'westeurope',
  currency: 'EUR',
  unit_price: price,
  unit_of_measure: '1 Hour',
  effective_from_day: '2026-01-01',
  ...more,
})

const p1Override: OfferOverride = {
  offer_id: 'defender-for-servers-p1',
  route: 'hourly',
  plan: 'p1',
  price: '0.005',
  currency: 'EUR',
  unit: 'hour',
  valid_from: '2026-10-31',
}

async function priceOf(spec: EstateSpec, offer: string, currency: string): Promise<Row | undefined> {
  let row: Row | undefined
  await withLicensing(
    spec,
    async (engine) => {
      ;[row] = await rowsOf(
        engine,
        `select price, price_origin, reason from licensing.offer where offer_id = '${offer}' and currency = '${currency}'`,
      )
    },
    ['licensing.offer'],
  )
  return row
}

describe('offer: the hourly price of a currency', () => {
  const bill: EstateSpec = { machines: [machine('p1', '0.62', 'EUR')] }

  it('is the user’s own when it is valid on the last day', async () => {
    const spec = { ...bill, settings: { offers: [p1Override] }, retailPrices: [retail('P1', '0.0061')] }
    expect(await priceOf(spec, 'defender-for-servers-p1', 'EUR')).toEqual({
      price: '0.005',
      price_origin: 'override',
      reason: null,
    })
  })

  it('is what the bill shows when the user’s own is not valid yet or no longer', async () => {
    for (const dates of [{ valid_from: '2026-11-01' }, { valid_from: '2026-01-01', valid_until: '2026-10-30' }]) {
      const spec = { ...bill, settings: { offers: [{ ...p1Override, ...dates }] } }
      expect(await priceOf(spec, 'defender-for-servers-p1', 'EUR')).toMatchObject({
        price: '0.0062',
        price_origin: 'bill',
      })
    }
  })

  it('edge case 60: prices of Azure Government and Azure China are no prices of the public cloud', async () => {
    const elsewhere = ['usgovvirginia', 'usdodeast', 'chinaeast2'].map((region) => retail('P2', '0.03', { region }))
    expect(
      await priceOf(
        { ...bill, retailPrices: [retail('P2', '0.0179'), ...elsewhere] },
        'defender-for-servers-p2',
        'EUR',
      ),
    ).toMatchObject({ price: '0.0179' })
    expect(await priceOf({ ...bill, retailPrices: elsewhere }, 'defender-for-servers-p2', 'EUR')).toMatchObject({
      price: null,
    })
  })

  it('is the retail page’s for a plan that the bill has no hour of', async () => {
    const retailPrices = [
      retail('P2', '0.0185', { effective_from_day: '2026-01-01' }),
      retail('P2', '0.0179', { effective_from_day: '2026-10-01' }),
      retail('P2', '0.0195', { effective_from_day: '2026-11-01' }),
      retail('P2', '0.03', { region: 'usgovvirginia' }),
      retail('P2', '0.02', { currency: 'USD' }),
    ]
    expect(await priceOf({ ...bill, retailPrices }, 'defender-for-servers-p2', 'EUR')).toMatchObject({
      price: '0.0179',
      price_origin: 'retail',
    })
  })

  it('is unknown when regions disagree, and says so', async () => {
    const retailPrices = [retail('P2', '0.0179'), retail('P2', '0.0199', { region: 'northeurope' })]
    const row = await priceOf({ ...bill, retailPrices }, 'defender-for-servers-p2', 'EUR')
    expect(row).toMatchObject({ price: null, price_origin: null })
    expect(row?.['reason']).toContain('several prices')
  })

  it('is the list price in US dollars only', async () => {
    expect(await priceOf(bill, 'defender-for-servers-p2', 'EUR')).toMatchObject({ price: null })
    const usd = { machines: [machine('p1', '0.6', 'USD')] }
    expect(await priceOf(usd, 'defender-for-servers-p2', 'USD')).toMatchObject({ price: '0.02', price_origin: 'list' })
  })

  it('does not take trial or benefit hours, nor a bill of zero, for a price', async () => {
    const trial: MachineSpec = {
      id: 'a',
      hoursOn: 24,
      charge: { plan: 'p2', hours: '24', cost: '0', currency: 'USD', meter: 'trial' },
    }
    const prepaid: MachineSpec = {
      id: 'b',
      hoursOn: 24,
      charge: { plan: 'p1', hours: '24', cost: '0', currency: 'USD' },
    }
    const spec = { machines: [trial, prepaid] }
    expect(await priceOf(spec, 'defender-for-servers-p2', 'USD')).toMatchObject({ price: '0.02', price_origin: 'list' })
    expect(await priceOf(spec, 'defender-for-servers-p1', 'USD')).toMatchObject({
      price: '0.00672',
      price_origin: 'list',
    })
  })
})

describe('offer: list prices', () => {
  it.each([
    ['2026-06-30', '57'],
    ['2026-07-01', '57'],
    ['2026-07-02', '60'],
  ])('follow their dates: in a period until %s Microsoft 365 E5 costs %s', async (until, price) => {
    const spec = { period: ['2026-06-01', until] as const, machines: [machine('p1', '0.6', 'USD')] }
    expect(await priceOf(spec, 'm365-e5', 'USD')).toMatchObject({ price })
  })

  it('are unknown, not 0, where none is published', async () => {
    const row = await priceOf({ machines: [machine('p1', '0.6', 'USD')] }, 'm365-e7', 'USD')
    expect(row).toMatchObject({ price: null, price_origin: null })
    expect(row?.['reason']).toContain('no public list price')
  })

  it('are those of the list: no price of 0, and a source or a low confidence on each', async () => {
    await withLicensing(
      {},
      async (engine) => {
        const list = await rowsOf(engine, 'select * from licensing.bundled_offer')
        const price = (id: string): unknown[] => list.filter((row) => row['offer_id'] === id).map((row) => row['price'])
        expect(price('defender-for-servers-p1')).toEqual(['0.00672'])
        expect(price('defender-for-servers-p2')).toEqual(['0.02'])
        expect(price('mde-for-servers')).toEqual(['5.2'])
        expect(price('defender-for-business-servers')).toEqual(['3'])
        expect(price('mde-p1')).toEqual(['3'])
        expect(price('mde-p2')).toEqual(['5.2'])
        for (const row of list) {
          // the free days are the only price of 0 that a source states
          if (row['route'] === 'trial') expect(row['price']).toBe('0')
          else expect(Number(row['price'] ?? 1), String(row['offer_id'])).toBeGreaterThan(0)
          expect(row['source_url'] !== null || /[CD]/.test(String(row['confidence'])), String(row['offer_id'])).toBe(
            true,
          )
          expect(row['covers'] === 'client', String(row['offer_id'])).toBe(row['route'] === 'user')
        }
        expect(list.filter((row) => row['confidence'] === 'D' && row['route'] === 'server').length).toBe(2)
      },
      [],
    )
  })

  it('takes an offer that only the user knows', async () => {
    const offers: OfferOverride[] = [
      {
        offer_id: 'own-deal',
        name: 'Own deal',
        route: 'server',
        price: '4.10',
        currency: 'EUR',
        unit: 'server-month',
        valid_from: '2026-01-01',
        minimum_quantity: 50,
      },
    ]
    await withLicensing(
      { machines: [machine('p1', '0.62', 'EUR')], settings: { offers } },
      async (engine) => {
        // one server, but at least 50 licences
        expect(
          await rowsOf(engine, `select quantity, cost from licensing.server_option where offer_id = 'own-deal'`),
        ).toEqual([{ quantity: '50', cost: '205' }])
      },
      ['licensing.server_option'],
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import type { Engine, Row } from '../../src/engine/engine.ts'
import type { OfferOverride } from '../../src/licensing/setting.ts'
import { buildMix, type EstateSpec, loadEstate, type MachineSpec, rowsOf, withLicensing } from './estate.ts'

const ENDPOINT_SKU = '509e8ab6-0274-4cda-bcbd-bd164fd562c4'
const BUSINESS_SKU = '5e1e7702-a2b7-4360-8d07-2f515792896f'

/** A price of October 2026; hourly plans in USD cost what is given here. */
function offer(offer_id: string, price: string, more: Partial<OfferOverride> = {}): OfferOverride {
  const route = offer_id.startsWith('defender-for-servers') ? 'hourly' : 'server'
  const unit = route === 'hourly' ? 'hour' : 'server-month'
  return { offer_id, route, price, currency: 'USD', unit, valid_from: '2026-01-01', ...more }
}

function owned(sku_id: string, units: number): Row {
  return { sku_id, capability_status: 'enabled', enabled_units: units, snapshot_at: 1793491200, file_id: 1 }
}

function machine(id: string, hoursOn: number, more: Partial<MachineSpec> = {}): MachineSpec {
  const charge = { plan: 'p2' as const, hours: '1', cost: '0.02', currency: 'USD' }
  return { id, hoursOn, charge, ...more }
}

async function mixOf(engine: Engine, currency = 'USD'): Promise<Row> {
  const sql = `select * from licensing.scenario where scenario = 'best_mix' and billing_currency = '${currency}'`
  const rows = await rowsOf(engine, sql)
  expect(rows).toHaveLength(1)
  return rows[0] ?? {}
}

describe('best_mix', () => {
  it('beats each pure scenario, by hand', async () => {
    // An hour of P1 at 0.01 USD, a server licence at 4.00: break-even at 400 h
    const spec: EstateSpec = {
      machines: [
        machine('always', 744),
        machine('office', 200),
        machine('rare', 50),
        machine('desk', 744, { os: 'client' }),
      ],
      settings: { offers: [offer('defender-for-servers-p1', '0.01'), offer('mde-for-servers', '4')] },
    }
    await withLicensing(spec, async (engine) => {
      const mix = await mixOf(engine)
      // always 4.00; office 2.00; rare 0.50; the client system 7.44 by the hour, for no server licence is for it
      expect(mix).toMatchObject({
        quantity: '4',
        quantity_unit: 'machines',
        cost: '13.94',
        reason: null,
        permitted: true,
      })
      expect(mix['note']).toContain('3 by the hour on Plan 1; 1 on Defender for Endpoint for servers at 4 a month')
      expect(mix['note']).toContain('not verified')
      expect(mix['note']).toContain('left out: Defender for Business servers, no licence of Defender for Business')
      expect(mix['loses']).toContain('with a server licence: ')
      // all on P1: 1,738 h × 0.01; all servers licensed, the client system on P1: 3 × 4 + 7.44
      const rows = await rowsOf(
        engine,
        `select scenario, cost from licensing.scenario where scenario in ('all_p1', 'server_licence') order by 1`,
      )
      expect(rows).toEqual([
        { scenario: 'all_p1', cost: '17.38' },
        { scenario: 'server_licence', cost: '12' },
      ])
    })
  })

  it('is all P1 to the last digit where no licence is cheaper', async () => {
    const machines = [machine('a', 100.1), machine('b', 33.3), machine('c', 0)]
    await withLicensing({ machines }, async (engine) => {
      const rows = await engine.rows(`select cost from licensing.scenario where scenario in ('all_p1', 'best_mix')`)
      expect(rows).toHaveLength(2)
      expect(rows[0]).toEqual(rows[1])
    })
  })

  it('uses licences owned already where they save most, and none on a machine that was off', async () => {
    const spec: EstateSpec = {
      machines: [machine('a', 100), machine('b', 300), machine('off', 0)],
      skus: [owned(ENDPOINT_SKU, 1)],
      settings: { offers: [offer('defender-for-servers-p1', '0.01')] },
    }
    await withLicensing(spec, async (engine) => {
      expect(await mixOf(engine)).toMatchObject({ cost: '1' })
      const rows = await engine.rows(
        "select machine_id, best_mix.kind from licensing.best_mix join ledger.machine using (machine_number) where span = 'period' and offer_id is not null",
      )
      expect(rows).toEqual([{ machine_id: 'b', kind: 'sunk' }])
    })
  })

  it('edge case 57: buys at most 60 licences of Defender for Business servers, and only with a licence for a user', async () => {
    const machines = Array.from({ length: 62 }, (_, at) => machine(`m${at}`, 700))
    const settings = { offers: [offer('defender-for-servers-p1', '0.01')] }
    await withLicensing({ machines, settings, skus: [owned(BUSINESS_SKU, 1)] }, async (engine) => {
      // 60 × 3.00, the other two on Defender for Endpoint for servers at 5.20 rather than 7.00
      expect(await mixOf(engine)).toMatchObject({ cost: '190.4' })
      const sql = `select offer_id, count(*) as machines from licensing.best_mix where span = 'period' group by 1 order by 1`
      expect(await rowsOf(engine, sql)).toMatchObject([
        { offer_id: 'defender-for-business-servers', machines: expect.anything() },
        { offer_id: 'mde-for-servers', machines: expect.anything() },
      ])
      expect((await mixOf(engine))['note']).toContain('; 60 on Defender for Business servers')
    })
    // 62 × 5.20
    await withLicensing({ machines, settings }, async (engine) => {
      expect(await mixOf(engine)).toMatchObject({ cost: '322.4' })
    })
  })

  it('edge case 56: never uses a user licence for a server', async () => {
    const settings = { offers: [offer('defender-for-servers-p1', '0.01')] }
    const skus = [owned('111046dd-295b-4d6d-9724-d52ac90bd1f2', 500)]
    await withLicensing({ machines: [machine('a', 300)], settings, skus }, async (engine) => {
      expect(await mixOf(engine)).toMatchObject({ cost: '3' })
    })
  })

  it('keeps currencies apart and gives what is owned to one of them', async () => {
    const euro = { plan: 'p1' as const, hours: '100', cost: '1', currency: 'EUR' }
    const machines = [
      machine('a', 100),
      machine('b', 100),
      { id: 'e', subscription: 'sub-eu', hoursOn: 100, charge: euro },
    ]
    const settings = { offers: [offer('defender-for-servers-p1', '0.01')] }
    await withLicensing({ machines, settings, skus: [owned(ENDPOINT_SKU, 5)] }, async (engine) => {
      expect(await mixOf(engine)).toMatchObject({ quantity: '2', cost: '0' })
      const mix = await mixOf(engine, 'EUR')
      expect(mix).toMatchObject({ quantity: '1', cost: '1' })
      expect(mix['note']).toContain('left out: Defender for Endpoint for servers, no list price in EUR is known')
    })
  })

  it('buys what is limited for the tenant in the currency with most servers alone, and prices no licence in one of two', async () => {
    const inEuro = (id: string, price: string) => offer(id, price, { currency: 'EUR' })
    const euro = { plan: 'p1' as const, hours: '100', cost: '1', currency: 'EUR' }
    const spec: EstateSpec = {
      machines: [machine('a', 700), machine('b', 700), { id: 'e', subscription: 'sub-eu', hoursOn: 700, charge: euro }],
      skus: [owned(BUSINESS_SKU, 1), owned(ENDPOINT_SKU, 1)],
      settings: { offers: [inEuro('mde-for-servers', '5'), inEuro('defender-for-business-servers', '3')] },
    }
    await withLicensing(spec, async (engine) => {
      const sql =
        'select billing_currency as currency, offer_id, buyable_units, left_out from licensing.server_route order by 1, 2'
      expect(await rowsOf(engine, sql)).toEqual([
        {
          currency: 'EUR',
          offer_id: 'defender-for-business-servers',
          buyable_units: '0',
          left_out: 'its limit holds for the tenant and is used in another currency',
        },
        { currency: 'EUR', offer_id: 'mde-for-servers', buyable_units: null, left_out: null },
        { currency: 'USD', offer_id: 'defender-for-business-servers', buyable_units: '60', left_out: null },
        { currency: 'USD', offer_id: 'mde-for-servers', buyable_units: null, left_out: null },
      ])
      const terms = 'select distinct price, currency, price_origin from licensing.licence_term'
      expect(await rowsOf(engine, terms)).toEqual([{ price: null, currency: null, price_origin: null }])
    })
    const inDollars = { ...spec, machines: [machine('a', 700)] }
    await withLicensing(inDollars, async (engine) => {
      const terms = "select price, currency from licensing.licence_term where offer_id = 'mde-for-servers'"
      expect(await rowsOf(engine, terms)).toEqual([{ price: '5.2', currency: 'USD' }])
    })
  })

  it('is not known without any hourly price, or any known hour, and says why', async () => {
    const pound = { plan: 'p2' as const, hours: '0', cost: '0', currency: 'GBP' }
    await withLicensing({ machines: [machine('a', 5, { charge: pound })] }, async (engine) => {
      const mix = await mixOf(engine, 'GBP')
      expect(mix).toMatchObject({ cost: null })
      expect(mix['reason']).toMatch(/^no hourly price is known: .*GBP/)
    })
    await withLicensing({ machines: [machine('a', 0, { hoursUnknown: 700 })] }, async (engine) => {
      expect(await mixOf(engine)).toMatchObject({ cost: null, reason: 'no hour is known at which a machine was on' })
    })
  })

  it('is the cheapest of all assignments, on any small estate', { timeout: 120_000 }, async () => {
    const estate = fc.record({
      hours: fc.array(fc.integer({ min: 0, max: 744 }), { minLength: 1, maxLength: 6 }),
      clients: fc.array(fc.integer({ min: 0, max: 744 }), { maxLength: 2 }),
      owned: fc.integer({ min: 0, max: 3 }),
      // in cents: an hour, and a month on each of two licences of limited number
      hour: fc.integer({ min: 1, max: 3 }),
      first: fc.record({ price: fc.integer({ min: 0, max: 1500 }), limit: fc.integer({ min: 0, max: 4 }) }),
      second: fc.record({ price: fc.integer({ min: 0, max: 1500 }), limit: fc.integer({ min: 0, max: 4 }) }),
    })
    const engine = await openDuckDb({ threads: 1 })
    try {
      await fc.assert(
        fc.asyncProperty(estate, async ({ hours, clients, owned: units, hour, first, second }) => {
          await engine.run(
            'drop schema if exists config cascade; drop schema if exists normalise cascade; drop schema if exists ledger cascade',
          )
          await loadEstate(engine, {
            machines: [
              ...hours.map((on, at) => machine(`s${at}`, on)),
              ...clients.map((on, at) => machine(`c${at}`, on, { os: 'client' })),
            ],
            skus: [owned(ENDPOINT_SKU, units)],
          })
          const cents = (price: number): string => (price / 100).toFixed(2)
          await buildMix(engine, {
            offers: [
              offer('defender-for-servers-p1', cents(hour)),
              offer('defender-for-servers-p2', cents(hour + 1)),
              offer('mde-for-servers', cents(first.price), { maximum_quantity: units + first.limit }),
              offer('of-mine', cents(second.price), { maximum_quantity: second.limit }),
            ],
          })
          const least = cheapest(
            hours.map((on) => on * hour),
            [
              { price: 0, limit: units },
              { price: first.price, limit: first.limit },
              { price: second.price, limit: second.limit },
            ],
          )
          const total = least + clients.reduce((sum, on) => sum + on * hour, 0)
          const [row] = await engine.rows(
            `select cost from licensing.mix_total where span = 'period' and counting = 'shared' and billing_currency = 'USD'`,
          )
          expect(Math.round(Number(row?.['cost']) * 100)).toBe(total)
        }),
        { numRuns: 60 },
      )
    } finally {
      await engine.close()
    }
  })
})

/** The least cost of all assignments of servers to the hourly plan or a licence, each tried. */
function cheapest(hourly: readonly number[], licences: readonly { price: number; limit: number }[]): number {
  const [first, ...rest] = hourly
  if (first === undefined) return 0
  return Math.min(
    first + cheapest(rest, licences),
    ...licences.flatMap((licence, at) =>
      licence.limit === 0
        ? []
        : [licence.price + cheapest(rest, licences.with(at, { ...licence, limit: licence.limit - 1 }))],
    ),
  )
}

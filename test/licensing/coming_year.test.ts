import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import type { Engine, Row } from '../../src/engine/engine.ts'
import { buildLicensing } from '../../src/licensing/build.ts'
import type { LicensingSettings, OfferOverride } from '../../src/licensing/setting.ts'
import { addDevices } from '../device_rows.ts'
import {
  at,
  buildMix,
  type EstateSpec,
  loadEstate,
  type MachineSpec,
  rowsOf,
  withEngine,
  withLicensing,
} from './estate.ts'

const ENDPOINT_SKU = '509e8ab6-0274-4cda-bcbd-bd164fd562c4'

/** 73 days: a fifth of the year that follows, whose months are whole. */
const FIFTH = ['2026-08-20', '2026-11-01'] as const

function offer(offer_id: string, price: string, more: Partial<OfferOverride> = {}): OfferOverride {
  const route = offer_id.startsWith('defender-for-servers') ? 'hourly' : 'server'
  const unit = route === 'hourly' ? 'hour' : 'server-month'
  return { offer_id, route, price, currency: 'USD', unit, ...more }
}

function owned(units: number): Row {
  return {
    sku_id: ENDPOINT_SKU,
    capability_status: 'enabled',
    enabled_units: units,
    snapshot_at: at('2026-11-01'),
    file_id: 1,
  }
}

function machine(id: string, hoursOn: number, more: Partial<MachineSpec> = {}): MachineSpec {
  return { id, hoursOn, charge: { plan: 'p2', hours: '1', cost: '0.02', currency: 'USD' }, ...more }
}

async function yearOf(engine: Engine, scenario: string): Promise<Row> {
  const rows = await rowsOf(
    engine,
    `select * from licensing.scenario_year where scenario = '${scenario}' and billing_currency = 'USD'`,
  )
  expect(rows).toHaveLength(1)
  return rows[0] ?? {}
}

describe('the coming year', () => {
  it('takes owned licences as paid until their renewal, then keeps those that pay and gives the others back', async () => {
    const spec: EstateSpec = {
      period: FIFTH,
      machines: [machine('a', 1000), machine('b', 400)],
      skus: [owned(2)],
      settings: {
        offers: [offer('defender-for-servers-p1', '0.01'), offer('mde-for-servers', '5')],
        licences: [{ sku: 'MDATP_Server', price: '4', currency: 'USD', renews_on: '2027-05-01', agreement: 'ea' }],
      },
    }
    await withLicensing(spec, async (engine) => {
      // a: 5,000 h a year, b: 2,000 h. Until April both on licences paid already: 0. From May on, 184 of 365 days:
      // a keeps its licence, 6 × 4 = 24, rather than 50 × 184 ÷ 365 = 25.21; b goes by the hour, 20 × 184 ÷ 365
      const mix = await yearOf(engine, 'best_mix')
      expect(Number(mix['year_cost'])).toBeCloseTo(24 + (20 * 184) / 365, 12)
      expect(mix).toMatchObject({ gap: '0', low_year_cost: mix['year_cost'], high_year_cost: mix['year_cost'] })
      const decisions = await engine.rows(
        `select decision, units, cast(day as varchar) as day, cast(deadline as varchar) as deadline from licensing.licence_decision order by day, decision`,
      )
      expect(decisions).toEqual([
        { decision: 'use', units: '2', day: '2026-11-01', deadline: null },
        { decision: 'keep', units: '1', day: '2027-05-01', deadline: '2027-04-01' },
        { decision: 'return', units: '1', day: '2027-05-01', deadline: '2027-04-01' },
      ])
      // two licences all year: paid until April, then renewed at the price of their agreement, 2 × 6 × 4
      expect(await yearOf(engine, 'server_licence')).toMatchObject({
        year_cost: '48',
        possible_from: '2026-11-01',
        reversible_from: '2027-11-01',
      })
      expect(await yearOf(engine, 'all_p1')).toMatchObject({ year_cost: '70', reversible_from: '2026-11-01' })
      const months = await rowsOf(
        engine,
        `select month, mix_licence_cost from licensing.cash_month where mix_licence_cost > 0 order by 1`,
      )
      expect(months.map((row) => row['mix_licence_cost'])).toEqual(Array(6).fill('4'))
      const days = await engine.rows(
        `select kind, cast(day as varchar) as day from licensing.licence_calendar where entry > 0 and source = 'hourwise.yaml' and units is not null order by day`,
      )
      expect(days).toEqual([
        { kind: 'order_from', day: '2027-03-02' },
        { kind: 'order_until', day: '2027-04-01' },
        { kind: 'renewal', day: '2027-05-01' },
      ])
    })
  })

  it('takes licences without a renewal date as paid for the year, and says that none can be given back', async () => {
    const settings = { offers: [offer('defender-for-servers-p1', '0.01')] }
    await withLicensing(
      { period: FIFTH, machines: [machine('a', 1000)], skus: [owned(3)], settings },
      async (engine) => {
        expect(await yearOf(engine, 'best_mix')).toMatchObject({ year_cost: '0' })
        const rows = await engine.rows(`select decision, units, day from licensing.licence_decision order by 1`)
        expect(rows).toEqual([
          { decision: 'undated', units: '3', day: null },
          { decision: 'use', units: '1', day: '2026-11-01' },
        ])
      },
    )
  })

  it('does not renew again what was given back: a licence for later is bought, or renewed and idle', async () => {
    const licences = [
      { sku: 'MDATP_Server', quantity: 1, price: '3', currency: 'USD', renews_on: '2026-12-01' },
      { sku: 'MDATP_Server', quantity: 1, price: '9', currency: 'USD', renews_on: '2027-05-01' },
    ]
    const year = async (monthly: string): Promise<unknown> => {
      const offers = [offer('defender-for-servers-p1', '0.01'), offer('mde-for-servers', monthly)]
      let found: Row[] = []
      const spec = { period: FIFTH, machines: [machine('a', 1752)], skus: [owned(2)], settings: { offers, licences } }
      await withLicensing(spec, async (engine) => {
        const sql = `select cost, idle_cost, bound from licensing.mix_total where span = 'year' and counting = 'shared' and estimate = 'base'`
        found = await rowsOf(engine, sql)
      })
      return found
    }
    // Until April the server is on the dearer licence, which is paid; from May on, six months, it needs one: by the hour
    // 44.16. That of 3 a month would have to be kept from December on, 11 × 3 = 33; one bought in May is 6 × 4 = 24
    expect(await year('4')).toEqual([{ cost: '24', idle_cost: '0', bound: '18' }])
    expect(await year('7')).toEqual([{ cost: '33', idle_cost: '15', bound: '18' }])
  })

  it('buys for the servers with the most hours, and beats each pure scenario', async () => {
    const settings = { offers: [offer('defender-for-servers-p1', '0.01'), offer('mde-for-servers', '4')] }
    const machines = [machine('always', 1752), machine('office', 400), machine('rare', 100)]
    await withLicensing({ period: FIFTH, machines, settings }, async (engine) => {
      // 8,760 h a year are 87.60, a licence 48; 2,000 h are 20, 500 h are 5
      const mix = await yearOf(engine, 'best_mix')
      expect(mix).toMatchObject({ year_cost: '73', reversible_from: '2027-11-01' })
      expect(await yearOf(engine, 'all_p1')).toMatchObject({ year_cost: '112.6' })
      expect(await yearOf(engine, 'server_licence')).toMatchObject({ year_cost: '144' })
      const rows = await engine.rows(`select decision, units from licensing.licence_decision`)
      expect(rows).toEqual([{ decision: 'buy', units: '1' }])
    })
  })

  it('lets servers that follow each other share a licence, and shows what one each would cost', async () => {
    const machines = [
      machine('first', 240, { until: '2026-10-11' }),
      machine('second', 240, { from: '2026-10-11', until: '2026-10-21' }),
      machine('third', 264, { from: '2026-10-21' }),
    ]
    const settings = { offers: [offer('defender-for-servers-p1', '0.01'), offer('mde-for-servers', '4')] }
    await withLicensing({ machines, settings }, async (engine) => {
      // one licence for October, 4.00; by the hour 2.40 + 2.40 + 2.64, and no server alone is worth a licence
      const rows = await rowsOf(
        engine,
        `select counting, cost, gap from licensing.mix_total where span = 'period' order by 1`,
      )
      expect(rows).toEqual([
        { counting: 'shared', cost: '4', gap: '0' },
        { counting: 'single', cost: '7.44', gap: '0' },
      ])
      const [scenario] = await rowsOf(engine, `select note from licensing.scenario where scenario = 'best_mix'`)
      expect(scenario?.['note']).toContain('share a licence, with one each it would be 7.44')
    })
  })

  it('proves how far sharing can be from the cheapest at the moment with most hours', async () => {
    const machines = [
      machine('a', 100, { from: '2026-10-01', until: '2026-10-11' }),
      machine('b', 200, { from: '2026-10-11', until: '2026-10-21' }),
      machine('c', 150, { from: '2026-10-21', until: '2026-11-01' }),
      { id: 'e', hoursOn: 300, charge: { plan: 'p1' as const, hours: '300', cost: '3', currency: 'EUR' } },
    ]
    const settings = { offers: [offer('defender-for-servers-p1', '0.01'), offer('mde-for-servers', '1')] }
    await withLicensing(
      { machines, settings },
      async (engine) => {
        const peaks = await rowsOf(engine, 'select distinct billing_currency, peak_at from licensing.mix_peak')
        expect(peaks).toEqual([{ billing_currency: 'USD', peak_at: String(at('2026-10-11')) }])
      },
      ['licensing.mix_peak'],
    )
  })

  it('takes a least order whole or not at all, and counts the machines of what it takes', async () => {
    const machines = [machine('a', 700), machine('b', 300), machine('c', 250)]
    const offers = (least: number) => [
      offer('defender-for-servers-p1', '0.01'),
      offer('of-mine', '2', { minimum_quantity: least }),
    ]
    const mixWith = async (least: number): Promise<unknown[]> => {
      let mix: unknown[] = []
      await withLicensing({ machines, settings: { offers: offers(least) } }, async (engine) => {
        const [row] = await rowsOf(engine, `select cost, note from licensing.scenario where scenario = 'best_mix'`)
        mix = [row?.['cost'], String(row?.['note']).split('; left out')[0]]
      })
      return mix
    }
    // by the hour 7 + 3 + 2.50; on the licence 2 each; on Defender for Endpoint for servers 5.20, less than 7
    expect(await mixWith(3)).toEqual(['6', '0 by the hour on Plan 1; 3 on other server licences of yours'])
    expect(await mixWith(7)).toEqual([
      '10.7',
      expect.stringMatching(/^2 by the hour on Plan 1; 1 on Defender for Endpoint for servers at 5.2 a month/),
    ])
  })

  it('leaves machines that are pinned to Plan 2 on it, or says that its price is not known', async () => {
    const machines = [machine('web', 100, { tags: '{"tier":"gold"}' }), machine('batch', 100)]
    const settings: LicensingSettings = {
      offers: [offer('defender-for-servers-p1', '0.01'), offer('defender-for-servers-p2', '0.03')],
      pins: [{ plan: 'p2', tag: 'Tier', value: 'Gold' }],
    }
    await withLicensing({ machines, settings, skus: [owned(2)] }, async (engine) => {
      // web 3.00 on Plan 2; batch on a licence owned
      const [mix] = await rowsOf(engine, `select cost, note from licensing.scenario where scenario = 'best_mix'`)
      expect(mix).toMatchObject({ cost: '3' })
      expect(mix?.['note']).toContain('1 pinned to Plan 2; 1 on licences owned already')
      const rows = await engine.rows(
        `select machine_id, plan, reason from licensing.best_mix join ledger.machine using (machine_number) where span = 'period' order by 1`,
      )
      expect(rows).toEqual([
        { machine_id: 'batch', plan: null, reason: 'cheapest' },
        { machine_id: 'web', plan: 'p2', reason: 'pinned' },
      ])
    })
    const pound = { plan: 'p1' as const, hours: '100', cost: '1', currency: 'GBP' }
    await withLicensing(
      { machines: [machine('web', 100, { tags: '{"tier":"gold"}', charge: pound })], settings },
      async (engine) => {
        const [mix] = await rowsOf(engine, `select cost, reason from licensing.scenario where scenario = 'best_mix'`)
        expect(mix).toMatchObject({ cost: null })
        expect(mix?.['reason']).toMatch(/^machines are pinned to Plan 2: .*GBP/)
      },
    )
  })

  it('has a low and a high from records that cannot be paired, unknown hours and the forecast', async () => {
    const load = async (engine: Engine): Promise<void> => {
      await loadEstate(engine, {
        period: FIFTH,
        machines: [
          machine('known', 1000),
          machine('device:1', 200, { kind: 'direct' }),
          machine('silent', 0, { hoursUnknown: 100 }),
        ],
      })
      const match = Object.entries({
        state_id: 1,
        device_id: 'd',
        device_number: 1,
        machine_number: null,
        status: 'ambiguous',
        last_at: at('2026-10-31'),
      })
      await engine.insert('ledger.endpoint_match', [match.map(([, value]) => value)])
      await addDevices(engine, [{ device_id: 'd', snapshot_at: at('2026-10-31'), os_class: 'server' }])
      // the ledger bills 3 h in the period, 15 in a year: the forecast says 12 to 30
      await engine.run(`create schema forecast;
        create table forecast.month_ahead as select 'USD' as billing_currency, 12::decimal(38,24) as low_hours, 30::decimal(38,24) as high_hours;
        create table forecast.outlook as select 'USD' as billing_currency, cast(null as varchar) as reason`)
      await buildLicensing(engine, { offers: [offer('defender-for-servers-p1', '0.01')] })
    }
    await withEngine(load, async (engine) => {
      const year = await yearOf(engine, 'all_p1')
      // low: known alone, 50 × 0.8. high: 1,000 + 200 + 100 h and one server on for 1,752 h, a year of 152.60, twice
      expect(year).toMatchObject({ year_cost: '60', low_year_cost: '40', high_year_cost: '305.2' })
    })
  })

  it('lies between its bound and every assignment tried, and is exact where no licence is shared', {
    timeout: 240_000,
  }, async () => {
    const life = fc.tuple(
      fc.integer({ min: 0, max: 72 }),
      fc.integer({ min: 1, max: 73 }),
      fc.integer({ min: 0, max: 24 }),
    )
    const estate = fc.record({
      lives: fc.array(fc.oneof(fc.constant<[number, number, number]>([0, 73, 24]), life), {
        minLength: 1,
        maxLength: 5,
      }),
      rates: fc.array(fc.integer({ min: 1, max: 24 }), { minLength: 5, maxLength: 5 }),
      pinned: fc.integer({ min: 0, max: 1 }),
      owned: fc.integer({ min: 0, max: 2 }),
      renews: fc.constantFrom(undefined, '2026-12-01', '2027-05-01', '2028-01-01'),
      hour: fc.integer({ min: 1, max: 3 }),
      first: fc.record({ price: fc.integer({ min: 0, max: 900 }), limit: fc.integer({ min: 0, max: 3 }) }),
      second: fc.record({ price: fc.integer({ min: 0, max: 900 }), least: fc.integer({ min: 0, max: 4 }) }),
    })
    const engine = await openDuckDb({ threads: 1 })
    try {
      await fc.assert(
        fc.asyncProperty(estate, async (given) => {
          await engine.run(
            'drop schema if exists config cascade; drop schema if exists normalise cascade; drop schema if exists ledger cascade',
          )
          const servers = given.lives.map(([start, days], nth) => {
            const until = Math.min(73, start + days)
            return { start, until, hours: (until - start) * (given.rates[nth] ?? 1), isPinned: nth < given.pinned }
          })
          await loadEstate(engine, {
            period: FIFTH,
            machines: servers.map(({ start, until, hours, isPinned }, nth) =>
              machine(`s${nth}`, hours, {
                from: dayAt(start),
                until: dayAt(until),
                ...(isPinned ? { tags: '{"pin":"x"}' } : {}),
              }),
            ),
            skus: [owned(given.owned)],
          })
          const cents = (price: number): string => (price / 100).toFixed(2)
          await buildMix(engine, {
            offers: [
              offer('defender-for-servers-p1', cents(given.hour)),
              offer('defender-for-servers-p2', cents(given.hour + 1)),
              offer('mde-for-servers', cents(given.first.price), { maximum_quantity: given.owned + given.first.limit }),
              offer('of-mine', cents(given.second.price), { minimum_quantity: given.second.least }),
            ],
            licences:
              given.owned > 0 && given.renews !== undefined ? [{ sku: 'MDATP_Server', renews_on: given.renews }] : [],
            pins: [{ plan: 'p2', tag: 'pin' }],
          })
          const [renewal, months] = UNTIL_RENEWAL[given.renews ?? ''] ?? [365, 12]
          const phases = [
            { days: renewal, months, paid: true },
            ...(renewal < 365 ? [{ days: 365 - renewal, months: 12 - months, paid: false }] : []),
          ]
          for (const counting of ['shared', 'single'] as const) {
            const [row] = await engine.rows(
              `select cost, bound, gap from licensing.mix_total where span = 'year' and estimate = 'base' and counting = '${counting}'`,
            )
            const least = Math.min(
              ...[false, true].map((isOrdered) =>
                sum(phases.map((phase) => cheapestPhase(servers, given, phase, counting, isOrdered))),
              ),
            )
            const [cost, bound] = [Number(row?.['cost']) * 100, Number(row?.['bound']) * 100]
            expect(bound).toBeLessThanOrEqual(least + 1e-6)
            expect(cost).toBeGreaterThanOrEqual(least - 1e-6)
            expect(Number(row?.['gap']) * 100).toBeCloseTo(cost - bound, 6)
            const isWhole = servers.every(({ start, until }) => start === 0 && until === 73)
            if (isWhole || counting === 'single') expect(cost - bound).toBeCloseTo(0, 6)
          }
        }),
        { numRuns: 40 },
      )
    } finally {
      await engine.close()
    }
  })
})

/** Days and months of the year before the renewal. */
const UNTIL_RENEWAL: Readonly<Record<string, readonly [number, number]>> = {
  '2026-12-01': [30, 1],
  '2027-05-01': [181, 6],
}

interface Server {
  start: number
  until: number
  hours: number
  isPinned: boolean
}

interface Prices {
  owned: number
  hour: number
  first: { price: number; limit: number }
  second: { price: number; least: number }
}

/** The least cost in cents of a phase: every set of servers on licences is tried, with the cheapest units for its peak. */
function cheapestPhase(
  servers: readonly Server[],
  prices: Prices,
  phase: { days: number; months: number; paid: boolean },
  counting: 'shared' | 'single',
  isOrdered: boolean,
): number {
  const free = servers.filter(({ isPinned }) => !isPinned)
  const hourly = (server: Server, price: number): number => (server.hours * price * phase.days) / 73
  const least = prices.second.least > 1 ? prices.second.least : 0
  const ordered = least > 0 && isOrdered ? least * prices.second.price * phase.months : 0
  const isSecond = least === 0 || isOrdered
  const units = [
    ...Array<number>(prices.owned).fill(phase.paid ? 0 : prices.first.price * phase.months),
    ...Array<number>(prices.first.limit).fill(prices.first.price * phase.months),
    ...Array<number>(isSecond ? least : 0).fill(0),
    ...Array<number>(isSecond ? 9 : 0).fill(prices.second.price * phase.months),
  ].sort((a, b) => a - b)
  const pinned = sum(servers.filter(({ isPinned }) => isPinned).map((server) => hourly(server, prices.hour + 1)))
  const costs = Array.from({ length: 2 ** free.length }, (_, bits) => {
    const licensed = free.filter((_server, nth) => Math.floor(bits / 2 ** nth) % 2 === 1)
    const needed = counting === 'single' ? licensed.length : peakOf(licensed)
    if (needed > units.length) return Number.POSITIVE_INFINITY
    const rest = free.filter((server) => !licensed.includes(server))
    return sum(units.slice(0, needed)) + sum(rest.map((server) => hourly(server, prices.hour)))
  })
  return Math.min(...costs) + pinned + ordered
}

function peakOf(servers: readonly Server[]): number {
  return Math.max(
    0,
    ...servers.map(({ start }) => servers.filter((other) => other.start <= start && start < other.until).length),
  )
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

/** The nth day of the period, from 0. */
function dayAt(nth: number): string {
  return new Date(Date.parse('2026-08-20T00:00:00Z') + nth * 86_400_000).toISOString().slice(0, 10)
}

import { describe, expect, it } from 'vitest'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import type { Engine, Row } from '../../src/engine/engine.ts'
import { readChecks, runChecks } from '../../src/engine/model.ts'
import { buildLicensing } from '../../src/licensing/build.ts'
import { LICENSING_MODELS } from '../../src/models.ts'
import { machineNumber } from '../machine_number.ts'
import { type EstateSpec, loadEstate, type MachineSpec, rowsOf, withLicensing } from './estate.ts'

const MACHINES: readonly MachineSpec[] = [
  // 744 h of P2 at 0.02 = 14.88
  { id: 'web', hoursOn: 744, charge: { plan: 'p2', hours: '744', cost: '14.88', currency: 'USD' } },
  // 100.5 h on, not billed; created on the 11th, deleted on the 21st
  { id: 'batch', hoursOn: 100.5, from: '2026-10-11', until: '2026-10-21' },
  // 200 h of P1 at 0.00672 = 1.344
  { id: 'desk', os: 'client', hoursOn: 200, charge: { plan: 'p1', hours: '200', cost: '1.344', currency: 'USD' } },
  // billed in EUR at 0.0184 for 24 h = 0.4416
  {
    id: 'eu',
    subscription: 'sub-eu',
    hoursOn: 24,
    charge: { plan: 'p2', hours: '24', cost: '0.4416', currency: 'EUR' },
  },
  // its subscription has no charge: with two currencies on the bill nobody knows which is its own
  { id: 'stray', subscription: 'sub-quiet', hoursOn: 10 },
]

async function scenarios(engine: Engine, currency: string): Promise<Record<string, Row>> {
  const rows = await rowsOf(engine, `select * from licensing.scenario where billing_currency = '${currency}'`)
  return Object.fromEntries(rows.map((row) => [String(row['scenario']), row]))
}

describe('scenario', () => {
  it('adds up by hand, each currency for itself', async () => {
    await withLicensing({ machines: MACHINES }, async (engine) => {
      const usd = await scenarios(engine, 'USD')
      expect(usd['as_billed']).toMatchObject({ quantity: '944', cost: '16.224', reason: null, permitted: true })
      // 744 + 100.5 + 200 = 1,044.5 h
      expect(usd['all_p1']).toMatchObject({ quantity: '1044.5', cost: '7.01904', reason: null })
      expect(usd['all_p2']).toMatchObject({ quantity: '1044.5', cost: '20.89', reason: null })
      expect(usd['all_p1']?.['note']).toContain('100.5 h of them not billed today')
      // web and batch exist at once from the 11th; the client system is none of them: 2 × 5.20
      expect(usd['server_licence']).toMatchObject({ quantity: '2', cost: '10.4', permitted: true })
      expect(usd['server_licence']?.['note']).toContain('peak of 2 servers on 2026-10-11')
      expect(usd['server_licence']?.['note']).toContain('a guess')
      // one user for the two servers, one for the client system
      expect(usd['user_licence']).toMatchObject({ quantity: '2', cost: '10.4', permitted: false })
      expect(usd['user_licence']?.['note']).toContain('never licenses a server')
      expect(usd['user_licence']?.['note']).toContain('1 client system: 1 user at 5 devices, 5.2')

      const eur = await scenarios(engine, 'EUR')
      expect(eur['as_billed']).toMatchObject({ quantity: '24', cost: '0.4416' })
      expect(eur['all_p2']).toMatchObject({ quantity: '24', cost: '0.4416' })
    })
  })

  it('does not know a cost without a price in the currency of the bill, and says why', async () => {
    await withLicensing({ machines: MACHINES }, async (engine) => {
      const eur = await scenarios(engine, 'EUR')
      for (const name of ['all_p1', 'server_licence', 'user_licence']) {
        expect(eur[name]).toMatchObject({ cost: null })
        expect(eur[name]?.['reason'], name).toMatch(/EUR/)
      }
    })
  })

  it('keeps machines of an unknown currency apart', async () => {
    await withLicensing({ machines: MACHINES }, async (engine) => {
      const rows = await rowsOf(
        engine,
        'select scenario, quantity, cost, reason from licensing.scenario where billing_currency is null order by 1',
      )
      expect(rows.map((row) => row['scenario'])).toEqual([
        'all_p1',
        'all_p2',
        'best_mix',
        'server_licence',
        'user_licence',
      ])
      expect(rows[0]).toMatchObject({ quantity: '10', cost: null })
      for (const row of rows) expect(row['reason']).toMatch(/currency/)
    })
  })

  it('takes machines without a charge into the only currency of the bill', async () => {
    const machines = MACHINES.filter((machine) => machine.id !== 'eu')
    await withLicensing({ machines }, async (engine) => {
      expect((await scenarios(engine, 'USD'))['all_p2']).toMatchObject({ quantity: '1054.5', cost: '21.09' })
      expect(await rowsOf(engine, 'select * from licensing.scenario where billing_currency is null')).toEqual([])
    })
  })

  it('prices a part of a month by its days', async () => {
    // 22 to 31 October and 1 to 15 November: 10/31 + 15/30
    const spec: EstateSpec = {
      period: ['2026-10-22', '2026-11-16'],
      machines: [{ id: 'a', hoursOn: 1, charge: { plan: 'p2', hours: '1', cost: '0.02', currency: 'USD' } }],
      settings: {
        offers: [
          {
            offer_id: 'mde-for-servers',
            route: 'server',
            price: '6.2',
            currency: 'USD',
            unit: 'server-month',
            valid_from: '2026-01-01',
          },
        ],
      },
    }
    await withLicensing(spec, async (engine) => {
      // 6.20 × 10/31 = 2.00 and 6.20 × 15/30 = 3.10
      expect((await scenarios(engine, 'USD'))['server_licence']).toMatchObject({ cost: '5.1' })
    })
  })

  it('says that no hour is known rather than 0', async () => {
    const machines: MachineSpec[] = [
      { id: 'a', hoursUnknown: 744, charge: { plan: 'p2', hours: '744', cost: '14.88', currency: 'USD' } },
    ]
    await withLicensing({ machines }, async (engine) => {
      const usd = await scenarios(engine, 'USD')
      expect(usd['all_p1']).toMatchObject({ cost: null, reason: 'no hour is known at which a machine was on' })
      expect(usd['as_billed']).toMatchObject({ cost: '14.88' })
    })
  })

  it('is caught when "as billed" is not the total of the charges', async () => {
    const engine = await openDuckDb({ threads: 1 })
    try {
      await loadEstate(engine, { machines: MACHINES })
      await engine.run(
        `update ledger.machine_total set cost = cost + 0.000000000000000000000001 where machine_number = ${machineNumber('web')}`,
      )
      await expect(buildLicensing(engine)).rejects.toThrow(/as_billed_is_the_total_of_the_ledger: USD/)
    } finally {
      await engine.close()
    }
  })

  it('is caught when a cost is unknown without a reason', async () => {
    await withLicensing({ machines: MACHINES }, async (engine) => {
      await engine.run(`update licensing.scenario set cost = null where scenario = 'all_p2' and billing_currency = 'USD';
        create table found as select * from ledger.finding where 1 = 0`)
      const checks = readChecks('src/licensing/checks').filter((check) => check.name === 'unknown_cost_has_a_reason')
      await runChecks(engine, checks, 'found')
      expect(await engine.rows('select subject from found')).toEqual([{ subject: 'all_p2 USD' }])
    })
  })

  it('keeps money exact: no relation has a binary float', async () => {
    await withLicensing({ machines: MACHINES }, async (engine) => {
      for (const { relation } of LICENSING_MODELS) {
        const types = (await engine.describe(`select * from ${relation}`)).map((column) => column.type)
        expect(types, relation).not.toContain('DOUBLE')
        expect(types, relation).not.toContain('HUGEINT')
      }
    })
  })
})

describe('peak', () => {
  it('edge case 23: machines that follow each other within hours are one licence at a time, not one each', async () => {
    const spot = (day: number): MachineSpec => ({
      id: `spot-${day}`,
      from: `2026-10-${String(day).padStart(2, '0')}`,
      until: `2026-10-${String(day + 1).padStart(2, '0')}`,
      hoursOn: 3,
      charge: { plan: 'p2', hours: '3', cost: '0.06', currency: 'USD' },
    })
    await withLicensing(
      { machines: Array.from({ length: 30 }, (_, day) => spot(day + 1)) },
      async (engine) => {
        const sql = `select machines from licensing.peak where scope = 'estate' and counted = 'servers'`
        expect(await rowsOf(engine, sql)).toEqual([{ machines: '1' }])
      },
      ['licensing.peak'],
    )
  })

  it('counts servers that exist at once, on or off, and without scale sets', async () => {
    const machines: MachineSpec[] = [
      { id: 'a', charge: { plan: 'p2', hours: '1', cost: '0.02', currency: 'USD' } },
      { id: 'b', from: '2026-10-05', until: '2026-10-07' },
      { id: 'c', from: '2026-10-07', until: '2026-10-09' },
      { id: 'i1', kind: 'scale-set-instance', from: '2026-10-08', until: '2026-10-09' },
      { id: 'node', managedBy: 'AKS' },
    ]
    await withLicensing(
      { machines },
      async (engine) => {
        const sql = `select counted, machines, peak_day, percentile_95_machines, machines_at_end from licensing.peak where scope = 'estate' order by 1`
        expect(await rowsOf(engine, sql)).toEqual([
          {
            counted: 'lasting_servers',
            machines: '2',
            peak_day: '2026-10-05',
            percentile_95_machines: '2',
            machines_at_end: '1',
          },
          {
            counted: 'servers',
            machines: '3',
            peak_day: '2026-10-08',
            percentile_95_machines: '2',
            machines_at_end: '1',
          },
        ])
        // (31 + 2 + 2 + 1) ÷ 31 machine-days
        expect(
          await rowsOf(
            engine,
            `select mean_machines from licensing.peak where scope = 'currency' and billing_currency = 'USD' and counted = 'servers'`,
          ),
        ).toEqual([{ mean_machines: '1.16129032258' }])
      },
      ['licensing.peak'],
    )
  })
})

describe('server_option', () => {
  const fleet = (count: number): MachineSpec[] =>
    Array.from({ length: count }, (_, number) => ({
      id: `m${number}`,
      hoursOn: 1,
      charge: { plan: 'p2' as const, hours: '1', cost: '0.02', currency: 'USD' },
    }))

  it.each([
    [60, '60', '0', true, '180'],
    [61, '60', '1', false, '180'],
  ])('caps Defender for Business servers at 60 for %i servers', async (count, quantity, uncovered, permitted, cost) => {
    await withLicensing({ machines: fleet(count) }, async (engine) => {
      const sql = `select quantity, uncovered_machines, permitted, cost, note from licensing.server_option where offer_id = 'defender-for-business-servers'`
      const [row] = await rowsOf(engine, sql)
      expect(row).toMatchObject({ quantity, uncovered_machines: uncovered, permitted, cost })
      if (permitted) expect(row?.['note']).toBeNull()
      else expect(row?.['note']).toBe('at most 60 servers of a tenant can have it, and 61 exist at once')
      const found = await engine.rows(
        `select subject from ledger.finding where check_name = 'business_server_licences_reach_for_all_servers'`,
      )
      expect(found.length).toBe(permitted ? 0 : 1)
    })
  })
})

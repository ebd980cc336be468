import { describe, expect, it } from 'vitest'
import { estate, moment, vm } from '../../twin/builder.ts'
import { useLedger } from './engine.ts'

const ledgerOf = useLedger()
const web = vm('web')
const db = vm('db')

describe('plans', () => {
  it('are inferred from the day on whose first second they were switched on, assumed before', async () => {
    const e = estate(2)
    e.runs(web)
    e.plan('02 12:00', null, 'p2')
    Object.assign(e.rows.plan_setting.at(-1) ?? {}, { enabled_at: moment('02 00:00') })
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select plan, evidence from ledger.plan order by day')).toEqual([
      { plan: 'p2', evidence: 'assumed' },
      { plan: 'p2', evidence: 'inferred' },
    ])
  })

  it('edge case 10: a line for the whole subscription is shared by running time and marked as allocated, never observed', async () => {
    const e = estate(1)
    for (const machine of [web, db]) {
      e.runs(machine)
      e.device('01 06:00', machine)
    }
    e.event('01 12:00', db, 'deallocate')
    e.charge('01', null, '36', '0.72')
    const ledger = await ledgerOf(e)
    expect(ledger.buckets(web)).toEqual(['protected: 24 h, billed 24 h, 0.48 EUR'])
    expect(ledger.buckets(db)).toEqual(['off: 12 h', 'protected: 12 h, billed 12 h, 0.24 EUR'])
    expect(
      await ledger.query(
        `select distinct evidence in ('inferred', 'assumed') as is_weaker from ledger.ledger where allocated`,
      ),
    ).toEqual([{ is_weaker: true }])
  })

  it('edge case 10: a subscription billed alike for both plans counts as plan 2', async () => {
    const e = estate(1)
    e.runs(web)
    e.charge('01', null, '12', '0.08064', { meter: 'Standard P1 Node' })
    e.charge('01', null, '12', '0.24')
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select plan, evidence, source from ledger.plan')).toEqual([
      { plan: 'p2', evidence: 'inferred', source: 'subscription_meter' },
    ])
  })

  it('edge case 11: a change of plan within a day: two meters, hours and costs of each, the time once', async () => {
    const e = estate(2)
    e.runs(web)
    e.device('01 12:00', web)
    e.charge('01', web, '12', '0.08064', { meter: 'Standard P1 Node' })
    e.charge('01', web, '12', '0.24')
    e.charge('02', web, '24', '0.48')
    const ledger = await ledgerOf(e)
    expect(
      await ledger.query(`select charged_plan, sum(seconds) as seconds, cast(sum(billed_hours) as integer) as hours, sum(cost) as cost
                          from ledger.ledger where day = date '2026-10-01' group by 1 order by 1`),
    ).toEqual([
      { charged_plan: 'p1', seconds: '86400', hours: 12, cost: '0.080640000000000000000000' },
      { charged_plan: 'p2', seconds: '0', hours: 12, cost: '0.240000000000000000000000' },
    ])
    expect(ledger.buckets()).toEqual(['protected: 48 h, billed 48 h, 0.80064 EUR'])
  })

  it('edge case 12: the meter wins over the resource, the resource over the subscription', async () => {
    const [free, metered] = [vm('free'), vm('metered')]
    const e = estate(1)
    e.plan('01 12:00', null, 'p2')
    for (const machine of [web, db, free, metered]) e.listed('01 12:00', machine)
    e.plan('01 12:00', web, 'p1')
    e.plan('01 12:00', free, 'free')
    e.plan('01 12:00', metered, 'p1')
    e.charge('01', metered, '24', '0.48')
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select machine_id, plan, evidence, source from named.plan order by 1')).toEqual([
      { machine_id: 'vm-db', plan: 'p2', evidence: 'assumed', source: 'subscription' },
      { machine_id: 'vm-free', plan: 'none', evidence: 'inferred', source: 'resource' },
      { machine_id: 'vm-metered', plan: 'p2', evidence: 'observed', source: 'meter' },
      { machine_id: 'vm-web', plan: 'p1', evidence: 'inferred', source: 'resource' },
    ])
  })

  it('edge case 12: a resource that inherits again falls back to its subscription, also after a move', async () => {
    const before = vm('web', 'vm-web', 'rg-old')
    const after = vm('web', 'vm-web', 'rg-new')
    const e = estate(4)
    e.runs(before)
    e.listed('01 12:00', before)
    e.listed('04 12:00', after)
    e.plan('01 12:00', null, 'p2')
    e.plan('01 12:00', before, 'p1')
    e.plan('04 12:00', after, 'inherited')
    const ledger = await ledgerOf(e)
    // The listings part at the middle, the 3rd at 00:00.
    const plans = await ledger.query('select plan, source from ledger.plan order by day')
    expect(plans.map((row) => `${row['plan']} ${row['source']}`)).toEqual([
      'p1 resource',
      'p1 resource',
      'p2 subscription',
      'p2 subscription',
    ])
  })

  it('edge case 13: plan 2 on a single resource cannot be: taken as it stands, and told as an error of the data', async () => {
    const e = estate(1)
    e.runs(web)
    e.plan('01 12:00', null, 'free')
    e.plan('01 12:00', web, 'p2')
    const ledger = await ledgerOf(e, 'all')
    expect(await ledger.query('select plan, source from ledger.plan')).toEqual([{ plan: 'p2', source: 'resource' }])
    expect(
      await ledger.query("select subject from ledger.finding where check_name = 'plan_2_is_never_set_on_one_resource'"),
    ).toEqual([{ subject: web.resourceId }])
  })

  it('edge case 14: a trial is protected at no cost: billed, free, and no leak', async () => {
    for (const [plan, words] of [
      ['p2', { meter: 'Standard P2 Node - Trial' }],
      ['p1', { meter: 'Trial P1 Node', product: 'Security Center', category: 'Security Center' }],
      ['p2', { meter: 'Trial P2 Node', product: 'Security Center', category: '' }],
    ] as const) {
      const e = estate(1)
      e.runs(web)
      e.device('01 12:00', web)
      e.charge('01', web, '24', '0', words)
      const ledger = await ledgerOf(e)
      expect(ledger.buckets()).toEqual(['protected: 24 h, billed 24 h, 0 EUR'])
      expect(await ledger.query('select distinct is_free from ledger.ledger')).toEqual([{ is_free: true }])
      expect(await ledger.query('select distinct plan, meter from ledger.charge')).toEqual([{ plan, meter: 'trial' }])
    }
  })

  it('edge case 15: the benefit meter of a standalone licence is a charge of its own kind, whatever its price', async () => {
    const e = estate(2)
    e.runs(web)
    e.device('01 12:00', web)
    e.charge('01', web, '24', '0', { meter: 'Standard P2 Node - MDATP Benefit' })
    e.charge('02', web, '24', '0.12', { meter: 'Standard P2 Node - MDATP Benefit' })
    const ledger = await ledgerOf(e)
    expect(ledger.buckets()).toEqual(['protected: 48 h, billed 48 h, 0.12 EUR'])
    expect(await ledger.query('select distinct meter, plan from ledger.charge')).toEqual([
      { meter: 'benefit', plan: 'p2' },
    ])
  })

  it('edge case 18: plan 1 without the posture plan shows no health: unknown, not unhealthy', async () => {
    for (const [posture, bucket] of [
      ['free', 'paid_unverified'],
      ['p2', 'paid_unprotected'],
    ] as const) {
      const e = estate(1)
      e.listed('01 12:00', web, { created_at: moment('09-01 00:00') })
      e.runs(web)
      e.runs(db)
      e.device('01 12:00', db)
      e.plan('01 12:00', null, posture, 'cloudposture')
      e.charge('01', web, '24', '0.16128', { meter: 'Standard P1 Node' })
      const ledger = await ledgerOf(e)
      expect(ledger.buckets(web)).toEqual([`${bucket}: 24 h, billed 24 h, 0.16128 EUR`])
    }
  })
})

import { describe, expect, it } from 'vitest'
import { estate, moment, vm } from '../../twin/builder.ts'
import { given } from '../../twin/rows.ts'
import { useLedger } from './engine.ts'

const ledgerOf = useLedger()
const web = vm('web')

/** A machine that runs and is healthy all the time. */
function protectedEstate(days: number, fromDay?: string) {
  const e = estate(days, fromDay)
  e.runs(web)
  e.device('01 12:00', web)
  return e
}

describe('the bill', () => {
  it('edge case 37: corrections keep their sign: a day nets to zero, another below it', async () => {
    const e = protectedEstate(2)
    e.charge('01', web, '24', '0.48')
    e.charge('01', web, '-24', '-0.48', { category_of_charge: 'refund', isCorrection: true })
    e.charge('02', web, '0', '-0.02', { category_of_charge: 'adjustment' })
    const ledger = await ledgerOf(e)
    expect(ledger.buckets('all', '01')).toEqual(['protected: 24 h, billed 0 h, 0 EUR'])
    expect(ledger.buckets('all', '02')).toEqual(['protected: 24 h, billed 0 h, -0.02 EUR'])
  })

  it('edge case 38: usage that arrives late replaces what was known, it does not add to it', async () => {
    const status = 'select status from ledger.reconciliation order by day'
    const early = protectedEstate(2)
    early.charge('01', web, '24', '0.48')
    const first = await ledgerOf(early)
    expect(first.buckets()).toEqual(['protected: 24 h, billed 24 h, 0.48 EUR', 'protected_unbilled: 24 h'])
    expect(await first.query(status)).toEqual([{ status: 'matched' }, { status: 'unbilled' }])

    const late = protectedEstate(2)
    late.charge('01', web, '24', '0.48')
    late.charge('02', web, '24', '0.48')
    const second = await ledgerOf(late)
    expect(second.buckets()).toEqual(['protected: 48 h, billed 48 h, 0.96 EUR'])
    expect(await second.query(status)).toEqual([{ status: 'matched' }, { status: 'matched' }])
  })

  it('edge case 41: two currencies on one day stand side by side and are never added', async () => {
    const e = protectedEstate(1)
    e.charge('01', web, '12', '0.24')
    e.charge('01', web, '12', '0.26', { currency: 'USD' })
    const ledger = await ledgerOf(e)
    expect(ledger.buckets()).toEqual([
      'protected: 24 h, billed 12 h, 0.24 EUR',
      'protected: 0 h, billed 12 h, 0.26 USD',
    ])
    const totals = await ledger.query(
      "select billing_currency, value from ledger.figure where figure = 'total_cost' order by 1",
    )
    expect(totals.map((t) => [t['billing_currency'], Number(t['value'])])).toEqual([
      ['EUR', 0.24],
      ['USD', 0.26],
    ])
  })

  it('edge case 43: hours are quantity times block; an unknown unit leaves the hours unknown and keeps the money', async () => {
    const e = protectedEstate(2)
    e.charge('01', web, '', '0.48', { quantity: '2.4', unit: '10 Hours', hoursPerUnit: '10' })
    e.charge('02', web, '24', '0.48')
    e.rows.cost_line.push({ ...given(e.rows.cost_line.pop()), hours_per_unit: null, unit_of_measure: '1 Node' })
    const ledger = await ledgerOf(e)
    expect(ledger.buckets('all', '01')).toEqual(['protected: 24 h, billed 24 h, 0.48 EUR'])
    expect(ledger.buckets('all', '02')).toEqual(['protected: 24 h, 0.48 EUR'])
  })

  it('edge case 46: a full-time machine costs more in a long month and the same per hour', async () => {
    for (const [fromDay, days, cost] of [
      ['2027-02-01', 28, '4.51584'],
      ['2026-10-01', 31, '4.99968'],
    ] as const) {
      const e = protectedEstate(days, fromDay)
      for (let day = 1; day <= days; day += 1) {
        const date = `${fromDay.slice(0, 8)}${String(day).padStart(2, '0')}`
        e.charge(date, web, '24', '0.16128', { meter: 'Standard P1 Node' })
      }
      const ledger = await ledgerOf(e)
      expect(ledger.buckets()).toEqual([`protected: ${days * 24} h, billed ${days * 24} h, ${cost} EUR`])
    }
  })

  it('edge case 47: more than 24 hours of one machine on a day are told, not clipped', async () => {
    const e = protectedEstate(1)
    e.charge('01', web, '48', '0.96')
    const ledger = await ledgerOf(e, 'all')
    expect(ledger.buckets()).toEqual(['protected: 24 h, billed 48 h, 0.96 EUR'])
    expect(
      await ledger.query('select status, cast(variance_hours as integer) as hours from ledger.reconciliation'),
    ).toEqual([{ status: 'over', hours: 24 }])
    expect(
      await ledger.query("select subject from ledger.finding where check_name = 'resource_days_have_at_most_24_hours'"),
    ).toHaveLength(1)
  })

  it('edge case 48: sibling plans with the same meter name on the same machine are not ours', async () => {
    const e = protectedEstate(1)
    e.charge('01', web, '24', '0.48')
    for (const product of ['Microsoft Defender CSPM', 'Microsoft Defender for SQL', 'Microsoft Defender for Storage']) {
      e.charge('01', web, '24', '0.9', { meter: 'Standard Node', product: `${product} - Standard Node` })
    }
    const ledger = await ledgerOf(e)
    expect(ledger.buckets()).toEqual(['protected: 24 h, billed 24 h, 0.48 EUR'])
    expect(await ledger.query('select count(*) as lines from ledger.unrecognised_defender_line')).toEqual([
      { lines: '0' },
    ])
  })

  it('a charge on a day without billable time stands as billed while off', async () => {
    const e = estate(2)
    e.event('09-30 20:00', web, 'deallocate')
    e.charge('01', web, '2', '0.04')
    const ledger = await ledgerOf(e)
    expect(ledger.buckets()).toEqual(['billed_while_off: 24 h, billed 2 h, 0.04 EUR', 'off: 24 h'])
  })

  it('a charge of an unknown resource or subscription is attributed to nobody and kept', async () => {
    const e = protectedEstate(1)
    e.charge('01', null, '5', '0.1', {
      resourceId: '/subscriptions/elsewhere/providers/microsoft.security/pricings/virtualmachines',
    })
    e.charge('01', null, '7', '0.14', {
      resourceId: '/subscriptions/sub/resourcegroups/rg/providers/microsoft.keyvault/vaults/v',
    })
    const ledger = await ledgerOf(e)
    expect(ledger.buckets(web)).toEqual(['protected_unbilled: 24 h'])
    expect(ledger.buckets()).toContain('unattributed: 0 h, billed 12 h, 0.24 EUR')
  })

  it('three equal slices of a charge add up to the last digit', async () => {
    const e = estate(1)
    e.runs(web)
    e.event('01 08:00', web, 'power_off')
    e.event('01 16:00', web, 'start')
    e.charge('01', web, '1', '1')
    const ledger = await ledgerOf(e)
    expect(ledger.buckets()).toEqual([
      'paid_stopped: 8 h, billed 0.333333333333333333333333 h, 0.333333333333333333333333 EUR',
      'paid_unverified: 16 h, billed 0.666666666666666666666667 h, 0.666666666666666666666667 EUR',
    ])
  })
})

describe('charges', () => {
  it('of a day before the first owner of an id was made are that owner’s, who had no time then', async () => {
    const e = estate(4)
    e.listed('02 12:00', vm('web', 'vm-old'), { created_at: moment('02 00:00') })
    e.listed('03 12:00', vm('web', 'vm-new'), { created_at: moment('03 00:00') })
    e.charge('01', web, '24', '0.48')
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select machine_id, bucket, seconds from named.ledger where cost is not null')).toEqual([
      { machine_id: 'vm-old', bucket: 'billed_while_off', seconds: '0' },
    ])
  })

  it('of a day of unknown power lie on it by its length', async () => {
    const e = estate(1)
    e.listed('01 23:00', web)
    e.device('01 04:00', web)
    e.device('01 08:00', web, { health_status: 'impaired_communication' })
    e.charge('01', web, '24', '2.4')
    const ledger = await ledgerOf(e)
    // healthy until the first listing, impaired from then on
    expect(
      await ledger.query(
        'select power, health, seconds / 3600 as hours, cast(cost as decimal(9, 4)) as cost from ledger.ledger order by health',
      ),
    ).toEqual([
      { power: 'unknown', health: 'healthy', hours: 4, cost: '0.4000' },
      { power: 'unknown', health: 'unhealthy', hours: 20, cost: '2.0000' },
    ])
  })

  it('belong to the subscription that their line names, else to that of their id', async () => {
    const e = estate(1)
    e.runs(web)
    e.charge('01', web, '12', '0.24', { subscriptionId: 'payer' })
    e.charge('01', web, '12', '0.24')
    Object.assign(e.rows.cost_line.at(-1) ?? {}, { subscription_id: null })
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select subscription_id from ledger.charge order by charge_id')).toEqual([
      { subscription_id: 'payer' },
      { subscription_id: 'sub' },
    ])
  })

  it('have the basis of their export', async () => {
    for (const [dataset, cost_basis, cost] of [
      ['actual', 'billed', '0.48'],
      ['amortized', 'effective', '0.4'],
      ['focus', 'billed', '0.48'],
    ] as const) {
      const e = estate(1)
      e.runs(web)
      e.charge('01', web, '24', '0.48', { effectiveCost: '0.4' })
      Object.assign(e.rows.cost_line.at(-1) ?? {}, {
        dataset,
        ...(dataset === 'amortized' ? { billed_cost: null } : {}),
      })
      const ledger = await ledgerOf(e)
      expect(await ledger.query('select cost_basis, cast(cost as decimal(9, 2)) as cost from ledger.charge')).toEqual([
        { cost_basis, cost: Number(cost).toFixed(2) },
      ])
    }
  })

  it('of a whole subscription on no plan leave the plan to the lines that name one', async () => {
    const e = estate(1)
    e.runs(web)
    e.charge('01', null, '48', '0.96', { meter: 'Standard Node', product: 'Microsoft Defender for Servers' })
    e.charge('01', null, '24', '0.16', { meter: 'Standard P1 Node' })
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select plan, source from ledger.plan')).toEqual([
      { plan: 'p1', source: 'subscription_meter' },
    ])
  })
})

// What random estates hardly ever contain, worked by hand: found by changes of the models that no test noticed.
import { describe, expect, it } from 'vitest'
import { estate, moment, vm } from '../../twin/builder.ts'
import { given } from '../../twin/rows.ts'
import { useLedger } from './engine.ts'

const ledgerOf = useLedger()
const web = vm('web')
const MATCHES = 'select device_id, machine_id, evidence, status from named.endpoint_match order by device_id'

describe('devices', () => {
  it('a record that tells nothing of duplication is no duplicate', async () => {
    const e = estate(1)
    e.device('01 12:00', null, { device_id: 'far', dns_name: 'far.example', is_potential_duplication: null })
    const ledger = await ledgerOf(e)
    expect(await ledger.query(MATCHES)).toEqual([
      { device_id: 'far', machine_id: null, evidence: null, status: 'unmatched' },
    ])
  })

  it('a machine that was listed under two domains is one machine of its host name', async () => {
    const e = estate(2)
    e.listed('01 12:00', web, { power: 'running', computer_name: 'web', fqdn: 'web.a.example' })
    e.listed('02 12:00', web, { power: 'running', computer_name: 'web', fqdn: 'web.b.example' })
    e.device('02 12:00', null, { device_id: 'd', dns_name: 'web' })
    const ledger = await ledgerOf(e)
    expect(await ledger.query(MATCHES)).toEqual([
      { device_id: 'd', machine_id: 'vm-web', evidence: 'host_name', status: 'matched' },
    ])
  })

  it('flagged and merged records do not make a name ambiguous', async () => {
    for (const [dns_name, evidence] of [
      ['web.a.example', 'fqdn'],
      ['web', 'host_name'],
    ] as const) {
      for (const [other, status] of [
        [{ is_potential_duplication: true }, 'duplicate'],
        [{ merged_into: 'a' }, 'merged'],
      ] as const) {
        const e = estate(1)
        e.listed('01 12:00', web, { power: 'running', computer_name: 'web', fqdn: 'web.a.example' })
        e.device('01 12:00', null, { device_id: 'a', dns_name })
        e.device('01 12:00', null, { device_id: 'b', dns_name, ...other })
        const ledger = await ledgerOf(e)
        expect(await ledger.query(MATCHES)).toEqual([
          { device_id: 'a', machine_id: 'vm-web', evidence, status: 'matched' },
          { device_id: 'b', machine_id: 'vm-web', evidence, status },
        ])
      }
    }
  })

  it('of two records of the extension the one before a listing counts', async () => {
    const e = estate(2)
    e.runs(web)
    e.extension('01 00:00', web, 'succeeded')
    e.extension('02 00:00', web, 'failed', 'no space')
    e.device('01 12:00', web)
    e.device('02 12:00', web)
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select health, message from ledger.verdict order by first_listing')).toEqual([
      { health: 'healthy', message: null },
      { health: 'unhealthy', message: 'no space' },
    ])
  })
})

describe('time', () => {
  it('the metric of an id that changed hands is each owner’s own: its last hour has no hour behind it', async () => {
    const [first, second] = [vm('web', 'vm-first'), vm('web', 'vm-second')]
    const e = estate(1)
    e.listed('01 00:00', first, { created_at: moment('09-01 00:00') })
    e.listed('01 23:00', second, { created_at: moment('01 12:00') })
    e.metric('01 00:00', first, Array<string>(24).fill('1'))
    const ledger = await ledgerOf(e)
    expect(
      await ledger.query(`select machine_id, evidence, cast((until_at - from_at) / 3600 as integer) as hours
        from named.power_metric order by machine_id, from_at`),
    ).toEqual(
      ['vm-first', 'vm-second'].flatMap((machine_id) => [
        { machine_id, evidence: 'inferred', hours: 1 },
        { machine_id, evidence: 'observed', hours: 10 },
        { machine_id, evidence: 'inferred', hours: 1 },
      ]),
    )
  })

  it('an inventory is no surer of a machine that is off once its metric has ended', async () => {
    const e = estate(1)
    e.listed('01 12:00', web, { power: 'off' })
    e.metric('01 00:00', web, Array<string>(3).fill('1'))
    const ledger = await ledgerOf(e)
    expect(
      await ledger.query(
        `select from_at, power, evidence from named.power where from_at >= ${moment('01 00:00')} order by from_at`,
      ),
    ).toEqual([
      { from_at: String(moment('01 00:00')), power: 'running', evidence: 'inferred' },
      { from_at: String(moment('01 01:00')), power: 'running', evidence: 'observed' },
      { from_at: String(moment('01 02:00')), power: 'running', evidence: 'inferred' },
      { from_at: String(moment('01 03:00')), power: 'off', evidence: 'assumed' },
    ])
  })

  it('the setting nearest to noon is the plan of the day, also a second after noon', async () => {
    for (const scope of [null, web]) {
      const e = estate(2)
      e.runs(web)
      e.plan('01 00:00', scope, 'p1')
      e.plan('02 00:00:02', scope, 'free') // the middle is the 1st, 12:00:01
      const ledger = await ledgerOf(e)
      expect(await ledger.query('select plan from ledger.plan order by day')).toEqual([
        { plan: 'p1' },
        { plan: 'none' },
      ])
    }
  })
})

describe('lines', () => {
  it('what the product alone tells counts: plan, trial, benefit', async () => {
    const e = estate(1)
    const words = ['P1 - Trial', 'P2 - MDATP Benefit', 'P1'].map((kind) => `Microsoft Defender for Servers ${kind}`)
    for (const product of words) e.charge('01', web, '8', '0', { product, meter: 'Node' })
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select plan, meter from ledger.charge order by charge_id')).toEqual([
      { plan: 'p1', meter: 'trial' },
      { plan: 'p2', meter: 'benefit' },
      { plan: 'p1', meter: 'standard' },
    ])
  })

  it('a correction is told as one, and a line that says nothing of it is none', async () => {
    const e = estate(1)
    e.charge('01', web, '24', '0.48', { isCorrection: true })
    e.charge('01', web, '24', '0.48')
    e.charge('01', web, '24', '0.48')
    e.rows.cost_line.push({ ...given(e.rows.cost_line.pop()), is_correction: null })
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select is_correction from ledger.charge order by charge_id')).toEqual(
      [true, false, false].map((is_correction) => ({ is_correction })),
    )
  })

  it('a line that no rule knows is told, but not the copy that a cost allocation rule made of it', async () => {
    const e = estate(1)
    for (const cost_allocation_rule_name of [null, 'by tag']) {
      e.charge('01', web, '1', '1', { product: 'Defender of Something', meter: 'Some Meter' })
      Object.assign(given(e.rows.cost_line.at(-1)), { cost_allocation_rule_name })
    }
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select cost_line_id from ledger.unrecognised_defender_line')).toEqual([
      { cost_line_id: '1' },
    ])
  })

  it('a device that was two machines in turn: a line that names it goes to that of the newest listing, else of the first', async () => {
    const e = estate(5)
    for (const [day, machine] of [
      ['02', vm('b')],
      ['03', vm('a')],
      ['04', vm('b')],
    ] as const) {
      e.runs(machine)
      e.listed('01 06:00', machine, { power: 'running' })
      e.device(`${day} 12:00`, machine, { device_id: 'd' })
    }
    for (const day of ['01', '02', '03', '04', '05'])
      e.charge(day, null, '24', '0.48', {
        resourceId: '/subscriptions/payer/providers/microsoft.security/mdeservers/host_d',
      })
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select machine_id from named.charge order by day')).toEqual(
      ['vm-b', 'vm-b', 'vm-a', 'vm-b', 'vm-b'].map((machine_id) => ({ machine_id })),
    )
  })
})

describe('subscriptions', () => {
  it('of those that are asked for each line counts once, those of others not at all', async () => {
    const e = estate(1)
    for (const [subscription, cost] of [
      ['sub-a', '0.1'],
      ['sub-b', '0.2'],
      ['sub-c', '0.4'],
    ] as const) {
      const machine = vm('web', `vm-${subscription}`, 'rg', subscription)
      e.listed('01 12:00', machine, { power: 'running' })
      e.charge('01', machine, '24', cost)
    }
    const asked = async (subscriptions: string[]) => {
      const ledger = await ledgerOf({ whole: { ...e.whole, subscriptions } })
      return ledger.buckets()
    }
    expect(await asked(['sub-b'])).toEqual(['paid_unverified: 24 h, billed 24 h, 0.2 EUR'])
    expect(await asked(['sub-a', 'SUB-C'])).toEqual(['paid_unverified: 48 h, billed 48 h, 0.5 EUR'])
    expect(await asked([])).toEqual(['paid_unverified: 72 h, billed 72 h, 0.7 EUR'])
  })
})

describe('figures', () => {
  it('days of machines and shares stand in their own unit, the share of the money beside its currency', async () => {
    const e = estate(1)
    e.runs(web)
    e.charge('01', web, '24', '0.48')
    const ledger = await ledgerOf(e)
    const told = await ledger.query('select figure, billing_currency, unit from ledger.figure order by figure')
    const unitOf = (name: string): string[] => {
      if (name.startsWith('machine_days_')) return ['machine-days', 'null']
      if (name === 'paid_coverage') return ['percent', 'EUR']
      if (name.endsWith('_coverage')) return ['percent', 'null']
      return []
    }
    const chosen = told.filter((one) => unitOf(String(one['figure'])).length > 0)
    expect(chosen.map((one) => [one['figure'], one['unit'], String(one['billing_currency'])])).toEqual(
      chosen.map((one) => [one['figure'], ...unitOf(String(one['figure']))]),
    )
    expect(chosen.filter((one) => String(one['figure']).startsWith('machine_days_'))).toHaveLength(6)
  })
})

import { describe, expect, it } from 'vitest'
import { arc, estate, moment, vm } from '../../twin/builder.ts'
import { row } from '../../twin/rows.ts'
import { useLedger } from './engine.ts'

const ledgerOf = useLedger()
const web = vm('web')
const named = (ledger: { query(sql: string): Promise<Record<string, unknown>[]> }, columns: string) =>
  ledger.query(`select ${columns} from ledger.machine order by machine_id`)

describe('machines elsewhere', () => {
  it('edge case 9: moved to another tenant it is a new machine; the sensor stays with the old one until support moves it', async () => {
    const after = vm('web', 'vm-web-new', 'rg', 'sub-new')
    const e = estate(4)
    e.rows.subscription.push(
      row('subscription', { subscription_id: 'sub', name: 'Old', tenant_id: 'tenant-old', snapshot_at: 0 }),
      row('subscription', { subscription_id: 'sub-new', name: 'New', tenant_id: 'tenant-new', snapshot_at: 0 }),
    )
    e.listed('01 12:00', vm('other'), { power: 'running' })
    e.listed('04 12:00', vm('other'), { power: 'running' })
    e.listed('01 12:00', web, { power: 'running' })
    e.listed('04 12:00', after, { power: 'running', created_at: moment('03 00:00') })
    e.device('01 12:00', web)
    e.device('04 12:00', vm('other'))
    e.charge('01', web, '24', '0.48')
    e.charge('02', web, '24', '0.48')
    e.charge('03', after, '24', '0.48')
    e.charge('04', after, '24', '0.48')
    const ledger = await ledgerOf(e)
    expect(await named(ledger, 'machine_id, tenant_id, subscription_name')).toEqual([
      { machine_id: 'vm-other', tenant_id: 'tenant-old', subscription_name: 'Old' },
      { machine_id: 'vm-web', tenant_id: 'tenant-old', subscription_name: 'Old' },
      { machine_id: 'vm-web-new', tenant_id: 'tenant-new', subscription_name: 'New' },
    ])
    // the old one is gone after the 2nd, its last day on a bill; the new one has no sensor of its own
    expect(ledger.buckets(web)).toEqual(['protected: 48 h, billed 48 h, 0.96 EUR'])
    expect(ledger.buckets(after)).toEqual(['paid_unprotected: 48 h, billed 48 h, 0.96 EUR'])
  })

  it('edge case 28: a machine of another cloud is known by its Arc id, and Arc’s status is its only power', async () => {
    const cloud = arc('i-0123')
    const e = estate(2)
    e.listed('01 00:00', cloud, { arc_status: 'connected', arc_status_changed_at: moment('09-20 00:00') })
    e.listed('02 00:00', cloud, { arc_status: 'disconnected', arc_status_changed_at: moment('01 18:00') })
    e.device('01 12:00', cloud, { cloud: 'aws', vm_id: null })
    e.charge('01', cloud, '18', '0.36')
    const ledger = await ledgerOf(e)
    expect(ledger.buckets(cloud)).toEqual(['off: 30 h', 'protected: 18 h, billed 18 h, 0.36 EUR'])
    expect(await named(ledger, 'kind, match_evidence')).toEqual([{ kind: 'arc', match_evidence: 'azure_resource_id' }])
  })

  it('edge case 29: the subscription that pays for direct onboarding is not the owner: the billing tags of the line are', async () => {
    const e = estate(1)
    for (const [device_id, owner] of [
      ['d1', 'Ann'],
      ['d2', 'Ben'],
    ] as const) {
      e.device('01 12:00', null, { device_id, vm_id: `vm-${device_id}`, dns_name: `${device_id}.example` })
      e.charge('01', null, '24', '0.48', {
        resourceId: `/subscriptions/payer/providers/microsoft.security/mdeservers/host_${device_id}`,
      })
      Object.assign(e.rows.cost_line.at(-1) ?? {}, { tags: `{"Owner":"${owner}"}`, subscription_name: 'Payer' })
    }
    const ledger = await ledgerOf(e)
    expect(await named(ledger, 'machine_id, owner')).toEqual([
      { machine_id: 'device:d1', owner: 'Ann' },
      { machine_id: 'device:d2', owner: 'Ben' },
    ])
    expect(
      await ledger.query(
        'select machine_id, subscription_id, cast(cost as varchar) as cost from named.charge order by 1',
      ),
    ).toEqual([
      { machine_id: 'device:d1', subscription_id: 'payer', cost: '0.480000000000000000000000' },
      { machine_id: 'device:d2', subscription_id: 'payer', cost: '0.480000000000000000000000' },
    ])
  })

  it('edge case 65: a classic machine has no vmId and no plan of ours: on a bill it is nobody’s, and told', async () => {
    const e = estate(1)
    e.runs(web)
    e.rows.assessment.push(
      row('assessment', {
        snapshot_at: moment('01 12:00'),
        assessment_key: '06e3a6db-6c0c-4ad9-943f-31d9d73ecf6c',
        resource_id: '/subscriptions/sub/resourcegroups/rg/providers/microsoft.classiccompute/virtualmachines/old',
        status_code: 'unhealthy',
      }),
    )
    e.charge('01', null, '24', '0.48', {
      resourceId: '/subscriptions/sub/resourcegroups/rg/providers/microsoft.classiccompute/virtualmachines/old',
    })
    const ledger = await ledgerOf(e, 'all')
    expect(await named(ledger, 'machine_id')).toEqual([{ machine_id: web.resourceId }])
    expect(ledger.buckets()).toEqual(['unattributed: 0 h, billed 24 h, 0.48 EUR', 'unverified_unbilled: 24 h'])
    expect(
      await ledger.query("select evidence from ledger.finding where check_name = 'charges_find_their_machine'"),
    ).toHaveLength(1)
  })
})

describe('time', () => {
  it('edge case 44: a day has 24 hours everywhere, also where clocks go back an hour', async () => {
    const e = estate(3, '2026-10-24') // Europe leaves summer time on the 25th
    e.runs(web)
    for (const day of ['24', '25', '26']) {
      e.device(`${day} 12:00`, web)
      e.charge(day, web, '24', '0.48')
    }
    const ledger = await ledgerOf(e)
    for (const day of ['24', '25', '26']) {
      expect(ledger.buckets(web, day)).toEqual(['protected: 24 h, billed 24 h, 0.48 EUR'])
    }
    expect(await ledger.query('select distinct status from ledger.reconciliation')).toEqual([{ status: 'matched' }])
  })

  it('edge case 63: a plan switched off mid-month leaves the sensor at work: healthy, unbilled, and an audit would see it', async () => {
    const e = estate(4)
    e.runs(web)
    for (const day of ['01', '02', '03', '04']) e.device(`${day} 12:00`, web)
    e.plan('01 12:00', null, 'p2')
    e.plan('04 12:00', null, 'free')
    e.charge('01', web, '24', '0.48')
    e.charge('02', web, '24', '0.48')
    const ledger = await ledgerOf(e, 'all')
    expect(ledger.buckets()).toEqual(['protected: 48 h, billed 48 h, 0.96 EUR', 'protected_unbilled: 48 h'])
    const plans = await ledger.query('select plan, source from ledger.plan order by day')
    expect(plans.map((day) => `${day['plan']} ${day['source']}`)).toEqual([
      'p2 meter',
      'p2 meter',
      'none subscription',
      'none subscription',
    ])
    const told = await ledger.query(
      "select message from ledger.finding where check_name = 'healthy_machines_are_billed'",
    )
    expect(told.map((finding) => finding['message'])).toEqual([expect.stringContaining('the plan is off')])
  })
})

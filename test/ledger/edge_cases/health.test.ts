import { describe, expect, it } from 'vitest'
import { arc, estate, instance, moment, vm } from '../../twin/builder.ts'
import { row } from '../../twin/rows.ts'
import { useLedger } from './engine.ts'

const ledgerOf = useLedger()
const web = vm('web')
const other = vm('other')

describe('health', () => {
  it('edge case 16: billed while unhealthy counts only from 24 hours of running time on', async () => {
    const e = estate(2)
    e.event('01 00:00', web, 'write')
    e.runs(other)
    e.device('01 12:00', other)
    e.device('02 06:00', other)
    e.charge('01', web, '24', '0.48')
    e.charge('02', web, '24', '0.48')
    const ledger = await ledgerOf(e)
    // At 12 h no verdict is possible yet; at 30 h it is, for the four hours before and all after: hours 26 to 48.
    expect(ledger.buckets(web)).toEqual([
      'paid_unprotected: 22 h, billed 22 h, 0.44 EUR',
      'paid_unverified: 26 h, billed 26 h, 0.52 EUR',
    ])
    expect(await ledger.query("select distinct issue from ledger.ledger where bucket = 'paid_unprotected'")).toEqual([
      { issue: 'installation' },
    ])
  })

  it('edge case 16: a failed extension is an installation issue, whatever the device says', async () => {
    const e = estate(1)
    e.runs(web)
    e.device('01 12:00', web)
    e.extension('01 11:00', web, 'failed', 'not supported')
    e.extension('01 11:05', other, 'succeeded') // a later page of the same listing
    e.charge('01', web, '24', '0.48')
    const ledger = await ledgerOf(e)
    expect(ledger.buckets(web)).toEqual(['paid_unprotected: 24 h, billed 24 h, 0.48 EUR'])
    expect(await ledger.query("select distinct message from named.health where machine_id = 'vm-web'")).toEqual([
      { message: 'not supported' },
    ])
  })

  it('of contradictory records of a device at one moment one counts, in whichever order they stand', async () => {
    const records = [
      { file_id: 1, onboarding: 'onboarded' },
      { file_id: 2, onboarding: 'can_be_onboarded' },
    ] as const
    const seen: unknown[] = []
    for (const order of [records, [...records].reverse()]) {
      const e = estate(3)
      e.runs(web)
      for (const record of order) e.device('02 12:00', web, record)
      e.charge('02', web, '24', '0.48')
      const ledger = await ledgerOf(e)
      const verdicts = await ledger.query("select health, issue from named.verdict where machine_id = 'vm-web'")
      expect(verdicts).toHaveLength(1)
      seen.push([verdicts, ledger.buckets(web)])
    }
    expect(seen[1]).toEqual(seen[0])
  })

  it('edge case 17: healthy but not billed is a bucket of its own and costs nothing', async () => {
    const e = estate(2)
    e.runs(web)
    e.device('01 12:00', web)
    const ledger = await ledgerOf(e)
    expect(ledger.buckets()).toEqual(['protected_unbilled: 48 h'])
  })

  it('edge case 20: a client system is not applicable: paid for nothing when billed, out of scope when not', async () => {
    const e = estate(1)
    for (const machine of [web, other]) {
      e.runs(machine)
      e.listed('01 12:00', machine, { os_name: 'Windows 11 Enterprise multi-session' })
      e.device('01 12:00', machine, { os_class: 'client', os_platform: 'Windows11' })
    }
    e.charge('01', web, '24', '0.48')
    const ledger = await ledgerOf(e)
    expect(ledger.buckets(web)).toEqual(['paid_not_applicable: 24 h, billed 24 h, 0.48 EUR'])
    expect(ledger.buckets(other)).toEqual(['out_of_scope: 24 h'])
  })

  it('edge case 22: instances of a uniform scale set are billed each, without a sensor; a reused number is another machine', async () => {
    const [one, two] = [instance(1), instance(2)]
    const again = { ...two, vmId: 'vm-set-2-again' }
    const e = estate(2)
    e.rows.scale_set.push(
      row('scale_set', {
        snapshot_at: moment('01 12:00'),
        resource_id: one.resourceId.replace(/\/virtualmachines\/.*/, ''),
        orchestration_mode: 'uniform',
      }),
    )
    for (const at of ['01 12:00', '02 12:00']) e.listed(at, one, { power: 'running' })
    e.listed('01 12:00', two, { power: 'running' })
    e.listed('02 12:00', again, { power: 'running', created_at: moment('02 00:00') })
    for (const day of ['01', '02']) for (const machine of [one, two]) e.charge(day, machine, '24', '0.48')
    const ledger = await ledgerOf(e)
    expect(ledger.buckets()).toEqual(['paid_not_applicable: 96 h, billed 96 h, 1.92 EUR'])
    expect(ledger.buckets(two)).toEqual(['paid_not_applicable: 24 h, billed 24 h, 0.48 EUR'])
    expect(ledger.buckets(again)).toEqual(['paid_not_applicable: 24 h, billed 24 h, 0.48 EUR'])
  })

  it('edge case 24: nodes of a service are a class of their own: billed is shown, a gap never', async () => {
    const billed = vm('node-1', 'vm-node-1', 'mc_cluster_west')
    const unbilled = vm('node-2', 'vm-node-2', 'databricks-rg-jobs')
    const e = estate(1)
    for (const machine of [billed, unbilled]) {
      e.listed('01 12:00', machine, { created_at: moment('09-01 00:00') })
      e.runs(machine)
    }
    e.runs(other)
    e.device('01 12:00', other)
    e.plan('01 12:00', null, 'p2')
    e.charge('01', billed, '24', '0.48')
    const ledger = await ledgerOf(e)
    expect(ledger.buckets(billed)).toEqual(['paid_not_applicable: 24 h, billed 24 h, 0.48 EUR'])
    expect(ledger.buckets(unbilled)).toEqual(['out_of_scope: 24 h'])
    expect(
      await ledger.query('select managed_by from ledger.machine where managed_by is not null order by machine_id'),
    ).toEqual([{ managed_by: 'AKS' }, { managed_by: 'Databricks' }])
  })

  it('edge case 31: a device that can be onboarded is listed, not protected', async () => {
    const e = estate(1)
    e.listed('01 12:00', web, { created_at: moment('09-01 00:00') })
    e.runs(web)
    e.device('01 12:00', web, { onboarding: 'can_be_onboarded', health_status: null })
    e.charge('01', web, '24', '0.48')
    const ledger = await ledgerOf(e)
    expect(ledger.buckets()).toEqual(['paid_unprotected: 24 h, billed 24 h, 0.48 EUR'])
  })

  it('edge case 32: a device excluded from vulnerability views is still protected and still billed', async () => {
    const e = estate(1)
    e.runs(web)
    e.device('01 12:00', web, { is_excluded: true })
    e.charge('01', web, '24', '0.48')
    const ledger = await ledgerOf(e)
    expect(ledger.buckets()).toEqual(['protected: 24 h, billed 24 h, 0.48 EUR'])
  })

  it('edge case 36: one listing observes four hours of a month; the rest is assumed and says so', async () => {
    const e = estate(31)
    e.runs(web)
    e.device('15 12:00', web)
    const ledger = await ledgerOf(e)
    expect(ledger.buckets()).toEqual(['protected_unbilled: 744 h'])
    expect(
      await ledger.query(
        'select evidence, cast(sum(seconds) / 3600 as integer) as hours from ledger.ledger group by 1 order by 1',
      ),
    ).toEqual([
      { evidence: 'assumed', hours: 740 },
      { evidence: 'observed', hours: 4 },
    ])
  })

  it('edge case 36: listings at most a day apart carry a verdict to the next one, inferred; a longer gap parts in its middle', async () => {
    const e = estate(3)
    e.runs(web)
    e.device('01 00:00', web)
    e.device('02 00:00', web, { health_status: 'no_sensor_data' })
    e.device('03 04:00', web)
    const ledger = await ledgerOf(e)
    const segments = await ledger.query(
      `select cast((until_at - from_at) / 3600 as integer) as hours, health, evidence from ledger.health order by from_at`,
    )
    // 1st 00:00 to 20:00 as listed before, four hours as listed after; then 28 h: (24 + 48) / 2 = hour 36 parts them.
    expect(segments.map((s) => `${s['hours']} ${s['health']} ${s['evidence']}`)).toEqual([
      '20 healthy inferred',
      '4 unhealthy observed',
      '12 unhealthy assumed',
      '12 healthy assumed',
      '4 healthy observed',
      '20 healthy assumed',
    ])
  })
})

describe('a sensor that does not report', () => {
  const verdicts = async (e: ReturnType<typeof estate>): Promise<unknown[]> => {
    const ledger = await ledgerOf(e)
    const rows = await ledger.query(
      `select health from named.health where machine_id = 'vm-web' and evidence = 'observed' order by until_at desc limit 1`,
    )
    return rows.map((one) => one['health'])
  }

  it.each([
    ['a day and no longer', [], '03 12:00:00', '03 12:00:01'],
    ['a day of running time, six hours off left out', ['02 18:00', '03 00:00'], '03 18:00:00', '03 18:00:01'],
  ] as const)('is waited for %s', async (_, [offAt, onAt], last, first) => {
    for (const [at, health] of [
      [last, 'healthy'],
      [first, 'unhealthy'],
    ] as const) {
      const e = estate(4)
      e.runs(web)
      if (offAt !== undefined) e.event(offAt, web, 'deallocate')
      if (onAt !== undefined) e.event(onAt, web, 'start')
      e.device(at, web, { last_seen_at: moment('02 12:00') })
      expect(await verdicts(e), at).toEqual([health])
    }
  })

  it.each([
    ['03 12:00:00', 'healthy'],
    ['03 12:00:01', 'unhealthy'],
  ])('is not waited for again: off from %s on, and listed on again later, it is %s', async (at, health) => {
    const e = estate(5)
    e.runs(web)
    e.event(at, web, 'deallocate')
    e.event('04 12:00', web, 'start')
    e.device('04 12:00:00', web, { last_seen_at: moment('02 12:00') })
    expect(await verdicts(e)).toEqual([health])
  })
})

describe('an extension', () => {
  it('that failed and then succeeded is no reason any more', async () => {
    const e = estate(5)
    e.runs(web)
    e.extension('01 12:00', web, 'failed', 'no space')
    e.extension('03 12:00', web, 'succeeded')
    for (const day of ['02', '04']) e.device(`${day} 12:00`, web)
    const ledger = await ledgerOf(e)
    expect(
      await ledger.query("select health, message from ledger.health where evidence = 'observed' order by from_at"),
    ).toEqual([
      { health: 'unhealthy', message: 'no space' },
      { health: 'healthy', message: null },
    ])
  })
})

describe('listings of extensions', () => {
  it('are one at a moment, however many machines they show', async () => {
    const e = estate(1)
    for (const machine of [web, arc('edge')]) e.extension('01 12:00', machine, 'Succeeded')
    e.runs(web)
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select listing, as_of_at, has_devices from ledger.listing')).toEqual([
      { listing: 1, as_of_at: String(moment('01 12:00')), has_devices: false },
    ])
  })
})

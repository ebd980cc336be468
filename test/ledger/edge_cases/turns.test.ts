// What comes in turn: ids that change hands, devices and reports that come back, events of one moment.
import { describe, expect, it } from 'vitest'
import { arc, estate, instance, moment, vm } from '../../twin/builder.ts'
import { useLedger } from './engine.ts'

const ledgerOf = useLedger()
const web = vm('web')

/** An id that stood for the machine `old` until the third day, and for `new` from then on. */
function handedOver(days: number) {
  const e = estate(days)
  const [before, after] = [vm('web', 'vm-old'), vm('web', 'vm-new')]
  e.listed('01 06:00', before, { created_at: moment('09-01 00:00') })
  e.listed('04 06:00', after, { created_at: moment('03 00:00') })
  e.runs(before)
  return { e, before, after }
}

describe('an id that changes hands', () => {
  it('in the listing of a device means the machine that had it then', async () => {
    const { e } = handedOver(5)
    for (const day of ['01', '02', '04']) e.device(`${day} 12:00`, vm('web', null))
    const ledger = await ledgerOf(e)
    expect(
      await ledger.query(
        'select machine_id, first_listing, last_listing from named.endpoint_match order by first_listing',
      ),
    ).toEqual([
      { machine_id: 'vm-old', first_listing: 1, last_listing: 2 },
      { machine_id: 'vm-new', first_listing: 3, last_listing: 3 },
    ])
  })

  it('has the setting of its own time, and from the first second on', async () => {
    const { e, before } = handedOver(5)
    e.plan('01 00:00', null, 'p2')
    e.plan('02 12:00', before, 'free')
    const alone = await ledgerOf(e)
    const asked = "select plan, source from named.plan where machine_id = 'vm-new' group by all"
    expect(await alone.query(asked)).toEqual([{ plan: 'p2', source: 'subscription' }])
    e.plan('03 00:00', before, 'p1')
    const own = await ledgerOf(e)
    expect(await own.query(asked)).toEqual([{ plan: 'p1', source: 'resource' }])
    expect(await own.query(asked.replace('vm-new', 'vm-old'))).toEqual([{ plan: 'none', source: 'resource' }])
  })

  it('has its owners in the order in which sensors first spoke of them, where nobody else does', async () => {
    const e = estate(4)
    const [first, second] = [vm('web', 'vm-z'), vm('web', 'vm-a')]
    for (const [day, machine] of [
      ['01', first],
      ['02', first],
      ['03', second],
    ] as const)
      e.device(`${day} 12:00`, machine, { first_seen_at: null })
    e.charge('04', first, '24', '0.48')
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select machine_id, from_at from ledger.machine_identity order by from_at')).toEqual([
      { machine_id: 'vm-z', from_at: '0' },
      { machine_id: 'vm-a', from_at: String(moment('03 12:00')) },
    ])
  })
})

describe('who is known', () => {
  it('an owner starts with the first source that names it', async () => {
    const e = estate(5)
    const [first, second] = [vm('web', 'vm-b'), vm('web', 'vm-a')]
    e.event('02 00:00', first, 'start')
    Object.assign(e.rows.power_event.at(-1) ?? {}, { vm_id: 'vm-b' })
    e.device('03 12:00', second, { first_seen_at: moment('03 00:00') })
    e.device('04 12:00', first, { first_seen_at: moment('04 00:00') })
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select machine_id, from_at from ledger.machine_identity order by from_at')).toEqual([
      { machine_id: 'vm-b', from_at: '0' },
      { machine_id: 'vm-a', from_at: String(moment('03 00:00')) },
    ])
  })

  it('a listing without a vm id makes no second owner of an id, and hides none that others name', async () => {
    const e = estate(4)
    e.listed('01 12:00', vm('web', null), { created_at: moment('09-01 00:00') })
    e.listed('02 12:00', vm('web', 'vm-web'), { created_at: moment('09-01 00:00') })
    e.listed('01 12:00', vm('db', null))
    e.device('03 12:00', vm('db', 'vm-db'))
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select machine_id from ledger.machine order by machine_id')).toEqual([
      { machine_id: 'vm-db' },
      { machine_id: 'vm-web' },
    ])
  })

  it('a scale set whose instances are known is no machine, whatever is done to it', async () => {
    const e = estate(2)
    e.listed('01 12:00', instance(1), { power: 'running' })
    e.event(
      '01 18:00',
      { resourceId: instance(1).resourceId.replace(/\/virtualmachines\/.*/, ''), vmId: null },
      'deallocate',
    )
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select machine_id from ledger.machine')).toEqual([{ machine_id: 'vm-set-1' }])
  })
})

describe('a device', () => {
  it('that stands for one machine, for another and for the first again, has three runs', async () => {
    const e = estate(4)
    const [a, b] = [vm('a'), vm('b')]
    for (const machine of [a, b]) e.runs(machine)
    for (const day of ['01', '02', '03']) e.device(`${day} 12:00`, b, { device_id: 'kept' })
    for (const day of ['01', '03']) e.device(`${day} 12:00`, a, { device_id: 'merged', merged_into: 'kept' })
    const ledger = await ledgerOf(e)
    expect(
      await ledger.query(
        "select machine_id, first_listing, last_listing, status from named.endpoint_match where device_id = 'kept' order by first_listing",
      ),
    ).toEqual([
      { machine_id: 'vm-a', first_listing: 1, last_listing: 1, status: 'matched' },
      { machine_id: 'vm-b', first_listing: 2, last_listing: 2, status: 'matched' },
      { machine_id: 'vm-a', first_listing: 3, last_listing: 3, status: 'matched' },
    ])
  })

  it('that was silent, not listed, silent again and then reported is well from then on', async () => {
    const e = estate(6)
    e.runs(web)
    for (const day of ['01', '02', '03', '04', '05', '06']) e.charge(day, web, '24', '0.48')
    for (const [day, seen] of [
      ['03', '01'],
      ['04', null],
      ['05', '01'],
      ['06', '06'],
    ] as const) {
      e.device(`${day} 12:00`, vm('other'))
      if (seen !== null) e.device(`${day} 12:00`, web, { last_seen_at: moment(`${seen} 12:00`) })
    }
    const ledger = await ledgerOf(e)
    const told = await ledger.query(
      "select until_at, health, issue from named.health where machine_id = 'vm-web' and evidence = 'observed' order by until_at",
    )
    expect(told.map((one) => [one['until_at'], one['health'], one['issue']])).toEqual([
      [String(moment('03 12:00')), 'unhealthy', 'heartbeat'],
      [String(moment('04 12:00')), 'unhealthy', 'installation'],
      [String(moment('05 12:00')), 'unhealthy', 'heartbeat'],
      [String(moment('06 12:00')), 'healthy', null],
    ])
  })
})

describe('power', () => {
  it('of two events of one moment is what lasts: gone before off, off before stopped, stopped before running', async () => {
    const order = [
      ['delete', 'off'],
      ['deallocate', 'off'],
      ['preempted', 'off'],
      ['power_off', 'stopped'],
      ['stopped_internally', 'stopped'],
      ['allocated', 'running'],
    ] as const
    const e = estate(2)
    for (const [at, [first]] of order.entries())
      for (const [second] of order.slice(at + 1)) {
        const machine = vm(`${first}-${second}`)
        e.runs(machine)
        e.event('01 12:00', machine, second)
        e.event('01 12:00', machine, first)
      }
    const ledger = await ledgerOf(e)
    const rows = await ledger.query(
      `select m.name, e.state_after from ledger.power_event e join ledger.machine m on m.machine_number = e.machine_number
       where e.event_at = ${moment('01 12:00')} order by m.name`,
    )
    const held = order.flatMap(([first, state], at) =>
      order.slice(at + 1).map(([second]) => ({ name: `${first}-${second}`, state_after: state })),
    )
    expect(rows).toEqual(held.sort((a, b) => (a.name < b.name ? -1 : 1)))
  })

  it('before a machine’s first event is what that event leaves, whenever others have theirs', async () => {
    const e = estate(5)
    const [woken, put, late] = [vm('woken'), vm('put'), vm('late')]
    e.event('02 12:00', woken, 'start')
    e.event('04 12:00', woken, 'deallocate')
    e.event('02 12:00', put, 'deallocate')
    e.event('04 12:00', put, 'start')
    e.event('04 12:00', late, 'start')
    const ledger = await ledgerOf(e)
    const rows = await ledger.query(
      `select m.name, p.power, p.from_at from ledger.power p join ledger.machine m on m.machine_number = p.machine_number
       where m.name <> 'late' order by m.name, p.from_at`,
    )
    const at = ['01 00:00', '02 12:00', '04 12:00'].map((text) => String(moment(text)))
    expect(rows.map((one) => [one['name'], one['power'], one['from_at']])).toEqual([
      ...['running', 'off', 'running'].map((power, k) => ['put', power, at[k]]),
      ...['off', 'running', 'off'].map((power, k) => ['woken', power, at[k]]),
    ])
  })

  it('of what an id did before its machine was created is not that machine’s', async () => {
    const e = estate(4)
    const plain = vm('web', null)
    e.listed('04 12:00', plain, { created_at: moment('02 00:00') })
    e.event('01 00:00', plain, 'start')
    e.event('01 12:00', plain, 'deallocate')
    e.event('03 00:00', plain, 'start')
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select power, from_at, until_at from ledger.power order by from_at')).toEqual([
      { power: 'off', from_at: String(moment('02 00:00')), until_at: String(moment('03 00:00')) },
      { power: 'running', from_at: String(moment('03 00:00')), until_at: String(moment('05 00:00')) },
    ])
    expect(await ledger.query('select power from ledger.power_life where from_at >= until_at')).toEqual([])
  })

  it('goes on after a deletion that a later start contradicts', async () => {
    const e = estate(4)
    const plain = vm('web', null)
    e.runs(plain)
    e.event('02 00:00', plain, 'delete')
    e.event('03 00:00', plain, 'start')
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select deleted_at from ledger.machine')).toEqual([{ deleted_at: null }])
    expect(ledger.buckets()).toEqual(['off: 24 h', 'unverified_unbilled: 72 h'])
  })
})

describe('clock hours', () => {
  it('are counted once where billable time pauses within an hour, day by day', async () => {
    const e = estate(2)
    e.event('09-30 00:00', web, 'deallocate')
    for (const day of ['01', '02'])
      for (const [at, operation] of [
        ['08:10', 'start'],
        ['08:20', 'deallocate'],
        ['08:40', 'start'],
        ['08:50', 'deallocate'],
        ['10:00', 'start'],
        ['11:30', 'deallocate'],
      ] as const)
        e.event(`${day} ${at}`, web, operation)
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select billable_seconds, clock_hours from ledger.power_day order by day')).toEqual([
      { billable_seconds: '6600', clock_hours: '3' },
      { billable_seconds: '6600', clock_hours: '3' },
    ])
  })
})

describe('compute hours', () => {
  it('of more than a day are a day; of no unit are hours; of a second are one; of a hundred hours are a hundred', async () => {
    const e = estate(4)
    e.compute('01', web, '24')
    e.compute('01', web, '0.5')
    e.compute('02', web, '3')
    Object.assign(e.rows.cost_line.at(-1) ?? {}, { hours_per_unit: null, unit_of_measure: null })
    e.compute('03', web, '0.0003')
    e.compute('04', web, '0.05')
    Object.assign(e.rows.cost_line.at(-1) ?? {}, { hours_per_unit: '100', unit_of_measure: '100 Hours' })
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select compute_seconds from ledger.compute_day order by day')).toEqual([
      { compute_seconds: '86400' },
      { compute_seconds: '10800' },
      { compute_seconds: '1' },
      { compute_seconds: '18000' },
    ])
    expect(await ledger.query('select power, on_seconds from ledger.power order by from_at')).toEqual([
      { power: 'running', on_seconds: null },
      { power: 'running', on_seconds: '10800' },
      { power: 'running', on_seconds: '1' },
      { power: 'running', on_seconds: '18000' },
    ])
  })

  it('of a day but for a second lie on many pieces of it, and on none for longer than it lasts', async () => {
    const e = estate(1)
    e.compute('01', web, '23.9997')
    for (const [hour, health_status] of [
      ['04', 'active'],
      ['08', 'no_sensor_data'],
      ['12', 'active'],
      ['20', 'no_sensor_data'],
    ] as const)
      e.device(`01 ${hour}:00`, web, { health_status })
    const ledger = await ledgerOf(e)
    const seconds = await ledger.query(
      'select power, cast(sum(seconds) as varchar) as seconds from ledger.ledger group by power order by power',
    )
    expect(seconds).toEqual([
      { power: 'off', seconds: '1' },
      { power: 'running', seconds: '86399' },
    ])
    expect(await ledger.query('select 1 from ledger.state_time where seconds <= 0')).toEqual([])
  })

  it('are stopped ones where the snapshot nearest to noon says so, to the second', async () => {
    const e = estate(3)
    e.listed('01 12:00', web, { power: 'stopped' })
    e.listed('03 12:00:02', web, { power: 'running' })
    e.compute('02', web, '10')
    const ledger = await ledgerOf(e)
    expect(await ledger.query(`select power from ledger.power where from_at = ${moment('02 00:00')}`)).toEqual([
      { power: 'stopped' },
    ])
  })

  it('are those of the later of two snapshots at one distance from noon', async () => {
    const e = estate(3)
    e.listed('01 12:00', web, { power: 'stopped' })
    e.listed('03 12:00', web, { power: 'running' })
    e.compute('02', web, '10')
    const ledger = await ledgerOf(e)
    expect(
      await ledger.query(`select power from ledger.power_by_compute where from_at = ${moment('02 00:00')}`),
    ).toEqual([{ power: 'running' }])
  })

  it('count towards the day after which a sensor is awaited', async () => {
    const e = estate(4)
    // a day of running time is over with the third; a second more of the fourth, of which all but one ran, takes two
    for (const [day, hours] of [
      ['01', '4'],
      ['02', '12'],
      ['03', '8'],
      ['04', '23.9997'],
    ] as const) {
      e.compute(day, web, hours)
      e.charge(day, web, hours, '0.16')
      e.device(`${day} 12:00`, vm('other'))
    }
    const ledger = await ledgerOf(e)
    const told = await ledger.query(
      "select until_at, health from named.health where machine_id like '%/web' and evidence = 'observed' order by until_at",
    )
    expect(told.map((one) => [one['until_at'], one['health']])).toEqual([
      [String(moment('01 12:00')), 'unknown'],
      [String(moment('02 12:00')), 'unknown'],
      [String(moment('03 12:00')), 'unknown'],
      [String(moment('04 12:00')), 'unhealthy'],
    ])
    expect(await ledger.query("select until_at from named.grace where machine_id like '%/web'")).toEqual([
      { until_at: String(moment('04 00:00:02')) },
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

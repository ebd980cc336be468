// What comes in turn: ids that change hands, devices and reports that come back.
import { describe, expect, it } from 'vitest'
import { estate, instance, moment, vm } from '../../twin/builder.ts'
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
      ['04', second],
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

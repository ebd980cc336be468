// Whose a record is when an id changes hands, a machine moves, or sources tell it differently: worked by hand.
import { describe, expect, it } from 'vitest'
import { estate, type Handle, moment, vm } from '../../twin/builder.ts'
import { given, row } from '../../twin/rows.ts'
import { useLedger } from './engine.ts'

const ledgerOf = useLedger()
const web = vm('web')
const [first, second] = [vm('web', 'vm-first'), vm('web', 'vm-second')]
const [before, after] = [vm('web', 'vm-web', 'rg-old'), vm('web', 'vm-web', 'rg-new')]

/** An id of two machines, one after the other. */
function handedOver(days: number, at: string) {
  const e = estate(days)
  e.listed('09-30 12:00', first, { created_at: moment('09-01 00:00') })
  e.listed('02 12:00', second, { created_at: moment(at) })
  return e
}

const record = (at: string, machine: Handle, operation: string, status: string, correlation_id: string | null) =>
  row('power_event', { resource_id: machine.resourceId, event_at: moment(at), operation, status, correlation_id })

describe('an id that changes hands', () => {
  it('gives a day’s lines to the owner at the last second of the day', async () => {
    for (const [at, owner] of [
      ['01 23:59:58', 'vm-second'],
      ['01 23:59:59', 'vm-second'],
      ['02 00:00:00', 'vm-first'],
    ] as const) {
      const e = handedOver(2, at)
      e.compute('01', first, '5')
      const ledger = await ledgerOf(e)
      expect(await ledger.query('select machine_id from ledger.machine where known_to_bill')).toEqual([
        { machine_id: owner },
      ])
      expect(await ledger.query('select machine_id from named.compute_day')).toEqual([{ machine_id: owner }])
    }
  })

  it('gives the days after it to the new owner alone, those before it to the old one', async () => {
    for (const [day, owner] of [
      ['09-29', 'vm-first'],
      ['10-03', 'vm-second'],
    ] as const) {
      const e = handedOver(4, '01 12:00')
      e.compute(`2026-${day}`, first, '5')
      const ledger = await ledgerOf(e)
      expect(await ledger.query('select machine_id from ledger.machine where known_to_bill')).toEqual([
        { machine_id: owner },
      ])
    }
  })

  it('begins with the earliest creation that is told of the new machine', async () => {
    const e = handedOver(4, '01 12:00')
    e.listed('03 12:00', second, { created_at: moment('03 06:00') })
    e.compute('02', first, '5')
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select machine_id from named.compute_day')).toEqual([{ machine_id: 'vm-second' }])
  })

  it('gives the charge of a day without hours to who had the id on that day, not to who has it from midnight on', async () => {
    const e = handedOver(2, '02 00:00:00')
    e.event('09-30 20:00', first, 'deallocate')
    e.charge('01', first, '2', '0.04')
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select machine_id from named.machine_charge')).toEqual([{ machine_id: 'vm-first' }])
  })

  it('ends no operation of the old machine by a success of the new one', async () => {
    const e = handedOver(1, '01 06:00')
    e.rows.power_event.push(record('01 05:30', first, 'deallocate', 'started', 'c'))
    e.rows.power_event.push(record('01 06:30', second, 'deallocate', 'succeeded', 'c'))
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select machine_id, event_at from named.power_event')).toEqual([
      { machine_id: 'vm-second', event_at: String(moment('01 06:30')) },
    ])
  })
})

describe('operations', () => {
  it('of one correlation id on two ids of a machine are two: a start on one is not that of the other', async () => {
    const e = estate(1)
    e.listed('09-30 12:00', before)
    e.listed('01 23:00', after)
    e.rows.power_event.push(record('01 05:00', before, 'deallocate', 'started', 'c'))
    e.rows.power_event.push(record('01 06:00', after, 'deallocate', 'succeeded', 'c'))
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select event_at from ledger.power_event')).toEqual([
      { event_at: String(moment('01 06:00')) },
    ])
  })

  it('without a correlation id have no start but their own moment', async () => {
    const e = estate(1)
    e.rows.power_event.push(record('01 05:00', web, 'deallocate', 'started', null))
    e.rows.power_event.push(record('01 06:00', web, 'deallocate', 'succeeded', null))
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select event_at from ledger.power_event')).toEqual([
      { event_at: String(moment('01 06:00')) },
    ])
  })

  it('that were only accepted before their success have no start', async () => {
    const e = estate(1)
    e.rows.power_event.push(record('01 05:00', web, 'deallocate', 'accepted', 'c'))
    e.rows.power_event.push(record('01 06:00', web, 'deallocate', 'succeeded', 'c'))
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select event_at from ledger.power_event')).toEqual([
      { event_at: String(moment('01 06:00')) },
    ])
  })

  it('that another operation of the same correlation id began count from their success', async () => {
    const e = estate(1)
    e.rows.power_event.push(record('01 05:00', web, 'power_off', 'started', 'c'))
    e.rows.power_event.push(record('01 06:00', web, 'deallocate', 'succeeded', 'c'))
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select event_at from ledger.power_event')).toEqual([
      { event_at: String(moment('01 06:00')) },
    ])
  })
})

describe('the end of a machine', () => {
  it('is its deletion also when it was listed in that very second, and not when it was listed a second later', async () => {
    for (const [at, deleted] of [
      ['01 06:00:00', String(moment('01 06:00'))],
      ['01 06:00:01', null],
    ] as const) {
      const e = estate(1)
      e.listed(at, web)
      e.event('01 06:00', web, 'delete')
      const ledger = await ledgerOf(e)
      expect(await ledger.query('select deleted_at from ledger.machine')).toEqual([{ deleted_at: deleted }])
    }
  })

  it('is its deletion with lines of that day, and not with lines of the next', async () => {
    for (const [day, deleted] of [
      ['01', String(moment('01 06:00'))],
      ['02', null],
    ] as const) {
      const e = estate(2)
      e.event('01 06:00', web, 'delete')
      e.charge(day, web, '6', '0.12')
      const ledger = await ledgerOf(e)
      expect(await ledger.query('select deleted_at from ledger.machine')).toEqual([{ deleted_at: deleted }])
    }
  })
})

it('a machine whose records tell two creations was made at the first of them', async () => {
  const e = estate(3)
  e.listed('01 12:00', before, { created_at: moment('09-05 00:00') })
  e.listed('02 12:00', after, { created_at: moment('09-10 00:00') })
  const ledger = await ledgerOf(e)
  expect(await ledger.query('select created_at from ledger.machine')).toEqual([
    { created_at: String(moment('09-05 00:00')) },
  ])
})

describe('words', () => {
  it('of a device without Azure are those of the newest copy in a listing', async () => {
    const e = estate(1)
    for (const [at, dns_name, os_platform] of [
      ['01 12:00', 'z.example', 'WindowsServer2022'],
      ['01 12:04', 'a.example', 'WindowsServer2019'],
    ] as const) {
      e.device(at, null, { device_id: 'd', dns_name, os_platform })
    }
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select name, fqdn, os_name from ledger.machine')).toEqual([
      { name: 'a.example', fqdn: 'a.example', os_name: 'WindowsServer2019' },
    ])
  })

  it('of the inventory go before those in the id, and its name before the one that the bill shows', async () => {
    const e = estate(1)
    e.listed('01 12:00', web, { subscription_id: 'told', resource_group: 'group', name: 'Called', managed_by: null })
    e.rows.subscription.push(row('subscription', { subscription_id: 'told', name: 'Told', tenant_id: 't' }))
    e.charge('01', web, '24', '0.48')
    const ledger = await ledgerOf({ whole: { ...e.whole, subscriptions: [] } })
    expect(
      await ledger.query(
        'select name, subscription_id, subscription_name, tenant_id, resource_group, resource_id from ledger.machine',
      ),
    ).toEqual([
      {
        name: 'Called',
        subscription_id: 'told',
        subscription_name: 'Told',
        tenant_id: 't',
        resource_group: 'group',
        resource_id: web.resourceId,
      },
    ])
  })

  it('of one id in several lines: the greatest tags count, whole', async () => {
    const e = estate(1)
    for (const tags of ['{"owner": "Ann"}', '{"owner": "Bob"}', null]) {
      e.charge('01', web, '8', '0.16')
      Object.assign(given(e.rows.cost_line.at(-1)), { tags })
    }
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select owner, tags from ledger.machine')).toEqual([
      { owner: 'Bob', tags: '{"owner": "Bob"}' },
    ])
  })

  it('of the id that the newest trace names stand for a machine that moved', async () => {
    for (const [day, id] of [
      ['01', after.resourceId],
      ['02', before.resourceId],
    ] as const) {
      const e = estate(3)
      e.listed('01 06:00', before)
      e.listed('02 06:00', after)
      e.charge(day, before, '24', '0.48')
      const ledger = await ledgerOf(e)
      expect(await ledger.query('select resource_id from ledger.machine')).toEqual([{ resource_id: id }])
    }
  })

  it('of a line without a day make no machine', async () => {
    const e = estate(1)
    e.runs(web)
    e.compute('01', vm('lost'), '24')
    Object.assign(given(e.rows.cost_line.at(-1)), { charge_day: null })
    const ledger = await ledgerOf({ whole: { ...e.whole, subscriptions: [] } })
    expect(await ledger.query('select machine_id from ledger.machine')).toEqual([{ machine_id: web.resourceId }])
  })
})

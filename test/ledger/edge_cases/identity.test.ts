import { describe, expect, it } from 'vitest'
import { estate, moment, vm } from '../../twin/builder.ts'
import { useLedger } from './engine.ts'

const ledgerOf = useLedger()
const web = vm('web')

describe('who is who', () => {
  it('edge case 5: deleted and recreated under the same name: two machines, each with its own time and days of the bill', async () => {
    const first = vm('web', 'vm-first')
    const second = vm('web', 'vm-second')
    const e = estate(2)
    e.listed('09-30 12:00', first, { created_at: moment('09-01 00:00') })
    e.listed('02 00:00', second, { created_at: moment('01 18:00') })
    e.runs(first)
    e.event('01 08:00', first, 'delete')
    e.event('01 18:00', second, 'write')
    e.device('01 04:00', first)
    e.device('02 04:00', second)
    e.charge('01', first, '14', '0.28') // one line for the id: 8 h of the first, 6 h of the second
    e.charge('02', second, '24', '0.48')
    const ledger = await ledgerOf(e)
    expect(ledger.buckets(first)).toEqual(['protected: 8 h, billed 14 h, 0.28 EUR'])
    expect(ledger.buckets(second)).toEqual(['protected: 24 h, billed 24 h, 0.48 EUR', 'protected_unbilled: 6 h'])
  })

  it('edge case 5: an id that changed hands: the line of that day goes to the later machine when both ran as long', async () => {
    const first = vm('web', 'vm-first')
    const second = vm('web', 'vm-second')
    const e = estate(1)
    e.listed('09-30 12:00', first, { created_at: moment('09-01 00:00') })
    e.listed('01 23:00', second, { created_at: moment('01 13:00') })
    e.runs(first)
    e.event('01 11:00', first, 'delete')
    e.event('01 13:00', second, 'write')
    e.charge('01', first, '22', '0.44')
    const ledger = await ledgerOf(e)
    expect(ledger.buckets(second)).toEqual(['paid_unverified: 11 h, billed 22 h, 0.44 EUR'])
    expect(ledger.buckets(first)).toEqual(['unverified_unbilled: 11 h'])
  })

  it('edge case 5: a gap between deletion and recreation belongs to nobody, though the id is billed later', async () => {
    const first = vm('web', 'vm-first')
    const second = vm('web', 'vm-second')
    const e = estate(4)
    e.listed('09-30 12:00', first, { created_at: moment('09-01 00:00') })
    e.listed('04 12:00', second, { created_at: moment('03 00:00') })
    e.runs(first)
    e.event('01 06:00', first, 'delete')
    e.event('03 00:00', second, 'write')
    e.charge('04', second, '24', '0.48')
    const ledger = await ledgerOf(e)
    expect(ledger.buckets(first)).toEqual(['unverified_unbilled: 6 h'])
    expect(ledger.buckets(second)).toEqual([
      'paid_unverified: 24 h, billed 24 h, 0.48 EUR',
      'unverified_unbilled: 24 h',
    ])
  })

  it('edge case 6: a deleted machine that only the bill knows keeps its rows and ends with its last line', async () => {
    const e = estate(3)
    for (const day of ['01', '02']) {
      e.compute(day, web, '24')
      e.charge(day, web, '24', '0.48')
    }
    const ledger = await ledgerOf(e)
    expect(ledger.buckets()).toEqual(['paid_unverified: 48 h, billed 48 h, 0.96 EUR'])
    expect(await ledger.query('select known_to_inventory, known_to_bill, deleted_at from ledger.machine')).toEqual([
      { known_to_inventory: false, known_to_bill: true, deleted_at: String(moment('03 00:00')) },
    ])
  })

  it('edge case 8: moved to another resource group: one machine under two ids, the bill of both', async () => {
    const before = vm('web', 'vm-web', 'rg-old')
    const after = vm('web', 'vm-web', 'rg-new')
    const e = estate(2)
    e.listed('01 12:00', before)
    e.listed('02 12:00', after)
    e.runs(before)
    e.device('01 12:00', before)
    e.device('02 12:00', after)
    e.charge('01', before, '24', '0.48')
    e.charge('02', after, '24', '0.48')
    const ledger = await ledgerOf(e)
    expect(ledger.buckets()).toEqual(['protected: 48 h, billed 48 h, 0.96 EUR'])
    const ids = await ledger.query('select resource_id, machine_id from ledger.machine_identity order by 1')
    expect(ids.map((row) => row['resource_id'])).toEqual([after.resourceId, before.resourceId])
    expect(new Set(ids.map((row) => row['machine_id']))).toEqual(new Set(['vm-web']))
  })

  it('pages of one listing that were stamped minutes apart are one listing', async () => {
    const db = vm('db')
    const e = estate(3)
    for (const day of ['01', '02']) {
      e.listed(`${day} 12:00`, web, { power: 'running' })
      e.listed(`${day} 12:04`, db, { power: 'running' })
      e.device(`${day} 12:00`, web)
      e.device(`${day} 12:04`, db)
    }
    const ledger = await ledgerOf(e)
    // Nobody vanished on the 2nd, and nobody was missing in four of the eight pages.
    expect(ledger.buckets(web)).toEqual(['protected_unbilled: 72 h'])
    expect(ledger.buckets(db)).toEqual(['protected_unbilled: 72 h'])
  })

  it('stamps ten minutes apart are one listing, a second more makes two', async () => {
    for (const [second, listings, alive] of [
      ['12:10:00', '1', '3'],
      ['12:10:01', '2', '2'],
    ] as const) {
      const e = estate(3)
      for (const [name, time] of [
        ['web', '12:00:00'],
        ['db', second],
      ] as const) {
        e.listed(`01 ${time}`, vm(name), { power: 'running' })
        e.device(`01 ${time}`, vm(name))
      }
      const ledger = await ledgerOf(e)
      expect(await ledger.query('select count(distinct as_of_at) as listings from ledger.endpoint_snapshot')).toEqual([
        { listings },
      ])
      // one that a later listing lacks is gone at the end of its day
      const days = await ledger.query(
        "select count(distinct day) as days from named.ledger where machine_id = 'vm-web'",
      )
      expect(days).toEqual([{ days: alive === '3' ? '3' : '1' }])
    }
  })

  it('records that were merged share the strongest evidence of their group; a name counts for the one that stays', async () => {
    const db = vm('db')
    const e = estate(1)
    e.listed('01 12:00', web, { power: 'running', computer_name: 'web', fqdn: 'web.a.example' })
    e.listed('01 12:00', db, { power: 'running', computer_name: 'db' })
    e.listed('01 12:00', vm('mail'), { power: 'running', computer_name: 'mail' })
    e.device('01 12:00', null, { device_id: 'by-fqdn', dns_name: 'web.a.example' })
    e.device('01 12:00', null, { device_id: 'gone-1', merged_into: 'by-fqdn' })
    e.device('01 12:00', null, { device_id: 'by-host', dns_name: 'mail' })
    e.device('01 12:00', null, { device_id: 'gone-2', merged_into: 'by-host', dns_name: 'db' })
    e.device('01 12:00', null, { device_id: 'by-nothing', dns_name: 'elsewhere' })
    e.device('01 12:00', { ...db, vmId: null }, { device_id: 'gone-3', merged_into: 'by-nothing' })
    e.device('01 12:00', db, { device_id: 'gone-4', merged_into: 'by-nothing', azure_resource_id: null })
    const ledger = await ledgerOf(e)
    const rows = await ledger.query(
      'select device_id, machine_id, evidence, status from named.endpoint_match order by 1',
    )
    expect(rows.map((r) => [r['device_id'], r['machine_id'], r['evidence'], r['status']].join(' '))).toEqual([
      'by-fqdn vm-web fqdn matched',
      'by-host vm-mail host_name matched',
      'by-nothing vm-db vm_id matched',
      'gone-1 vm-web fqdn merged',
      'gone-2 vm-mail host_name merged',
      'gone-3 vm-db vm_id merged',
      'gone-4 vm-db vm_id merged',
    ])
  })

  it('edge case 30: of several endpoint records of one machine the newest counts; merged and flagged ones never do', async () => {
    const e = estate(1)
    e.runs(web)
    e.device('01 12:00', web, { device_id: 'old', health_status: 'inactive', last_seen_at: moment('09-20 00:00') })
    e.device('01 12:00', web, { device_id: 'new', last_seen_at: moment('01 11:00') })
    e.device('01 12:00', web, { device_id: 'flagged', health_status: 'inactive', is_potential_duplication: true })
    e.device('01 12:00', web, { device_id: 'merged', health_status: 'inactive', merged_into: 'new' })
    const ledger = await ledgerOf(e)
    expect(ledger.buckets()).toEqual(['protected_unbilled: 24 h'])
    expect(await ledger.query('select device_id, status from ledger.endpoint_match order by 1')).toEqual([
      { device_id: 'flagged', status: 'duplicate' },
      { device_id: 'merged', status: 'merged' },
      { device_id: 'new', status: 'matched' },
      { device_id: 'old', status: 'duplicate' },
    ])
  })

  it('edge case 34: names match last and only where they are unique on both sides; an ambiguous one stays unmatched', async () => {
    const mail = vm('mail')
    const [left, right] = [vm('db', 'vm-left', 'rg-left'), vm('db', 'vm-right', 'rg-right')]
    const e = estate(1)
    e.listed('01 12:00', web, { power: 'running', computer_name: 'web', fqdn: 'web.a.example' })
    e.listed('01 12:00', mail, { power: 'running', computer_name: 'mail' })
    e.listed('01 12:00', left, { power: 'running', computer_name: 'db' })
    e.listed('01 12:00', right, { power: 'running', computer_name: 'db' })
    for (const dns_name of ['web.a.example', 'mail.b.example', 'db']) {
      e.device('01 12:00', null, { device_id: dns_name, dns_name })
    }
    const ledger = await ledgerOf(e)
    expect(
      await ledger.query('select device_id, machine_id, evidence, status from named.endpoint_match order by 1'),
    ).toEqual([
      { device_id: 'db', machine_id: null, evidence: null, status: 'ambiguous' },
      { device_id: 'mail.b.example', machine_id: 'vm-mail', evidence: 'host_name', status: 'matched' },
      { device_id: 'web.a.example', machine_id: 'vm-web', evidence: 'fqdn', status: 'matched' },
    ])
    expect(ledger.buckets(web)).toEqual(['protected_unbilled: 24 h'])
    expect(ledger.buckets(left)).toEqual(['unverified_unbilled: 24 h'])
    expect(ledger.buckets(right)).toEqual(['unverified_unbilled: 24 h'])
  })
})

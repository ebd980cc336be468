import { describe, expect, it } from 'vitest'
import { estate, vm } from '../../twin/builder.ts'
import { useLedger } from './engine.ts'

const ledgerOf = useLedger()
const web = vm('web')

describe('power', () => {
  it('edge case 1: a machine deallocated mid-month is off from the moment the operation began, and no gap counts', async () => {
    const e = estate(2)
    e.runs(web)
    e.event('01 12:00', web, 'deallocate', { startedAt: '01 11:54' })
    e.device('01 06:00', web)
    e.charge('01', web, '12', '0.24')
    const ledger = await ledgerOf(e)
    expect(ledger.buckets(web)).toEqual(['off: 36.1 h', 'protected: 11.9 h, billed 12 h, 0.24 EUR'])
  })

  it('edge case 1: a deallocation that failed changes nothing, one without a start record counts from its success', async () => {
    const e = estate(1)
    e.runs(web)
    e.event('01 06:00', web, 'deallocate', { startedAt: '01 05:00', status: 'failed' })
    e.event('01 18:00', web, 'deallocate')
    const ledger = await ledgerOf(e)
    expect(ledger.buckets(web)).toEqual(['off: 6 h', 'unverified_unbilled: 18 h'])
  })

  it('edge case 2: a machine shut down from inside the guest is stopped and still billed', async () => {
    const e = estate(1)
    e.runs(web)
    e.event('01 08:00', web, 'stopped_internally')
    e.device('01 06:00', web)
    e.charge('01', web, '24', '0.48')
    const ledger = await ledgerOf(e)
    expect(ledger.buckets(web)).toEqual([
      'paid_stopped: 16 h, billed 16 h, 0.32 EUR',
      'protected: 8 h, billed 8 h, 0.16 EUR',
    ])
  })

  it('edge case 3: the starting state is billed by compute only: Defender counts from the success of the start', async () => {
    const e = estate(1)
    e.event('01 10:03', web, 'start', { startedAt: '01 10:00' })
    e.device('01 12:00', web)
    e.compute('01', web, '14')
    e.charge('01', web, '13.95', '0.279')
    const ledger = await ledgerOf(e, 'all')
    expect(ledger.buckets(web)).toEqual(['off: 10.05 h', 'protected: 13.95 h, billed 13.95 h, 0.279 EUR'])
    expect(await ledger.query('select status, clock_hours from ledger.reconciliation')).toEqual([
      { status: 'matched', clock_hours: '14' },
    ])
    const witness = "select * from ledger.finding where check_name = 'compute_hours_match_the_power_timeline'"
    expect(await ledger.query(witness)).toEqual([])
  })

  it('edge case 4: a hibernated machine is deallocated: off by its operation or by its inventory state', async () => {
    const db = vm('db')
    const e = estate(1)
    e.runs(web)
    e.event('01 04:00', web, 'deallocate')
    e.listed('01 12:00', db, { power: 'off' })
    const ledger = await ledgerOf(e)
    expect(ledger.buckets(web)).toEqual(['off: 20 h', 'unverified_unbilled: 4 h'])
    expect(ledger.buckets(db)).toEqual(['off: 24 h'])
  })

  it('of two events in one second the one that ends more wins: delete, then off, then stopped, then running', async () => {
    const orders = [
      ['start', 'power_off', 'paid_stopped'],
      ['power_off', 'deallocate', 'off'],
      ['deallocate', 'start', 'off'],
      ['start', 'stopped_internally', 'paid_stopped'],
      ['power_off', 'preempted', 'off'],
      ['preempted', 'allocated', 'off'],
    ] as const
    for (const [one, two, bucket] of orders) {
      const e = estate(1)
      e.runs(web)
      e.event('01 12:00', web, one)
      e.event('01 12:00', web, two)
      e.charge('01', web, '24', '0.48')
      const ledger = await ledgerOf(e)
      const rest = bucket === 'off' ? 'off: 12 h' : 'paid_stopped: 12 h, billed 12 h, 0.24 EUR'
      expect(ledger.buckets()).toContain(rest)
    }
    const e = estate(1)
    e.runs(web)
    e.event('01 12:00', web, 'deallocate')
    e.event('01 12:00', web, 'delete')
    expect((await ledgerOf(e)).buckets()).toEqual(['unverified_unbilled: 12 h'])
  })

  it('edge case 33: a machine off over the weekend is not stale: running time since it was last seen counts, not elapsed', async () => {
    const busy = vm('busy')
    const e = estate(5) // Thursday 1st to Monday 5th
    for (const machine of [web, busy]) {
      e.runs(machine)
      e.device('02 12:00', machine)
      e.device('05 10:00', machine, { last_seen_at: Date.UTC(2026, 9, 2, 18) / 1000 })
    }
    e.event('02 19:00', web, 'deallocate')
    e.event('05 08:00', web, 'start')
    const ledger = await ledgerOf(e)
    // 43 h until Friday 19:00 and 16 h on Monday; it ran 3 h between being last seen and the listing.
    expect(ledger.buckets(web)).toEqual(['off: 61 h', 'protected_unbilled: 59 h'])
    // The other ran all 64 h; the verdicts stand at hour 36 and 106, so they part at (36 + 102) / 2 = hour 69.
    expect(ledger.buckets(busy)).toEqual(['exposed: 51 h', 'protected_unbilled: 69 h'])
  })
})

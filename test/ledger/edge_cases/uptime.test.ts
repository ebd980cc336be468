// When machines are on: events of one moment, clock hours, compute hours.
import { describe, expect, it } from 'vitest'
import { estate, moment, vm } from '../../twin/builder.ts'
import { useLedger } from './engine.ts'

const ledgerOf = useLedger()
const web = vm('web')

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

// What the ledger tells beside its sums: messages, units, reasons.
import { describe, expect, it } from 'vitest'
import type { Row } from '../../../src/engine/engine.ts'
import { estate, vm } from '../../twin/builder.ts'
import { useLedger } from './engine.ts'

const ledgerOf = useLedger()
const web = vm('web')

describe('a sensor that is not well', () => {
  it('has its verdict with the words that a reader acts on', async () => {
    const cases = [
      ['a', null, 'installation', 'no Defender for Endpoint record'],
      ['b', { onboarding: 'can_be_onboarded' }, 'installation', 'listed by Defender for Endpoint but not onboarded'],
      ['c', { health_status: 'impaired_communication' }, 'heartbeat', 'sensor status impaired communication'],
      ['d', { health_status: 'no_sensor_data' }, 'heartbeat', 'sensor status no sensor data'],
      [
        'e',
        { health_status: 'no_sensor_data_impaired_communication' },
        'heartbeat',
        'sensor status no sensor data impaired communication',
      ],
      ['f', { last_seen: '09-30 12:00' }, 'heartbeat', 'no report while running for more than 24 hours'],
      ['g', {}, null, null],
    ] as const
    const e = estate(2)
    for (const [name, shown] of cases) {
      e.runs(vm(name))
      e.charge('02', vm(name), '24', '0.48')
      if (shown === null) continue
      const { last_seen, ...words } = { last_seen: '02 12:00', ...shown }
      e.device('02 12:00', vm(name), {
        ...words,
        last_seen_at: Date.parse(`2026-${last_seen.length > 8 ? last_seen : `10-${last_seen}`}Z`) / 1000,
      })
    }
    const ledger = await ledgerOf(e)
    const told = await ledger.query(
      `select m.name, h.issue, h.message from ledger.health h join ledger.machine m on m.machine_number = h.machine_number
       where h.evidence = 'observed' order by m.name`,
    )
    expect(told).toEqual(cases.map(([name, , issue, message]) => ({ name, issue, message })))
  })

  it('keeps its words for as long as they are the same', async () => {
    const e = estate(3)
    e.runs(web)
    for (const [hours, shown] of [
      [['04', '08'], { health_status: 'no_sensor_data' }],
      [['12', '16'], { health_status: 'impaired_communication' }],
      [['20', '23'], { onboarding: 'can_be_onboarded' }],
    ] as const)
      for (const hour of hours) e.device(`02 ${hour}:00`, web, shown)
    const ledger = await ledgerOf(e)
    const told = await ledger.query(
      "select (until_at - from_at) / 3600 as hours, issue, message from ledger.health where evidence = 'observed' order by from_at",
    )
    expect(told).toEqual([
      { hours: 8, issue: 'heartbeat', message: 'sensor status no sensor data' },
      { hours: 8, issue: 'heartbeat', message: 'sensor status impaired communication' },
      { hours: 7, issue: 'installation', message: 'listed by Defender for Endpoint but not onboarded' },
    ])
  })

  it('on Plan 1 without the posture plan is unknown once no listing shows it any more', async () => {
    const e = estate(4)
    e.runs(web)
    e.device('02 12:00', web, { last_seen_at: Date.parse('2026-09-30T12:00Z') / 1000 })
    e.device('04 12:00', vm('other'))
    for (const day of ['01', '02', '03', '04']) e.charge(day, web, '24', '0.16', { meter: 'Standard P1 Node' })
    const ledger = await ledgerOf(e)
    const told = await ledger.query(
      `select h.health, h.issue from named.health h where h.machine_id = 'vm-web' and h.evidence = 'observed' order by h.from_at`,
    )
    expect(told).toEqual([
      { health: 'unhealthy', issue: 'heartbeat' },
      { health: 'unknown', issue: null },
    ])
  })

  it('is no question on a client, also where no sensor was ever listed', async () => {
    const e = estate(1)
    e.runs(web)
    e.listed('01 12:00', web, { os_name: 'Windows 11 Enterprise' })
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select health, evidence from ledger.health')).toEqual([
      { health: 'not_applicable', evidence: 'assumed' },
    ])
  })
})

const UNITS: readonly (readonly [RegExp, string])[] = [
  [/^machine_days_/, 'machine-days'],
  [/^(machines|healthy)_(applicable|inventory|billed|endpoint|in_scope)$/, 'machines'],
  [/^cost_per_protected_hour$/, 'money per hour'],
  [/_coverage$/, 'percent'],
  [/hours/, 'hours'],
  [/cost|saving|total|residual/, 'money'],
]

describe('figures', () => {
  const reasonsOf = (rows: readonly Row[], figures: readonly string[]) =>
    figures.map((figure) => rows.find((row) => row['figure'] === figure)?.['reason'])
  const asked = 'select figure, value, unit, billing_currency, reason from ledger.figure'

  it('each stand in their unit', async () => {
    const e = estate(1)
    e.runs(web)
    e.device('01 12:00', web)
    e.charge('01', web, '24', '0.48')
    const ledger = await ledgerOf(e)
    const rows = await ledger.query(asked)
    expect(rows.length).toBeGreaterThan(40)
    for (const row of rows)
      expect([row['figure'], row['unit']]).toEqual([
        row['figure'],
        UNITS.find(([name]) => name.test(String(row['figure'])))?.[1],
      ])
    expect(rows.filter((row) => row['reason'] !== null)).toMatchObject([
      { figure: 'control_total', value: null, reason: 'no control total was given' },
    ])
  })

  it('that cannot be said tell why: nothing runs, nothing lists sensors, nothing was billed', async () => {
    const shares = ['time_coverage', 'machine_coverage']
    const nothing = await ledgerOf(estate(1))
    expect(reasonsOf(await nothing.query(asked), shares)).toEqual([
      'no running hour of a machine to which a sensor applies is known',
      'no machine to which a sensor applies exists at the end of the period',
    ])
    const e = estate(1)
    e.runs(web)
    e.charge('01', web, '0', '0')
    const unlisted = await ledgerOf(e)
    const rows = await unlisted.query(asked)
    const lacking = 'no sensor health is known: add a Defender for Endpoint machine list'
    expect(reasonsOf(rows, [...shares, 'paid_coverage', 'cost_per_protected_hour'])).toEqual([
      lacking,
      lacking,
      'nothing was billed',
      'no protected hour is known',
    ])
  })
})

describe('the data grade', () => {
  it('says of each criterion what it measured', async () => {
    const e = estate(2)
    e.runs(web)
    for (const day of ['01', '02']) {
      e.device(`${day} 12:00`, web)
      e.charge(day, web, '24', '0.48')
    }
    e.charge('02', null, '6', '0.12', { resourceId: '/subscriptions/other/resourcegroups/rg/providers/x/y/z' })
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select criterion, grade, reason from ledger.data_grade order by criterion')).toEqual([
      { criterion: 'bill explained', grade: 'B', reason: '88.9 % of the Defender cost belongs to a known machine' },
      { criterion: 'bill matches uptime', grade: 'A', reason: '100.0 % of the billed machine-days match the hours on' },
      // of 48 hours those from four before the first listing to the second: 4 + 20 + 4
      { criterion: 'evidence', grade: 'C', reason: '58.3 % of the running time is observed or inferred, not assumed' },
      { criterion: 'health known', grade: 'A', reason: '100.0 % of the running time has a sensor verdict' },
    ])
  })

  it('is what the worst criterion is, from 95, 80 and 50 percent on', async () => {
    for (const [known, grade] of [
      ['95', 'A'],
      ['94.99', 'B'],
      ['80', 'B'],
      ['79.99', 'C'],
      ['50', 'C'],
      ['49.99', 'D'],
    ] as const) {
      const e = estate(1)
      e.runs(web)
      e.charge('01', web, '24', known)
      e.charge('01', null, '1', (100 - Number(known)).toFixed(2), {
        resourceId: '/subscriptions/other/resourcegroups/rg/providers/x/y/z',
      })
      const ledger = await ledgerOf(e)
      expect(
        await ledger.query("select grade from ledger.data_grade where criterion = 'bill explained'"),
        known,
      ).toEqual([{ grade }])
    }
  })
})

import { describe, expect, it } from 'vitest'
import { charge, counterExamples, FROM, machine, NOON, UNTIL } from './check_run.ts'

const VM = String(machine()['resource_id'])

describe('defender_lines_are_recognised', () => {
  const line = {
    cost_line_id: 1,
    file_id: 1,
    row_number: 7,
    meter_name: 'Standard P3 Node',
    product_name: 'New',
    cost: '1.5',
  }

  it('names meter, cost per currency and where it stands', async () => {
    const rows = await counterExamples('defender_lines_are_recognised', {
      source_file: [{ file_id: 1, path: 'cost/a.csv' }],
      'ledger.unrecognised_defender_line': [
        { ...line, billing_currency: 'USD' },
        { ...line, cost_line_id: 2, row_number: 9, billing_currency: 'USD' },
        { ...line, cost_line_id: 3, billing_currency: 'EUR' },
      ],
    })
    expect(rows.map((row) => [row['subject'], row['evidence']])).toEqual([
      ['Standard P3 Node', '1 lines, 1.5 EUR; product New; first in cost/a.csv row 7'],
      ['Standard P3 Node', '2 lines, 3 USD; product New; first in cost/a.csv row 7'],
    ])
  })

  it('is silent without such a line', async () => {
    expect(await counterExamples('defender_lines_are_recognised')).toEqual([])
  })
})

describe('resource_days_have_at_most_24_hours', () => {
  const two = (first: string, second: string) => [
    charge({ hours: first }),
    charge({ charge_id: 2, plan: 'p1', hours: second }),
  ]

  it('adds the lines of a day and allows 25', async () => {
    const name = 'resource_days_have_at_most_24_hours'
    expect(await counterExamples(name, { 'ledger.machine': [machine()], 'ledger.charge': two('24', '1') })).toEqual([])
    const [row, ...rest] = await counterExamples(name, {
      'ledger.machine': [machine()],
      'ledger.charge': [...two('24', '1.5'), charge({ charge_id: 3, day: '2026-10-16', hours: '48' })],
    })
    expect(rest).toEqual([])
    expect(row).toMatchObject({ subject: VM, evidence: '2 days; most on 2026-10-16: 48 h' })
    expect(row?.['message']).toContain('billed twice')
  })

  it('explains a scale set that is billed under one id', async () => {
    const set = '/subscriptions/sub/resourcegroups/rg/providers/microsoft.compute/virtualmachinescalesets/ss'
    const [row] = await counterExamples('resource_days_have_at_most_24_hours', {
      'ledger.machine': [machine({ kind: 'scale-set-instance', resource_id: set, scale_set_id: set })],
      'ledger.charge': [charge({ hours: '72', resource_id: set })],
    })
    expect(row?.['message']).toContain('scale set')
  })
})

describe('charges_lie_within_the_life_of_the_machine', () => {
  const created = { alive_from_at: NOON }

  it('allows the days of creation and deletion', async () => {
    const rows = await counterExamples('charges_lie_within_the_life_of_the_machine', {
      'ledger.machine': [machine({ ...created, alive_until_at: NOON + 60 })],
      'ledger.charge': [charge()],
    })
    expect(rows).toEqual([])
  })

  it('shows days outside with both ends of the life', async () => {
    const rows = await counterExamples('charges_lie_within_the_life_of_the_machine', {
      'ledger.machine': [machine(created), machine({ machine_id: 'm2', alive_from_at: null, alive_until_at: null })],
      'ledger.charge': [
        charge(),
        charge({ charge_id: 2, day: '2026-10-14' }),
        charge({ charge_id: 3, day: '2026-10-13' }),
        charge({ charge_id: 4, machine_id: 'm2' }),
      ],
    })
    expect(rows.map((row) => [row['subject'], row['evidence']])).toEqual([
      [
        'm1',
        '2 days from 2026-10-13 to 2026-10-14, 48 h, 0.96 USD; life from 2026-10-15T12:00:00Z until 2026-11-01T00:00:00Z',
      ],
      ['m2', '1 days from 2026-10-15 to 2026-10-15, 24 h, 0.48 USD; no life in the period is known'],
    ])
  })
})

describe('machines_cost_no_less_than_nothing', () => {
  it('nets per machine and currency', async () => {
    const name = 'machines_cost_no_less_than_nothing'
    const refund = charge({ charge_id: 2, cost: '-0.5' })
    const known = { 'ledger.machine': [machine()] }
    expect(await counterExamples(name, { ...known, 'ledger.charge': [charge({ cost: '0.6' }), refund] })).toEqual([])
    expect(
      await counterExamples(name, {
        ...known,
        'ledger.charge': [charge(), refund, charge({ charge_id: 3, billing_currency: 'EUR' })],
      }),
    ).toMatchObject([{ subject: 'm1', evidence: '-0.02 USD in 2 lines, 1 of them negative' }])
  })
})

describe('subscriptions_are_billed_by_machine', () => {
  it('lists subscriptions that are billed in one line', async () => {
    const name = 'subscriptions_are_billed_by_machine'
    expect(await counterExamples(name, { 'ledger.charge': [charge()] })).toEqual([])
    expect(
      await counterExamples(name, {
        'ledger.charge': [charge({ grain: 'subscription', machine_id: null, hours: '48' })],
      }),
    ).toMatchObject([{ subject: 'sub', evidence: '1 lines, 48 h, 0.48 USD' }])
  })
})

describe('benefit_meters_are_not_in_use', () => {
  it('warns of the meter that ends with the licences', async () => {
    const name = 'benefit_meters_are_not_in_use'
    expect(await counterExamples(name, { 'ledger.charge': [charge(), charge({ meter: 'trial' })] })).toEqual([])
    expect(await counterExamples(name, { 'ledger.charge': [charge({ meter: 'benefit', cost: '0' })] })).toMatchObject([
      { subject: 'sub', evidence: '24 h, 0 USD, 1 machines' },
    ])
  })
})

describe('charges_name_their_plan', () => {
  it('lists what belongs to neither plan', async () => {
    expect(await counterExamples('charges_name_their_plan', { 'ledger.charge': [charge()] })).toEqual([])
    expect(
      await counterExamples('charges_name_their_plan', { 'ledger.charge': [charge({ plan: null })] }),
    ).toMatchObject([{ subject: 'sub', evidence: '1 lines, 24 h, 0.48 USD' }])
  })
})

describe('charges_find_their_machine', () => {
  const entry = {
    machine_id: null,
    subscription_id: 'sub',
    day: '2026-10-15',
    seconds: 0,
    billed_hours: '24',
    cost: '0.48',
    billing_currency: 'USD',
  }

  it('lists what no source knows', async () => {
    const name = 'charges_find_their_machine'
    expect(
      await counterExamples(name, { 'ledger.ledger': [{ ...entry, machine_id: 'm1', bucket: 'protected' }] }),
    ).toEqual([])
    expect(await counterExamples(name, { 'ledger.ledger': [{ ...entry, bucket: 'unattributed' }] })).toMatchObject([
      { subject: 'sub', evidence: '24 h, 0.48 USD, 2026-10-15 to 2026-10-15' },
    ])
  })
})

describe('client_systems_are_not_billed', () => {
  const entry = {
    machine_id: 'm1',
    subscription_id: 'sub',
    day: '2026-10-15',
    bucket: 'paid_not_applicable',
    billed_hours: '24',
    cost: '0.48',
    billing_currency: 'USD',
  }

  it('counts client systems with a cost', async () => {
    const name = 'client_systems_are_not_billed'
    const client = [machine({ os_class: 'client' })]
    expect(await counterExamples(name, { 'ledger.machine': [machine()], 'ledger.ledger': [entry] })).toEqual([])
    expect(
      await counterExamples(name, { 'ledger.machine': client, 'ledger.ledger': [{ ...entry, cost: '0' }] }),
    ).toEqual([])
    expect(await counterExamples(name, { 'ledger.machine': client, 'ledger.ledger': [entry] })).toMatchObject([
      { subject: 'sub', evidence: '1 machine, 24 h, 0.48 USD, such as web' },
    ])
  })
})

describe('period_is_closed', () => {
  const total = (lastDay: string) => ({ file_id: 1, billing_currency: 'USD', line_count: 1, last_day: lastDay })
  const file = (snapshotAt: number | null) => ({ file_id: 1, path: 'a.csv', kind: 'cost', snapshot_at: snapshotAt })
  const rows = (lastDay: string, snapshotAt: number | null) =>
    counterExamples('period_is_closed', { cost_total: [total(lastDay)], source_file: [file(snapshotAt)] })

  it('is closed 72 hours after its end', async () => {
    expect(await rows('2026-10-31', UNTIL + 72 * 3600)).toEqual([])
    expect(await rows('2026-10-31', null)).toEqual([])
  })

  it('is closing before, open while the newest charge is older than its end, and unknown without any', async () => {
    expect((await rows('2026-10-31', UNTIL + 72 * 3600 - 1))[0]?.['message']).toContain('still closing')
    expect((await rows('2026-10-30', null))[0]).toMatchObject({
      subject: '2026-10-01 to 2026-10-31',
      evidence: 'newest charge on 2026-10-30, last day of the period 2026-10-31',
    })
    expect((await counterExamples('period_is_closed'))[0]?.['message']).toContain('no cost data')
  })
})

describe('compute_hours_match_the_power_timeline', () => {
  const name = 'compute_hours_match_the_power_timeline'
  const day = (date: string, on: number, compute: string | null, unknown = 0) => ({
    machine_id: 'm1',
    day: date,
    billable_seconds: on,
    unknown_seconds: unknown,
    compute_hours: compute,
  })

  it('shows both numbers of the worst day', async () => {
    const rows = await counterExamples(name, {
      'ledger.machine': [machine()],
      'ledger.machine_day': [
        day('2026-10-01', 86_400, '24'),
        day('2026-10-02', 86_400, '22.9'),
        day('2026-10-03', 86_400, null),
        day('2026-10-04', 0, '24'),
        day('2026-10-05', 0, '24', 86_400),
        day('2026-10-06', 3600, '0.1'),
      ],
    })
    expect(rows).toMatchObject([
      { subject: 'm1', evidence: '3 days; most on 2026-10-03: compute 0.00 h, timeline 24.00 h' },
    ])
  })

  it('allows an hour, machines without any compute line, and what lies outside the compute lines', async () => {
    expect(
      await counterExamples(name, {
        'ledger.machine': [machine(), machine({ machine_id: 'm2' })],
        'ledger.machine_day': [
          day('2026-10-01', 86_400, null),
          day('2026-10-02', 86_400, '23'),
          day('2026-10-03', 86_400, '24.3'),
          { ...day('2026-10-03', 86_400, null), machine_id: 'm2' },
        ],
      }),
    ).toEqual([])
  })
})

describe('compute_hours_match_the_power_timeline, when an id changes hands', () => {
  it('leaves out that day, for both machines', async () => {
    const day = (id: string, date: string, on: number, compute: string) => ({
      machine_id: id,
      day: date,
      billable_seconds: on,
      compute_hours: compute,
    })
    const rows = await counterExamples('compute_hours_match_the_power_timeline', {
      'ledger.machine': [machine(), machine({ machine_id: 'm2' })],
      'ledger.machine_identity': [
        { resource_id: VM, machine_id: 'm1', from_at: 0, until_at: NOON },
        { resource_id: VM, machine_id: 'm2', from_at: NOON, until_at: 253_402_300_800 },
      ],
      'ledger.machine_day': [
        day('m1', '2026-10-14', 86_400, '20'),
        day('m1', '2026-10-15', 43_200, '0'),
        day('m2', '2026-10-15', 43_200, '24'),
      ],
    })
    expect(rows).toMatchObject([
      { subject: 'm1', evidence: '1 day; most on 2026-10-14: compute 20.00 h, timeline 24.00 h' },
    ])
  })
})

describe('billed_machines_are_in_the_inventory', () => {
  const name = 'billed_machines_are_in_the_inventory'
  const unknown = machine({ known_to_inventory: false })

  it('needs an inventory to miss a machine in', async () => {
    expect(await counterExamples(name, { 'ledger.machine': [unknown] })).toEqual([])
  })

  it('tells a missing machine from a subscription out of reach', async () => {
    const listed = { file_id: 1, snapshot_at: FROM, resource_id: 'x', subscription_id: 'sub' }
    const given = { 'ledger.machine': [machine({ machine_id: 'm2' }), unknown] }
    expect((await counterExamples(name, { ...given, machine_record: [listed] }))[0]).toMatchObject({
      subject: 'sub',
      message: 'machines are billed that the inventory does not know: deleted since, or out of its reach',
      evidence: '1 machine, such as web',
    })
    const elsewhere = { ...listed, subscription_id: 'other' }
    expect((await counterExamples(name, { ...given, machine_record: [elsewhere] }))[0]?.['message']).toContain(
      'does not reach',
    )
    expect(await counterExamples(name, { 'ledger.machine': [machine()], machine_record: [listed] })).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import type { Row } from '../../../src/engine/engine.ts'
import { charge, counterExamples, machine, NOON } from './check_run.ts'

const VM = String(machine()['resource_id'])
const ARC = '/subscriptions/sub/resourcegroups/rg/providers/microsoft.hybridcompute/machines/web'
const record = (given: Row): Row => ({ file_id: 1, snapshot_at: NOON, ...given })

describe('azure_machines_are_not_also_connected_by_arc', () => {
  const name = 'azure_machines_are_not_also_connected_by_arc'
  const azure = record({ kind: 'azure-vm', resource_id: VM, vm_id: '00112233-4455-6677-8899-aabbccddeeff' })
  const arc = (vm_uuid: string | null) =>
    record({ kind: 'arc', resource_id: ARC, resource_id_display: ARC, vm_id: 'agent', vm_uuid })

  it('edge case 25: an Azure machine with an Arc agent is listed twice, and billed twice where both ids are', async () => {
    const both = [charge(), charge({ charge_id: 2, resource_id: ARC })]
    for (const uuid of ['00112233-4455-6677-8899-aabbccddeeff', '33221100-5544-7766-8899-aabbccddeeff']) {
      expect(await counterExamples(name, { machine_record: [azure, arc(uuid)], 'ledger.charge': both })).toEqual([
        {
          subject: VM,
          message: 'an Azure virtual machine is connected by Arc, too: it is listed twice, and both are billed',
          evidence: `Arc: ${ARC}; days billed: 1 as an Azure machine, 1 by Arc`,
        },
      ])
    }
    const listed = await counterExamples(name, { machine_record: [azure, arc(String(azure['vm_id']))] })
    expect(listed.map((row) => row['message'])).toEqual([
      'an Azure virtual machine is connected by Arc, too: it is listed twice',
    ])
  })

  it('is silent for another machine, and where Arc tells no hardware', async () => {
    for (const uuid of ['00112233-4455-6677-8899-aabbccddee00', null]) {
      expect(await counterExamples(name, { machine_record: [azure, arc(uuid)] })).toEqual([])
    }
  })
})

describe('arc_ids_stand_for_one_machine', () => {
  const name = 'arc_ids_stand_for_one_machine'
  const named = (computer_name: string, hour: number) =>
    record({ kind: 'arc', resource_id: ARC, computer_name, snapshot_at: NOON + hour * 3600 })
  const device = (dns_name: string, given: Row = {}) =>
    record({
      device_id: dns_name,
      dns_name,
      azure_resource_id: ARC,
      onboarding: 'onboarded',
      health_status: 'active',
      ...given,
    })

  it('edge case 26: clones of a connected machine share its Arc id: the name comes and goes, or two sensors report', async () => {
    const message = 'several machines answer under one Arc id: its hours and its health are not those of one machine'
    const flapping = [named('web', 0), named('web-copy', 4), named('web', 8)]
    expect(await counterExamples(name, { machine_record: flapping })).toEqual([
      { subject: ARC, message, evidence: '2 names, such as web and web-copy' },
    ])
    expect(await counterExamples(name, { endpoint_device: [device('a.example'), device('b.example')] })).toEqual([
      { subject: ARC, message, evidence: '2 names, such as a.example and b.example' },
    ])
  })

  it('is silent for a rename, and for records that the service knows as copies or that report no more', async () => {
    const renamed = [named('web', 0), named('shop', 4), named('shop', 8)]
    const copies = [
      device('a.example'),
      device('b.example', { merged_into: 'a.example' }),
      device('c.example', { is_potential_duplication: true }),
      device('d.example', { health_status: 'inactive' }),
      device('e.example', { onboarding: 'can_be_onboarded' }),
    ]
    expect(await counterExamples(name, { machine_record: renamed, endpoint_device: copies })).toEqual([])
  })
})

describe('device_listing_reaches_every_machine', () => {
  const name = 'device_listing_reaches_every_machine'
  const extension = { file_id: 1, snapshot_at: NOON, resource_id: VM, provisioning_state: 'succeeded' }
  const given = {
    'ledger.machine': [machine()],
    'ledger.machine_identity': [{ resource_id: VM, machine_id: 'm1', from_at: 0, until_at: 253402300800 }],
    extension: [extension],
    endpoint_device: [record({ device_id: 'd', subscription_id: 'sub' })],
  }

  it('edge case 35: a listing of some device groups only misses machines; missing is not unprotected', async () => {
    const rows = await counterExamples(name, given)
    expect(rows).toMatchObject([
      { subject: 'sub', evidence: '1 machine, such as web; devices listed of this subscription: 1' },
    ])
    expect(rows[0]?.['message']).toContain('missing is not unprotected')
  })

  it('is silent where the device is listed, the extension failed, or nothing is listed at all', async () => {
    const found = [{ device_id: 'd', machine_id: 'm1', status: 'matched' }]
    expect(await counterExamples(name, { ...given, 'ledger.endpoint_match': found })).toEqual([])
    expect(
      await counterExamples(name, { ...given, extension: [{ ...extension, provisioning_state: 'failed' }] }),
    ).toEqual([])
    expect(await counterExamples(name, { ...given, endpoint_device: [] })).toEqual([])
  })
})

describe('charges_lie_in_their_billing_month', () => {
  const name = 'charges_lie_in_their_billing_month'
  const line = (billing_period_start: string | null) => ({
    'ledger.charge': [charge()],
    'ledger.defender_line': [{ cost_line_id: 1, billing_period_start }],
  })

  it('edge case 45: hours go by the day of the charge, invoices by billing period; where they differ it is said', async () => {
    // an anniversary period, and a charge of October on November's invoice
    for (const start of ['2026-10-09', '2026-11-01']) {
      expect(await counterExamples(name, line(start))).toMatchObject([
        { subject: `billing period from ${start}`, evidence: '1 line of 2026-10-15 to 2026-10-15, 0.48 USD' },
      ])
    }
  })

  it('is silent for calendar months, and where the period is not told', async () => {
    for (const start of ['2026-10-01', null]) expect(await counterExamples(name, line(start))).toEqual([])
  })
})

describe('costs_are_those_of_the_invoice', () => {
  const name = 'costs_are_those_of_the_invoice'
  const offer = (quota_id: string | null) => ({
    'ledger.charge': [charge()],
    subscription: [{ subscription_id: 'sub', name: 'Lab', quota_id }],
  })

  it('edge case 59: what a Dev/Test, sponsored or free subscription shows need not be what is invoiced', async () => {
    for (const [quota, kind] of [
      ['msdndevtest_2014-09-01', 'a Dev/Test or Visual Studio offer'],
      ['sponsored_2016-01-01', 'a sponsored subscription'],
      ['azurepass_2014-09-01', 'a subscription paid from a credit'],
    ] as const) {
      expect(await counterExamples(name, offer(quota))).toEqual([
        {
          subject: 'Lab',
          message: `it is ${kind}: the cost shown need not be what is invoiced`,
          evidence: `quota id ${quota}; shown 0.48 USD`,
        },
      ])
    }
  })

  it('is silent for other offers, unknown ones, and subscriptions without a charge', async () => {
    for (const quota of ['enterpriseagreement_2014-09-01', null]) {
      expect(await counterExamples(name, offer(quota))).toEqual([])
    }
    expect(await counterExamples(name, { ...offer('sponsored_2016-01-01'), 'ledger.charge': [] })).toEqual([])
  })
})

describe('cost_exports_end_on_the_same_day', () => {
  const name = 'cost_exports_end_on_the_same_day'
  const files = (paths: readonly (readonly [path: string, subscription: string, lastDay: string])[]) => ({
    source_file: paths.map(([path], at) => ({ file_id: at + 1, path })),
    cost_total: paths.map(([, , last_day], at) => ({ file_id: at + 1, first_day: '2026-10-01', last_day })),
    cost_line: paths.map(([, subscription_id], at) => ({ cost_line_id: at, file_id: at + 1, subscription_id })),
  })

  it('edge case 64: of two scopes that were exported at different times the older one is named', async () => {
    const given = files([
      ['a/export.csv', 'sub-a', '2026-10-20'],
      ['b/export.csv', 'sub-b', '2026-11-02'],
    ])
    expect(await counterExamples(name, given)).toMatchObject([
      { subject: 'sub-a', evidence: 'ends on 2026-10-20, others on 2026-10-31' },
    ])
  })

  it('is silent for parts of one export, and where both reach the end of the period', async () => {
    expect(
      await counterExamples(
        name,
        files([
          ['a/part_0.csv', 'sub-a', '2026-10-20'],
          ['a/part_1.csv', 'sub-b', '2026-10-31'],
        ]),
      ),
    ).toEqual([])
    expect(
      await counterExamples(
        name,
        files([
          ['a/export.csv', 'sub-a', '2026-10-31'],
          ['b/export.csv', 'sub-b', '2026-11-02'],
        ]),
      ),
    ).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import type { Row } from '../../../src/engine/engine.ts'
import { counterExamples, FROM, machine, NOON, UNTIL } from './check_run.ts'

const VM = machine()['resource_id'] ?? null
const device = (id: string, given: Row = {}): Row => ({
  file_id: 1,
  snapshot_at: NOON,
  device_id: id,
  dns_name: `${id}.corp.example`,
  os_class: 'server',
  onboarding: 'onboarded',
  ...given,
})
const match = (id: string, status: string, given: Row = {}): Row => ({
  device_id: id,
  status,
  ...given,
})
const MACHINE = { 'ledger.machine': [machine()] }

describe('sensor_health_is_known', () => {
  it('asks for a device listing when there is none', async () => {
    expect(await counterExamples('sensor_health_is_known', MACHINE)).toMatchObject([
      { evidence: '1 machines of unknown health' },
    ])
    expect(await counterExamples('sensor_health_is_known', { ...MACHINE, endpoint_device: [device('a')] })).toEqual([])
    expect(await counterExamples('sensor_health_is_known')).toEqual([])
  })
})

describe('sensor_health_has_several_snapshots', () => {
  const name = 'sensor_health_has_several_snapshots'

  it('warns of one listing, whatever its pages', async () => {
    const pages = [
      { snapshot_at: NOON - 30, as_of_at: NOON },
      { snapshot_at: NOON, as_of_at: NOON },
    ]
    expect(await counterExamples(name, { 'ledger.endpoint_snapshot': pages })).toMatchObject([
      { evidence: 'taken 2026-10-15T12:00:00Z' },
    ])
    const more = [...pages, { snapshot_at: FROM, as_of_at: FROM }]
    expect(await counterExamples(name, { 'ledger.endpoint_snapshot': more })).toEqual([])
    expect(await counterExamples(name)).toEqual([])
  })
})

describe('sensor_health_is_known_each_day', () => {
  const name = 'sensor_health_is_known_each_day'
  const stamp = (at: number) => ({ snapshot_at: at, as_of_at: at })

  it('counts the days that a listing describes: midnight belongs to the day before', async () => {
    const given = [stamp(FROM), stamp(NOON), stamp(NOON + 3600), stamp(UNTIL), stamp(UNTIL + 3600)]
    expect(await counterExamples(name, { 'ledger.endpoint_snapshot': given })).toMatchObject([
      { evidence: '2 of 31 days' },
    ])
  })

  it('is silent when every day is described, and when one listing is all there is', async () => {
    const daily = Array.from({ length: 31 }, (_, day) => stamp(FROM + day * 86_400 + 3600))
    expect(await counterExamples(name, { 'ledger.endpoint_snapshot': daily })).toEqual([])
    expect(await counterExamples(name, { 'ledger.endpoint_snapshot': [stamp(NOON)] })).toEqual([])
  })
})

describe('host_names_are_unambiguous', () => {
  const name = 'host_names_are_unambiguous'
  const record = (vm: string, computer: string): Row => ({
    file_id: 1,
    snapshot_at: NOON,
    vm_id: vm,
    resource_id: `/id/${vm}`,
    name: vm,
    computer_name: computer,
  })

  it('shows both sides', async () => {
    const rows = await counterExamples(name, {
      endpoint_device: [device('d1', { dns_name: 'web01.a.example' }), device('d2', { dns_name: 'web01' })],
      'ledger.endpoint_match': [match('d1', 'ambiguous'), match('d2', 'ambiguous')],
      machine_record: [record('v1', 'web01'), record('v2', 'web01.b.example'), record('v3', 'web02')],
    })
    expect(rows).toMatchObject([{ subject: 'web01', evidence: '2 devices: d1, d2; 2 machines: /id/v1, /id/v2' }])
  })

  it('is silent where every device has its machine', async () => {
    expect(
      await counterExamples(name, {
        endpoint_device: [device('d1', { dns_name: 'web01' })],
        'ledger.endpoint_match': [match('d1', 'matched')],
        machine_record: [record('v1', 'web01')],
      }),
    ).toEqual([])
  })
})

describe('endpoint_devices_are_listed_once', () => {
  it('counts dropped records once, over all listings', async () => {
    const name = 'endpoint_devices_are_listed_once'
    const rows = await counterExamples(name, {
      endpoint_device: [device('a'), device('b')],
      'ledger.endpoint_match': [
        match('a', 'duplicate'),
        match('a', 'duplicate'),
        match('b', 'merged'),
        match('c', 'matched'),
      ],
    })
    expect(rows.map((row) => row['evidence'])).toEqual([
      '1 records, such as b.corp.example (b)',
      '1 records, such as a.corp.example (a)',
    ])
    expect(await counterExamples(name, { 'ledger.endpoint_match': [match('c', 'matched')] })).toEqual([])
  })
})

describe('endpoint_devices_have_a_machine', () => {
  it('counts devices that nothing matches, with examples', async () => {
    const name = 'endpoint_devices_have_a_machine'
    const endpoint_device = [device('a'), device('b'), device('c')]
    const given = {
      endpoint_device,
      'ledger.endpoint_match': [match('a', 'unmatched'), match('b', 'unmatched'), match('c', 'matched')],
    }
    expect(await counterExamples(name, given)).toMatchObject([
      { evidence: '2 devices, such as a.corp.example and b.corp.example' },
    ])
    expect(
      await counterExamples(name, { endpoint_device, 'ledger.endpoint_match': [match('c', 'not_onboarded')] }),
    ).toEqual([])
  })
})

describe('listed_devices_are_onboarded', () => {
  const name = 'listed_devices_are_onboarded'
  const waiting = device('a', { onboarding: 'can_be_onboarded' })

  it('counts servers of the newest listing that have no sensor', async () => {
    expect(await counterExamples(name, { endpoint_device: [waiting, device('b')] })).toMatchObject([
      { evidence: '1 device as of 2026-10-15T12:00:00Z, such as a.corp.example' },
    ])
  })

  it('is silent for clients, and once they are onboarded', async () => {
    expect(
      await counterExamples(name, {
        endpoint_device: [device('a', { onboarding: 'can_be_onboarded', os_class: 'client' })],
      }),
    ).toEqual([])
    expect(
      await counterExamples(name, { endpoint_device: [waiting, device('a', { snapshot_at: NOON + 14_400 })] }),
    ).toEqual([])
  })
})

describe('healthy_endpoint_assessments_have_our_sensor', () => {
  const name = 'healthy_endpoint_assessments_have_our_sensor'
  const assessment = {
    file_id: 1,
    snapshot_at: NOON,
    assessment_key: '06e3a6db-6c0c-4ad9-943f-31d9d73ecf6c',
    resource_id: VM,
    status_code: 'healthy',
  }
  const billed = [{ machine_id: 'm1', day: '2026-10-15', billed_hours: '24' }]
  const given = {
    ...MACHINE,
    assessment: [assessment],
    'ledger.machine_day': billed,
    endpoint_device: [device('other')],
  }

  it('edge case 19: suspects another vendor where the assessment passes and no device is onboarded', async () => {
    expect(await counterExamples(name, given)).toMatchObject([{ subject: 'sub', evidence: '1 machine, such as web' }])
  })

  it('is silent with our sensor, when it fails, when it is not billed, and without any listing', async () => {
    const ours = {
      endpoint_device: [device('a')],
      'ledger.endpoint_match': [match('a', 'matched', { machine_id: 'm1' })],
    }
    expect(await counterExamples(name, { ...given, ...ours })).toEqual([])
    const failed = { ...assessment, snapshot_at: NOON + 60, status_code: 'unhealthy' }
    expect(await counterExamples(name, { ...given, assessment: [assessment, failed] })).toEqual([])
    expect(await counterExamples(name, { ...given, 'ledger.machine_day': [] })).toEqual([])
    expect(await counterExamples(name, { ...given, endpoint_device: [] })).toEqual([])
  })
})

describe('sensor_extensions_have_not_failed', () => {
  const name = 'sensor_extensions_have_not_failed'
  const extension = (given: Row): Row => ({
    file_id: 1,
    snapshot_at: NOON,
    resource_id: VM,
    extension_type: 'MDE.Linux',
    provisioning_state: 'failed',
    ...given,
  })

  it('edge case 21: names the cause of a known code and the remedy for unsupported systems', async () => {
    const rows = await counterExamples(name, {
      ...MACHINE,
      extension: [extension({ error_code: '51', message: 'not supported' })],
    })
    expect(rows).toEqual([
      {
        subject: 'sub',
        message:
          "the sensor's extension failed: an unsupported operating system. Take the machine off the plan, or renew its system: trying again does not help",
        evidence: 'code 51, 1 machine, such as web: not supported',
      },
    ])
    expect(
      (await counterExamples(name, { ...MACHINE, extension: [extension({ error_code: '4' })] }))[0]?.['message'],
    ).toBe(
      "the sensor's extension failed: no connection to the internet. Open proxy and firewall to the Defender for Endpoint addresses, then let the extension run again",
    )
    expect((await counterExamples(name, { ...MACHINE, extension: [extension({})] }))[0]?.['message']).toContain(
      'not known',
    )
  })

  it('is silent once it succeeded, and for machines that are gone', async () => {
    const mended = extension({ snapshot_at: NOON + 60, provisioning_state: 'succeeded' })
    expect(await counterExamples(name, { ...MACHINE, extension: [extension({ error_code: '4' }), mended] })).toEqual([])
    const gone = [machine({ alive_from_at: null, alive_until_at: null })]
    expect(
      await counterExamples(name, { 'ledger.machine': gone, extension: [extension({ error_code: '4' })] }),
    ).toEqual([])
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTexts, SNAPSHOT_AT } from './record_run.ts'

const VM =
  '/subscriptions/AAAA0001-0000-4000-8000-000000000001/resourceGroups/RG/providers/Microsoft.Compute/virtualMachines/VM1'
const DEVICE = {
  id: '1E5BC9D7E413DDD7902C2932E418702B84D0CC07',
  mergedIntoMachineId: null,
  isPotentialDuplication: false,
  isExcluded: false,
  computerDnsName: 'VM1.Contoso.Example',
  firstSeen: '2026-08-02T14:55:03.7791856Z',
  lastSeen: '2026-10-20T14:55:03Z',
  osPlatform: 'WindowsServer2022',
  healthStatus: 'Active',
  onboardingStatus: 'Onboarded',
  agentVersion: '10.8760.20348.2762',
  machineTags: ['prod', 'eu'],
  vmMetadata: {
    vmId: 'ABCDEF00-0000-4000-8000-000000000001',
    cloudProvider: 'Azure',
    resourceId: VM,
    subscriptionId: 'AAAA0001-0000-4000-8000-000000000001',
  },
}
const EXPECTED = {
  file_id: 1,
  row_number: '1',
  snapshot_at: SNAPSHOT_AT,
  device_id: DEVICE.id.toLowerCase(),
  dns_name: 'vm1.contoso.example',
  vm_id: 'abcdef00-0000-4000-8000-000000000001',
  azure_resource_id: VM.toLowerCase(),
  subscription_id: 'aaaa0001-0000-4000-8000-000000000001',
  cloud: 'azure',
  os_platform: 'WindowsServer2022',
  os_class: 'server',
  onboarding: 'onboarded',
  health_status: 'active',
  first_seen_at: String(Date.UTC(2026, 7, 2, 14, 55, 3) / 1000),
  last_seen_at: String(Date.UTC(2026, 9, 20, 14, 55, 3) / 1000),
  merged_into: null,
  is_potential_duplication: false,
  is_excluded: false,
  agent_version: '10.8760.20348.2762',
  tags: '["prod","eu"]',
}
const { vmMetadata, ...bare } = DEVICE

const FORMS: Record<string, unknown> = {
  'API page': { '@odata.context': 'https://api.security.microsoft.com/api/$metadata#Machines', value: [DEVICE] },
  'bare array': [DEVICE],
  'JSON lines': `${JSON.stringify(DEVICE)}\n`,
  vm_metadata: [
    {
      ...bare,
      vm_metadata: {
        vm_id: vmMetadata.vmId,
        cloud_provider: 'Azure',
        resource_id: VM,
        subscription_id: vmMetadata.subscriptionId,
      },
    },
  ],
}

describe('endpoint_device', () => {
  for (const [form, content] of Object.entries(FORMS)) {
    it(`reads the same device from: ${form}`, async () => {
      const run = await readTexts({ 'machines.json': content })
      expect(run.kinds).toEqual(['endpoint'])
      expect(run.rows('endpoint_device')).toEqual([EXPECTED])
    })
  }

  it('classes operating systems', async () => {
    const platforms: Record<string, string> = {
      WindowsServer2012R2: 'server',
      WindowsServer2025: 'server',
      Ubuntu: 'server',
      RedHatEnterpriseLinux: 'server',
      SuSE: 'server',
      OracleLinux: 'server',
      Linux: 'server',
      Windows10: 'client',
      Windows11: 'client',
      WindowsXX: 'client',
      Windows10WVD: 'client',
      macOS: 'other',
      iOS: 'other',
      Android: 'other',
      Other: 'unknown',
    }
    const run = await readTexts({
      'machines.json': Object.keys(platforms).map((osPlatform) => ({ ...DEVICE, id: osPlatform, osPlatform })),
    })
    expect(Object.fromEntries(run.rows('endpoint_device').map((row) => [row.os_platform, row.os_class]))).toEqual(
      platforms,
    )
  })

  it('reads every state of sensor and onboarding, whatever the case', async () => {
    const health = [
      'active',
      'Inactive',
      'ImpairedCommunication',
      'NoSensorData',
      'NoSensorDataImpairedCommunication',
      'Unknown',
    ]
    const onboarding = ['onboarded', 'CanBeOnboarded', 'Unsupported', 'InsufficientInfo']
    const run = await readTexts({
      'machines.json': health.map((healthStatus, at) => ({
        ...DEVICE,
        id: `d${at}`,
        healthStatus,
        onboardingStatus: onboarding[at % 4],
      })),
    })
    expect(run.rows('endpoint_device').map((row) => [row.health_status, row.onboarding])).toEqual([
      ['active', 'onboarded'],
      ['inactive', 'can_be_onboarded'],
      ['impaired_communication', 'unsupported'],
      ['no_sensor_data', 'insufficient_info'],
      ['no_sensor_data_impaired_communication', 'onboarded'],
      ['unknown', 'can_be_onboarded'],
    ])
    expect(run.findings).toEqual([])
  })

  it('takes the newest of many reports of a device in advanced hunting, JSON and CSV', async () => {
    const report = (Timestamp: string, SensorHealthState: string) => ({
      Timestamp,
      DeviceId: DEVICE.id,
      DeviceName: 'vm1.contoso.example',
      SensorHealthState,
      OnboardingStatus: 'Onboarded',
      OSPlatform: 'WindowsServer2022',
      IsExcluded: 'False',
      MergedToDeviceId: '',
      AzureResourceId: VM,
      AzureVmId: vmMetadata.vmId,
      CloudPlatforms: '["Azure"]',
    })
    const reports = [
      report('2026-10-20T13:00:00Z', 'Inactive'),
      report('2026-10-20T14:55:03.5Z', 'Active'),
      report('2026-10-20T12:00:00Z', 'NoSensorData'),
    ]
    const lines = [Object.keys(reports[0] ?? {}), ...reports.map((row) => Object.values(row))].map((cells) =>
      cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(','),
    )
    const run = await readTexts({ 'a.json': { Stats: {}, Schema: [], Results: reports }, 'b.csv': lines.join('\n') })
    const row = {
      ...EXPECTED,
      row_number: '2',
      first_seen_at: null,
      is_potential_duplication: null,
      agent_version: null,
      tags: null,
    }
    expect(run.rows('endpoint_device')).toEqual([row, { ...row, file_id: 2 }])
    expect(run.spans).toMatchObject([
      { row_count: '3', last_at: EXPECTED.last_seen_at },
      { row_count: '3', last_at: EXPECTED.last_seen_at },
    ])
  })

  it("reads the portal's device inventory", async () => {
    const run = await readTexts({
      'devices.csv': [
        '"Device ID","Device name","Domain","First seen","Last device update","OS platform","Sensor health state","Onboarding status","Tags"',
        `"${DEVICE.id}","vm1","contoso.example","2026-08-02T14:55:03.779Z","10/20/2026 2:55:03 PM","WindowsServer2022","Active","Onboarded","prod, eu"`,
        '"2","laptop","WORKGROUP","","","Windows11","No sensor data","Can be onboarded",""',
      ].join('\r\n'),
    })
    expect(run.rows('endpoint_device')).toMatchObject([
      {
        device_id: EXPECTED.device_id,
        dns_name: 'vm1.contoso.example',
        last_seen_at: EXPECTED.last_seen_at,
        tags: '["prod","eu"]',
      },
      {
        device_id: '2',
        dns_name: 'laptop',
        first_seen_at: null,
        health_status: 'no_sensor_data',
        onboarding: 'can_be_onboarded',
        os_class: 'client',
      },
    ])
  })

  it('follows merged and duplicate flags', async () => {
    const run = await readTexts({
      'm.json': [{ ...DEVICE, mergedIntoMachineId: 'ABC', isPotentialDuplication: true, isExcluded: true }],
    })
    expect(run.rows('endpoint_device')).toMatchObject([
      { merged_into: 'abc', is_potential_duplication: true, is_excluded: true },
    ])
  })

  it('finds keys that only late records carry', async () => {
    const plain = Array.from({ length: 300 }, (_, at) => ({ ...bare, id: `p${at}` }))
    const run = await readTexts({
      'machines.json': { value: [...plain, { ...bare, id: 'late', VMMETADATA: vmMetadata }] },
    })
    expect(run.rows('endpoint_device').find((row) => row.device_id === 'late')).toMatchObject({ vm_id: EXPECTED.vm_id })
  })

  it('does not depend on how keys are spelled', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.boolean()), async (upper) => {
        const spelled = (value: unknown): unknown =>
          typeof value !== 'object' || value === null || Array.isArray(value)
            ? value
            : Object.fromEntries(
                Object.entries(value).map(([key, inner]) => [
                  [...key].map((char) => (upper.next().value ? char.toUpperCase() : char)).join(''),
                  spelled(inner),
                ]),
              )
        const run = await readTexts({ 'machines.json': { value: [spelled(DEVICE)] } })
        expect(run.rows('endpoint_device')).toEqual([EXPECTED])
      }),
      { numRuns: 15, seed: 11 },
    )
  })
})

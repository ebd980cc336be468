import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTexts, SNAPSHOT_AT } from './record_run.ts'

const SUBSCRIPTION = '0B1D6C1E-8c5f-4c0e-9d2b-3a7f1f6f9a01'
const VM_ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/RG-Web/providers/Microsoft.Compute/virtualMachines/Web-01`

const FULL = {
  id: VM_ID,
  name: 'Web-01',
  type: 'Microsoft.Compute/virtualMachines',
  location: 'eastus',
  subscriptionId: SUBSCRIPTION,
  resourceGroup: 'rg-web',
  tags: { Owner: 'Web Shop', 'cost center': '42' },
  properties: {
    vmId: '51F9215F-2D90-4353-A029-2154060FFF31',
    timeCreated: '2026-03-02T07:30:00.1234567+00:00',
    licenseType: 'Windows_Server',
    osProfile: { computerName: 'set-at-creation' },
    storageProfile: {
      osDisk: { osType: 'Windows' },
      imageReference: { publisher: 'MicrosoftWindowsServer', offer: 'WindowsServer', sku: '2022-datacenter' },
    },
    extended: {
      instanceView: {
        computerName: 'WEB-01',
        osName: 'Windows Server 2022 Datacenter',
        powerState: { code: 'PowerState/running', displayStatus: 'VM running' },
      },
    },
  },
}

const EXPECTED = {
  file_id: 1,
  row_number: '1',
  image_id: null,
  vm_uuid: null,
  snapshot_at: SNAPSHOT_AT,
  kind: 'azure-vm',
  resource_id: VM_ID.toLowerCase(),
  resource_id_display: VM_ID,
  vm_id: '51f9215f-2d90-4353-a029-2154060fff31',
  name: 'Web-01',
  computer_name: 'web-01',
  fqdn: null,
  subscription_id: SUBSCRIPTION.toLowerCase(),
  resource_group: 'rg-web',
  location: 'eastus',
  os_type: 'windows',
  os_name: 'Windows Server 2022 Datacenter',
  image_publisher: 'microsoftwindowsserver',
  license_type: 'Windows_Server',
  managed_by: null,
  power: 'running',
  arc_status: null,
  arc_status_changed_at: null,
  scale_set_id: null,
  created_at: String(Date.UTC(2026, 2, 2, 7, 30) / 1000),
  tags: '{"Owner":"Web Shop","cost center":"42"}',
  agent_version: null,
}

const PROJECTED = {
  id: VM_ID,
  name: 'Web-01',
  location: 'eastus',
  tags: FULL.tags,
  vmId: FULL.properties.vmId,
  osType: 'Windows',
  licenseType: 'Windows_Server',
  timeCreated: '2026-03-02T07:30:00Z',
  powerState: 'PowerState/running',
  osName: 'Windows Server 2022 Datacenter',
  computerName: 'WEB-01',
  vmss: '',
}

const columns = Object.keys(FULL)
const TABLE = {
  totalRecords: 1,
  count: 1,
  resultTruncated: 'false',
  data: {
    columns: columns.map((name) => ({ name, type: 'object' })),
    rows: [columns.map((name) => FULL[name as keyof typeof FULL])],
  },
}

function csv(record: Record<string, unknown>, delimiter = ','): string {
  const cells = Object.values(record).map((cell) => (typeof cell === 'object' ? JSON.stringify(cell) : String(cell)))
  const quoted = (list: string[]) => list.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter)
  return `${quoted(Object.keys(record).map((name) => name.toUpperCase()))}\r\n${quoted(cells)}\r\n`
}

const page = (records: unknown[]) => ({
  count: records.length,
  data: records,
  skip_token: null,
  total_records: records.length,
})

const FORMS: Record<string, string | Buffer> = {
  'az graph query': JSON.stringify(page([FULL]), null, 2),
  'bare array': JSON.stringify([FULL]),
  'Resource Graph page': JSON.stringify({
    totalRecords: 1,
    count: 1,
    resultTruncated: 'false',
    facets: [],
    data: [FULL],
  }),
  'Resource Graph table': JSON.stringify(TABLE),
  'data with numeric keys': JSON.stringify({ totalRecords: 1, count: 1, data: { 0: FULL } }),
  'ARM list': JSON.stringify({ value: [FULL] }),
  'single ARM resource': JSON.stringify(FULL, null, 4),
  'pages as JSON lines': `${JSON.stringify(page([FULL]))}\n${JSON.stringify(page([]))}\n`,
  'records as JSON lines': `${JSON.stringify(FULL)}\n`,
  'portal CSV': csv(FULL),
  'CSV with semicolons': csv(FULL, ';'),
  'byte order mark': `\ufeff${JSON.stringify([FULL])}`,
  gzip: gzipSync(JSON.stringify(page([FULL]))),
}

describe('machine_record', () => {
  for (const [form, content] of Object.entries(FORMS)) {
    it(`reads the same machine from: ${form}`, async () => {
      const run = await readTexts({ 'vms.json': content })
      expect(run.kinds).toEqual(['arm'])
      expect(run.rows('machine_record')).toEqual([EXPECTED])
    })
  }

  for (const form of ['JSON', 'CSV']) {
    it(`reads projected columns, ${form}`, async () => {
      const run = await readTexts({ 'vms.txt': form === 'CSV' ? csv(PROJECTED) : [PROJECTED] })
      expect(run.rows('machine_record')).toEqual([{ ...EXPECTED, image_publisher: null }])
    })
  }

  it('maps power states to what the bill uses', async () => {
    const states: Record<string, string | null> = {
      'PowerState/running': 'running',
      'VM running': 'running',
      'PowerState/stopping': 'running',
      'powerstate/STOPPED': 'stopped',
      'VM stopped': 'stopped',
      'PowerState/starting': 'off',
      'PowerState/deallocating': 'off',
      'PowerState/deallocated': 'off',
      'VM deallocated': 'off',
      'PowerState/hibernated': 'off',
      'PowerState/unknown': null,
    }
    const run = await readTexts({
      'vms.json': Object.keys(states).map((powerState, at) => ({ id: `${VM_ID}${at}`, powerState })),
    })
    const found = new Map(run.rows('machine_record').map((row) => [row.resource_id_display, row.power]))
    expect(Object.keys(states).map((_, at) => found.get(`${VM_ID}${at}`))).toEqual(Object.values(states))
    expect(run.findings).toEqual([])
  })

  it('reads the power state of an ARM answer with its instance view', async () => {
    const { extended: _, ...properties } = FULL.properties
    const statuses = [{ code: 'ProvisioningState/succeeded' }, { code: 'PowerState/deallocated' }]
    const run = await readTexts({ 'vm.json': { ...FULL, properties: { ...properties, instanceView: { statuses } } } })
    expect(run.rows('machine_record')).toMatchObject([{ power: 'off', computer_name: 'set-at-creation' }])
  })

  it('knows scale-set instances by their id, with or without a type', async () => {
    const set = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/Set`
    const run = await readTexts({
      'instances.json': [
        {
          id: `${set}/virtualMachines/0`,
          type: 'Microsoft.Compute/virtualMachineScaleSets/virtualMachines',
          vmId: 'A',
        },
        { id: `${set}/virtualMachines/1`, vmId: 'B' },
      ],
      'flexible.json': [{ ...FULL, properties: { ...FULL.properties, virtualMachineScaleSet: { id: set } } }],
    })
    expect(run.rows('machine_record')).toMatchObject([
      { file_id: 1, kind: 'scale-set-instance', vm_id: 'a', name: '0', scale_set_id: set.toLowerCase() },
      { file_id: 1, kind: 'scale-set-instance', vm_id: 'b', name: '1', scale_set_id: set.toLowerCase() },
      { file_id: 2, kind: 'azure-vm', scale_set_id: set.toLowerCase() },
    ])
  })

  it('reads Arc machines: the agent status stands for the power', async () => {
    const id = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.HybridCompute/machines/DC-1`
    const run = await readTexts({
      'arc.json': {
        value: [
          {
            id,
            type: 'Microsoft.HybridCompute/machines',
            properties: {
              status: 'Disconnected',
              lastStatusChange: '2026-10-02T03:04:05.999Z',
              machineFqdn: 'DC-1.Corp.Example',
              osSku: 'Windows Server 2019 Standard',
              osType: 'windows',
              agentVersion: '1.46.02807.1949',
              vmId: 'B7A098CC-b0b8-46e8-a205-62f301a62a8f',
            },
          },
        ],
      },
    })
    expect(run.rows('machine_record')).toMatchObject([
      {
        kind: 'arc',
        power: null,
        arc_status: 'disconnected',
        arc_status_changed_at: String(Date.UTC(2026, 9, 2, 3, 4, 5) / 1000),
        fqdn: 'dc-1.corp.example',
        os_name: 'Windows Server 2019 Standard',
        os_type: 'windows',
        agent_version: '1.46.02807.1949',
        vm_id: 'b7a098cc-b0b8-46e8-a205-62f301a62a8f',
      },
    ])
  })

  it('leaves out a record whose id is no ARM id, and says so', async () => {
    const run = await readTexts({
      'vms.json': [FULL, { ...FULL, id: 'Web-02' }, { vmId: 'x', powerState: 'PowerState/running' }],
    })
    expect(run.rows('machine_record')).toHaveLength(1)
    expect(run.findings).toEqual([
      {
        check: 'record_machine_has_an_arm_id',
        severity: 'warning',
        subject: 'vms.json',
        message: 'a machine record has no valid ARM id and is left out',
        evidence: 'record 2: Web-02',
      },
      {
        check: 'record_machine_has_an_arm_id',
        severity: 'warning',
        subject: 'vms.json',
        message: 'records without id and type are left out; let the query project id',
        evidence: '1 records',
      },
    ])
  })

  it('names an unknown power state instead of guessing', async () => {
    const run = await readTexts({ 'vms.json': [{ ...PROJECTED, powerState: 'PowerState/rebooting' }] })
    expect(run.rows('machine_record')).toMatchObject([{ power: null }])
    expect(run.findings).toMatchObject([{ check: 'record_state_is_known', evidence: 'rebooting, 1 records' }])
  })

  it('does not depend on how keys, ids and types are spelled', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.boolean()), async (upper) => {
        const flip = (text: string) =>
          [...text].map((char) => (upper.next().value ? char.toUpperCase() : char.toLowerCase())).join('')
        const spelled = (value: unknown): unknown =>
          typeof value !== 'object' || value === null
            ? value
            : Object.fromEntries(
                Object.entries(value).map(([key, inner]) => [
                  flip(key),
                  key === 'tags' ? inner : key === 'id' || key === 'type' ? flip(String(inner)) : spelled(inner),
                ]),
              )
        const run = await readTexts({ 'vms.json': [spelled(FULL)] })
        const rows = run.rows('machine_record').map(({ resource_id_display: _, ...row }) => row)
        const { resource_id_display: _, ...expected } = EXPECTED
        expect(rows).toEqual([expected])
      }),
      { numRuns: 15, seed: 7 },
    )
  })
})

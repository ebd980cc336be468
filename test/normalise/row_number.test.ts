// `row_number` of a record: its place in its file, whatever the form of the file; where records of one file speak of the
// same thing, that of the one that counts.
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readTexts } from './record_run.ts'

const SUBSCRIPTION = '/subscriptions/aaaa0001-0000-4000-8000-000000000001'
const idOf = (name: string) => `${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/${name}`
const machine = (name: string, power?: string) => ({
  id: idOf(name),
  name,
  type: 'Microsoft.Compute/virtualMachines',
  properties:
    power === undefined ? {} : { extended: { instanceView: { powerState: { code: `PowerState/${power}` } } } },
})
const lines = (...values: unknown[]) => values.map((value) => (value === '' ? '' : JSON.stringify(value))).join('\n')

describe('row_number', () => {
  const [a, b, c] = [machine('a'), machine('b'), machine('c')]
  const forms: Record<string, Readonly<Record<string, unknown>>> = {
    'an array': { 'vm.json': [a, b, c] },
    'a compressed array': { 'vm.json.gz': gzipSync(JSON.stringify([a, b, c])) },
    'JSON lines, blank lines not counted': { 'vm.jsonl': lines(a, '', b, c) },
    'a page': { 'vm.json': { value: [a, b, c] } },
    'several pages in one file, over all of them': { 'vm.json': lines({ value: [a, b] }, { value: [c] }) },
    'a CSV, the header not counted': {
      'vm.csv': `id,name,type,properties\n${[a, b, c].map((m) => `${m.id},${m.name},${m.type},"{""vmId"":null}"`).join('\n')}\n`,
    },
  }
  for (const [form, files] of Object.entries(forms))
    it(`is the place of the record in ${form}`, async () => {
      const run = await readTexts(files)
      expect(run.rows('machine_record').map(({ name, row_number }) => [name, row_number])).toEqual([
        ['a', '1'],
        ['b', '2'],
        ['c', '3'],
      ])
    })

  it('starts anew in each of many small files that are read together', async () => {
    const run = await readTexts({ '1.json': { value: [a, b] }, '2.json': { value: [c, a] } })
    expect(run.rows('machine_record').map((row) => [row.file_id, row.name, row.row_number])).toEqual([
      [1, 'a', '1'],
      [1, 'b', '2'],
      [2, 'a', '2'],
      [2, 'c', '1'],
    ])
  })

  it('of a machine listed twice is that of the record that counts: the last that tells a state', async () => {
    const run = await readTexts({ 'vm.json': [b, machine('a', 'running'), machine('a')] })
    expect(run.rows('machine_record')).toMatchObject([
      { name: 'a', power: 'running', row_number: '2' },
      { name: 'b', row_number: '1' },
    ])
  })

  it('of a plan is that of the last setting of it in the file', async () => {
    const plan = (tier: string) => ({
      id: `${SUBSCRIPTION}/providers/Microsoft.Security/pricings/VirtualMachines`,
      type: 'Microsoft.Security/pricings',
      properties: { pricingTier: tier },
    })
    const run = await readTexts({ 'plans.json': [plan('Free'), plan('Standard'), a] })
    expect(run.rows('plan_setting')).toMatchObject([{ tier: 'standard', row_number: '2' }])
  })

  it('of an extension is that of the first record of it; inside a machine, that of the machine', async () => {
    const extension = (name: string) => ({
      id: `${idOf(name)}/extensions/MDE.Windows`,
      type: 'Microsoft.Compute/virtualMachines/extensions',
      properties: { type: 'MDE.Windows', provisioningState: 'Succeeded' },
    })
    const run = await readTexts({
      'vm.json': [a, { ...b, resources: [extension('b')] }, extension('c'), extension('c')],
    })
    expect(run.rows('extension').map(({ resource_id, row_number }) => [resource_id, row_number])).toEqual([
      [idOf('b').toLowerCase(), '2'],
      [idOf('c').toLowerCase(), '3'],
    ])
  })

  it('of an operation is that of its record, of a repeated device that of the newest', async () => {
    const start = (name: string) => ({
      resourceId: idOf(name),
      operationName: { value: 'Microsoft.Compute/virtualMachines/start/action' },
      eventTimestamp: '2026-10-05T06:07:08Z',
      correlationId: 'c0ffee00-0000-4000-8000-000000000001',
      category: { value: 'Administrative' },
      status: { value: 'Succeeded' },
    })
    const device = (id: string, lastSeen: string) => ({
      id,
      computerDnsName: `${id}.example`,
      lastSeen,
      healthStatus: 'Active',
      onboardingStatus: 'Onboarded',
      osPlatform: 'WindowsServer2022',
    })
    const run = await readTexts({
      'log.json': [start('b'), start('a')],
      'devices.json': {
        '@odata.context': 'https://api.security.microsoft.com/api/$metadata#Machines',
        value: [
          device('d1', '2026-10-01T00:00:00Z'),
          device('d2', '2026-10-03T00:00:00Z'),
          device('d2', '2026-10-02T00:00:00Z'),
        ],
      },
    })
    expect(run.rows('power_event').map(({ resource_id, row_number }) => [resource_id, row_number])).toEqual([
      [idOf('a').toLowerCase(), '2'],
      [idOf('b').toLowerCase(), '1'],
    ])
    expect(run.rows('endpoint_device').map(({ device_id, row_number }) => [device_id, row_number])).toEqual([
      ['d1', '1'],
      ['d2', '2'],
    ])
  })
})

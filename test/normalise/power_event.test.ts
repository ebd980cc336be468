import { describe, expect, it } from 'vitest'
import { readTexts } from './record_run.ts'

const VM =
  '/subscriptions/aaaa0001-0000-4000-8000-000000000001/resourceGroups/RG/providers/Microsoft.Compute/virtualMachines/VM1'
const SET =
  '/subscriptions/aaaa0001-0000-4000-8000-000000000001/resourceGroups/RG/providers/Microsoft.Compute/virtualMachineScaleSets/Set'
const AT = String(Date.UTC(2026, 9, 5, 6, 7, 8) / 1000)

const event = (operation: string, changes: object = {}) => ({
  authorization: { action: operation, scope: VM },
  category: { value: 'Administrative', localizedValue: 'Administrative' },
  correlationId: 'C0FFEE00-0000-4000-8000-000000000001',
  eventTimestamp: '2026-10-05T06:07:08.9792776Z',
  id: `${VM}/events/44ade6b4-3813-45e6-ae27-7420a95fa2f8/ticks/635574752669792776`,
  operationName: { value: operation, localizedValue: 'Start Virtual Machine' },
  resourceId: VM,
  status: { value: 'Succeeded', localizedValue: 'Succeeded' },
  ...changes,
})
const START = 'Microsoft.Compute/virtualMachines/start/action'
const EXPECTED = {
  file_id: 1,
  row_number: '1',
  resource_id: VM.toLowerCase(),
  event_at: AT,
  operation: 'start',
  status: 'succeeded',
  correlation_id: 'c0ffee00-0000-4000-8000-000000000001',
  source: 'activity-log',
  vm_id: null,
}

const STORAGE = {
  time: '2026-10-05T06:07:08.9792776Z',
  resourceId: VM.toUpperCase(),
  operationName: START.toUpperCase(),
  category: 'Administrative',
  resultType: 'Success',
  resultSignature: 'Succeeded.',
  correlationId: 'c0ffee00-0000-4000-8000-000000000001',
}
const ANALYTICS = {
  TimeGenerated: '2026-10-05T06:07:08.979Z',
  OperationName: 'Start Virtual Machine',
  OperationNameValue: START.toUpperCase(),
  ActivityStatus: 'Succeeded',
  ActivityStatusValue: 'Success',
  CorrelationId: 'c0ffee00-0000-4000-8000-000000000001',
  _ResourceId: VM.toLowerCase(),
}

const FORMS: Record<string, unknown> = {
  'az monitor activity-log list': [event(START)],
  'operation and status as text': [event(START, { operationName: START, status: 'Succeeded' })],
  'REST page': { value: [event(START)] },
  'REST page without resourceId': { value: [event(START, { resourceId: undefined })] },
  'storage export, JSON lines': `${JSON.stringify(STORAGE)}\n${JSON.stringify({ ...STORAGE, operationName: 'MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTKEYS/ACTION' })}\n`,
  'event hub batch': { records: [STORAGE] },
  'Log Analytics rows': [ANALYTICS],
  'Log Analytics tables': {
    tables: [
      {
        name: 'PrimaryResult',
        columns: Object.keys(ANALYTICS).map((name) => ({ name, type: 'string' })),
        rows: [Object.values(ANALYTICS)],
      },
    ],
  },
  'Log Analytics CSV of the portal': `"TimeGenerated [UTC]",OperationNameValue,ActivityStatusValue,CorrelationId,"_ResourceId"\n"10/5/2026, 6:07:08.979 AM",${START},Success,C0FFEE00-0000-4000-8000-000000000001,${VM}\n`,
  'activity log CSV of the portal': `Correlation id,Operation name,Status,Event category,Level,Time,Resource type,Resource\nc0ffee00-0000-4000-8000-000000000001,Start Virtual Machine,Succeeded,Administrative,Informational,2026-10-05T06:07:08.979Z,Microsoft.Compute/virtualMachines,${VM}\n`,
}

describe('power_event from the activity log', () => {
  for (const [form, content] of Object.entries(FORMS)) {
    it(`reads the same event from: ${form}`, async () => {
      const run = await readTexts({ 'log.json': content })
      expect(run.kinds).toEqual(['activity-log'])
      expect(run.rows('power_event')).toEqual([EXPECTED])
    })
  }

  it('maps operations and leaves out what says nothing of power', async () => {
    const operations: Record<string, string | undefined> = {
      [START]: 'start',
      'microsoft.compute/VIRTUALMACHINES/DEALLOCATE/action': 'deallocate',
      'Microsoft.Compute/virtualMachines/powerOff/action': 'power_off',
      'Microsoft.Compute/virtualMachines/restart/action': 'restart',
      'Microsoft.Compute/virtualMachines/write': 'write',
      'Microsoft.Compute/virtualMachines/delete': 'delete',
      'Microsoft.Compute/virtualMachines/extensions/write': undefined,
      'Microsoft.Compute/virtualMachines/runCommand/action': undefined,
      'Microsoft.Compute/virtualMachines/extensions/delete': undefined,
    }
    const run = await readTexts({
      'log.json': Object.keys(operations).map((name, at) => event(name, { resourceId: `${VM}${at}` })),
    })
    const found = new Map(run.rows('power_event').map((row) => [row.resource_id, row.operation]))
    expect(Object.keys(operations).map((_, at) => found.get(`${VM}${at}`.toLowerCase()))).toEqual(
      Object.values(operations),
    )
  })

  it('maps every word for a status', async () => {
    const words = ['Started', 'Start', 'Accepted', 'Accept', 'Succeeded', 'Success', 'Failed', 'Failure', 'Resolved']
    const run = await readTexts({
      'log.json': words.map((value, at) => event(START, { status: { value }, correlationId: `c${at}` })),
    })
    const found = run
      .rows('power_event')
      .sort((a, b) => String(a.correlation_id).localeCompare(String(b.correlation_id)))
    expect(found.map((row) => row.status)).toEqual([
      'started',
      'started',
      'accepted',
      'accepted',
      'succeeded',
      'succeeded',
      'failed',
      'failed',
      'other',
    ])
  })

  it('keeps operations on a whole scale set at the set, and those on an instance at the instance', async () => {
    const run = await readTexts({
      'log.json': [
        event('Microsoft.Compute/virtualMachineScaleSets/deallocate/action', { resourceId: SET }),
        event('Microsoft.Compute/virtualMachineScaleSets/write', { resourceId: SET }),
        event('Microsoft.Compute/virtualMachineScaleSets/virtualMachines/start/action', {
          resourceId: `${SET}/virtualMachines/3`,
        }),
      ],
    })
    expect(run.rows('power_event').map((row) => [row.resource_id, row.operation])).toEqual([
      [SET.toLowerCase(), 'deallocate'],
      [`${SET}/virtualMachines/3`.toLowerCase(), 'start'],
    ])
  })

  it('keeps repeats: the ledger removes them', async () => {
    const run = await readTexts({ 'a.json': [event(START), event(START)], 'b.json': [event(START)] })
    expect(run.rows('power_event').map((row) => row.file_id)).toEqual([1, 1, 2])
  })

  it('reads health events of the log by the annotation they name or the sentence they carry', async () => {
    const health = (eventProperties: object, operation = 'Microsoft.Resourcehealth/healthevent/Activated/action') =>
      event(operation, {
        category: { value: 'ResourceHealth' },
        status: { value: 'Active' },
        properties: { eventProperties },
      })
    const run = await readTexts({
      'log.json': [
        health({ title: 'Stopped', details: 'VirtualMachineStoppedInternally' }),
        health({
          title: 'This virtual machine is stopping and deallocating as requested by an authorized user or process',
        }),
        health({ title: 'Live migration', details: 'LiveMigrationSucceeded' }),
        health({ details: 'stopping and deallocating' }, 'Microsoft.Resourcehealth/healthevent/Resolved/action'),
      ],
    })
    expect(run.rows('power_event').map((row) => [row.operation, row.status, row.source])).toEqual([
      ['deallocate', 'succeeded', 'annotation'],
      ['stopped_internally', 'succeeded', 'annotation'],
    ])
  })

  it('reads a log without any machine operation as a log without events', async () => {
    const run = await readTexts({
      'log.json': [event('Microsoft.Storage/storageAccounts/write', { resourceId: '/subscriptions/s/x' })],
    })
    expect(run.rows('power_event')).toEqual([])
    expect(run.spans).toMatchObject([{ row_count: '1', first_at: AT, last_at: AT }])
  })
})

describe('power_event from resource health', () => {
  const annotation = (annotationName: string, occurredTime = '2026-10-05T06:07:08.9245071Z') => ({
    id: `${VM}/providers/Microsoft.ResourceHealth/resourceAnnotations/current`,
    name: 'current',
    type: 'microsoft.resourcehealth/resourceannotations',
    properties: {
      targetResourceId: VM,
      targetResourceType: 'Microsoft.Compute/virtualMachines',
      occurredTime,
      annotationName,
    },
  })

  it('maps annotation names', async () => {
    const names: Record<string, string | undefined> = {
      VirtualMachineStartInitiatedByControlPlane: 'start',
      VirtualMachineDeallocationInitiated: 'deallocate',
      VirtualMachineStopInitiatedByControlPlane: 'power_off',
      VirtualMachineStoppedInternally: 'stopped_internally',
      VirtualMachineAllocated: 'allocated',
      VirtualMachinePreempted: 'preempted',
      VirtualMachineRestarted: 'restart',
      VirtualMachineCrashed: undefined,
      LiveMigrationSucceeded: undefined,
    }
    for (const [name, operation] of Object.entries(names)) {
      const run = await readTexts({ 'annotations.json': { data: [annotation(name)], totalRecords: 1 } })
      expect(run.kinds).toEqual(['arm'])
      expect(run.rows('power_event').map((row) => row.operation)).toEqual(operation === undefined ? [] : [operation])
    }
  })

  it('is at the machine and at the moment it occurred', async () => {
    const run = await readTexts({ 'annotations.json': [annotation('VirtualMachinePreempted')] })
    expect(run.rows('power_event')).toEqual([
      { ...EXPECTED, operation: 'preempted', correlation_id: null, source: 'annotation' },
    ])
  })

  it('reads changes of annotations: the new name, and when it occurred or was changed', async () => {
    const change = (changes: object) => ({
      id: `${VM}/providers/Microsoft.ResourceHealth/resourceAnnotations/current/providers/Microsoft.Resources/changes/1`,
      type: 'microsoft.resources/changes',
      properties: {
        targetResourceId: `${VM}/providers/Microsoft.ResourceHealth/resourceAnnotations/current`,
        targetResourceType: 'Microsoft.ResourceHealth/resourceAnnotations',
        changeAttributes: { timestamp: '2026-10-05T06:07:08.2Z' },
        changes,
      },
    })
    const run = await readTexts({
      'changes.json': [
        change({
          'properties.annotationName': {
            previousValue: 'VirtualMachineAllocated',
            newValue: 'VirtualMachineDeallocationInitiated',
          },
        }),
        change({
          'properties.annotationName': { newValue: 'VirtualMachineAllocated' },
          'properties.occurredTime': { newValue: '2026-10-05T06:00:00Z' },
        }),
        change({ 'properties.reason': { newValue: 'x' } }),
      ],
    })
    expect(run.rows('power_event').map((row) => [row.operation, row.resource_id, row.event_at])).toEqual([
      ['allocated', VM.toLowerCase(), String(Date.UTC(2026, 9, 5, 6) / 1000)],
      ['deallocate', VM.toLowerCase(), AT],
    ])
  })
})

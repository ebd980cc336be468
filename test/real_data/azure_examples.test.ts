// Reads ../shared/data/azure-examples, Microsoft's request and response examples; skipped where absent. The files are
// documentation and refused as such; the bodies in them are what the services answer, and are read.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { recogniseRecords, whyNotRecords } from '../../src/normalise/records.ts'
import { type RecordRun, readTexts, sharedData } from '../normalise/record_run.ts'

const folder = join(sharedData, 'azure-examples')

interface Bodies {
  read: Record<string, unknown>
  refused: Map<string, string | null>
}

function bodies(area: string): Bodies {
  const root = join(folder, area)
  const read: Record<string, unknown> = {}
  const refused = new Map<string, string | null>()
  for (const name of (readdirSync(root, { recursive: true }) as string[])
    .filter((file) => file.endsWith('.json'))
    .sort()) {
    const text = readFileSync(join(root, name), 'utf8')
    const body = (JSON.parse(text) as { responses?: { 200?: { body?: unknown } } }).responses?.[200]?.body
    if (body === undefined) continue
    const head = JSON.stringify(body).slice(0, 65536)
    if (recogniseRecords(head, name) !== null) read[name.replaceAll('/', '_')] = body
    else refused.set(basename(name).replace(/^.*__/, ''), whyNotRecords(head, name))
  }
  return { read, refused }
}

/** Records per class, and the reasons for the bodies that are refused. */
const AREAS: Record<string, { classes: Record<string, number>; refused: Record<string, string> }> = {
  compute: {
    classes: { extension: 6, 'virtual-machine': 11 },
    refused: {
      'VirtualMachineExtension_List_MinimumSet_Gen.json': 'JSON, but its records are of no kind that is read',
      'VirtualMachine_Get_InstanceView.json': 'JSON, but its records are of no kind that is read',
      'VirtualMachine_Get_InstanceViewAutoPlacedOnDedicatedHostGroup.json':
        'JSON, but its records are of no kind that is read',
      'VirtualMachine_ListAvailableVmSizes.json': 'JSON, but its records are of no kind that is read',
    },
  },
  monitor: {
    classes: { activity: 6 },
    refused: { 'GetEventCategories.json': 'JSON, but its records are of no kind that is read' },
  },
  security: { classes: { assessment: 5, other: 4, pricing: 28, setting: 6 }, refused: {} },
  resourcegraph: {
    classes: { other: 34, 'virtual-machine': 16 },
    refused: {
      'OperationsList.json': 'JSON, but its records are of no kind that is read',
      'ResourcesComplexQuery.json':
        'a Resource Graph result whose rows have neither id nor type; let the query project id',
      'ResourcesPropertiesQuery.json':
        'a Resource Graph result whose rows have neither id nor type; let the query project id',
      'ResourcesSummarizeQuery.json':
        'a Resource Graph result whose rows have neither id nor type; let the query project id',
    },
  },
  resourcehealth: { classes: { other: 60 }, refused: {} },
  hybridcompute: {
    classes: { 'arc-machine': 147, extension: 10, other: 41 },
    refused: {
      'MachineAssessPatches.json': 'JSON, but its records are of no kind that is read',
      'MachineInstallPatches.json': 'JSON, but its records are of no kind that is read',
      'Machine_AssessPatches.json': 'JSON, but its records are of no kind that is read',
      'Machine_InstallPatches.json': 'JSON, but its records are of no kind that is read',
      'Machines_ListByResourceGroup.json': 'JSON, but its records are of no kind that is read',
      'Machines_ListBySubscription.json': 'JSON, but its records are of no kind that is read',
    },
  },
}

async function only(area: string, name: string): Promise<RecordRun> {
  const found = Object.entries(bodies(area).read).find(([file]) => file.endsWith(name))
  if (found === undefined) throw new Error(`no example ${name}`)
  return readTexts({ [basename(name)]: found[1] })
}

describe.skipIf(!existsSync(folder))("Microsoft's examples", () => {
  it('are refused as files: documentation, not answers', () => {
    const path = join(folder, 'security/Microsoft.Security/stable/2024-01-01__Pricings/ListPricings_example.json')
    const head = readFileSync(path, 'utf8')
    expect(recogniseRecords(head, path)).toBeNull()
    expect(whyNotRecords(head, path)).toBe('an example from API documentation, not an answer of the service')
  })

  for (const [area, { classes, refused }] of Object.entries(AREAS)) {
    it(`${area}: every body is read or refused with a reason`, async () => {
      const found = bodies(area)
      expect(Object.fromEntries([...found.refused].sort())).toEqual(refused)
      expect((await readTexts(found.read)).classes).toEqual(classes)
    })
  }

  it('plans: subscription and resource level', async () => {
    const subscription = await only('security', 'Pricings_GetPricingByNameVirtualMachines_example.json')
    const row = {
      plan_name: 'virtualmachines',
      subscription_id: '20ff7fc3-e762-44dd-bd96-b71116dcdc23',
      tier: 'standard',
      sub_plan: 'p2',
      enabled_at: String(Date.UTC(2023, 2, 1, 12, 42, 42) / 1000),
      trial_remaining_seconds: '0',
    }
    expect(subscription.rows('plan_setting')).toMatchObject([
      {
        ...row,
        scope_level: 'subscription',
        coverage_status: 'partiallycovered',
        is_enforced: false,
        is_inherited: null,
      },
    ])
    const resource = await only('security', 'Pricings_GetResourcePricingByNameVirtualMachines_example.json')
    expect(resource.rows('plan_setting')).toMatchObject([
      {
        ...row,
        scope_level: 'resource',
        scope_id:
          '/subscriptions/20ff7fc3-e762-44dd-bd96-b71116dcdc23/resourcegroups/demo/providers/microsoft.compute/virtualmachines/vm-1',
        is_inherited: true,
      },
    ])
  })

  it('settings: the sensor may not be deployed', async () => {
    expect((await only('security', 'Settings_GetSettings_example.json')).rows('endpoint_setting')).toMatchObject([
      { is_enabled: false },
    ])
  })

  it('assessments: status, cause and resource', async () => {
    const run = await only('security', 'Assessments_ListAssessments_example.json')
    const row = {
      assessment_key: '21300918-b2e3-0346-785f-c77ff57d243b',
      status_changed_at: String(Date.UTC(2021, 3, 12, 9, 7, 18) / 1000),
    }
    expect(run.rows('assessment')).toMatchObject([
      { ...row, status_code: 'healthy', cause: null },
      {
        ...row,
        status_code: 'notapplicable',
        cause: 'OffByPolicy',
        resource_id: expect.stringMatching(/virtualmachinescalesets\/vmss2$/),
      },
    ])
  })

  it('activity log: read, no machine operation in it, the next page missing', async () => {
    const run = await only('monitor', 'GetActivityLogsFiltered.json')
    expect(run.kinds).toEqual(['activity-log'])
    expect(run.rows('power_event')).toEqual([])
    expect(run.spans).toMatchObject([
      { row_count: '1', last_at: String(Date.UTC(2015, 0, 21, 22, 14, 26) / 1000), is_truncated: true },
    ])
  })

  it('Arc machines: status, name and version of the agent', async () => {
    const run = await only('hybridcompute', 'stable_2022-11-10__Machines_ListBySubscription.json')
    expect(run.rows('machine_record').length).toBeGreaterThan(0)
    for (const row of run.rows('machine_record'))
      expect(row).toMatchObject({ kind: 'arc', power: null, vm_id: expect.stringMatching(/^[0-9a-f-]{36}$/) })
  })

  it('Resource Graph: a first page alone is incomplete', async () => {
    const run = await only('resourcegraph', '2022-10-01__ResourcesFirstPageQuery.json')
    expect(run.findings).toMatchObject([{ check: 'record_listing_is_complete', evidence: '3 of 386 records' }])
  })
})

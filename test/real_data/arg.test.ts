// Reads ../shared/data/arg, recorded answers of Azure and failure messages written by others; skipped where absent.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { recogniseRecords, whyNotRecords } from '../../src/normalise/records.ts'
import { headOf, readPaths, readTexts, sharedData } from '../normalise/record_run.ts'

const folder = join(sharedData, 'arg')
const cassettes = join(folder, 'c7n-cassettes')
const SUBSCRIPTION = 'ea42f556-5106-4743-99b0-c129bfa71a47'
const VM = `/subscriptions/${SUBSCRIPTION}/resourcegroups/test_vm/providers/microsoft.compute/virtualmachines/cctestvm`

/** Records per class in each recording. */
const CLASSES: Record<string, Record<string, number>> = {
  'AdvisorRecommendationTest.test_advisor_recommendation_filter.json': { other: 6, subscription: 1 },
  'AdvisorRecommendationTest.test_find_by_category.json': { other: 12 },
  'AdvisorRecommendationTest.test_find_by_name.json': { other: 1 },
  'CostFilterTest.test_cost_resource.json': { other: 1, 'virtual-machine': 1 },
  'CostFilterTest.test_cost_resource_group.json': { other: 21 },
  'CostManagementExportTest.common.json': { other: 1 },
  'CostManagementExportTest.last-execution.json': { other: 1 },
  'DefenderTest.test_azure_defender_assessments.json': { assessment: 1 },
  'DefenderTest.test_azure_defender_autoprovisioning.json': { other: 1 },
  'DefenderTest.test_azure_defender_contacts.json': { other: 1 },
  'DefenderTest.test_azure_defender_jit_policies_filter.json': { other: 1 },
  'DefenderTest.test_azure_defender_jit_policies_query.json': { other: 1 },
  'DefenderTest.test_azure_defender_pricing.json': { pricing: 12 },
  'DefenderTest.test_azure_defender_setting.json': { setting: 2 },
  'ResourceGraphSource.test_resource_graph_and_arm_sources_storage_are_equivalent.json': { other: 2 },
  'ResourceGraphSource.test_resource_graph_and_arm_sources_vm_are_equivalent.json': { 'virtual-machine': 2 },
  'VMSSTest.test_find_by_name.json': { 'scale-set': 1 },
  'VMTest.test_vm_jit_policy_port_filter.json': { other: 1, 'virtual-machine': 1 },
  'VMTest.virtual_machine.json': { 'virtual-machine': 1 },
  'VMTest.virtual_machine_extensions.json': { extension: 1, 'virtual-machine': 1 },
  'VMTest.virtual_machine_instance.json': { 'virtual-machine': 2 },
  'VMTest.virtual_machine_interface.json': { other: 4, 'virtual-machine': 4 },
  'VMTest.virtual_machine_tags.json': { 'virtual-machine': 4 },
}

const read = (name: string) => readPaths([join(cassettes, name)])

describe.skipIf(!existsSync(cassettes))('recorded Azure traffic', () => {
  it('is all listed here', () => {
    expect(
      readdirSync(cassettes)
        .filter((name) => name.endsWith('.json'))
        .sort(),
    ).toEqual(Object.keys(CLASSES))
  })

  for (const [name, classes] of Object.entries(CLASSES)) {
    it(`reads ${name}`, async () => {
      expect(recogniseRecords(headOf(join(cassettes, name)), name)).toEqual({
        kind: 'arm',
        form: expect.stringContaining('recorded HTTP traffic'),
      })
      expect((await read(name)).classes).toEqual(classes)
    })
  }

  it('gives the same machine from ARM and from the table form of Resource Graph', async () => {
    const name = 'ResourceGraphSource.test_resource_graph_and_arm_sources_vm_are_equivalent.json'
    const { interactions } = JSON.parse(readFileSync(join(cassettes, name), 'utf8'))
    const [arm, graph] = interactions.map(
      (interaction: { response: { body: { data: unknown } } }) => interaction.response.body.data,
    )
    const run = await readTexts({ 'arm.json': arm, 'graph.json': graph })
    const expected = {
      kind: 'azure-vm',
      resource_id: VM,
      vm_id: 'fd560bf4-1693-42cb-bbf6-957880b3b768',
      name: 'cctestvm',
      computer_name: 'vm45mqcga7pkswi',
      subscription_id: SUBSCRIPTION,
      resource_group: 'test_vm',
      location: 'southcentralus',
      os_type: 'linux',
      os_name: 'UbuntuServer 16.04.0-LTS',
      image_publisher: 'canonical',
      power: null,
    }
    const rows = run.rows('machine_record')
    expect(rows).toMatchObject([expected, expected])
    for (const row of rows) {
      expect(JSON.parse(String(row['tags']))).toEqual({
        testtag: 'testvalue',
        schedule: 'on=(M-U,8);off=(M-U,18);tz=pt',
      })
    }
    expect(run.findings).toMatchObject([
      { check: 'record_listing_is_complete', subject: 'graph.json', evidence: '1 of 2 records' },
    ])
  })

  it('takes power and operating system from an instance view', async () => {
    const run = await read('VMTest.virtual_machine_instance.json')
    expect(run.rows('machine_record')).toMatchObject([
      {
        resource_id: VM,
        vm_id: 'f6a6b9b2-9b99-45b0-8a18-025998fc74d0',
        power: 'running',
        os_name: 'ubuntu',
        agent_version: '2.2.54.2',
      },
    ])
    expect(run.spans).toMatchObject([{ row_count: '2', last_at: String(Date.UTC(2021, 4, 24, 12, 39, 13) / 1000) }])
    expect(run.rows('extension')).toEqual([])
  })

  it('reads plans, settings, assessments and scale sets', async () => {
    const plans = (await read('DefenderTest.test_azure_defender_pricing.json')).rows('plan_setting')
    expect(plans).toHaveLength(12)
    expect(plans.find((row) => row['plan_name'] === 'virtualmachines')).toMatchObject({
      scope_level: 'subscription',
      subscription_id: SUBSCRIPTION,
      tier: 'standard',
      trial_remaining_seconds: '0',
    })
    expect((await read('DefenderTest.test_azure_defender_setting.json')).rows('endpoint_setting')).toMatchObject([
      { subscription_id: SUBSCRIPTION, is_enabled: true },
    ])
    expect((await read('DefenderTest.test_azure_defender_assessments.json')).rows('assessment')).toMatchObject([
      {
        assessment_key: '2a548cf9-6de3-491e-b24a-cf277fe36d4d',
        status_code: 'healthy',
        display_name: 'test-140asbvmnetrecomm',
      },
    ])
    expect((await read('VMSSTest.test_find_by_name.json')).rows('scale_set')).toMatchObject([
      { capacity: '2', orchestration_mode: null },
    ])
    expect(
      (await read('AdvisorRecommendationTest.test_advisor_recommendation_filter.json')).rows('subscription'),
    ).toMatchObject([{ subscription_id: SUBSCRIPTION, name: 'Root Subscription' }])
  })
})

describe.skipIf(!existsSync(join(folder, 'mde-extension-failures')))(
  'failure messages of the endpoint extension',
  () => {
    const path = join(folder, 'mde-extension-failures/failures.jsonl')
    interface Failure {
      extension?: string
      typeHandlerVersion?: string
      statuses?: object[]
      substatus_message?: string
    }

    it('are a collection, not an export: refused with a reason', () => {
      expect(recogniseRecords(headOf(path), basename(path))).toBeNull()
      expect(whyNotRecords(headOf(path), basename(path))).toBe('JSON, but its records are of no kind that is read')
    })

    it('are understood where Azure would put them', async () => {
      const failures = readFileSync(path, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Failure)
      const failure = failures.find((one) => one.statuses !== undefined)
      expect(failure).toBeDefined()
      const run = await readTexts({
        'extensions.json': [
          {
            id: `${VM}/extensions/MDE.Windows`,
            properties: {
              type: failure?.extension,
              typeHandlerVersion: failure?.typeHandlerVersion,
              provisioningState: 'Failed',
              instanceView: { statuses: failure?.statuses, substatuses: [{ message: failure?.substatus_message }] },
            },
          },
        ],
      })
      expect(run.rows('extension')).toMatchObject([
        {
          extension_type: 'MDE.Windows',
          error_code: '51',
          version: '1.0.7.0',
          message: expect.stringContaining('this operating system is not supported'),
        },
      ])
    })
  },
)

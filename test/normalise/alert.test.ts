import { describe, expect, it } from 'vitest'
import { readTexts } from './record_run.ts'

const SUBSCRIPTION = '/subscriptions/AAAA0001-0000-4000-8000-000000000001'
const VM = `${SUBSCRIPTION}/resourceGroups/RG/providers/Microsoft.Compute/virtualMachines/VM1`
const ID = `${SUBSCRIPTION}/providers/Microsoft.Security/locations/westeurope/alerts`

const alert = (name: string, properties: object, more: object = {}) => ({
  id: `${ID}/${name}`,
  name,
  type: 'Microsoft.Security/Locations/alerts',
  properties: {
    alertType: 'VM_SuspectDownload',
    alertDisplayName: 'Suspicious download',
    severity: 'High',
    status: 'Active',
    startTimeUtc: '2026-10-12T10:15:30.5Z',
    timeGeneratedUtc: '2026-10-12T10:20:00Z',
    entities: [{ type: 'account', name: 'someone@example.com' }],
    ...properties,
  },
  ...more,
})

describe('alert', () => {
  it('reads the alerts API, with the machine among its identifiers and no person', async () => {
    const run = await readTexts({
      'alerts_2026-11-01T02-00-00Z.json': {
        value: [
          alert('A1', {
            compromisedEntity: 'vm1',
            resourceIdentifiers: [
              { type: 'AAD', aadTenantId: 'AAAA0001' },
              { type: 'AzureResource', azureResourceId: VM },
            ],
          }),
        ],
      },
    })
    const rows = run.rows('alert')
    expect(rows).toMatchObject([
      {
        alert_id: 'a1',
        alert_type: 'VM_SuspectDownload',
        title: 'Suspicious download',
        severity: 'high',
        status: 'active',
        raised_at: String(Date.parse('2026-10-12T10:15:30Z') / 1000),
        resource_id: VM.toLowerCase(),
        host_name: 'vm1',
        subscription_id: 'aaaa0001-0000-4000-8000-000000000001',
      },
    ])
    expect(JSON.stringify(rows)).not.toContain('someone')
  })

  it('reads Resource Graph, a resource beneath a machine is no machine, a host stays a name', async () => {
    const run = await readTexts({
      'alerts.json': {
        data: [
          alert('B1', {
            resourceIdentifiers: [{ type: 'AzureResource', azureResourceId: `${VM}/extensions/x` }],
            compromisedEntity: 'NAS-17',
          }),
          alert('B2', { compromisedEntity: VM, startTimeUtc: null }),
        ],
        total_records: 2,
        count: 2,
        skip_token: null,
      },
    })
    expect(run.rows('alert')).toMatchObject([
      { alert_id: 'b1', resource_id: null, host_name: 'nas-17' },
      {
        alert_id: 'b2',
        resource_id: VM.toLowerCase(),
        host_name: null,
        raised_at: String(Date.parse('2026-10-12T10:20:00Z') / 1000),
      },
    ])
  })

  it('keeps one record of an alert in a file, the last', async () => {
    const run = await readTexts({
      'alerts.json': { value: [alert('C', { status: 'Active' }), alert('c', { status: 'Dismissed' })] },
    })
    expect(run.rows('alert')).toMatchObject([{ alert_id: 'c', status: 'dismissed' }])
  })

  it('reads the extras that a plan has switched on or off, and an image of one’s own', async () => {
    const run = await readTexts({
      'plans.json': {
        value: [
          {
            id: `${SUBSCRIPTION}/providers/Microsoft.Security/pricings/VirtualMachines`,
            name: 'VirtualMachines',
            type: 'Microsoft.Security/pricings',
            properties: {
              pricingTier: 'Standard',
              subPlan: 'P2',
              extensions: [
                {
                  name: 'AgentlessVmScanning',
                  isEnabled: 'False',
                  additionalExtensionProperties: { ExclusionTags: '[]' },
                },
                { name: 'FileIntegrityMonitoring', isEnabled: 'True' },
              ],
            },
          },
          {
            id: VM,
            type: 'Microsoft.Compute/virtualMachines',
            properties: {
              storageProfile: {
                imageReference: { id: `${SUBSCRIPTION}/resourceGroups/RG/providers/Microsoft.Compute/images/Golden` },
              },
            },
          },
        ],
      },
    })
    expect(run.rows('plan_setting')).toMatchObject([{ has_agentless_scanning: false, has_file_integrity: true }])
    expect(run.rows('machine_record')).toMatchObject([{ image_id: expect.stringMatching(/images\/golden$/) }])
  })
})

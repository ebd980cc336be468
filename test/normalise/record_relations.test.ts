import { describe, expect, it } from 'vitest'
import { readTexts } from './record_run.ts'

const SUBSCRIPTION = '/subscriptions/AAAA0001-0000-4000-8000-000000000001'
const VM = `${SUBSCRIPTION}/resourceGroups/RG/providers/Microsoft.Compute/virtualMachines/VM1`
const ARC = `${SUBSCRIPTION}/resourceGroups/RG/providers/Microsoft.HybridCompute/machines/DC1`

describe('extension', () => {
  const windows = {
    publisher: 'Microsoft.Azure.AzureDefenderForServers',
    type: 'MDE.Windows',
    typeHandlerVersion: '1.0',
  }

  it('reads extension records of Azure and Arc machines, with code and message of a failure', async () => {
    const run = await readTexts({
      'extensions.json': [
        {
          id: `${VM}/extensions/MDE.Windows`,
          type: 'Microsoft.Compute/virtualMachines/extensions',
          properties: {
            ...windows,
            provisioningState: 'Failed',
            instanceView: {
              statuses: [{ code: 'ProvisioningState/failed/51', level: 'Error', message: 'not supported' }],
            },
          },
        },
        {
          id: `${ARC}/extensions/MDE.Linux`,
          type: 'microsoft.hybridcompute/machines/extensions',
          properties: {
            ...windows,
            type: 'MDE.Linux',
            provisioningState: 'Failed',
            instanceView: { status: { code: '20', level: 'Error', message: 'MDE is not installed' } },
          },
        },
        {
          id: `${VM}/extensions/AzureMonitorWindowsAgent`,
          type: 'Microsoft.Compute/virtualMachines/extensions',
          properties: { type: 'AzureMonitorWindowsAgent', provisioningState: 'Succeeded' },
        },
      ],
    })
    expect(run.rows('extension')).toMatchObject([
      {
        resource_id: VM.toLowerCase(),
        extension_type: 'MDE.Windows',
        provisioning_state: 'failed',
        error_code: '51',
        message: 'not supported',
        version: '1.0',
      },
      {
        resource_id: ARC.toLowerCase(),
        extension_type: 'MDE.Linux',
        provisioning_state: 'failed',
        error_code: '20',
        message: 'MDE is not installed',
      },
    ])
  })

  it('has no error code where Arc says success', async () => {
    const run = await readTexts({
      'extensions.json': [
        {
          id: `${ARC}/extensions/MDE.Windows`,
          properties: { ...windows, provisioningState: 'Succeeded', instanceView: { status: { code: 'success' } } },
        },
      ],
    })
    expect(run.rows('extension')).toMatchObject([{ provisioning_state: 'succeeded', error_code: null }])
  })

  it('finds extensions inside a machine, in its resources and its instance view, and counts the machine once', async () => {
    const run = await readTexts({
      'vm.json': {
        id: VM,
        type: 'Microsoft.Compute/virtualMachines',
        properties: {
          instanceView: {
            extensions: [
              {
                name: 'MDE.Windows',
                type: 'Microsoft.Azure.AzureDefenderForServers.MDE.Windows',
                typeHandlerVersion: '1.0.7.0',
                statuses: [{ code: 'ProvisioningState/failed/31', displayStatus: 'Provisioning failed' }],
              },
            ],
          },
        },
        resources: [
          {
            id: `${VM}/extensions/MDE.Windows`,
            type: 'Microsoft.Compute/virtualMachines/extensions',
            properties: { ...windows, provisioningState: 'Failed' },
          },
          { id: `${VM}/extensions/Other` },
        ],
      },
    })
    expect(run.rows('extension')).toMatchObject([
      {
        resource_id: VM.toLowerCase(),
        extension_type: 'MDE.Windows',
        provisioning_state: 'failed',
        error_code: '31',
        message: 'Provisioning failed',
        version: '1.0.7.0',
      },
    ])
    expect(run.spans).toMatchObject([{ row_count: '1' }])
    expect(run.classes).toEqual({ 'virtual-machine': 1 })
  })

  it('reads the projected columns of the inventory query', async () => {
    const run = await readTexts({
      'extensions.csv': `id,machineId,ext,publisher,version,provisioningState\n${VM}/extensions/MDE.Linux,${VM.toLowerCase()},MDE.Linux,x,1.0,Succeeded\n`,
    })
    expect(run.rows('extension')).toMatchObject([
      { resource_id: VM.toLowerCase(), extension_type: 'MDE.Linux', provisioning_state: 'succeeded', version: '1.0' },
    ])
  })
})

describe('scale_set', () => {
  it('reads mode and capacity, full and projected', async () => {
    const id = `${SUBSCRIPTION}/resourceGroups/RG/providers/Microsoft.Compute/virtualMachineScaleSets/Set`
    const run = await readTexts({
      'full.json': {
        value: [
          {
            id,
            type: 'Microsoft.Compute/virtualMachineScaleSets',
            sku: { name: 'Standard_D2s_v5', capacity: 3 },
            properties: { orchestrationMode: 'Uniform' },
          },
        ],
      },
      'projected.json': [{ id, name: 'Set', capacity: 4, mode: 'Flexible', tags: {} }],
    })
    expect(run.rows('scale_set')).toMatchObject([
      { file_id: 1, resource_id: id.toLowerCase(), orchestration_mode: 'uniform', capacity: '3', tags: null },
      { file_id: 2, orchestration_mode: 'flexible', capacity: '4', tags: null },
    ])
  })
})

describe('subscription', () => {
  it('reads resource containers, ARM and the account list; the last listing counts', async () => {
    const run = await readTexts({
      'containers.json': [
        {
          id: SUBSCRIPTION,
          type: 'microsoft.resources/subscriptions',
          subscriptionId: SUBSCRIPTION.slice(15),
          name: 'Core',
          tenantId: 'T-1',
        },
      ],
      'arm.json': {
        value: [
          { id: '/subscriptions/b', subscriptionId: 'b', displayName: 'Second', tenantId: 't-1', state: 'Enabled' },
        ],
      },
      'accounts.json': [
        {
          cloudName: 'AzureCloud',
          id: 'AAAA0001-0000-4000-8000-000000000001',
          name: 'Core renamed',
          state: 'Enabled',
          tenantId: 't-1',
          isDefault: true,
          user: {},
        },
      ],
    })
    expect(run.rows('subscription')).toMatchObject([
      { subscription_id: 'aaaa0001-0000-4000-8000-000000000001', name: 'Core renamed', tenant_id: 't-1' },
      { subscription_id: 'b', name: 'Second' },
    ])
  })
})

describe('assessment', () => {
  const assessment = (resourceDetails: object, status: object) => ({
    id: `${VM}/providers/Microsoft.Security/assessments/06E3A6DB-6c0c-4ad9-943f-31d9d73ecf6c`,
    name: '06e3a6db-6c0c-4ad9-943f-31d9d73ecf6c',
    type: 'Microsoft.Security/assessments',
    properties: { displayName: 'EDR solution should be installed', resourceDetails, status },
  })

  it('reads status and resource whatever the case of the details', async () => {
    const status = { code: 'Unhealthy', cause: 'x', description: 'y', statusChangeDate: '2026-10-01T00:00:00.9Z' }
    const run = await readTexts({
      'a.json': [assessment({ Source: 'Azure', Id: VM }, status)],
      'b.json': [assessment({ source: 'Aws', id: 'arn:aws:ec2:1', azureResourceId: ARC }, status)],
      'c.json': [
        {
          id: assessment({}, {}).id,
          key: '06e3a6db-6c0c-4ad9-943f-31d9d73ecf6c',
          resourceId: VM.toLowerCase(),
          title: 'EDR',
          status: 'Healthy',
          statusChange: '2026-10-01T00:00:00Z',
        },
      ],
    })
    const row = {
      assessment_key: '06e3a6db-6c0c-4ad9-943f-31d9d73ecf6c',
      status_changed_at: String(Date.UTC(2026, 9, 1) / 1000),
    }
    expect(run.rows('assessment')).toMatchObject([
      { ...row, file_id: 1, resource_id: VM.toLowerCase(), status_code: 'unhealthy', cause: 'x', description: 'y' },
      { ...row, file_id: 2, resource_id: ARC.toLowerCase() },
      { ...row, file_id: 3, resource_id: VM.toLowerCase(), status_code: 'healthy', display_name: 'EDR' },
    ])
  })
})

describe('subscribed_sku', () => {
  const sku = {
    skuId: '509E8AB6-0274-4cda-bcbd-bd164fd562c4',
    skuPartNumber: 'O365_w/o\u00a0Teams\u00a0Bundle_M3',
    capabilityStatus: 'Enabled',
    consumedUnits: 0,
    prepaidUnits: { enabled: 25, suspended: 1, warning: 2, lockedOut: 0 },
  }
  const row = {
    sku_id: '509e8ab6-0274-4cda-bcbd-bd164fd562c4',
    sku_part_number: 'O365_w/o Teams Bundle_M3',
    capability_status: 'enabled',
    enabled_units: '25',
    warning_units: '2',
    suspended_units: '1',
    consumed_units: '0',
  }

  it('reads camel case of Graph and Pascal case of PowerShell, and folds blanks of any kind', async () => {
    const pascal = (value: object): object =>
      Object.fromEntries(
        Object.entries(value).map(([key, inner]) => [
          key.charAt(0).toUpperCase() + key.slice(1),
          typeof inner === 'object' ? pascal(inner as object) : inner,
        ]),
      )
    const run = await readTexts({
      'graph.json': { '@odata.context': 'x#subscribedSkus', value: [sku] },
      'powershell.json': [pascal(sku)],
    })
    expect(run.kinds).toEqual(['licences', 'licences'])
    expect(run.rows('subscribed_sku')).toMatchObject([
      { file_id: 1, ...row },
      { file_id: 2, ...row },
    ])
  })

  it('adds up terms of one SKU that stand in one listing, each state for itself', async () => {
    const suspended = {
      ...sku,
      capabilityStatus: 'Suspended',
      prepaidUnits: { enabled: 9, suspended: 0, warning: 0, lockedOut: 0 },
    }
    const run = await readTexts({
      'graph.json': { '@odata.context': 'x#subscribedSkus', value: [sku, suspended, sku] },
    })
    expect(
      run.rows('subscribed_sku').map((one) => [one['capability_status'], one['enabled_units'], one['suspended_units']]),
    ).toEqual(
      expect.arrayContaining([
        ['enabled', '50', '2'],
        ['suspended', '9', '0'],
      ]),
    )
  })
})

describe('retail_price', () => {
  const price = {
    currencyCode: 'USD',
    tierMinimumUnits: 0.0,
    retailPrice: 0.00672,
    unitPrice: 0.00672,
    armRegionName: 'EastUS',
    effectiveStartDate: '2023-04-01T00:00:00Z',
    meterId: 'ABC',
    meterName: 'Standard P1 Node',
    productName: 'Microsoft Defender for Servers',
    unitOfMeasure: '1 Hour',
    type: 'Consumption',
  }

  it('reads pages of the price service exactly, consumption only', async () => {
    const run = await readTexts({
      'prices.json': {
        BillingCurrency: 'USD',
        Items: [price, { ...price, type: 'Reservation', reservationTerm: '1 Year' }],
        NextPageLink: null,
        Count: 2,
      },
    })
    expect(run.kinds).toEqual(['prices'])
    expect(run.rows('retail_price')).toEqual([
      {
        file_id: 1,
        product_name: 'Microsoft Defender for Servers',
        meter_name: 'Standard P1 Node',
        meter_id: 'abc',
        region: 'eastus',
        currency: 'USD',
        unit_price: '0.006720000000000000000000',
        unit_of_measure: '1 Hour',
        effective_from_day: '2023-04-01',
      },
    ])
    expect(run.findings).toEqual([])
  })
})

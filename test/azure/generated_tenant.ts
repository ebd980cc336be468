import {
  DAY,
  FROM,
  iso,
  lifeOf,
  resourceId,
  SUBSCRIPTION_SIZE,
  subscriptionId,
  subscriptionOf,
  UNTIL,
} from '../bench/estate.ts'
import { activity, devices, pricing, TENANT, vmRecord } from '../bench/records.ts'
import { type AzureTenant, emptyTenant, type JsonRecord } from './tenant.ts'
import { SECRET } from './transport.ts'

/**
 * A tenant of that many machines, the one that the benchmark writes to files: 250 machines a subscription, one Defender
 * line a machine and day. The same for every run.
 */
export function generatedTenant(machines: number, days = 31): AzureTenant {
  const tenant = emptyTenant(TENANT)
  const numbers = Array.from({ length: machines }, (_, machine) => machine)
  const count = Math.ceil(machines / SUBSCRIPTION_SIZE)
  const subscriptions = Array.from({ length: count }, (_, number) => ({
    id: subscriptionId(number),
    name: `Subscription ${number + 1}`,
  }))
  tenant.tables.resourcecontainers = subscriptions.map(({ id, name }) => ({
    id: `/subscriptions/${id}`,
    name,
    type: 'microsoft.resources/subscriptions',
    subscriptionId: id,
    tenantId: TENANT,
    tags: {},
    properties: { state: 'Enabled', subscriptionPolicies: { quotaId: 'EnterpriseAgreement_2014-09-01' } },
  }))
  tenant.tables.resources = numbers
    .filter((machine) => lifeOf(machine) !== 'deleted')
    .map((machine) => vmRecord(machine) as JsonRecord)
  tenant.tables.securityresources = subscriptions.map(
    (_, number) =>
      pricing(number, 'VirtualMachines', {
        pricingTier: 'Standard',
        subPlan: number % 5 === 4 ? 'P1' : 'P2',
        resourcesCoverageStatus: 'FullyCovered',
      }) as JsonRecord,
  )
  for (const { id } of subscriptions)
    tenant.settings.set(id, {
      id: `/subscriptions/${id}/providers/Microsoft.Security/settings/WDATP`,
      name: 'WDATP',
      type: 'Microsoft.Security/settings',
      kind: 'DataExportSettings',
      properties: { enabled: true },
    })
  tenant.tables.healthresources = numbers
    .filter((machine) => lifeOf(machine) === 'weekdays')
    .map((machine) => ({
      id: `${resourceId(machine)}/providers/Microsoft.ResourceHealth/resourceAnnotations/current`,
      name: 'current',
      type: 'microsoft.resourcehealth/resourceannotations',
      subscriptionId: subscriptionId(subscriptionOf(machine)),
      properties: {
        targetResourceId: resourceId(machine),
        targetResourceType: 'Microsoft.Compute/virtualMachines',
        annotationName: 'VirtualMachineDeallocationInitiated',
        occurredTime: iso(UNTIL - 2 * DAY + 18 * 3600),
        context: 'Customer Initiated',
        category: 'Not Applicable',
        summary: 'The virtual machine is being deallocated.',
      },
    }))
  tenant.alerts = subscriptions.map(({ id }, number) => ({
    id: `/subscriptions/${id}/providers/Microsoft.Security/locations/westeurope/alerts/alert-${number}`,
    name: `alert-${number}`,
    type: 'Microsoft.Security/Locations/alerts',
    properties: {
      status: 'Active',
      severity: 'Medium',
      alertType: 'VM_SuspiciousScreenSaver',
      alertDisplayName: 'Suspicious screensaver process executed',
      productName: 'Microsoft Defender for Cloud',
      timeGeneratedUtc: iso(UNTIL - DAY),
      startTimeUtc: iso(UNTIL - DAY),
      compromisedEntity: 'vm',
      entities: [{ type: 'account', name: SECRET }],
      resourceIdentifiers: [{ type: 'AzureResource', azureResourceId: resourceId(number * SUBSCRIPTION_SIZE) }],
    },
  }))
  tenant.devices = [...devices(numbers, UNTIL)] as JsonRecord[]
  tenant.events = [...activity(numbers)].map((given) => {
    const record = given as JsonRecord
    return {
      subscriptionId: String(record['subscriptionId']),
      at: String(record['eventTimestamp']),
      record: { ...record, caller: `${SECRET}@bench.example` },
    }
  })
  tenant.costLines = Array.from({ length: days }, (_, day) => iso(FROM + day * DAY).slice(0, 10)).flatMap((day) =>
    numbers.map((machine) => ({
      billingScope: 'providers/Microsoft.Billing/billingAccounts/73019284',
      day,
      subscriptionId: subscriptionId(subscriptionOf(machine)),
      resourceId: resourceId(machine),
      meterCategory: 'Microsoft Defender for Cloud',
      meterSubCategory: 'Microsoft Defender for Servers',
      meter: 'Standard P2 Node',
      meterId: '0fad698c-40bf-4ee1-a096-565fc6f0cddd',
      quantity: '24',
      unitPrice: '0.02',
      listPrice: '0.02',
      periodFrom: `${day.slice(0, 7)}-01`,
      periodLast: day,
      cost: '0.48',
      currency: 'USD',
      unit: '1 Hour',
      product: 'Microsoft Defender for Servers - Standard P2 Node',
      consumedService: 'Microsoft.Security',
      tags: '',
      additionalInfo: '',
      chargeType: 'Usage',
    })),
  )
  return { ...tenant, subscriptions }
}

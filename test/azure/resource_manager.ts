import { HOST } from './host.ts'
import type { AzureTenant } from './tenant.ts'
import { failed, ok, type Route } from './wire.ts'

const READS = { 'x-ms-ratelimit-remaining-subscription-reads': '249' }

/** Azure Resource Manager itself: subscriptions, plans of one resource or subscription, sensor settings, alerts. */
export function resourceManagerRoutes(tenant: AzureTenant): Route[] {
  const arm = { method: 'GET', host: HOST.arm, token: 'required' } as const
  return [
    {
      ...arm,
      name: 'subscriptions',
      path: /^\/subscriptions$/i,
      answer: () =>
        ok(
          {
            value: tenant.subscriptions.map(({ id, name }) => ({
              id: `/subscriptions/${id}`,
              authorizationSource: 'RoleBased',
              managedByTenants: [],
              subscriptionId: id,
              tenantId: tenant.id,
              displayName: name,
              state: 'Enabled',
              subscriptionPolicies: {
                locationPlacementId: 'Public_2014-09-01',
                quotaId: 'EnterpriseAgreement_2014-09-01',
                spendingLimit: 'Off',
              },
            })),
            count: { type: 'Total', value: tenant.subscriptions.length },
          },
          READS,
        ),
    },
    {
      ...arm,
      name: 'resource-pricing',
      path: /^(\/subscriptions\/[^/]+\/resourceGroups\/.+)\/providers\/Microsoft\.Security\/pricings\/virtualMachines$/i,
      answer: (_, [resource = '']) => {
        const pricing = tenant.resourcePricings.get(resource.toLowerCase())
        return pricing === undefined ? notFound(resource) : ok(pricing, READS)
      },
    },
    {
      ...arm,
      name: 'pricings',
      path: /^\/subscriptions\/([^/]+)\/providers\/Microsoft\.Security\/pricings$/i,
      answer: (_, [subscription = '']) =>
        ok(
          {
            value: tenant.tables.securityresources
              .filter((row) => of(row, subscription) && row['type'] === 'microsoft.security/pricings')
              .map(({ id, name, properties }) => ({ id, name, type: 'Microsoft.Security/pricings', properties })),
          },
          READS,
        ),
    },
    {
      ...arm,
      name: 'settings',
      path: /^\/subscriptions\/([^/]+)\/providers\/Microsoft\.Security\/settings(\/WDATP)?$/i,
      answer: (_, [subscription = '', one]) => {
        const setting = tenant.settings.get(subscription.toLowerCase())
        if (one === '') return ok({ value: setting === undefined ? [] : [setting] }, READS)
        return setting === undefined ? notFound(`settings of ${subscription}`) : ok(setting, READS)
      },
    },
    {
      ...arm,
      name: 'alerts',
      path: /^\/subscriptions\/([^/]+)\/providers\/Microsoft\.Security\/alerts$/i,
      answer: (_, [subscription = '']) =>
        ok({ value: tenant.alerts.filter((alert) => String(alert['id']).toLowerCase().includes(subscription)) }, READS),
    },
  ]
}

const of = (row: Record<string, unknown>, subscription: string): boolean =>
  String(row['subscriptionId']).toLowerCase() === subscription.toLowerCase()

const notFound = (what: string) => failed(404, 'ResourceNotFound', `${what} was not found.`, READS)

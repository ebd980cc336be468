import { HOST } from './host.ts'
import { runKql } from './kql.ts'
import type { PageSizes } from './server.ts'
import type { AzureTenant } from './tenant.ts'
import { failed, ok, type Route, slice } from './wire.ts'

/** Retail prices: open to everybody, values of the filter case-sensitive, links to further pages with `:443`. */
export function priceRoutes(tenant: AzureTenant, pages: PageSizes): Route[] {
  return [
    {
      name: 'prices',
      method: 'GET',
      host: HOST.prices,
      path: /^\/api\/retail\/prices$/i,
      token: 'never',
      answer: (request) => {
        const currency = (request.query.get('currencyCode') ?? 'USD').replaceAll("'", '')
        const rows = tenant.prices
          .filter((price) => price['currencyCode'] === currency)
          .map((price) => ({ ...price, priceType: price['type'] }))
        // OData and Kusto differ in one word here.
        const filter = (request.query.get('$filter') ?? '').replaceAll(/ eq /g, ' == ')
        let found: Record<string, unknown>[]
        try {
          found = filter === '' ? rows : runKql(`prices | where ${filter}`, { prices: rows }).rows
        } catch {
          return failed(400, 'BadRequest', 'Invalid OData parameters supplied')
        }
        const { page, next } = slice(found, pages.prices, request.query.get('$skip'))
        const query = new URLSearchParams(request.query)
        query.set('$skip', next ?? '')
        return ok({
          BillingCurrency: currency,
          CustomerEntityId: 'Default',
          CustomerEntityType: 'Retail',
          Items: page.map(({ priceType, ...price }) => price),
          NextPageLink:
            next === undefined
              ? null
              : `https://${request.host}:443${request.path}?${query.toString().replaceAll('%24', '$')}`,
          Count: page.length,
        })
      },
    },
  ]
}

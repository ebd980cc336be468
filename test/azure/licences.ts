import { HOST } from './host.ts'
import type { AzureTenant } from './tenant.ts'
import { failed, ok, type Route } from './wire.ts'

/** Graph `subscribedSkus`: one page, `$select` and nothing else. */
export function licenceRoutes(tenant: AzureTenant): Route[] {
  return [
    {
      name: 'licences',
      method: 'GET',
      host: HOST.graph,
      path: /^\/v1\.0\/subscribedSkus$/i,
      token: 'required',
      answer: (request) => {
        const other = [...request.query.keys()].find((key) => key !== '$select')
        if (other !== undefined) return failed(400, 'Request_UnsupportedQuery', `Unsupported Query: ${other}`)
        const select = request.query.get('$select')?.split(',')
        return ok({
          '@odata.context': `https://${request.host}/v1.0/$metadata#subscribedSkus`,
          value: tenant.licences.map((sku) =>
            select === undefined ? sku : Object.fromEntries(select.map((key) => [key, sku[key] ?? null])),
          ),
        })
      },
    },
  ]
}

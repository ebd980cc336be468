import { HOST } from './host.ts'
import type { PageSizes } from './server.ts'
import type { AzureTenant } from './tenant.ts'
import { failed, ok, type Route } from './wire.ts'

/** Defender for Endpoint: the machines of a tenant; 404 when it has none. */
export function endpointRoutes(tenant: AzureTenant, pages: PageSizes): Route[] {
  return [
    {
      name: 'machines',
      method: 'GET',
      host: HOST.endpoint,
      path: /^\/api\/machines$/i,
      token: 'required',
      answer: (request) => {
        if (tenant.devices.length === 0) return failed(404, 'ResourceNotFound', 'No machines were found.')
        const top = Number(request.query.get('$top') ?? pages.machines)
        if (!(top >= 1 && top <= 10_000)) return failed(400, 'BadRequest', `$top is ${top}`)
        const size = Math.min(top, pages.machines)
        const skip = Number(request.query.get('$skip') ?? 0)
        const query = new URLSearchParams(request.query)
        query.set('$skip', String(skip + size))
        const link = `https://${request.host}${request.path}?${query.toString().replaceAll('%24', '$')}`
        return ok({
          '@odata.context': `https://${request.host}/api/$metadata#Machines`,
          value: tenant.devices.slice(skip, skip + size),
          ...(skip + size < tenant.devices.length ? { '@odata.nextLink': link } : {}),
        })
      },
    },
  ]
}

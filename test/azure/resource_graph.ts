import { HOST } from './host.ts'
import { type KqlResult, runKql } from './kql.ts'
import type { PageSizes } from './server.ts'
import type { AzureTenant, JsonRecord } from './tenant.ts'
import { type AzureAnswer, type AzureRequest, failed, ok, type Route, slice } from './wire.ts'

interface QueryRequest {
  query?: string
  subscriptions?: string[]
  managementGroups?: string[]
  options?: { $top?: number; $skip?: number; $skipToken?: string; resultFormat?: string }
}

/**
 * Resource Graph: the query runs over the tenant's tables, within the subscriptions asked for. A result without a column
 * `id` has no `$skipToken` and loses its further rows; one without `order by` comes in another order on each page.
 */
export function resourceGraphRoutes(tenant: AzureTenant, pages: PageSizes): Route[] {
  // The next page of a query comes from the same rows, unless a test changed the tenant meanwhile. Several are asked at once.
  const remembered = new Map<string, { state: string; result: KqlResult }>()
  const run = (query: string, subscriptions: string[] | undefined): KqlResult => {
    const key = JSON.stringify([query, subscriptions])
    const state = JSON.stringify(Object.values(tenant.tables).map((rows) => rows.length))
    const known = remembered.get(key)
    if (known?.state === state) return known.result
    const result = runKql(query, tablesWithin(tenant, subscriptions))
    if (remembered.size >= 16) remembered.clear()
    remembered.set(key, { state, result })
    return result
  }
  const answer = (request: AzureRequest): AzureAnswer => {
    const body = (request.body ?? {}) as QueryRequest
    const { options = {} } = body
    if (request.query.get('api-version') === null) return failed(400, 'MissingApiVersionParameter', 'api-version')
    if (body.query === undefined) return invalid('query is missing')
    if (body.subscriptions && body.managementGroups)
      return invalid('subscriptions and managementGroups exclude another')
    const top = options.$top ?? 100
    if (top < 1 || top > 1000) return invalid(`$top must be within 1 and 1000, not ${top}`)
    let result: KqlResult
    try {
      const below = body.managementGroups?.flatMap((id) => tenant.managementGroups.get(id.toLowerCase()) ?? [])
      result = run(body.query, body.subscriptions ?? below)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      return invalid(error.message)
    }
    const token = options.$skipToken ?? null
    const rows = token !== null && !result.ordered ? result.rows.toReversed() : result.rows
    const { page, next } = slice(rows, Math.min(top, pages.resourceGraph), token)
    const pageable = !result.limited && (rows.length === 0 || 'id' in (rows[0] ?? {}))
    return ok({
      totalRecords: rows.length,
      count: page.length,
      resultTruncated: !pageable && next !== undefined ? 'true' : 'false',
      facets: [],
      ...(pageable && next !== undefined ? { $skipToken: next } : {}),
      data: page,
    })
  }
  return [
    {
      name: 'resource-graph',
      method: 'POST',
      host: HOST.arm,
      path: /^\/providers\/Microsoft\.ResourceGraph\/resources$/i,
      token: 'required',
      answer,
    },
  ]
}

const invalid = (message: string): AzureAnswer => ({
  status: 400,
  body: {
    error: {
      code: 'BadRequest',
      message: 'Please provide below info when asking for support.',
      details: [{ code: 'InvalidQuery', message }],
    },
  },
})

function tablesWithin(tenant: AzureTenant, subscriptions: string[] | undefined): Record<string, JsonRecord[]> {
  if (subscriptions === undefined) return tenant.tables
  const wanted = new Set(subscriptions.map((id) => id.toLowerCase()))
  return Object.fromEntries(
    Object.entries(tenant.tables).map(([name, rows]) => [
      name,
      rows.filter((row) => wanted.has(String(row['subscriptionId']).toLowerCase())),
    ]),
  )
}

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { activityLogRoutes } from './activity_log.ts'
import { blobRoutes } from './blob_storage.ts'
import { costDetailsRoutes } from './cost_details.ts'
import { exportRoutes } from './cost_export.ts'
import { costQueryRoutes } from './cost_query.ts'
import { endpointRoutes } from './endpoint.ts'
import type { Fault, ScriptedFault } from './fault.ts'
import { audienceOf } from './host.ts'
import { licenceRoutes } from './licences.ts'
import { type Limits, limitGate } from './limit.ts'
import { metricsRoutes } from './metrics.ts'
import { priceRoutes } from './prices.ts'
import { resourceGraphRoutes } from './resource_graph.ts'
import { resourceManagerRoutes } from './resource_manager.ts'
import type { AzureTenant } from './tenant.ts'
import { type AzureAnswer, type AzureRequest, failed, type Route, type RouteName } from './wire.ts'

/** A request and how it was answered. */
export interface LoggedRequest extends AzureRequest {
  readonly route: RouteName | null
  readonly status: number
  readonly answer: AzureAnswer
  readonly faulty: boolean
}

export interface SimulatedAzure {
  readonly port: number
  readonly requests: LoggedRequest[]
  /** How many requests a route had, or all. */
  count(route?: RouteName): number
  /** Adds faults; each counts the requests of its route from now on. */
  script(...faults: ScriptedFault[]): void
  /** Forgets faults and requests. */
  forget(): void
  close(): Promise<void>
}

/** What a service may be asked for in one reply. Smaller than the real ones where a test wants several pages. */
export interface PageSizes {
  readonly costQuery: number
  readonly resourceGraph: number
  readonly machines: number
  readonly activityLog: number
  readonly prices: number
  readonly blobs: number
  /** Rows in one blob of a cost details report. */
  readonly costDetails: number
}

export const PAGE_SIZES: PageSizes = {
  costQuery: 1000,
  resourceGraph: 1000,
  machines: 10_000,
  activityLog: 200,
  prices: 100,
  blobs: 5000,
  costDetails: 1_000_000,
}

export interface ServerOptions {
  readonly pages?: Partial<PageSizes>
  /** Keep bodies in the log; off where 100,000 machines are collected. */
  readonly keepBodies?: boolean
  /** What a service takes before it answers 429. */
  readonly limits?: Limits
}

/** Starts Azure on loopback with a tenant behind it. */
export async function startAzure(tenant: AzureTenant, options: ServerOptions = {}): Promise<SimulatedAzure> {
  const pages = { ...PAGE_SIZES, ...options.pages }
  const routes: Route[] = [
    ...costQueryRoutes(tenant, pages),
    ...costDetailsRoutes(tenant, pages),
    ...exportRoutes(tenant),
    ...resourceGraphRoutes(tenant, pages),
    ...activityLogRoutes(tenant, pages),
    ...metricsRoutes(tenant),
    ...resourceManagerRoutes(tenant),
    ...endpointRoutes(tenant, pages),
    ...licenceRoutes(tenant),
    ...priceRoutes(tenant, pages),
    ...blobRoutes(tenant, pages),
  ]
  const requests: LoggedRequest[] = []
  const gate = limitGate(options.limits ?? {}, Date.now)
  const script: (ScriptedFault & { seen: number })[] = []

  function faultsOf(route: Route, request: AzureRequest): Fault[] {
    const due: Fault[] = []
    for (const entry of script) {
      if (entry.route !== route.name) continue
      entry.seen += 1
      if (entry.from <= entry.seen && entry.seen <= entry.until && entry.where?.(request) !== false)
        due.push(entry.fault)
    }
    return due
  }

  async function handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(message)
    const found = find(routes, request)
    const faults = found === null ? [] : faultsOf(found.route, request)
    for (const fault of faults) {
      if (fault.kind === 'latency') await new Promise((resolve) => setTimeout(resolve, fault.milliseconds))
      if (fault.kind === 'event') fault.happens()
    }
    let answer = (found && gate.refuse(found.route.name)) ?? trueAnswer(found, request, faults)
    if (found !== null) answer = { ...answer, headers: { ...gate.headers(found.route.name), ...answer.headers } }
    for (const fault of faults) if (fault.kind === 'change') answer = fault.change(answer, request)
    requests.push({
      ...request,
      body: options.keepBodies === false ? undefined : request.body,
      route: found?.route.name ?? null,
      status: answer.status,
      answer: options.keepBodies === false ? { status: answer.status } : { ...answer, headers: headersOf(answer) },
      faulty: faults.length > 0,
    })
    send(response, answer, faults)
  }

  const server = createServer((message, response) => {
    handle(message, response).catch((error: unknown) => {
      // A mistake of the simulation must not look like one of Azure's.
      if (!response.headersSent) response.writeHead(599)
      response.end(error instanceof Error ? error.stack : String(error))
    })
  })
  server.keepAliveTimeout = 1000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    count: (route) => requests.filter((r) => route === undefined || r.route === route).length,
    script: (...faults) => {
      script.push(...faults.map((fault) => ({ ...fault, seen: 0 })))
    },
    forget: () => {
      script.length = 0
      requests.length = 0
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Found {
  route: Route
  groups: string[]
}

function find(routes: readonly Route[], request: AzureRequest): Found | null {
  for (const route of routes) {
    if (route.method !== request.method || !route.host.test(request.host)) continue
    const match = route.path.exec(request.path)
    if (match !== null) return { route, groups: match.slice(1).map((group) => group ?? '') }
  }
  return null
}

function trueAnswer(found: Found | null, request: AzureRequest, faults: readonly Fault[]): AzureAnswer {
  if (found === null) return failed(404, 'InvalidResourceType', `nothing answers ${request.method} ${request.path}`)
  const other = faults.find((fault) => fault.kind === 'answer')
  if (other?.kind === 'answer') return other.answer
  return refusal(found.route, request) ?? found.route.answer(request, found.groups)
}

/** A request without a token, or with one for another service, is refused; so is one with a token where none belongs. */
function refusal(route: Route, request: AzureRequest): AzureAnswer | null {
  const authorization = request.headers['authorization']
  if (route.token === 'never') {
    if (authorization === undefined) return null
    return failed(400, 'TokenSentToAStranger', 'This address is not to be given a token.')
  }
  const token = /^Bearer [^.]+\.(.+)$/.exec(authorization ?? '')?.[1]
  const challenge = { 'www-authenticate': `Bearer authorization_uri="https://login.microsoftonline.com/common"` }
  if (token === undefined) return failed(401, 'AuthenticationFailed', 'Authentication failed.', challenge)
  const { scope } = JSON.parse(Buffer.from(token, 'base64url').toString()) as { scope: string }
  if (scope === `${audienceOf(request.host)}/.default`) return null
  return failed(401, 'InvalidAuthenticationTokenAudience', `The audience of the token is ${scope}.`, challenge)
}

async function readRequest(message: IncomingMessage): Promise<AzureRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  const url = new URL(message.url ?? '/', 'http://loopback')
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(message.headers)) headers[name] = String(value)
  const query = new URLSearchParams()
  // Some clients encode the names of parameters too: `api%2Dversion`.
  for (const [name, value] of url.searchParams) query.append(name, value)
  return {
    host: String(headers['x-forwarded-host'] ?? headers['host']).replace(/:443$/, ''),
    method: message.method ?? 'GET',
    path: decodeURIComponent(url.pathname),
    query,
    headers,
    body: text === '' ? undefined : JSON.parse(text),
  }
}

function send(response: ServerResponse, answer: AzureAnswer, faults: readonly Fault[]): void {
  let payload = answer.body === undefined ? Buffer.alloc(0) : payloadOf(answer.body)
  for (const fault of faults) if (fault.kind === 'truncate') payload = payload.subarray(0, fault.bytes)
  const headers = headersOf(answer)
  const broken = faults.find((fault) => fault.kind === 'reset')
  if (broken?.kind === 'reset') {
    if (broken.afterBytes === 0) {
      response.socket?.resetAndDestroy()
      return
    }
    response.writeHead(answer.status, { ...headers, 'content-length': String(payload.length) })
    response.write(payload.subarray(0, broken.afterBytes), () => response.socket?.resetAndDestroy())
    return
  }
  response.writeHead(
    answer.status,
    answer.status === 204 ? headers : { ...headers, 'content-length': String(payload.length) },
  )
  response.end(answer.status === 204 ? undefined : payload)
}

function headersOf(answer: AzureAnswer): Record<string, string> {
  const raw = typeof answer.body === 'string' || Buffer.isBuffer(answer.body)
  return {
    ...(answer.body === undefined ? {} : { 'content-type': raw ? 'application/octet-stream' : 'application/json' }),
    'x-ms-request-id': '00000000-0000-0000-0000-000000000000',
    ...answer.headers,
  }
}

function payloadOf(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

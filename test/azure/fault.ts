import type { AzureAnswer, AzureRequest, RouteName } from './wire.ts'
import { failed } from './wire.ts'

/** What goes wrong with a request. */
export type Fault =
  /** Another answer than the true one. */
  | { readonly kind: 'answer'; readonly answer: AzureAnswer }
  /** The true answer, changed. */
  | { readonly kind: 'change'; readonly change: (answer: AzureAnswer, request: AzureRequest) => AzureAnswer }
  /** Something happens to the tenant before the request is answered. */
  | { readonly kind: 'event'; readonly happens: () => void }
  /** The connection breaks after so many bytes of the body; 0: before any answer. */
  | { readonly kind: 'reset'; readonly afterBytes: number }
  /** The body ends early, and the lengths say that this is all of it. */
  | { readonly kind: 'truncate'; readonly bytes: number }
  | { readonly kind: 'latency'; readonly milliseconds: number }

/** A fault of a route, from its request `from` to `until`, both counted from 1 and included. */
export interface ScriptedFault {
  readonly route: RouteName
  readonly fault: Fault
  readonly from: number
  readonly until: number
  /** Only requests that this accepts; counted among all of the route. */
  readonly where?: (request: AzureRequest) => boolean
}

/** The request `number` of a route, or all of it. */
export const on = (route: RouteName, number: number | 'always', fault: Fault): ScriptedFault => ({
  route,
  fault,
  from: number === 'always' ? 1 : number,
  until: number === 'always' ? Number.POSITIVE_INFINITY : number,
})

/** Too many requests; how long to wait is said in one header, in several, or not at all. */
export const throttled = (headers: Record<string, string> = {}): Fault => ({
  kind: 'answer',
  answer: failed(429, 'TooManyRequests', 'Too many requests. Please retry.', headers),
})

/** Every header in which an Azure service says how long to wait, with a value of so many seconds. */
export const THROTTLE_HEADERS = [
  'retry-after',
  'retry-after-ms',
  'x-ms-retry-after-ms',
  'x-ms-ratelimit-microsoft.costmanagement-qpu-retry-after',
  'x-ms-ratelimit-microsoft.costmanagement-entity-retry-after',
  'x-ms-ratelimit-microsoft.costmanagement-tenant-retry-after',
  'x-ms-ratelimit-microsoft.costmanagement-client-retry-after',
  'x-ms-ratelimit-microsoft.costmanagement-clienttype-retry-after',
] as const

export const waitFor = (header: string, seconds: number): Record<string, string> => ({
  [header]: String(header.endsWith('-ms') ? seconds * 1000 : seconds),
})

export const serverError = (status: 500 | 502 | 503 | 504, headers: Record<string, string> = {}): Fault => ({
  kind: 'answer',
  answer: failed(status, 'InternalServerError', 'An internal error occurred.', headers),
})

/** The token has run out between being handed out and being used. */
export const expiredToken: Fault = {
  kind: 'answer',
  answer: failed(401, 'ExpiredAuthenticationToken', 'The access token expiry UTC time is earlier than now.', {
    'www-authenticate':
      'Bearer authorization_uri="https://login.microsoftonline.com/", error="invalid_token", error_description="The access token has expired."',
  }),
}

export const wrongTenant: Fault = {
  kind: 'answer',
  answer: failed(
    401,
    'InvalidAuthenticationTokenTenant',
    "The access token is from the wrong issuer. It must match the tenant associated with this subscription. Please use the authority (URL) 'https://login.microsoftonline.com/8c370a6e-69eb-4a07-a1d7-a7a15e8745f7' to get the token.",
    {
      'www-authenticate':
        'Bearer authorization_uri="https://login.microsoftonline.com/8c370a6e-69eb-4a07-a1d7-a7a15e8745f7", error="invalid_token", error_description="The access token is from the wrong issuer."',
    },
  ),
}

/** The identity may not read this. Azure names the identity in the message, which must reach no file. */
export const noRight = (person: string): Fault => ({
  kind: 'answer',
  answer: failed(
    403,
    'AuthorizationFailed',
    `The client '${person}' with object id '4f1c' does not have authorization to perform action 'read' over scope.`,
  ),
})

export const noContent: Fault = { kind: 'answer', answer: { status: 204 } }

export const reset = (afterBytes: number): Fault => ({ kind: 'reset', afterBytes })
export const truncated = (bytes: number): Fault => ({ kind: 'truncate', bytes })
export const latency = (milliseconds: number): Fault => ({ kind: 'latency', milliseconds })
export const event = (happens: () => void): Fault => ({ kind: 'event', happens })

/** The true answer with another JSON body. */
export const changed = (change: (body: Record<string, unknown>) => unknown): Fault => ({
  kind: 'change',
  change: (answer) => ({ ...answer, body: change(structuredClone(answer.body) as Record<string, unknown>) }),
})

/** The true answer with further headers. */
export const withHeaders = (headers: Record<string, string>): Fault => ({
  kind: 'change',
  change: (answer) => ({ ...answer, headers: { ...answer.headers, ...headers } }),
})

/** Every link to a next page names another host, as an attacker or a proxy might have it. */
export const nextLinkTo = (host: string): Fault =>
  changed((body) =>
    JSON.parse(
      JSON.stringify(body).replaceAll(
        /"((?:@odata\.)?next(?:Page)?Link)":"https:\/\/[^/"]+/gi,
        (_, key) => `"${key}":"https://${host}`,
      ),
    ),
  )

/** Request `number` of a route gets the rows of the request before it again, with its own link to what follows. */
export function repeatedPage(route: RouteName, number: number): ScriptedFault[] {
  let before: Record<string, unknown> = {}
  const rows = ['data', 'value', 'Items', 'properties'] as const
  return [
    on(route, number - 1, {
      kind: 'change',
      change: (answer) => {
        before = answer.body as Record<string, unknown>
        return answer
      },
    }),
    on(
      route,
      number,
      changed((body) => {
        const key = rows.find((one) => one in body) ?? 'value'
        if (key !== 'properties') return { ...body, [key]: before[key] }
        return { ...body, properties: { ...(body[key] as object), rows: (before[key] as { rows: unknown }).rows } }
      }),
    ),
  ]
}

/** What a simulated service sees of a request. */
export interface AzureRequest {
  /** The public host that the client called, such as `management.azure.com`. */
  readonly host: string
  readonly method: string
  /** Decoded path, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  /** The parsed JSON body; undefined when there is none. */
  readonly body: unknown
}

/** What a simulated service answers. A string or Buffer is sent as it is, anything else as JSON. */
export interface AzureAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** A service: the routes it knows, the first that fits answers. */
export interface Route {
  /** The name by which faults and counts refer to it. */
  readonly name: RouteName
  readonly method: 'GET' | 'POST'
  /** Of the host, case-insensitive. */
  readonly host: RegExp
  /** Of the path, case-insensitive; its groups are handed to `answer`. */
  readonly path: RegExp
  /** Whether a token of the host's audience must be sent, or none may be sent. */
  readonly token: 'required' | 'never'
  readonly answer: (request: AzureRequest, groups: readonly string[]) => AzureAnswer
}

export const ROUTE_NAMES = [
  'cost-query',
  'cost-details',
  'cost-details-result',
  'cost-details-blob',
  'exports',
  'export-runs',
  'blob-list',
  'blob',
  'resource-graph',
  'subscriptions',
  'resource-pricing',
  'pricings',
  'settings',
  'alerts',
  'activity-log',
  'metrics',
  'machines',
  'licences',
  'prices',
] as const
export type RouteName = (typeof ROUTE_NAMES)[number]

export const ok = (body: unknown, headers: Record<string, string> = {}): AzureAnswer => ({ status: 200, headers, body })

/** The error body of ARM, Graph and Defender for Endpoint. */
export const failed = (status: number, code: string, message: string, headers = {}): AzureAnswer => ({
  status,
  headers,
  body: { error: { code, message } },
})

/** One page of a list by the offset that its token names; tokens are opaque to a client. */
export function slice<T>(
  rows: readonly T[],
  size: number,
  token: string | null,
): { page: T[]; next: string | undefined } {
  const from = token === null ? 0 : offsetOf(token)
  const page = rows.slice(from, from + size)
  return { page, next: from + size < rows.length ? tokenOf(from + size) : undefined }
}

const tokenOf = (offset: number): string => Buffer.from(JSON.stringify({ offset })).toString('base64url')
const offsetOf = (token: string): number =>
  (JSON.parse(Buffer.from(token, 'base64url').toString()) as { offset: number }).offset

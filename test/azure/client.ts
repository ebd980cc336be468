import {
  bearerTokenAuthenticationPolicy,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpMethods,
} from '@azure/core-rest-pipeline'
import { audienceOf } from './host.ts'
import { recordingCredential, simulatedTransport } from './transport.ts'

export interface Reply {
  readonly status: number
  readonly headers: Record<string, string>
  /** The parsed JSON; undefined when the body is empty or something else. */
  readonly json: Record<string, unknown> | undefined
  readonly text: string
}

/** A plain client over Azure's own pipeline, for tests of the simulation itself: no retry, a token where one belongs. */
export function plainClient(
  port: number,
): (
  method: HttpMethods,
  url: string,
  given?: { body?: unknown; headers?: Record<string, string>; anonymous?: boolean; scope?: string },
) => Promise<Reply> {
  const credential = recordingCredential()
  const httpClient = simulatedTransport(port)
  return async (method, url, given = {}) => {
    const pipeline = createPipelineFromOptions({ retryOptions: { maxRetries: 0 } })
    const scopes = given.scope ?? `${audienceOf(new URL(url).host)}/.default`
    if (given.anonymous !== true) pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes }))
    const request = createPipelineRequest({ url, method, headers: createHttpHeaders(given.headers) })
    if (given.body !== undefined) {
      request.headers.set('content-type', 'application/json')
      request.body = JSON.stringify(given.body)
    }
    const response = await pipeline.sendRequest(httpClient, request)
    const text = response.bodyAsText ?? ''
    const json = /^\s*[[{]/.test(text) ? JSON.parse(text) : undefined
    return { status: response.status, headers: response.headers.toJSON(), json, text }
  }
}

import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  decompressResponsePolicy,
  type HttpClient,
  type Pipeline,
  type PipelineResponse,
  proxyPolicy,
  tlsPolicy,
} from '@azure/core-rest-pipeline'
import type { TokenCredential } from '@azure/identity'
import { askedWait, type HeaderReader, usualWait } from './throttle.ts'

/** The network, the sign-in and the clock of a collection; tests pass their own. */
export interface Outside {
  readonly credential: TokenCredential
  readonly httpClient?: HttpClient
  nowSeconds(): number
  sleep(seconds: number): Promise<void>
}

export interface Question {
  readonly method: 'GET' | 'POST'
  readonly url: string
  /** Token scope; null for a service that takes none. */
  readonly scope: string | null
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly bytes: Uint8Array
  readonly header: HeaderReader
}

/** What the wire did so far. */
export interface Traffic {
  requests: number
  retries: number
  waitedSeconds: number
}

export interface Wire {
  ask(question: Question): Promise<Answer>
  readonly traffic: Traffic
}

/** The service said no. `code` is its own word; messages are not kept, as they quote accounts and links. */
export class ServiceError extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'ServiceError'
    this.status = status
    this.code = code
  }
  /** The identity may not read this: another try does not help. */
  get isRefusal(): boolean {
    return this.status === 401 || this.status === 403
  }
}

const ATTEMPTS = 7
/** The longest that one question is waited for altogether; a service that asks for more is left for the next call. */
const PATIENCE_SECONDS = 1800
const PASSING = new Set([408, 429, 500, 502, 503, 504])

/** Opens the wire: Azure's pipeline with its own bearer policy, and with patience that knows every header and an end. */
export function openWire(outside: Outside, patienceSeconds = PATIENCE_SECONDS): Wire {
  const network = outside.httpClient ?? createDefaultHttpClient()
  const pipelines = new Map<string | null, Pipeline>()
  const traffic: Traffic = { requests: 0, retries: 0, waitedSeconds: 0 }

  function pipelineOf(scope: string | null): Pipeline {
    const known = pipelines.get(scope)
    if (known !== undefined) return known
    const pipeline = createEmptyPipeline()
    pipeline.addPolicy(proxyPolicy())
    pipeline.addPolicy(tlsPolicy())
    pipeline.addPolicy(decompressResponsePolicy())
    if (scope !== null)
      pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential: outside.credential, scopes: scope }))
    pipelines.set(scope, pipeline)
    return pipeline
  }

  async function ask(question: Question): Promise<Answer> {
    let waited = 0
    let isTokenFresh = question.scope === null
    for (let attempt = 1; ; attempt++) {
      traffic.requests += 1
      const outcome = await once(question)
      if (!(outcome instanceof ServiceError)) {
        if (outcome.pause > 0) await pause(Math.min(outcome.pause, patienceSeconds))
        return outcome.answer
      }
      if (outcome.status === 401 && /expired|^InvalidAuthenticationToken$/i.test(outcome.code) && !isTokenFresh) {
        // The token ran out on its way: the pipeline that holds it goes, and the next one asks for another.
        isTokenFresh = true
        pipelines.delete(question.scope)
        traffic.retries += 1
        continue
      }
      const passing = outcome.status === 0 || PASSING.has(outcome.status)
      const wait = outcome.wait ?? usualWait(attempt, outcome.status === 429)
      if (!passing || attempt >= ATTEMPTS || waited + wait > patienceSeconds) throw outcome
      traffic.retries += 1
      waited += wait
      await pause(wait)
    }
  }

  async function pause(seconds: number): Promise<void> {
    traffic.waitedSeconds += seconds
    await outside.sleep(seconds)
  }

  async function once(
    question: Question,
  ): Promise<{ answer: Answer; pause: number } | (ServiceError & { wait?: number })> {
    const request = createPipelineRequest({
      url: question.url,
      method: question.method,
      headers: createHttpHeaders({ accept: 'application/json', ...question.headers }),
      streamResponseStatusCodes: new Set([Number.POSITIVE_INFINITY]),
      timeout: 300_000,
    })
    if (question.body !== undefined) {
      request.headers.set('content-type', 'application/json')
      request.body = JSON.stringify(question.body)
    }
    let response: PipelineResponse
    let bytes: Uint8Array
    try {
      response = await pipelineOf(question.scope).sendRequest(network, request)
      bytes = await bytesOf(response)
    } catch (cause) {
      if (isSignIn(cause)) throw cause
      return new ServiceError(0, 'NetworkError', 'the connection was lost', cause)
    }
    const header = (name: string) => response.headers.get(name)
    const wait = askedWait(header, outside.nowSeconds())
    if (response.status >= 200 && response.status < 300) {
      return {
        answer: { status: response.status, bytes, header },
        pause: header('x-ms-user-quota-remaining') === '0' ? (wait ?? 5) : 0,
      }
    }
    const error = new ServiceError(
      response.status,
      codeOf(bytes),
      `the service answered ${response.status} (${codeOf(bytes)})`,
    )
    return wait === null ? error : Object.assign(error, { wait })
  }

  return { ask, traffic }
}

async function bytesOf(response: PipelineResponse): Promise<Uint8Array> {
  const stream = response.readableStreamBody
  if (stream === undefined) return Buffer.from(response.bodyAsText ?? '')
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

/** Failures of @azure/identity are told from lost connections by their class's name. */
export function isSignIn(cause: unknown): boolean {
  return cause instanceof Error && /Authentication|CredentialUnavailable/.test(cause.name)
}

/** The service's code of an error answer: a word, never its sentence. */
function codeOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(0, 20_000)).toString('utf8')
  return (
    /"code"\s*:\s*"([A-Za-z0-9_.-]{1,60})"/.exec(text)?.[1] ?? /<Code>([A-Za-z0-9]{1,60})</.exec(text)?.[1] ?? 'no code'
  )
}

import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  decompressResponsePolicy,
  type Pipeline,
  type PipelineResponse,
  proxyPolicy,
  tlsPolicy,
} from '@azure/core-rest-pipeline'
import type { TokenCredential } from '@azure/identity'
import type { Outside, Question } from './wire.ts'

/** Sends one request through Azure's pipeline, with the token of its scope. */
export interface Sender {
  /** The head of the answer; its body is a stream. `isWhole`: it may be compressed on its way. */
  send(question: Question, isWhole: boolean): Promise<PipelineResponse>
  /** Asks for another token of the scope from now on. */
  forget(scope: string | null): void
  /** Whether a token of the scope was given, or of any. */
  hadToken(scope?: string | null): boolean
}

/** A request waits at most so long for the head of its answer. */
const HEAD_MILLISECONDS = 300_000

export function openSender(outside: Outside, signal: AbortSignal): Sender {
  const network = outside.httpClient ?? createDefaultHttpClient()
  const pipelines = new Map<string, Pipeline>()
  const given = new Set<string>()
  const credential: TokenCredential = {
    async getToken(scopes, options) {
      const token = await outside.credential.getToken(scopes, options)
      if (token !== null) given.add([scopes].flat().join(' '))
      return token
    },
  }

  function pipelineOf(scope: string | null, isWhole: boolean): Pipeline {
    const key = `${isWhole} ${scope}`
    const known = pipelines.get(key)
    if (known !== undefined) return known
    const pipeline = createEmptyPipeline()
    pipeline.addPolicy(proxyPolicy())
    pipeline.addPolicy(tlsPolicy())
    if (isWhole) pipeline.addPolicy(decompressResponsePolicy())
    if (scope !== null) pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes: scope }))
    pipelines.set(key, pipeline)
    return pipeline
  }

  return {
    send({ url, method, headers, body, scope }, isWhole) {
      const request = createPipelineRequest({
        url,
        method,
        headers: createHttpHeaders({ accept: isWhole ? 'application/json' : '*/*', ...headers }),
        streamResponseStatusCodes: new Set([Number.POSITIVE_INFINITY]),
        timeout: HEAD_MILLISECONDS,
        abortSignal: signal,
      })
      if (body !== undefined) {
        request.headers.set('content-type', 'application/json')
        request.body = JSON.stringify(body)
      }
      return pipelineOf(scope, isWhole).sendRequest(network, request)
    },
    forget: (scope) => {
      for (const isWhole of [true, false]) pipelines.delete(`${isWhole} ${scope}`)
    },
    hadToken: (scope) => (scope === undefined ? given.size > 0 : given.has(String(scope))),
  }
}

import {
  createDefaultHttpClient,
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline'
import { cloudHost } from './host.ts'

/** A word that is part of every token, SAS signature and personal field: what must be found in no file, log or error. */
export const SECRET = 'Geheimnis7Zx'

/** The credential of the simulation: tokens name their scope, so that the server can tell a wrong audience. */
export interface RecordingCredential {
  getToken(scopes: string | string[]): Promise<{ token: string; expiresOnTimestamp: number }>
  /** Every scope that was asked for, in order. */
  readonly scopes: string[]
}

/** A credential that gives a token to everybody; `lifetimeSeconds` until the clients ask for a new one. */
export function recordingCredential(lifetimeSeconds = 3600): RecordingCredential {
  const scopes: string[] = []
  return {
    scopes,
    async getToken(asked) {
      const scope = [asked].flat().join(' ')
      scopes.push(scope)
      const token = Buffer.from(JSON.stringify({ scope, number: scopes.length })).toString('base64url')
      return { token: `${SECRET}.${token}`, expiresOnTimestamp: Date.now() + lifetimeSeconds * 1000 }
    },
  }
}

/**
 * The transport that stands in for the network: a request to any host of Azure goes to the simulated server, under its
 * real URL, scope and headers. A host outside the clouds' own is refused, which is the proof that nothing else is called.
 */
export function simulatedTransport(port: number, calls: string[] = []): HttpClient {
  const network = createDefaultHttpClient()
  return {
    async sendRequest(request: PipelineRequest): Promise<PipelineResponse> {
      const url = new URL(request.url)
      calls.push(url.host)
      if (url.protocol !== 'https:') throw new Error(`the simulation was called without TLS: ${url.host}`)
      if (!cloudHost(url.hostname)) throw new Error(`a host that is no service of Azure was called: ${url.host}`)
      const headers = createHttpHeaders(request.headers.toJSON({ preserveCase: true }))
      headers.set('x-forwarded-host', url.host)
      const sent: PipelineRequest = { ...request, url: `http://127.0.0.1:${port}${url.pathname}${url.search}`, headers }
      sent.allowInsecureConnection = true
      delete sent.agent
      const response = await network.sendRequest(sent)
      // The very object: the clients find what a request was for, and so how its answer is to be read, by identity.
      return { ...response, request }
    },
  }
}

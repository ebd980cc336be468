import { createHash } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import type { Readable } from 'node:stream'
import type { HttpClient, PipelineResponse } from '@azure/core-rest-pipeline'
import type { TokenCredential } from '@azure/identity'
import { openPatience, serviceOf } from './patience.ts'
import { openSender } from './sender.ts'
import { codeOf, isSignIn, NoTokenError, ServiceError } from './service_error.ts'
import { askedWait, type HeaderReader, usualWait } from './throttle.ts'

export { isSignIn, NoTokenError, ServiceError } from './service_error.ts'

/** The network, the sign-in and the clock of a collection; tests pass their own. */
export interface Outside {
  readonly credential: TokenCredential
  readonly httpClient?: HttpClient
  nowSeconds(): number
  /** Ends early, with an error, when the signal says so. */
  sleep(seconds: number, signal?: AbortSignal): Promise<void>
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
  /** One question and its answer, held in memory. Throws ServiceError, NoTokenError, or what the sign-in threw. */
  ask(question: Question): Promise<Answer>
  /**
   * A download of any size: `take` gets every byte once, in order. A connection that breaks is taken up where it broke,
   * of the same version of the file. Gives the number of bytes; throws as `ask`, 412 when the file changed meanwhile.
   */
  receive(question: Question, take: (part: Uint8Array) => void): Promise<number>
  /** The same wire with counts of its own, which count here as well. */
  part(): Wire
  /** Nothing is asked any more: what is under way ends with an error. */
  stop(): void
  /** Why nobody could sign in, when a token was asked for and none at all was given; undefined otherwise. */
  signInFailure(): unknown
  readonly traffic: Traffic
}

const ATTEMPTS = 7
/** The longest that one question is waited for altogether; a service that asks for more is left for the next call. */
const PATIENCE_SECONDS = 1800
const PASSING = new Set([408, 429, 500, 502, 503, 504])
/** An answer that stands still so long is a lost connection: the transport's own limit ends with its first byte. */
const STALLED_MILLISECONDS = 120_000

export interface WireOptions {
  readonly patienceSeconds?: number
  readonly stalledMilliseconds?: number
}

/** Opens the wire: Azure's pipeline with its own bearer policy, and with patience that knows every header and an end. */
export function openWire(outside: Outside, options: WireOptions = {}): Wire {
  const patienceSeconds = options.patienceSeconds ?? PATIENCE_SECONDS
  const patience = openPatience(() => outside.nowSeconds())
  const stopping = new AbortController()
  // Every request on its way listens, and there may be many.
  setMaxListeners(0, stopping.signal)
  const sender = openSender(outside, stopping.signal)
  let signInFailure: unknown

  /** Puts a question until `read` has taken its answer; `next` words it anew for each try. */
  async function put<T>(
    counts: readonly Traffic[],
    next: () => { question: Question; isWhole: boolean },
    read: (response: PipelineResponse) => Promise<T>,
    taken: () => number,
  ): Promise<T> {
    let waited = 0
    let isTokenFresh = false
    for (let attempt = 1; ; attempt++) {
      const { question, isWhole } = next()
      const service = serviceOf(question.url)
      const host = new URL(question.url).hostname
      const rest = patience.left(service)
      if (waited + rest > patienceSeconds)
        throw new ServiceError(429, 'TooManyRequests', `the service asks to be left alone for ${Math.ceil(rest)} s`)
      if (rest > 0) await pause(counts, rest)
      waited += rest
      for (const count of counts) count.requests += 1
      const before = taken()
      const outcome = await once(question, isWhole, read)
      if (outcome instanceof ServiceError && outcome.status === 0) stopping.signal.throwIfAborted()
      else patience.setLost(host, false)
      if (!(outcome instanceof ServiceError)) {
        if (outcome.rest > 0) patience.rest(service, outcome.rest)
        return outcome.answer
      }
      // A download that came forward is not at its seventh try, but at its first from there.
      if (taken() > before) attempt = 0
      if (outcome.status === 401 && /expired|^InvalidAuthenticationToken$/i.test(outcome.code) && !isTokenFresh) {
        // The token ran out on its way: another is asked for, once.
        isTokenFresh = true
        sender.forget(question.scope)
        for (const count of counts) count.retries += 1
        continue
      }
      const isThrottled = outcome.status === 429
      const wait = outcome.wait ?? usualWait(Math.max(1, attempt), isThrottled)
      if (isThrottled || outcome.wait !== undefined) patience.rest(service, wait)
      const isLast = attempt >= (patience.isLost(host) ? 1 : ATTEMPTS)
      if (outcome.status === 0 && isLast) patience.setLost(host, true)
      if (!(outcome.status === 0 || PASSING.has(outcome.status)) || isLast || waited + wait > patienceSeconds)
        throw waited + wait > patienceSeconds ? outOfPatience(outcome, wait, patienceSeconds) : outcome
      for (const count of counts) count.retries += 1
      if (isThrottled || outcome.wait !== undefined) continue
      waited += wait
      await pause(counts, wait)
    }
  }

  async function pause(counts: readonly Traffic[], seconds: number): Promise<void> {
    for (const count of counts) count.waitedSeconds += seconds
    await outside.sleep(seconds, stopping.signal)
  }

  async function once<T>(
    question: Question,
    isWhole: boolean,
    read: (response: PipelineResponse) => Promise<T>,
  ): Promise<{ answer: T; rest: number } | (ServiceError & { wait?: number })> {
    try {
      const response = await sender.send(question, isWhole)
      const header: HeaderReader = (name) => response.headers.get(name)
      const wait = askedWait(header, outside.nowSeconds())
      if (response.status >= 200 && response.status < 300) {
        const answer = await read(response)
        return { answer, rest: header('x-ms-user-quota-remaining') === '0' ? (wait ?? 5) : 0 }
      }
      const code = codeOf(await bytesOf(response))
      const error = new ServiceError(response.status, code, `the service answered ${response.status} (${code})`)
      return wait === null ? error : Object.assign(error, { wait })
    } catch (cause) {
      if (isSignIn(cause)) {
        if (sender.hadToken(question.scope)) throw cause
        signInFailure ??= cause
        throw new NoTokenError(cause)
      }
      if (cause instanceof TakingError) throw cause.cause
      return new ServiceError(0, 'NetworkError', 'the connection was lost', cause)
    }
  }

  async function bytesOf(response: PipelineResponse): Promise<Uint8Array> {
    const parts: Uint8Array[] = []
    await readAnswer(response, options.stalledMilliseconds ?? STALLED_MILLISECONDS, (part) => parts.push(part))
    return Buffer.concat(parts)
  }

  function wireOf(counts: readonly Traffic[]): Wire {
    return {
      traffic: counts[0] as Traffic,
      part: () => wireOf([noTraffic(), ...counts]),
      stop: () => stopping.abort(),
      signInFailure: () => (sender.hadToken() ? undefined : signInFailure),
      ask: (question) =>
        put(
          counts,
          () => ({ question, isWhole: true }),
          async (response) => ({
            status: response.status,
            bytes: await bytesOf(response),
            header: (name) => response.headers.get(name),
          }),
          () => 0,
        ),
      async receive(question, take) {
        let taken = 0
        let version: string | undefined
        let proof: string | undefined
        const hash = createHash('md5')
        await put(
          counts,
          () => ({ question: taken === 0 ? question : goingOn(question, taken, version), isWhole: false }),
          async (response) => {
            // A service that does not know ranges sends all of it again: what was taken is passed over.
            let skip = response.status === 206 ? 0 : taken
            if (taken === 0) {
              version = response.headers.get('etag')
              proof = response.headers.get('content-md5')
            }
            await readAnswer(response, options.stalledMilliseconds ?? STALLED_MILLISECONDS, (part) => {
              const fresh = part.subarray(skip)
              skip -= part.length - fresh.length
              if (fresh.length === 0) return
              take(fresh)
              hash.update(fresh)
              taken += fresh.length
            })
          },
          () => taken,
        )
        if (proof !== undefined && proof !== hash.digest('base64'))
          throw new ServiceError(0, 'Md5Mismatch', 'what came is not what the service says it sent')
        return taken
      },
    }
  }
  return wireOf([noTraffic()])
}

const outOfPatience = (error: ServiceError, wait: number, most: number): ServiceError =>
  PASSING.has(error.status)
    ? new ServiceError(
        error.status,
        error.code,
        `${error.message} and asks for ${Math.ceil(wait)} s of patience; a question is waited for at most ${most} s`,
      )
    : error

const noTraffic = (): Traffic => ({ requests: 0, retries: 0, waitedSeconds: 0 })

const goingOn = (question: Question, from: number, version: string | undefined): Question => ({
  ...question,
  headers: { ...question.headers, range: `bytes=${from}-`, ...(version === undefined ? {} : { 'if-match': version }) },
})

/** What the taker of an answer threw, such as a full disk: no fault of the connection. */
class TakingError extends Error {}

async function readAnswer(
  response: PipelineResponse,
  stalledMilliseconds: number,
  take: (part: Uint8Array) => void,
): Promise<void> {
  const stream = response.readableStreamBody as Readable | undefined
  if (stream === undefined) return take(Buffer.from(response.bodyAsText ?? ''))
  const stalled = setTimeout(() => stream.destroy(new Error('the answer stands still')), stalledMilliseconds)
  try {
    for await (const part of stream) {
      stalled.refresh()
      try {
        take(part)
      } catch (cause) {
        throw new TakingError('', { cause })
      }
    }
  } finally {
    clearTimeout(stalled)
  }
}

// Patience and its end: every fault of one request, over the simulated Azure. Nobody really waits: sleeping moves the clock.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openWire, ServiceError } from '../../src/collect/wire.ts'
import {
  expiredToken,
  type Fault,
  latency,
  noRight,
  on,
  reset,
  serverError,
  THROTTLE_HEADERS,
  throttled,
  waitFor,
  withHeaders,
  wrongTenant,
} from '../azure/fault.ts'
import { generatedTenant } from '../azure/generated_tenant.ts'
import { type SimulatedAzure, startAzure } from '../azure/server.ts'
import { SECRET } from '../azure/transport.ts'
import { secretsIn } from './collected.ts'
import { type SimulatedOutside, simulatedOutside } from './outside.ts'

const NOW = 1_793_500_000
const QUESTION = {
  method: 'GET',
  url: 'https://graph.microsoft.com/v1.0/subscribedSkus',
  scope: 'https://graph.microsoft.com/.default',
} as const

let azure: SimulatedAzure
let outside: SimulatedOutside
beforeEach(async () => {
  azure = await startAzure(generatedTenant(1, 0))
  outside = simulatedOutside(azure.port, NOW)
})
afterEach(() => azure.close())

/** One question with faults at its first tries. */
async function asked(...faults: Fault[]) {
  azure.script(...faults.map((fault, i) => on('licences', i + 1, fault)))
  const wire = openWire(outside)
  const answer = await wire.ask(QUESTION)
  return { answer, traffic: wire.traffic }
}
const failure = (...faults: Fault[]): Promise<unknown> =>
  asked(...faults).then(
    () => null,
    (error: unknown) => error,
  )

describe('too many requests', () => {
  test.each(THROTTLE_HEADERS)('waits as long as %s says, and asks again', async (header) => {
    const { answer, traffic } = await asked(throttled(waitFor(header, 7)))
    expect(answer.status).toBe(200)
    expect(outside.sleeps).toEqual([7])
    expect(traffic).toMatchObject({ requests: 2, retries: 1, waitedSeconds: 7 })
  })

  test('of several headers the longest counts', async () => {
    const headers = {
      ...waitFor('x-ms-ratelimit-microsoft.costmanagement-qpu-retry-after', 11),
      ...waitFor('x-ms-ratelimit-microsoft.costmanagement-tenant-retry-after', 43),
      ...waitFor('retry-after-ms', 30),
      ...waitFor('retry-after', 5),
    }
    await asked(throttled(headers))
    expect(outside.sleeps).toEqual([43])
  })

  test('a date instead of seconds', async () => {
    await asked(throttled({ 'retry-after': new Date((NOW + 90) * 1000).toUTCString() }))
    expect(outside.sleeps).toEqual([90])
  })

  test('without a header each wait is longer than the one before, from twenty seconds on', async () => {
    await asked(throttled(), throttled(), throttled())
    expect(outside.sleeps).toEqual(outside.sleeps.toSorted((a, b) => a - b))
    expect(new Set(outside.sleeps).size).toBe(3)
    expect(outside.sleeps[0]).toBeGreaterThanOrEqual(20)
  })

  test('an hour is too long: it is given up without a wait, and says what the service said', async () => {
    const error = await failure(throttled(waitFor('retry-after', 3600)))
    expect(error).toBeInstanceOf(ServiceError)
    expect(error).toMatchObject({ status: 429, code: 'TooManyRequests' })
    expect(outside.sleeps).toEqual([])
    expect(azure.count('licences')).toBe(1)
  })

  test('a service that never stops refusing is given up in the end', async () => {
    azure.script(on('licences', 'always', throttled(waitFor('retry-after', 1))))
    await expect(openWire(outside).ask(QUESTION)).rejects.toMatchObject({ status: 429 })
    expect(azure.count('licences')).toBeGreaterThan(3)
    expect(azure.count('licences')).toBeLessThan(20)
  })

  test('a quota that is used up is waited for before the next question, not after a refusal', async () => {
    const quota = { 'x-ms-user-quota-remaining': '0', 'x-ms-user-quota-resets-after': '00:00:04' }
    azure.script(on('licences', 1, withHeaders(quota)))
    const wire = openWire(outside)
    await wire.ask(QUESTION)
    // Not before the answer is handed on: a page that is there must not be lost to a kill while waiting.
    expect(outside.sleeps).toEqual([])
    await wire.ask(QUESTION)
    expect(outside.sleeps).toEqual([4])
    expect(wire.traffic).toMatchObject({ requests: 2, retries: 0 })
  })
})

describe('faults that pass', () => {
  const passing: [string, Fault][] = [
    ['500', serverError(500)],
    ['502', serverError(502)],
    ['503', serverError(503)],
    ['503 with a wait', serverError(503, waitFor('retry-after', 3))],
    ['504', serverError(504)],
    ['the connection breaks before the answer', reset(0)],
    ['the connection breaks in the middle of the answer', reset(20)],
  ]
  test.each(passing)('%s: asked again, and the answer is whole', async (_, fault) => {
    const { answer } = await asked(fault, fault)
    expect(JSON.parse(Buffer.from(answer.bytes).toString())).toHaveProperty('value')
    expect(azure.count('licences')).toBe(3)
    expect(outside.sleeps).toHaveLength(2)
  })

  test('a token that has run out is replaced, once', async () => {
    const { answer } = await asked(expiredToken)
    expect(answer.status).toBe(200)
    expect(outside.credential.scopes).toEqual([QUESTION.scope, QUESTION.scope])
    expect(outside.sleeps).toEqual([])
  })

  test('an answer that is late is waited for', async () => {
    expect((await asked(latency(300))).answer.status).toBe(200)
  })
})

describe('faults that do not pass', () => {
  test.each([
    ['no right', noRight(`${SECRET}@ostrelle.example`), 403, 'AuthorizationFailed'],
    ['another tenant', wrongTenant, 401, 'InvalidAuthenticationTokenTenant'],
  ] as [string, Fault, number, string][])(
    '%s: a refusal, with the code and not the sentence',
    async (_, fault, status, code) => {
      const error = (await failure(fault, fault, fault)) as ServiceError
      expect(error).toMatchObject({ status, code, isRefusal: true })
      expect(azure.count('licences')).toBeLessThanOrEqual(2)
      expect(outside.sleeps).toEqual([])
      expect(secretsIn(`${error.stack} ${JSON.stringify(error)} ${error.cause}`)).toEqual([])
    },
  )
})

test('every error that a fault leads to keeps tokens to itself', async () => {
  const faults = [reset(0), reset(10), serverError(500), throttled(waitFor('retry-after', 9999)), noRight(SECRET)]
  for (const fault of faults) {
    azure.forget()
    azure.script(on('licences', 'always', fault))
    const error = (await openWire(outside)
      .ask(QUESTION)
      .catch((caught: unknown) => caught)) as Error
    expect(error).toBeInstanceOf(Error)
    const causes = [error, error.cause, (error.cause as Error | undefined)?.cause]
    expect(causes.flatMap((one) => secretsIn(`${(one as Error | undefined)?.stack} ${JSON.stringify(one)}`))).toEqual(
      [],
    )
  }
})

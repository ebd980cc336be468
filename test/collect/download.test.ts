// Downloads of any size: every byte once, in order, whatever breaks on the way; never more than a part of it in memory.
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createDefaultHttpClient, createHttpHeaders, type HttpClient } from '@azure/core-rest-pipeline'
import { expect, onTestFinished, test } from 'vitest'
import { fetchBlob } from '../../src/collect/blob.ts'
import { openStore } from '../../src/collect/store.ts'
import { openWire, ServiceError } from '../../src/collect/wire.ts'
import { filesOf } from './collected.ts'
import { simulatedOutside } from './outside.ts'
import { NOW, scratchFolder } from './world.ts'

const URL_OF = 'https://account.blob.core.windows.net/costs/part.csv'
type Answering = (request: IncomingMessage, response: ServerResponse, number: number) => void

/** A server for one file, a wire that reaches it, and a folder. */
async function world(answer: Answering, stalledMilliseconds = 60_000) {
  const asked: (string | undefined)[] = []
  const server = createServer((request, response) => {
    asked.push(request.headers.range)
    answer(request, response, asked.length)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const network = createDefaultHttpClient()
  const httpClient: HttpClient = {
    sendRequest: (request) => {
      const sent = {
        ...request,
        url: `http://127.0.0.1:${port}/`,
        headers: createHttpHeaders(request.headers.toJSON()),
      }
      sent.allowInsecureConnection = true
      return network.sendRequest(sent)
    },
  }
  const folder = scratchFolder()
  const wire = openWire({ ...simulatedOutside(port, NOW), httpClient }, { stalledMilliseconds })
  const store = openStore(folder, '{}', NOW, wire.traffic)
  const fetch = () => fetchBlob(wire, store, { url: URL_OF, scope: null, path: 'cost/part.csv', source: 'cost' })
  const kept = () => filesOf(folder).get('cost/part.csv')
  return { asked, fetch, kept, folder, wire, store }
}

const CONTENT = Buffer.from(Array.from({ length: 200_000 }, (_, i) => `line ${i}\n`).join(''))
const MD5 = createHash('md5').update(CONTENT).digest('base64')

/** Sends the file, or what a range asks of it, up to `bytes` of it; then the connection breaks. */
function sendPart(request: IncomingMessage, response: ServerResponse, bytes = Number.POSITIVE_INFINITY, etag = '"1"') {
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
  const part = CONTENT.subarray(from)
  response.writeHead(from === 0 ? 200 : 206, { etag, 'content-length': part.length, 'content-md5': MD5 })
  if (bytes >= part.length) response.end(part)
  else response.write(part.subarray(0, bytes), () => response.socket?.resetAndDestroy())
}

test('a connection that breaks again and again: each byte once', async () => {
  const { asked, fetch, kept } = await world((request, response, number) =>
    sendPart(request, response, number < 20 ? 100_000 : undefined),
  )
  expect(await fetch()).toBe(CONTENT.length)
  expect(kept()?.equals(CONTENT)).toBe(true)
  expect(asked.length).toBeGreaterThan(10)
  expect(asked[0]).toBeUndefined()
  expect(asked.slice(1).every((range) => /^bytes=\d+-$/.test(range ?? ''))).toBe(true)
})

test('a server that knows no ranges sends all of it again: what was taken is passed over', async () => {
  const { fetch, kept } = await world((request, response, number) => {
    delete request.headers.range
    sendPart(request, response, number < 4 ? 50_000 * number : undefined)
  })
  await fetch()
  expect(kept()?.equals(CONTENT)).toBe(true)
})

test('a file that is replaced meanwhile is no mixture of two', async () => {
  const { fetch, kept, folder } = await world((request, response, number) => {
    if (number === 1) return sendPart(request, response, 100_000)
    response.writeHead(request.headers['if-match'] === '"1"' ? 412 : 200).end()
  })
  await expect(fetch()).rejects.toMatchObject({ status: 412 })
  expect(kept()).toBeUndefined()
  expect([...filesOf(folder).keys()]).toEqual(['.collect/journal.jsonl'])
})

test('a file that is not what the service says it sent is not kept', async () => {
  const { fetch, kept } = await world((_, response) =>
    response.writeHead(200, { 'content-md5': MD5 }).end(CONTENT.subarray(1)),
  )
  await expect(fetch()).rejects.toThrow(ServiceError)
  expect(kept()).toBeUndefined()
})

test('an answer that stands still is a lost connection, and is taken up', async () => {
  const { fetch, kept, asked } = await world((request, response, number) => {
    if (number > 1) return sendPart(request, response)
    response.writeHead(200, { etag: '"1"', 'content-length': CONTENT.length })
    response.write(CONTENT.subarray(0, 70_000))
  }, 200)
  await fetch()
  expect(kept()?.equals(CONTENT)).toBe(true)
  expect(asked).toHaveLength(2)
})

test('an empty file is a file', async () => {
  const { fetch, kept } = await world((_, response) => response.writeHead(200, { 'content-length': 0 }).end())
  expect(await fetch()).toBe(0)
  expect(kept()?.length).toBe(0)
})

test('a file that lies there as it was fetched is not fetched again; a changed one is', async () => {
  const { fetch, asked, folder, store } = await world((request, response) => sendPart(request, response))
  await fetch()
  await fetch()
  expect(asked).toHaveLength(1)
  writeFileSync(`${folder}/cost/part.csv`, 'mine')
  expect(store.whole('cost/part.csv')).toBeUndefined()
  await fetch()
  expect(asked).toHaveLength(2)
})

// Ctrl-C and a lost network: what is whole is kept, and the next call ends as if nothing had been.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { packageRoot } from '../../src/package_root.ts'
import { latency, on } from '../azure/fault.ts'
import { generatedTenant } from '../azure/generated_tenant.ts'
import { ROUTE_NAMES } from '../azure/wire.ts'
import { stateOf } from './collected.ts'
import { told } from './command.ts'
import { simulatedOutside } from './outside.ts'
import { EVERYTHING, missing, NOW, sampleWorld, scratchFolder } from './world.ts'

const SOURCES = ['inventory', 'endpoint', 'cost'] as const
const PAGES = { pages: { resourceGraph: 20, machines: 50 } }

test('Ctrl-C after any page: the next call goes on from there', async () => {
  const undisturbed = await sampleWorld(PAGES)
  await undisturbed.collect({ sources: SOURCES })
  const whole = stateOf(undisturbed.folder)
  const needed = undisturbed.azure.count()
  for (const after of [2, Math.floor(needed / 2), needed - 3]) {
    const { azure, collect, folder } = await sampleWorld(PAGES)
    azure.script(...ROUTE_NAMES.map((route) => on(route, 'always', latency(10))))
    const words = [join(packageRoot, 'dist/test/collect/child.js'), folder, String(azure.port)]
    const child = spawn(process.execPath, [...words, String(NOW), JSON.stringify({ ...EVERYTHING, sources: SOURCES })])
    const ended = once(child, 'close')
    while (child.exitCode === null && azure.count() < after) await new Promise((resolve) => setTimeout(resolve, 1))
    child.kill('SIGINT')
    expect(await ended).toEqual([null, 'SIGINT'])
    azure.forget()
    const done = await collect({ sources: SOURCES })
    expect([missing(done), stateOf(folder)]).toEqual([[], whole])
    expect(azure.count()).toBeLessThanOrEqual(needed)
  }
})

test('the command itself, interrupted: exit 130, and it says that nothing is lost', async () => {
  // A proxy that takes the connection and never answers: the command waits for its sign-in.
  const waiting: Socket[] = []
  const proxy = createServer((socket) => {
    waiting.push(socket)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => {
    for (const socket of waiting) socket.destroy()
    proxy.close()
  })
  const address = proxy.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(
    process.execPath,
    [join(packageRoot, 'dist/src/cli.js'), 'collect', scratchFolder(), '--auth', 'env', '--only', 'licences'],
    {
      env: {
        PATH,
        HOME,
        HTTPS_PROXY: `http://127.0.0.1:${port}`,
        AZURE_TENANT_ID: '8c370a6e-69eb-4a07-a1d7-a7a15e8745f7',
        AZURE_CLIENT_ID: '8c370a6e-69eb-4a07-a1d7-a7a15e8745f8',
        AZURE_CLIENT_SECRET: 'not-a-secret',
      },
    },
  )
  let err = ''
  child.stderr.on('data', (data) => {
    err += String(data)
  })
  const ended = once(child, 'close')
  while (child.exitCode === null && waiting.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  child.kill('SIGINT')
  expect(await ended).toEqual([130, null])
  expect(err).toBe(
    'hourwise: interrupted; every complete page is kept: repeat the command, and it goes on from there\n',
  )
})

test('a network that is lost: each host is waited for once, exit 4, and the next call goes on', async () => {
  // Twelve subscriptions: many listings that all ask the same host.
  const { azure, collect, folder } = await sampleWorld({}, generatedTenant(3000, 0))
  const outside = simulatedOutside(azure.port, NOW)
  let asked = 0
  const cut = {
    ...outside,
    httpClient: {
      sendRequest: (request: Parameters<typeof outside.httpClient.sendRequest>[0]) =>
        ++asked > 6
          ? Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }))
          : outside.httpClient.sendRequest(request),
    },
  }
  const words = ['collect', folder, '--only', 'inventory,power,alerts,endpoint']
  const ran = await told(cut, [...words, '-o', 'json'])
  expect(ran.exit).toBe(4)
  expect(ran.err).toContain('the connection was lost')
  // The last of seven tries is waited for by those that were under way when the network went, not by every listing.
  const [{ collected }] = JSON.parse(ran.out) as [{ collected: { listings: { state: string }[] } }]
  const lacking = collected.listings.filter(({ state }) => state === 'failed').length
  expect(lacking).toBeGreaterThan(20)
  expect(outside.sleeps.filter((seconds) => seconds === 64).length).toBeLessThanOrEqual(lacking / 2)
  const done = await collect({ sources: ['inventory', 'power', 'alerts', 'endpoint'], costScopes: [] })
  expect(missing(done)).toEqual([])
  expect(done.isResumed).toBe(true)
})

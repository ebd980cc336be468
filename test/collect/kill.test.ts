// Killed fifty times at random moments, a collection goes on from where it was: the folder is in the end the one that an
// undisturbed collection leaves, and no page is asked for twice but the one that was under way.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { at } from '../../fixtures/estate/moment.ts'
import type { Wanted } from '../../src/collect/wanted.ts'
import { packageRoot } from '../../src/package_root.ts'
import { latency, on } from '../azure/fault.ts'
import { SAMPLE_BILLING, sampleTenant } from '../azure/sample_tenant.ts'
import { type SimulatedAzure, startAzure } from '../azure/server.ts'
import { ROUTE_NAMES } from '../azure/wire.ts'
import { secretsBelow, stateOf } from './collected.ts'

const KILLS = 50
const LANES = 4
const MOMENT = at('2026-11-05T12:00')
const WANTED: Wanted = {
  cloud: 'public',
  signIn: 'auto',
  sources: ['inventory', 'plans', 'assessments', 'power', 'alerts', 'endpoint', 'licences', 'prices', 'cost'],
  subscriptions: [],
  managementGroup: undefined,
  costScopes: Object.values(SAMPLE_BILLING),
  currency: 'USD',
  days: 90,
}

let place: string
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'hourwise-kill-'))
})
afterAll(() => rmSync(place, { recursive: true }))

const start = (): Promise<SimulatedAzure> =>
  startAzure(sampleTenant(MOMENT), { pages: { resourceGraph: 20, activityLog: 40, machines: 20 } })

/** Starts the collector; `dieAfter` requests and so many milliseconds more it is killed. Gives its exit code. */
async function run(azure: SimulatedAzure, folder: string, dieAfter?: number, milliseconds = 0): Promise<number | null> {
  const words = [join(packageRoot, 'dist/test/collect/child.js'), folder, String(azure.port)]
  const child = spawn(process.execPath, [...words, String(MOMENT), JSON.stringify(WANTED)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += String(chunk)
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  if (dieAfter !== undefined) {
    const target = azure.requests.length + dieAfter
    while (child.exitCode === null && azure.requests.length < target) await new Promise((r) => setTimeout(r, 1))
    await new Promise((r) => setTimeout(r, milliseconds))
    child.kill('SIGKILL')
  }
  const code = await ended
  expect(said).toBe('')
  return code
}

/** A generator of chance with a seed: the same kills in every run. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

test('killed fifty times, the folder is that of an undisturbed collection', async () => {
  const quiet = await start()
  expect(await run(quiet, join(place, 'undisturbed'))).toBe(0)
  const expected = stateOf(join(place, 'undisturbed'))
  const undisturbed = quiet.count()
  await quiet.close()

  let kills = 0
  const lane = async (number: number): Promise<void> => {
    const next = chance(1000 + number)
    const azure = await start()
    // Slow enough that a kill may hit before, within and after an answer.
    azure.script(...ROUTE_NAMES.map((route) => on(route, 'always', latency(3))))
    for (let round = 0; kills < KILLS; round++) {
      const folder = join(place, `lane-${number}-${round}`)
      azure.requests.length = 0
      let code: number | null = null
      let ownKills = 0
      while (code === null) {
        const isToDie = kills < KILLS && ownKills < 8
        code = isToDie
          ? await run(azure, folder, Math.floor(next() * 0.4 * undisturbed), Math.floor(next() * 12))
          : await run(azure, folder)
        if (code === null) {
          kills += 1
          ownKills += 1
        }
      }
      expect(code).toBe(0)
      expect(stateOf(folder)).toEqual(expected)
      expect(secretsBelow(folder)).toEqual([])
      // Each kill costs what was under way (two listings of Resource Graph, eight of Resource Manager, five services beside
      // them), up to forty plans of single machines that share a file, and the questions whose answers are not kept: the
      // list of subscriptions, exports and their runs.
      expect(azure.count()).toBeLessThanOrEqual(undisturbed + ownKills * (15 + 40 + 5))
    }
    await azure.close()
  }
  await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)))
  expect(kills).toBeGreaterThanOrEqual(KILLS)
}, 900_000)

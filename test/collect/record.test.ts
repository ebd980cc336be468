// collection.json: its published form, what it says of a run, and what happens when somebody damaged it.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { RESUMED_WITHIN_SECONDS } from '../../src/collect/store.ts'
import { type Collection, collectionJsonSchema, collectionSchema } from '../../src/collection_schema.ts'
import { packageRoot } from '../../src/package_root.ts'
import { on, serverError, throttled, waitFor } from '../azure/fault.ts'
import { filesOf } from './collected.ts'
import { simulatedOutside } from './outside.ts'
import { missing, NOW, sampleWorld } from './world.ts'

const recordOf = (folder: string): Collection => JSON.parse(readFileSync(join(folder, 'collection.json'), 'utf8'))

test('the published JSON Schema is that of the code', () => {
  expect(JSON.parse(readFileSync(join(packageRoot, 'src/collection.schema.json'), 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(collectionJsonSchema())),
  )
})

describe('the record of a run', () => {
  test('has the published form, and no member beside it', async () => {
    const { collect, folder } = await sampleWorld()
    await collect()
    const record = recordOf(folder)
    expect(collectionSchema.parse(record)).toEqual(record)
  })

  test('says source, scope, time, pages, rows read and announced, requests, retries and hashes', async () => {
    const { azure, collect, folder } = await sampleWorld({ pages: { resourceGraph: 40 } })
    azure.script(on('machines', 1, serverError(503)))
    await collect({ sources: ['inventory', 'endpoint'], subscriptions: [], tenant: 'contoso.example' })
    const { runs, files } = recordOf(folder)
    expect(runs).toMatchObject([
      {
        beganAt: '2026-11-06T12:00:00.000Z',
        endedAt: '2026-11-06T12:00:02.000Z',
        calls: 1,
        scope: { cloud: 'public', tenant: 'contoso.example', subscriptions: [], managementGroup: null },
        sources: ['inventory', 'endpoint'],
        requests: azure.count(),
        retries: 1,
        waitedSeconds: 2,
        leastRequests: files.length,
      },
    ])
    const listings = runs[0]?.listings ?? []
    const machines = listings.find(({ listing }) => listing === 'inventory/virtual-machines')
    expect(machines).toMatchObject({ source: 'inventory', state: 'complete', retries: 0, requests: machines?.pages })
    expect(machines?.pages).toBeGreaterThan(1)
    expect(machines?.rowsRead).toBe(machines?.rowsAnnounced)
    expect(listings.find(({ source }) => source === 'endpoint')).toMatchObject({ requests: 2, retries: 1 })
    expect(listings.reduce((sum, { requests }) => sum + requests, 0)).toBe(azure.count())
    for (const file of files) expect(file).toMatchObject({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/) })
  })

  test('counts the requests of all calls that a collection took', async () => {
    const { azure, collect, folder } = await sampleWorld({ pages: { resourceGraph: 40 } })
    const sources = ['inventory', 'endpoint'] as const
    azure.script(on('resource-graph', 4, throttled(waitFor('retry-after', 3600))))
    const first = await collect({ sources })
    expect(missing(first)).not.toEqual([])
    const second = await collect({ sources }, simulatedOutside(azure.port, NOW + 3600))
    expect([second.isResumed, missing(second)]).toEqual([true, []])
    const [run, ...others] = recordOf(folder).runs
    expect(others).toEqual([])
    expect(run).toMatchObject({ calls: 2, requests: azure.count() })
    expect(first.traffic.requests + second.traffic.requests).toBe(azure.count())
    expect(run?.listings.reduce((sum, { requests }) => sum + requests, 0)).toBe(azure.count())
  })

  test('a collection that nobody went on with is closed: a half listing is given up, another moment begins', async () => {
    const { azure, collect, folder } = await sampleWorld({ pages: { resourceGraph: 40 } })
    azure.script(on('resource-graph', 'always', throttled(waitFor('retry-after', 3600))))
    const earlier = await collect({ sources: ['inventory', 'endpoint'] })
    expect(missing(earlier)).not.toEqual([])
    azure.forget()
    const later = NOW + RESUMED_WITHIN_SECONDS + 1
    // Another plan, too: it is not refused, as nothing is unfinished any more.
    const done = await collect({ sources: ['endpoint'] }, simulatedOutside(azure.port, later))
    expect([done.isResumed, missing(done)]).toEqual([false, []])
    const { runs, files } = recordOf(folder)
    expect(runs.map(({ beganAt }) => Date.parse(beganAt) / 1000)).toEqual([NOW, later])
    expect(files.map(({ path }) => path)).toEqual(
      [...filesOf(folder).keys()].filter((path) => path !== 'collection.json').sort(),
    )
    expect(new Set(files.map(({ snapshotAt }) => snapshotAt))).toEqual(new Set(runs.map(({ beganAt }) => beganAt)))
  })
})

describe('a damaged record', () => {
  test.each([
    ['cut short', '{"collection": "hourwise", "files": [', /no whole JSON/],
    ['of another form', '{"collection": "hourwise", "files": [{"path": 7}]}', /not what `collect` writes/],
    ['of a newer version', '{"collection": "hourwise", "schemaVersion": 9, "files": []}', /newer Hourwise/],
  ])('%s: nothing is asked, nothing is overwritten, the error says what to do', async (_, text, message) => {
    const { azure, collect, folder } = await sampleWorld()
    writeFileSync(join(folder, 'collection.json'), text)
    const error = await collect().catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 6, message: expect.stringMatching(message), next: expect.any(String) })
    expect(azure.count()).toBe(0)
    expect([...filesOf(folder)].map(([path, content]) => [path, content.toString()])).toEqual([
      ['collection.json', text],
    ])
  })
})

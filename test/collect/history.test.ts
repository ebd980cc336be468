// A scheduler's `collect --only endpoint,inventory`, every four hours: each call adds a snapshot, and the health history is
// what they say one after the other.
import { describe, expect, test } from 'vitest'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import { normalise } from '../../src/normalise/normalise.ts'
import { sampleTenant } from '../azure/sample_tenant.ts'
import { startAzure } from '../azure/server.ts'
import { filesOf } from './collected.ts'
import { costScopes, told } from './command.ts'
import { simulatedOutside } from './outside.ts'
import { NOW, sampleWorld, scratchFolder } from './world.ts'

const HOURS = 3600

describe('repeated collection', () => {
  test('adds snapshots, each with its own moment, and leaves the earlier ones as they are', async () => {
    const folder = scratchFolder()
    const moments = [NOW, NOW + 4 * HOURS, NOW + 8 * HOURS]
    const tenant = sampleTenant(NOW)
    const azure = await startAzure(tenant)
    const seen: Map<string, Buffer>[] = []
    try {
      for (const moment of moments) {
        // A sensor falls silent between two calls.
        const silent = tenant.devices.find((device) => device['healthStatus'] === 'Active')
        if (silent !== undefined) silent['healthStatus'] = 'NoSensorData'
        const words = ['collect', folder, '--only', 'endpoint,inventory', '--quiet', '-o', 'json']
        const ran = await told(simulatedOutside(azure.port, moment), words)
        expect([ran.exit, ran.err]).toEqual([0, ''])
        seen.push(filesOf(folder))
      }
      // What a scheduler pays: no activity log, no bill, no licence is asked for.
      expect(new Set(azure.requests.map(({ route }) => route))).toEqual(new Set(['resource-graph', 'machines']))
    } finally {
      await azure.close()
    }
    for (const [path, content] of seen[0] ?? [])
      if (path !== 'collection.json') expect(seen[2]?.get(path)?.equals(content), path).toBe(true)
    expect([...(seen[2]?.keys() ?? [])].length - 1).toBe(3 * ((seen[0]?.size ?? 0) - 1))
    const engine = await openDuckDb()
    try {
      const { findings } = await normalise(engine, folder)
      expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
      const listings = await engine.rows(
        `select cast(snapshot_at as varchar) as at, count(*) as devices,
           count(*) filter (where health_status = 'no_sensor_data') as silent
         from normalise.endpoint_device group by snapshot_at order by snapshot_at`,
      )
      expect(listings.map(({ at }) => Number(at))).toEqual(moments)
      const silent = listings.map((row) => Number(row['silent']))
      expect(silent.map((count) => count - (silent[0] ?? 0))).toEqual([0, 1, 2])
    } finally {
      await engine.close()
    }
  })

  test('runs stand in the record one after the other; the cheap one between two whole ones disturbs neither', async () => {
    const { azure, collect, folder } = await sampleWorld()
    await collect()
    await collect({ sources: ['inventory', 'endpoint'] }, simulatedOutside(azure.port, NOW + 4 * HOURS))
    const blobs = azure.count('blob')
    await collect({}, simulatedOutside(azure.port, NOW + 24 * HOURS))
    // Files of an export do not change: none is fetched again.
    expect(azure.count('blob')).toBe(blobs)
    const { runs, files } = JSON.parse(filesOf(folder).get('collection.json')?.toString() ?? '{}')
    expect(runs.map(({ sources }: { sources: string[] }) => sources.length)).toEqual([
      runs[2].sources.length,
      2,
      runs[2].sources.length,
    ])
    expect(new Set(files.map(({ path }: { path: string }) => path)).size).toBe(files.length)
  })
})

describe('what a waiting person sees', () => {
  test('off a terminal: nothing; quiet on one: nothing; on one: a line with rows, those announced and listings', async () => {
    const { azure, folder } = await sampleWorld({ pages: { resourceGraph: 20 } })
    const words = (out: string) => ['collect', `${folder}/${out}`, '--only', 'inventory', ...costScopes([])]
    const run = (out: string, interactive: boolean, ...more: string[]) =>
      told(simulatedOutside(azure.port, NOW), [...words(out), ...more], { interactive })
    expect((await run('a', false)).err).toBe('')
    expect((await run('b', true, '--quiet')).err).toBe('')
    const { err, out } = await run('c', true)
    expect(err).toMatch(/collecting: \d+ of \d+ listings, inventory\/[\w-]+ \d+ of \d+/)
    // The line is taken away before the result.
    expect(err.endsWith('\r\u001b[K')).toBe(true)
    expect(out).toContain('inventory/virtual-machines')
  })
})

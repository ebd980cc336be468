// Collected as a scheduler would have, moment by moment, the sample estate gives the figures that its exports give.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { at } from '../../fixtures/estate/moment.ts'
import { collect, type Source } from '../../src/collect/collect.ts'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import { buildLedger } from '../../src/ledger/build.ts'
import { normalise } from '../../src/normalise/normalise.ts'
import { packageRoot } from '../../src/package_root.ts'
import { SAMPLE_BILLING, sampleMoments, sampleTenant } from '../azure/sample_tenant.ts'
import { startAzure } from '../azure/server.ts'
import { recordingCredential, simulatedTransport } from '../azure/transport.ts'

async function collectAt(folder: string, moment: number, sources: readonly Source[], currency = 'USD') {
  const azure = await startAzure(sampleTenant(moment), { keepBodies: false })
  const wanted = {
    cloud: 'public',
    signIn: 'auto',
    sources,
    subscriptions: [],
    managementGroup: undefined,
    costScopes: Object.values(SAMPLE_BILLING),
    currency,
    days: 90,
  } as const
  try {
    const done = await collect(folder, wanted, {
      credential: recordingCredential(),
      httpClient: simulatedTransport(azure.port),
      nowSeconds: () => moment,
      sleep: async () => {},
    })
    expect(done.listings.filter(({ state }) => state !== 'complete')).toEqual([])
  } finally {
    await azure.close()
  }
}

async function figures(folder: string): Promise<string[]> {
  const engine = await openDuckDb()
  try {
    await normalise(engine, folder)
    await buildLedger(engine, { fromDay: '2026-10-01', untilDay: '2026-11-01' })
    return (await engine.rows('select * from ledger.figure order by all')).map((row) => JSON.stringify(row))
  } finally {
    await engine.close()
  }
}

test('collect, then report: every figure is that of the exports', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hourwise-collect-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const inventory = sampleMoments('inventory')
  const endpoint = sampleMoments('endpoint')
  const licences = sampleMoments('licences')
  for (const moment of [...new Set([...inventory, ...endpoint, ...licences])].sort((a, b) => a - b)) {
    const sources: Source[] = inventory.includes(moment)
      ? ['inventory', 'plans', 'assessments', 'annotations', 'power']
      : []
    if (endpoint.includes(moment)) sources.push('endpoint')
    if (licences.includes(moment)) sources.push('licences')
    await collectAt(folder, moment, sources)
  }
  const end = at('2026-11-06T12:00')
  await collectAt(folder, end, ['cost', 'prices', 'power', 'annotations'])
  await collectAt(folder, end + 1, ['prices'], 'EUR')
  const collected = await figures(folder)
  expect(collected.length).toBeGreaterThan(50)
  expect(collected).toEqual(await figures(join(packageRoot, 'fixtures/sample')))
})

// Collected from the simulated Azure, at every moment of the sample estate, and reported: the numbers are those of the
// estate's own exports. The built command is run: `npm run build` comes first.
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { at } from '../../fixtures/estate/moment.ts'
import { collect } from '../../src/collect/collect.ts'
import type { Source } from '../../src/collect/wanted.ts'
import { packageRoot } from '../../src/package_root.ts'
import { SAMPLE_BILLING, sampleMoments, sampleTenant } from '../azure/sample_tenant.ts'
import { startAzure } from '../azure/server.ts'
import { hourwise } from '../cli/hourwise.ts'
import { secretsBelow } from './collected.ts'
import { simulatedOutside } from './outside.ts'

const SAMPLE = join(packageRoot, 'fixtures/sample')
const LAST = at('2026-11-05T12:00')

let place: string
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'hourwise-end-to-end-'))
})
afterAll(() => rmSync(place, { recursive: true }))

/** What a scheduler would have collected at a moment: of each source what the sample has of that moment. */
function dueAt(moment: number): Source[] {
  return [
    ...(sampleMoments('inventory').includes(moment) ? (['inventory', 'plans', 'assessments'] as const) : []),
    ...(sampleMoments('endpoint').includes(moment) ? (['endpoint'] as const) : []),
    ...(sampleMoments('licences').includes(moment) ? (['licences'] as const) : []),
    ...(sampleMoments('resource-health').includes(moment) ? (['annotations'] as const) : []),
    ...(sampleMoments('alerts').includes(moment) ? (['alerts'] as const) : []),
    ...(moment === LAST ? (['power', 'availability', 'cost', 'prices'] as const) : []),
  ]
}

async function collectAt(folder: string, moment: number, sources: readonly Source[], currency = 'USD') {
  const azure = await startAzure(sampleTenant(moment), { pages: { resourceGraph: 40, activityLog: 50 } })
  const outside = simulatedOutside(azure.port, moment)
  try {
    const collected = await collect(
      folder,
      {
        cloud: 'public',
        signIn: 'auto',
        sources,
        subscriptions: [],
        managementGroup: undefined,
        costScopes: Object.values(SAMPLE_BILLING),
        currency,
        days: 90,
      },
      outside,
    )
    expect(collected.listings.filter(({ state }) => state !== 'complete')).toEqual([])
    return { collected, azure }
  } finally {
    await azure.close()
  }
}

/** The summary of a folder's report without the count of findings, and the checks that found something. */
function reported(folder: string, out: string) {
  const ran = hourwise(['report', folder, '--out', join(place, out), '--format', 'json', '--period', '2026-10'])
  expect([ran.exit, ran.err]).toEqual([0, expect.any(String)])
  const read = (name: string) => JSON.parse(readFileSync(join(place, out, name), 'utf8'))
  const { findings: _, ...numbers } = read('summary.json') as Record<string, unknown>
  const found = (read('findings.json') as { check: string }[]).map(({ check }) => check)
  return { numbers, findings: found.sort() }
}

describe('collect, then report', () => {
  test('gives the numbers of the exports, every one', async () => {
    const folder = join(place, 'collected')
    const moments = (['inventory', 'endpoint', 'licences', 'resource-health', 'alerts'] as const).flatMap(sampleMoments)
    for (const moment of [...new Set([...moments, LAST])].sort((a, b) => a - b))
      await collectAt(folder, moment, dueAt(moment))
    await collectAt(folder, LAST + 60, ['prices'], 'EUR')
    expect(secretsBelow(folder)).toEqual([])
    copyFileSync(join(SAMPLE, 'hourwise.yaml'), join(folder, 'hourwise.yaml'))
    const fromAzure = reported(folder, 'from-azure')
    const fromExports = reported(SAMPLE, 'from-exports')
    expect(fromAzure.numbers).toEqual(fromExports.numbers)
    expect(fromAzure.findings).toEqual(fromExports.findings)
  })

  test('asks no more than it must', async () => {
    const { collected, azure } = await collectAt(join(place, 'least'), at('2026-11-01T02:00'), [
      'inventory',
      'plans',
      'assessments',
      'licences',
      'endpoint',
    ])
    // Pages that lie on the disk, plans of single machines (many in one file), and the list of subscriptions.
    expect(collected.leastRequests).toBeGreaterThan(10)
    expect(azure.count()).toBeLessThanOrEqual(collected.leastRequests + 1)
  })
})

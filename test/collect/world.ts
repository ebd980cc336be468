import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { at } from '../../fixtures/estate/moment.ts'
import { type Collected, collect } from '../../src/collect/collect.ts'
import { SOURCES, type Wanted } from '../../src/collect/wanted.ts'
import { SAMPLE_BILLING, sampleTenant } from '../azure/sample_tenant.ts'
import { type ServerOptions, type SimulatedAzure, startAzure } from '../azure/server.ts'
import type { AzureTenant } from '../azure/tenant.ts'
import { type SimulatedOutside, simulatedOutside } from './outside.ts'

/** A moment of the sample estate. */
export const NOW = at('2026-11-06T12:00')

/** Everything there is, of the sample estate. */
export const EVERYTHING: Wanted = {
  cloud: 'public',
  signIn: 'auto',
  sources: SOURCES,
  subscriptions: [],
  managementGroup: undefined,
  costScopes: Object.values(SAMPLE_BILLING),
  currency: 'USD',
  days: 90,
}

/** Azure, a folder and a clock, for one test. */
export interface World {
  readonly tenant: AzureTenant
  readonly azure: SimulatedAzure
  readonly folder: string
  readonly outside: SimulatedOutside
  /** One call of the collector, with nobody really waiting. */
  collect(wanted?: Partial<Wanted>, outside?: SimulatedOutside): Promise<Collected>
}

/** The sample estate at {@link NOW}; gone after the test. */
export async function sampleWorld(options: ServerOptions = {}, tenant = sampleTenant(NOW)): Promise<World> {
  const azure = await startAzure(tenant, options)
  const folder = scratchFolder()
  onTestFinished(() => azure.close())
  const outside = simulatedOutside(azure.port, NOW)
  return {
    tenant,
    azure,
    folder,
    outside,
    collect: (wanted = {}, other = outside) => collect(folder, { ...EVERYTHING, ...wanted }, other),
  }
}

/** A folder that is gone after the test. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hourwise-collect-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** What is not all there: `listing state`. */
export const missing = (done: Collected): string[] =>
  done.listings.filter(({ state }) => state !== 'complete').map(({ listing, state }) => `${listing} ${state}`)

import type { Engine } from '../engine/engine.ts'
import { readList } from '../engine/list_file.ts'
import { buildModel, readChecks, runChecks } from '../engine/model.ts'
import { INTEGRATION_MODELS } from '../models.ts'

export interface IntegrationSettings {
  /** Where the tenant's Defender for Endpoint keeps its data; absent: not known. */
  endpointRegion?: string | undefined
  onModel?(relation: string): void
}

/**
 * Builds schema `integration` from the schemas before it: what beside the bill decides whether a paid hour protects.
 * Prerequisites and issues of sensors, provisioning, moves, data location, alerts, anomalies. Needs schema `history`.
 * Counter-examples of its checks join `ledger.finding`.
 */
export async function buildIntegration(engine: Engine, settings: IntegrationSettings = {}): Promise<void> {
  await engine.run(`drop schema if exists integration cascade; create schema integration;
    create table integration.region (location varchar, geography varchar, source_url varchar, source_day date);
    create table integration.location_fact (position integer, fact varchar, confidence varchar, source_url varchar, source_day date);
    delete from config.setting where key = 'endpoint_region'`)
  if (settings.endpointRegion !== undefined)
    await engine.insert('config.setting', [['endpoint_region', settings.endpointRegion]])
  await engine.insert(
    'integration.region',
    readList('src/integration/region.csv', ['location', 'geography', 'source_url', 'source_day']),
  )
  await engine.insert(
    'integration.location_fact',
    readList('src/integration/location_fact.csv', ['position', 'fact', 'confidence', 'source_url', 'source_day']),
  )
  for (const model of INTEGRATION_MODELS) {
    settings.onModel?.(model.relation)
    await buildModel(engine, model)
  }
  await runChecks(engine, readChecks('src/integration/checks'), 'ledger.finding')
}

import type { Engine } from '../engine/engine.ts'
import { buildModel, readChecks, runChecks } from '../engine/model.ts'
import { BrokenIdentity, findings } from '../ledger/build.ts'
import { LICENSING_MODELS } from '../models.ts'
import { fillLists } from './lists.ts'
import type { LicensingSettings } from './setting.ts'

/**
 * Builds schema `licensing` from schemas `ledger` and `normalise` for the period in `config.period`: what the same
 * machines and hours cost under other licences. Counter-examples of its checks join `ledger.finding`.
 * @throws BrokenIdentity when the scenario "as billed" is not the ledger's total
 */
export async function buildLicensing(engine: Engine, settings: LicensingSettings = {}): Promise<void> {
  await engine.run('drop schema if exists licensing cascade; create schema licensing')
  await fillLists(engine, settings)
  // A run without history makes no forecast: then there is none to widen the estimates by
  await engine.run(`create schema if not exists forecast;
    create table if not exists forecast.month_ahead (billing_currency varchar, low_hours decimal(38,24), high_hours decimal(38,24));
    create table if not exists forecast.outlook (billing_currency varchar, reason varchar)`)
  for (const model of LICENSING_MODELS) {
    settings.onModel?.(model.relation)
    await buildModel(engine, model)
  }
  await runChecks(engine, readChecks('src/licensing/checks'), 'ledger.finding')
  const broken = await findings(engine, "where severity = 'broken'")
  if (broken.length > 0) throw new BrokenIdentity(broken)
}

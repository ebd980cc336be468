import type { Engine } from '../engine/engine.ts'
import { buildModel } from '../engine/model.ts'
import { FORECAST_MODELS } from '../models.ts'

export interface ForecastSettings {
  onModel?(relation: string): void
}

/**
 * Builds schema `forecast` from schema `history`, which it needs: billed machine-hours of the twelve months after the
 * last whole one, in a band, with the method tried on the months present. Under three whole months there is a reason
 * instead of a forecast (`forecast.outlook`).
 */
export async function buildForecast(engine: Engine, settings: ForecastSettings = {}): Promise<void> {
  await engine.run('drop schema if exists forecast cascade; create schema forecast')
  for (const model of FORECAST_MODELS) {
    settings.onModel?.(model.relation)
    await buildModel(engine, model)
  }
}

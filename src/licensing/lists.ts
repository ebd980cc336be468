import type { Engine, SqlValue } from '../engine/engine.ts'
import { readList } from '../engine/list_file.ts'
import type { LicensingSettings } from './setting.ts'

/** Columns of `offers.csv`, in the order of `licensing.bundled_offer` and `config.offer_override`. */
export const OFFER_COLUMNS = {
  offer_id: 'varchar',
  name: 'varchar',
  route: 'varchar',
  plan: 'varchar',
  price: 'decimal(38,24)',
  currency: 'varchar',
  unit: 'varchar',
  valid_from: 'date',
  valid_until: 'date',
  source_url: 'varchar',
  source_day: 'date',
  confidence: 'varchar',
  covers: 'varchar',
  devices_per_user: 'integer',
  minimum_quantity: 'integer',
  maximum_quantity: 'integer',
  prerequisite: 'varchar',
  endpoint_plan: 'varchar',
  gives: 'varchar',
  does_not_give: 'varchar',
  term_months: 'integer',
  reversible: 'varchar',
  note: 'varchar',
} as const

/** Columns of `sku.csv`: ids of Microsoft Graph's subscribedSkus that cover endpoints. */
const SKU_COLUMNS = {
  sku_id: 'varchar',
  sku_part_number: 'varchar',
  product: 'varchar',
  covers: 'varchar',
  offer_id: 'varchar',
} as const

/** Columns of `pre_purchase_tier.csv`: units of one US dollar at list price, and the discount on them. */
const TIER_COLUMNS = {
  units: 'integer',
  discount_percent: 'integer',
  confidence: 'varchar',
  source_url: 'varchar',
  source_day: 'date',
} as const

/** Columns of `log_meter.csv`: meters of log ingestion, and which of them is the benefit's. */
const LOG_METER_COLUMNS = {
  meter: 'varchar',
  role: 'varchar',
  confidence: 'varchar',
  source_url: 'varchar',
  source_day: 'date',
  note: 'varchar',
} as const

/** Columns of `agreement.csv`: when an agreement wants orders, and when quantities can be less. */
const AGREEMENT_COLUMNS = {
  agreement: 'varchar',
  name: 'varchar',
  order_from_days_before: 'integer',
  order_until_days_before: 'integer',
  reduction: 'varchar',
  cancel_within_hours: 'integer',
  payment: 'varchar',
  source_url: 'varchar',
  source_day: 'date',
  confidence: 'varchar',
  note: 'varchar',
} as const

/** Columns of `config.licence`; `entry` is the place in the file, from 1. */
const LICENCE_COLUMNS = {
  entry: 'integer',
  sku: 'varchar',
  offer_id: 'varchar',
  quantity: 'bigint',
  price: 'decimal(38,24)',
  currency: 'varchar',
  starts_on: 'date',
  renews_on: 'date',
  term_months: 'integer',
  agreement: 'varchar',
  note: 'varchar',
} as const

/** Columns of `config.pin`; `pin` is the place in the file, from 1. */
const PIN_COLUMNS = {
  pin: 'integer',
  plan: 'varchar',
  tag: 'varchar',
  value: 'varchar',
  reason: 'varchar',
} as const

/** The bundled lists and what the configuration says beside them: tables that the models of `licensing` read. */
export async function fillLists(engine: Engine, settings: LicensingSettings): Promise<void> {
  await fillTable(engine, 'licensing.bundled_offer', OFFER_COLUMNS, listRows('offers', OFFER_COLUMNS))
  await fillTable(engine, 'licensing.sku', SKU_COLUMNS, listRows('sku', SKU_COLUMNS))
  await fillTable(engine, 'licensing.pre_purchase_tier', TIER_COLUMNS, listRows('pre_purchase_tier', TIER_COLUMNS))
  await fillTable(engine, 'licensing.log_meter', LOG_METER_COLUMNS, listRows('log_meter', LOG_METER_COLUMNS))
  await fillTable(engine, 'licensing.agreement', AGREEMENT_COLUMNS, listRows('agreement', AGREEMENT_COLUMNS))
  await fillTable(engine, 'config.offer_override', OFFER_COLUMNS, given(settings.offers, OFFER_COLUMNS))
  await fillTable(engine, 'config.licence', LICENCE_COLUMNS, given(settings.licences, LICENCE_COLUMNS, 'entry'))
  await fillTable(engine, 'config.pin', PIN_COLUMNS, given(settings.pins, PIN_COLUMNS, 'pin'))
}

function listRows(name: string, columns: Readonly<Record<string, string>>): SqlValue[][] {
  return readList(`src/licensing/${name}.csv`, Object.keys(columns))
}

async function fillTable(
  engine: Engine,
  table: string,
  columns: Readonly<Record<string, string>>,
  rows: readonly (readonly SqlValue[])[],
): Promise<void> {
  const list = Object.entries(columns).map(([name, type]) => `${name} ${type}`)
  await engine.run(`create or replace table ${table} (${list.join(', ')})`)
  if (rows.length > 0) await engine.insert(table, rows)
}

/** Entries of the configuration as rows; `place` is the column that says which entry it is, from 1. */
function given(
  entries: readonly object[] | undefined,
  columns: Readonly<Record<string, string>>,
  place?: string,
): SqlValue[][] {
  return (entries ?? []).map((entry, at) => {
    const values: Partial<Record<string, SqlValue>> = { ...entry }
    return Object.keys(columns).map((name) => {
      if (name === place) return at + 1
      const value = values[name] ?? null
      return columns[name]?.startsWith('decimal') && value !== null ? String(value) : value
    })
  })
}

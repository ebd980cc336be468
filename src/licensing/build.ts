import type { Engine, SqlValue } from '../engine/engine.ts'
import { readList } from '../engine/list_file.ts'
import { buildModel, readChecks, runChecks } from '../engine/model.ts'
import { BrokenIdentity, findings } from '../ledger/build.ts'
import type { CurrencyCode, DayText, DecimalText } from '../types.ts'

/** A price of the user's own: it replaces the bundled offer of the same id and currency, or adds one. */
export interface OfferOverride {
  offer_id: string
  name?: string | undefined
  route: 'hourly' | 'server' | 'user'
  plan?: 'p1' | 'p2' | undefined
  /** Decimal text; absent: unknown. */
  price?: DecimalText | number | undefined
  currency: CurrencyCode
  unit: 'hour' | 'server-month' | 'user-month'
  /** Both days count. */
  valid_from: DayText
  valid_until?: DayText | undefined
  source_url?: string | undefined
  source_day?: DayText | undefined
  covers?: 'server' | 'client' | 'both' | undefined
  devices_per_user?: number | undefined
  minimum_quantity?: number | undefined
  maximum_quantity?: number | undefined
  prerequisite?: string | undefined
  note?: string | undefined
}

export interface LicensingSettings {
  offers?: readonly OfferOverride[]
  onModel?(relation: string): void
}

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
  does_not_give: 'varchar',
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

/** Every model of schema `licensing` in the order it runs. */
export const LICENSING_MODELS = [
  'machine_currency',
  'machine_hours',
  'month_share',
  'offer',
  'entitlement',
  'machine_count',
  'peak',
  'server_option',
  'user_option',
  'server_route',
  'best_mix',
  'best_mix_total',
  'commitment',
  'scenario',
  'break_even',
  'break_even_offer',
].map((name) => ({ relation: `licensing.${name}`, file: `src/licensing/${name}.sql` }))

/**
 * Builds schema `licensing` from schemas `ledger` and `normalise` for the period in `config.period`: what the same
 * machines and hours cost under other licences. Counter-examples of its checks join `ledger.finding`.
 * @throws BrokenIdentity when the scenario "as billed" is not the ledger's total
 */
export async function buildLicensing(engine: Engine, settings: LicensingSettings = {}): Promise<void> {
  await engine.run('drop schema if exists licensing cascade; create schema licensing')
  await fillTable(engine, 'licensing.bundled_offer', OFFER_COLUMNS, listRows('offers', OFFER_COLUMNS))
  await fillTable(engine, 'licensing.sku', SKU_COLUMNS, listRows('sku', SKU_COLUMNS))
  await fillTable(engine, 'licensing.pre_purchase_tier', TIER_COLUMNS, listRows('pre_purchase_tier', TIER_COLUMNS))
  await fillTable(engine, 'config.offer_override', OFFER_COLUMNS, (settings.offers ?? []).map(overrideRow))
  for (const model of LICENSING_MODELS) {
    settings.onModel?.(model.relation)
    await buildModel(engine, model)
  }
  await runChecks(engine, readChecks('src/licensing/checks'), 'ledger.finding')
  const broken = await findings(engine, "where severity = 'broken'")
  if (broken.length > 0) throw new BrokenIdentity(broken)
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

function overrideRow(offer: OfferOverride): SqlValue[] {
  const given: Partial<Record<string, SqlValue | undefined>> = { ...offer, price: offer.price?.toString() }
  return Object.keys(OFFER_COLUMNS).map((name) => given[name] ?? null)
}

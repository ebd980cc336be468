import { openDuckDb } from '../../src/engine/duckdb.ts'
import type { Engine, Row, SqlValue } from '../../src/engine/engine.ts'
import { buildModel } from '../../src/engine/model.ts'
import { buildLicensing } from '../../src/licensing/build.ts'
import { fillLists } from '../../src/licensing/lists.ts'
import type { LicensingSettings } from '../../src/licensing/setting.ts'
import { LICENSING_MODELS } from '../../src/models.ts'
import { emptyRelationSql, NORMALISE_RELATIONS, type NormaliseRelation } from '../../src/normalise/relations.ts'
import { machineNumber } from '../machine_number.ts'
import { neededModels } from '../needed_models.ts'

/** A table of the ledger as the licence comparison reads it: columns with their types. */
const LEDGER = {
  machine: {
    machine_id: 'varchar',
    machine_number: 'integer',
    kind: 'varchar',
    os_class: 'varchar',
    managed_by: 'varchar',
    subscription_id: 'varchar',
    in_licence_scope: 'boolean',
    alive_from_at: 'bigint',
    alive_until_at: 'bigint',
    created_at: 'bigint',
    deleted_at: 'bigint',
    tags: 'varchar',
  },
  machine_day: {
    machine_number: 'integer',
    day: 'date',
    billable_seconds: 'bigint',
    unknown_seconds: 'bigint',
    billed_hours: 'decimal(38,24)',
  },
  charge: {
    charge_id: 'bigint',
    machine_number: 'integer',
    subscription_id: 'varchar',
    plan: 'varchar',
    meter: 'varchar',
    hours: 'decimal(38,24)',
    cost: 'decimal(38,24)',
    billing_currency: 'varchar',
    charge_category: 'varchar',
    day: 'date',
  },
  machine_charge: {
    machine_number: 'integer',
    subscription_id: 'varchar',
    day: 'date',
    billing_currency: 'varchar',
    is_free: 'boolean',
    allocated: 'boolean',
    cost: 'decimal(38,24)',
  },
  health: {
    machine_number: 'integer',
    from_at: 'bigint',
    until_at: 'bigint',
    health: 'varchar',
    issue: 'varchar',
  },
  machine_total: {
    machine_number: 'integer',
    cost: 'decimal(38,24)',
    billed_hours: 'decimal(38,24)',
    billing_currency: 'varchar',
  },
  endpoint_match: {
    state_id: 'bigint',
    device_id: 'varchar',
    device_number: 'integer',
    machine_number: 'integer',
    status: 'varchar',
    last_at: 'bigint',
  },
  finding: {
    check_name: 'varchar',
    severity: 'varchar',
    subject: 'varchar',
    message: 'varchar',
    evidence: 'varchar',
  },
} as const

/** One machine of a hand-made estate. */
export interface MachineSpec {
  id: string
  subscription?: string
  os?: 'server' | 'client' | 'unknown'
  kind?: string
  managedBy?: string
  /** JSON text. */
  tags?: string
  /** First day and the day after the last of its life; the whole period unless told. */
  from?: string
  until?: string
  /** Hours on in all; they lie on the first day of its life. */
  hoursOn?: number
  /** Hours of unknown power. */
  hoursUnknown?: number
  charge?: {
    plan: 'p1' | 'p2'
    hours: string
    cost: string
    currency: string
    meter?: 'standard' | 'trial' | 'benefit'
    subscription?: string
  }
}

export interface EstateSpec {
  /** First day and the day after the last: October 2026 unless told. */
  period?: readonly [string, string]
  machines?: readonly MachineSpec[]
  retailPrices?: readonly Row[]
  skus?: readonly Row[]
  files?: readonly Row[]
  settings?: LicensingSettings
}

/** Seconds since 1970 of the start of a UTC day. */
export function at(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 1000
}

/** Who builds in the place of the tests: mutants are tried on what was built once. */
export const instead: { of: ((build: () => Promise<Engine>) => Promise<Engine>) | null } = { of: null }

/**
 * Builds the licence comparison on an estate and hands its engine to the test: all of it with its checks, or what `needed`
 * relations follow from.
 */
export function withLicensing(
  spec: EstateSpec,
  use: (engine: Engine) => Promise<void>,
  needed?: readonly string[],
): Promise<void> {
  const load = async (engine: Engine): Promise<void> => {
    await loadEstate(engine, spec)
    if (needed === undefined) await buildLicensing(engine, spec.settings)
    else await buildNeeded(engine, spec.settings ?? {}, needed)
  }
  return withEngine(load, use)
}

/** Hands an engine to a test, filled. */
export async function withEngine(
  fill: (engine: Engine) => Promise<void>,
  use: (engine: Engine) => Promise<void>,
): Promise<void> {
  const open = async (): Promise<Engine> => {
    const engine = await openDuckDb({ threads: 1 })
    try {
      await fill(engine)
      return engine
    } catch (error) {
      await engine.close()
      throw error
    }
  }
  if (instead.of !== null) return use(await instead.of(open))
  const engine = await open()
  try {
    await use(engine)
  } finally {
    await engine.close()
  }
}

/** Builds relations of schema `licensing` and what they follow from, nothing else and no check. */
export async function buildNeeded(
  engine: Engine,
  settings: LicensingSettings,
  relations: readonly string[],
): Promise<void> {
  await engine.run(`drop schema if exists licensing cascade; create schema licensing;
    create schema if not exists forecast;
    create table if not exists forecast.month_ahead (billing_currency varchar, low_hours decimal(38,24), high_hours decimal(38,24));
    create table if not exists forecast.outlook (billing_currency varchar, reason varchar)`)
  await fillLists(engine, settings)
  for (const model of neededModels(LICENSING_MODELS, relations)) await buildModel(engine, model)
}

/** Builds `licensing.mix_total` and what it follows from, for properties that are tried many times. */
export const buildMix = (engine: Engine, settings: LicensingSettings): Promise<void> =>
  buildNeeded(engine, settings, ['licensing.mix_total'])

/** Relations of schema `normalise` that are there, filled or not. */
const EMPTY = [
  'retail_price',
  'subscribed_sku',
  'source_file',
  'device_state',
  'device_sighting',
  'endpoint_device',
  'cost_kind',
  'cost_resource',
  'cost_charge',
  'cost_line',
] as const

/** Loads the ledger and the normalised relations that an estate means. */
export async function loadEstate(engine: Engine, spec: EstateSpec): Promise<void> {
  const [from, until] = spec.period ?? ['2026-10-01', '2026-11-01']
  await engine.run(`create schema config; create schema normalise; create schema ledger;
    create table config.subscription_filter (subscription_id varchar);
    create table config.setting as select 'short_lived_days' as key, '7' as value;
    create table config.period as select ${at(from)}::bigint as from_at, ${at(until)}::bigint as until_at, date '${from}' as from_day, date '${until}' as until_day`)
  for (const [name, columns] of Object.entries(LEDGER)) {
    const list = Object.entries(columns).map(([column, type]) => `${column} ${type}`)
    await engine.run(`create table ledger.${name} (${list.join(', ')})`)
  }
  for (const relation of EMPTY) await engine.run(emptyRelationSql(relation))
  await loadNormalised(engine, 'retail_price', spec.retailPrices ?? [])
  await loadNormalised(engine, 'subscribed_sku', spec.skus ?? [])
  await loadNormalised(engine, 'source_file', spec.files ?? [])
  for (const machine of spec.machines ?? []) await loadMachine(engine, machine, from, until)
  await buildModel(engine, { relation: 'ledger.cost_per_hour', file: 'src/ledger/cost_per_hour.sql' })
}

async function loadMachine(engine: Engine, machine: MachineSpec, from: string, until: string): Promise<void> {
  const subscription = machine.subscription ?? 'sub-a'
  const os = machine.os ?? 'server'
  const first = machine.from ?? from
  const insert = (table: keyof typeof LEDGER, row: Row): Promise<void> =>
    engine.insert(`ledger.${table}`, [Object.keys(LEDGER[table]).map((name) => row[name] ?? null)])
  await insert('machine', {
    machine_id: machine.id,
    machine_number: machineNumber(machine.id),
    kind: machine.kind ?? 'azure-vm',
    os_class: os,
    managed_by: machine.managedBy ?? null,
    tags: machine.tags ?? null,
    subscription_id: subscription,
    in_licence_scope: os !== 'client' && machine.managedBy === undefined,
    alive_from_at: at(first),
    alive_until_at: at(machine.until ?? until),
  })
  await insert('machine_day', {
    machine_number: machineNumber(machine.id),
    day: first,
    billable_seconds: (machine.hoursOn ?? 0) * 3600,
    unknown_seconds: (machine.hoursUnknown ?? 0) * 3600,
    billed_hours: machine.charge?.hours ?? null,
  })
  const charge = machine.charge
  if (charge === undefined) return
  const money = { cost: charge.cost, billing_currency: charge.currency, machine_number: machineNumber(machine.id) }
  await insert('charge', {
    ...money,
    charge_id: 1,
    subscription_id: charge.subscription ?? subscription,
    plan: charge.plan,
    meter: charge.meter ?? 'standard',
    hours: charge.hours,
    charge_category: 'usage',
    day: first,
  })
  await insert('machine_charge', {
    ...money,
    subscription_id: charge.subscription ?? subscription,
    day: first,
    is_free: (charge.meter ?? 'standard') !== 'standard',
    allocated: false,
  })
  await insert('machine_total', { ...money, billed_hours: charge.hours })
}

async function loadNormalised(engine: Engine, relation: NormaliseRelation, rows: readonly Row[]): Promise<void> {
  const columns = Object.keys(NORMALISE_RELATIONS[relation])
  if (rows.length > 0)
    await engine.insert(
      `normalise.${relation}`,
      rows.map((row): SqlValue[] => columns.map((name) => row[name] ?? null)),
    )
}

/** Rows of a query with amounts cut to what a reader would write: no trailing zeros. */
export async function rowsOf(engine: Engine, sql: string): Promise<Row[]> {
  const rows = await engine.rows(sql)
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        typeof value === 'string' && /^-?\d+\.\d+$/.test(value) ? value.replace(/\.?0+$/, '') : value,
      ]),
    ),
  )
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import type { Engine, Row } from '../../src/engine/engine.ts'
import { HourwiseError, printableError } from '../../src/errors.ts'
import { type Normalised, type NormaliseOptions, normalise } from '../../src/normalise/normalise.ts'

/** What a folder of files became. */
export interface FolderRun extends Normalised {
  /** Rows of a query, DECIMAL and BIGINT as text. */
  sql(query: string): Promise<Row[]>
}

export type Files = Readonly<Record<string, string | Buffer>>

/** Writes files into a folder of their own, hands it over, and removes it. */
export async function withFolder<T>(files: Files, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'hourwise-cost-'))
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), content)
    }
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Reads a folder and looks at what came of it. */
export async function readFolder<T>(
  folder: string,
  look: (run: FolderRun, engine: Engine) => Promise<T> | T,
  options: NormaliseOptions = {},
): Promise<T> {
  const engine = await openDuckDb({ threads: 1 })
  try {
    const result = await normalise(engine, folder, options)
    return await look({ ...result, sql: (query) => engine.rows(query) }, engine)
  } finally {
    await engine.close()
  }
}

/** Reads files given by name and content. */
export function readFiles<T>(files: Files, look: (run: FolderRun, engine: Engine) => Promise<T> | T): Promise<T> {
  return withFolder(files, (folder) => readFolder(folder, look))
}

/** The printed error that reading a folder ends with, and its exit code. */
export async function errorOf(folder: string): Promise<{ code: number; text: string }> {
  try {
    await readFolder(folder, () => undefined)
  } catch (error) {
    if (error instanceof HourwiseError) return { code: error.code, text: printableError(error) }
    throw error
  }
  throw new Error(`${folder} was read without an error`)
}

export const SUBSCRIPTION = '6f1c2d3e-0a4b-4c5d-8e6f-7a8b9c0d1e2f'
export const MACHINE = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-Web/providers/Microsoft.Compute/virtualMachines/Web-01`

/** One line of an EA export by column name; what is not given is that of a whole day of plan 2. */
export type EaLine = Partial<Record<(typeof EA_COLUMNS)[number], string>>

export const EA_COLUMNS = [
  'SubscriptionId',
  'SubscriptionName',
  'ResourceGroup',
  'Date',
  'ProductName',
  'MeterCategory',
  'MeterSubCategory',
  'MeterId',
  'MeterName',
  'UnitOfMeasure',
  'Quantity',
  'EffectivePrice',
  'CostInBillingCurrency',
  'ConsumedService',
  'ResourceId',
  'Tags',
  'AdditionalInfo',
  'ResourceName',
  'UnitPrice',
  'ChargeType',
  'PricingModel',
  'BillingCurrencyCode',
  'BillingPeriodStartDate',
  'BillingPeriodEndDate',
  'PayGPrice',
  'CostAllocationRuleName',
  'benefitId',
] as const

const WHOLE_DAY: EaLine = {
  SubscriptionId: SUBSCRIPTION,
  SubscriptionName: 'Brindle Test',
  ResourceGroup: 'rg-Web',
  Date: '10/03/2026',
  ProductName: 'Microsoft Defender for Servers - Standard P2 Node',
  MeterCategory: 'Microsoft Defender for Cloud',
  MeterId: '0FAD698C-40bf-4ee1-a096-565fc6f0cddd',
  MeterName: 'Standard P2 Node',
  UnitOfMeasure: '1 Hour',
  Quantity: '24',
  EffectivePrice: '0.02',
  CostInBillingCurrency: '0.48',
  ConsumedService: 'Microsoft.Compute',
  ResourceId: MACHINE,
  Tags: '"owner": "Web, Shop"',
  ResourceName: 'Web-01',
  UnitPrice: '0.02',
  ChargeType: 'Usage',
  PricingModel: 'OnDemand',
  BillingCurrencyCode: 'EUR',
  BillingPeriodStartDate: '10/01/2026',
  BillingPeriodEndDate: '10/31/2026',
  PayGPrice: '0.025',
}

/** Text of an EA export with these lines. */
export function eaCsv(lines: readonly EaLine[], columns: readonly (keyof EaLine)[] = EA_COLUMNS): string {
  const rows = lines.map((line) => columns.map((name) => cell({ ...WHOLE_DAY, ...line }[name] ?? '')))
  return [columns, ...rows].map((row) => `${row.join(',')}\n`).join('')
}

/** CSV of any header and rows. */
export function csv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\n`).join('')
}

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Exact sum of decimal texts (plain or with an exponent), by integers of 10^-40. */
export function exactSum(texts: readonly string[]): string {
  const scale = 40
  const total = texts.reduce((sum, text) => sum + units(text, scale), 0n)
  const digits = (total < 0n ? -total : total).toString().padStart(scale + 1, '0')
  const plain = `${digits.slice(0, -scale)}.${digits.slice(-scale)}`.replace(/\.?0+$/, '')
  return (total < 0n ? '-' : '') + plain
}

function units(text: string, scale: number): bigint {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text.trim())
  if (match === null) throw new Error(`no number: ${text}`)
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  const places = fraction.length - Number(exponent)
  if (places > scale) throw new Error(`too fine: ${text}`)
  const value = BigInt(whole + fraction) * 10n ** BigInt(scale - places)
  return sign === '-' ? -value : value
}

/** A decimal text without the zeros at its end. */
export function plain(text: unknown): string {
  return String(text)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
}

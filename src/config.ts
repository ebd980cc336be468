import { existsSync } from 'node:fs'
import { platform } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { dayAfter, monthPeriod } from './calendar.ts'
import { complaints, readConfigFile } from './config_file.ts'
import type { LicenceTerm, OfferOverride, Pin } from './config_licensing.ts'
import {
  type ConfigFile,
  configSchema,
  type ExchangeRate,
  FORMATS,
  type Format,
  REPORT_IDS,
  type ReportId,
  type WaiverSetting,
} from './config_schema.ts'
import { type Given, SETTINGS, type Setting } from './config_setting.ts'
import { EXIT, HourwiseError } from './errors.ts'
import { type Gate, METRICS, parseGate } from './gate.ts'
import { ENGLISH } from './language.ts'
import { suggestion } from './suggestion.ts'
import type { Money, Period } from './types.ts'

/** What a run does, with flags, environment, configuration file and defaults laid over each other. */
export interface Config {
  /** The folder of exports, as given. */
  folder: string
  out: string
  /** The configuration file that was read. */
  file: string | undefined
  /** The period asked for; undefined: the latest that the data covers. */
  period: Period | undefined
  reports: readonly ReportId[]
  formats: readonly Format[]
  /** Lower-cased; empty: all. */
  subscriptions: readonly string[]
  gates: readonly Gate[]
  minimumEvidence: NonNullable<ConfigFile['minimum_evidence']>
  minimumGrade: ConfigFile['minimum_grade']
  ownerTag: string
  /** A machine removed within so many days of being made is short-lived. */
  shortLivedDays: number
  /** Folder of earlier results; undefined: none. */
  history: string | undefined
  /** Folder in which what was read of large files is kept; undefined: nothing is kept. */
  cache: string | undefined
  /** Tag of what the reports are written in. */
  language: string
  pageSize: NonNullable<ConfigFile['page_size']>
  output: NonNullable<ConfigFile['output']>
  quiet: boolean
  verbose: boolean
  color: boolean
  brand: { name: string; logo?: string; accent?: string } | undefined
  controlTotals: readonly Money[]
  offers: readonly OfferOverride[]
  licences: readonly LicenceTerm[]
  pins: readonly Pin[]
  exchangeRates: readonly ExchangeRate[]
  waivers: readonly WaiverSetting[]
  /** Undefined: none is set. */
  targets: ConfigFile['targets']
  /** Undefined: not known. */
  endpointRegion: ConfigFile['endpoint_region']
}

/**
 * Lays flag over environment over configuration file over default. Wrong values are HourwiseErrors (exit 2) that name
 * the flag, the variable or the place in the file.
 */
export function readConfig(
  folder: string,
  flags: Given & { config?: string },
  env: Readonly<Record<string, string | undefined>>,
): Config {
  const file = configPath(folder, flags.config ?? (env.HOURWISE_CONFIG || undefined))
  const inFile = file === undefined ? {} : readConfigFile(file)
  const inEnv = fromEnvironment(env)
  const inFlags = checked(flags, (setting) => setting.flag)
  const merged: ConfigFile = { ...withoutSpan(inFile, [inFlags, inEnv]), ...withoutSpan(inEnv, [inFlags]), ...inFlags }
  return {
    folder,
    file,
    out: outPath(merged.out, inFlags.out === undefined && inEnv.out === undefined ? file : undefined),
    period: periodOf(merged),
    reports: REPORT_IDS.filter((id) => merged.reports?.includes(id) ?? true),
    formats: FORMATS.filter((format) => merged.formats?.includes(format) ?? true),
    subscriptions: [...new Set((merged.subscriptions ?? []).map((id) => id.toLowerCase()))],
    gates: (merged.fail_on ?? []).map((text) => parseGate(text)).filter((gate) => gate !== undefined),
    minimumEvidence: merged.minimum_evidence ?? 'none',
    minimumGrade: merged.minimum_grade,
    ownerTag: merged.owner_tag ?? 'owner',
    shortLivedDays: merged.short_lived_days ?? 7,
    history: folderOf(merged.history, inFlags.history === undefined && inEnv.history === undefined ? file : undefined),
    cache: cacheOf(merged.cache, env, inFlags.cache === undefined && inEnv.cache === undefined ? file : undefined),
    language: merged.lang ?? ENGLISH.tag,
    pageSize: merged.page_size ?? 'A4',
    output: merged.output ?? 'table',
    quiet: merged.quiet ?? false,
    verbose: merged.verbose ?? false,
    color: (merged.color ?? true) && !env.NO_COLOR && env.TERM !== 'dumb',
    brand: brandOf(merged.brand, file),
    controlTotals: (merged.control_totals ?? []).map(({ currency, amount }) => ({ currency, amount: String(amount) })),
    offers: merged.offers ?? [],
    licences: merged.licences ?? [],
    pins: merged.pins ?? [],
    exchangeRates: merged.exchange_rates ?? [],
    waivers: merged.waivers ?? [],
    targets: merged.targets,
    endpointRegion: merged.endpoint_region,
  }
}

/** Variables that look like settings and are none. */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = [...SETTINGS.map((setting) => setting.env), 'HOURWISE_CONFIG']
  return Object.keys(env)
    .filter((name) => name.startsWith('HOURWISE_') && !known.includes(name))
    .sort()
    .map((name) => `${name} is no setting and was ignored${suggestion(name, known)}`)
}

function configPath(folder: string, given: string | undefined): string | undefined {
  if (given !== undefined) return given
  const usual = join(folder, 'hourwise.yaml')
  return existsSync(usual) ? usual : undefined
}

/** The logo is named from where the configuration file lies. */
function brandOf(brand: ConfigFile['brand'], file: string | undefined): Config['brand'] {
  if (brand === undefined) return undefined
  const { logo } = brand
  const path = logo === undefined || file === undefined || isAbsolute(logo) ? logo : join(file, '..', logo)
  return {
    name: brand.name,
    ...(path === undefined ? {} : { logo: path }),
    ...(brand.accent === undefined ? {} : { accent: brand.accent.toLowerCase() }),
  }
}

/** The folder of the cache: the one named, or where the system keeps caches; undefined when there is none, or it is off. */
function cacheOf(
  cache: ConfigFile['cache'],
  env: Readonly<Record<string, string | undefined>>,
  file: string | undefined,
): string | undefined {
  if (cache === false || cache === 'off') return undefined
  if (cache !== undefined) return folderOf(cache, file)
  const home = env.HOME || undefined
  const usual = { win32: env.LOCALAPPDATA, darwin: home && join(home, 'Library/Caches') }[String(platform())]
  // XDG Base Directory Specification 0.8: relative paths are invalid and ignored.
  const xdg = env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME) ? env.XDG_CACHE_HOME : home && join(home, '.cache')
  const root = usual ?? xdg
  return root === undefined ? undefined : join(root, 'hourwise')
}

function outPath(out: string | undefined, file: string | undefined): string {
  return folderOf(out, file) ?? 'out'
}

/** A folder named in a configuration file is relative to that file; one on the command line, to where one stands. */
function folderOf(folder: string | undefined, file: string | undefined): string | undefined {
  return folder === undefined || file === undefined || isAbsolute(folder) ? folder : resolve(file, '..', folder)
}

function fromEnvironment(env: Readonly<Record<string, string | undefined>>): ConfigFile {
  const given: Given = {}
  for (const setting of SETTINGS) {
    const text = env[setting.env]
    if (text === undefined || text === '') continue
    if (setting.value !== undefined) {
      given[setting.key] = text
      continue
    }
    const value = { 1: true, true: true, yes: true, 0: false, false: false, no: false }[text.toLowerCase()]
    if (value === undefined) throw settingError(setting.env, `expected 1 or 0, found ${JSON.stringify(text)}`)
    given[setting.key] = value
  }
  return checked(given, (setting) => setting.env)
}

/** Checks texts against the same schema as the configuration file; `nameOf` is what a message calls the setting. */
function checked(given: Given, nameOf: (setting: Setting) => string): ConfigFile {
  const values: Record<string, unknown> = {}
  for (const setting of SETTINGS) {
    const raw = given[setting.key]
    if (raw === undefined) continue
    const value = setting.isList
      ? [raw]
          .flat()
          .flatMap((text) => String(text).split(','))
          .map((text) => text.trim())
          .filter(Boolean)
      : raw
    const parsed = configSchema.shape[setting.key].safeParse(value, { reportInput: true })
    if (!parsed.success) {
      const message = parsed.error.issues.flatMap((issue) => complaints(issue).map((complaint) => complaint.message))[0]
      throw settingError(nameOf(setting), String(message), setting)
    }
    values[setting.key] = parsed.data
  }
  return values as ConfigFile
}

function settingError(where: string, message: string, setting?: Setting): HourwiseError {
  const next =
    setting?.flag === '--output'
      ? '--output is the form of what goes to the terminal; the folder of the results is --out.'
      : 'hourwise report --help lists every setting.'
  const details =
    setting?.key === 'fail_on'
      ? Object.entries(METRICS).map(([metric, { words }]) => `${metric.padEnd(18)}${words}`)
      : []
  return new HourwiseError(EXIT.usage, `${where}: ${message}`, { details, next })
}

/** A period given at a stronger level displaces both forms of the weaker one. */
function withoutSpan(values: ConfigFile, stronger: readonly ConfigFile[]): ConfigFile {
  if (!stronger.some((level) => level.period ?? level.from ?? level.to)) return values
  const { period: _period, from: _from, to: _to, ...rest } = values
  return rest
}

function periodOf({ period, from, to }: ConfigFile): Period | undefined {
  const next = 'Give --period 2026-10, or --from 2026-10-01 --to 2026-10-31 (both days count).'
  if (period !== undefined && (from ?? to) !== undefined) {
    throw new HourwiseError(EXIT.usage, 'a month and single days were both asked for', {
      details: [`period ${period}`, `from ${from ?? '?'} to ${to ?? '?'}`],
      next,
    })
  }
  if (period !== undefined) return monthPeriod(period)
  if (from === undefined && to === undefined) return undefined
  if (from === undefined || to === undefined) {
    throw new HourwiseError(
      EXIT.usage,
      `only ${from === undefined ? 'the last' : 'the first'} day of the period was given`,
      { next },
    )
  }
  if (from > to)
    throw new HourwiseError(EXIT.usage, 'the period ends before it begins', {
      details: [`from ${from}`, `to   ${to}`],
      next,
    })
  return { fromDay: from, untilDay: dayAfter(to) }
}

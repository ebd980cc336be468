import type { Engine } from '../engine/engine.ts'
import { sqlText } from '../engine/engine.ts'
import { readList } from '../engine/list_file.ts'
import { buildModel, modelText, readChecks, runChecks } from '../engine/model.ts'
import { HISTORY_MODELS, LEDGER_MODELS } from '../models.ts'
import type { DayText, Finding, Money } from '../types.ts'
import { type MonthCacheSettings, openMonthCache } from './month_cache.ts'

/** What the ledger is built for. */
export interface LedgerSettings {
  /** First UTC day. */
  fromDay: DayText
  /** The day after the last. */
  untilDay: DayText
  /** Name of the tag that holds a machine's owner, compared without case. */
  ownerTag?: string
  /** Time of weaker evidence does not count in hours and coverage. */
  minimumEvidence?: 'observed' | 'inferred' | 'assumed' | 'none'
  /** A machine that is removed within so many days of being made counts as short-lived; 7 unless told. */
  shortLivedDays?: number
  /** Lower-cased subscription ids; absent or empty: all. */
  subscriptions?: readonly string[]
  /** What the invoice says, per currency. */
  controlTotals?: readonly Money[]
  onModel?(relation: string): void
}

/** An identity of the ledger that does not hold: a bug, never the user's mistake. Both numbers stand in the findings. */
export class BrokenIdentity extends Error {
  readonly findings: readonly Finding[]
  constructor(findings: readonly Finding[]) {
    super(
      `the ledger contradicts itself, nothing was written:\n${findings
        .slice(0, 10)
        .map((finding) => `  ${finding.check}: ${finding.subject}: ${finding.message} (${finding.evidence})`)
        .join('\n')}`,
    )
    this.name = 'BrokenIdentity'
    this.findings = findings
  }
}

/** What is checked: `identities` what would be a bug, `all` also what the user is told. */
export type LedgerChecks = 'all' | 'identities'

/**
 * Builds schema `ledger` from schema `normalise` for one period and checks its identities.
 * Findings are in `ledger.finding`; a broken identity throws {@link BrokenIdentity}.
 */
export async function buildLedger(
  engine: Engine,
  settings: LedgerSettings,
  checks: LedgerChecks = 'all',
): Promise<void> {
  await engine.run('drop schema if exists ledger cascade; create schema ledger')
  await fillConfig(engine, settings)
  await loadExtensionErrors(engine)
  for (const model of LEDGER_MODELS) {
    settings.onModel?.(model.relation)
    await buildModel(engine, model)
  }
  await engine.run(
    'create table ledger.finding (check_name varchar, severity varchar, subject varchar, message varchar, evidence varchar)',
  )
  settings.onModel?.('ledger.finding')
  const chosen = readChecks('src/ledger/checks').filter(({ severity }) => checks === 'all' || severity === 'broken')
  await runChecks(engine, chosen, 'ledger.finding')
  const broken = await findings(engine, "where severity = 'broken'")
  if (broken.length > 0) throw new BrokenIdentity(broken)
}

/** The findings collected so far, worst first. */
export async function findings(engine: Engine, where = ''): Promise<Finding[]> {
  const rows = await engine.rows(
    `select check_name, severity, subject, message, evidence from ledger.finding ${where}
     order by case severity when 'broken' then 0 when 'error' then 1 when 'warning' then 2 else 3 end, check_name, subject, message, evidence`,
  )
  return rows.map((row) => ({
    check: String(row['check_name']),
    severity: row['severity'] === 'broken' ? 'error' : (row['severity'] as Finding['severity']),
    subject: String(row['subject'] ?? ''),
    message: String(row['message'] ?? ''),
    evidence: String(row['evidence'] ?? ''),
  }))
}

const EXTENSION_ERROR_COLUMNS = ['error_code', 'words', 'remedy', 'is_permanent', 'source_url', 'source_day']

/** `ledger.extension_error`: what the codes of the sensor's extension mean, and what to do; dated, with their source. */
export async function loadExtensionErrors(engine: Engine): Promise<void> {
  await engine.run(
    'create or replace table ledger.extension_error (error_code varchar, words varchar, remedy varchar, is_permanent boolean, source_url varchar, source_day date)',
  )
  const at = EXTENSION_ERROR_COLUMNS.indexOf('is_permanent')
  const rows = readList('src/ledger/extension_error.csv', EXTENSION_ERROR_COLUMNS)
  await engine.insert(
    'ledger.extension_error',
    rows.map((row) => row.map((value, column) => (column === at ? value === 'true' : value))),
  )
}

async function fillConfig(engine: Engine, settings: LedgerSettings): Promise<void> {
  const from = `date ${sqlText(settings.fromDay)}`
  const until = `date ${sqlText(settings.untilDay)}`
  await engine.run(`
    create schema if not exists config;
    create or replace table config.period as
      select day_at(${from}) as from_at, day_at(${until}) as until_at, ${from} as from_day, ${until} as until_day;
    create or replace table config.setting (key varchar, value varchar);
    create or replace table config.subscription_filter (subscription_id varchar);
    create or replace table config.control_total (billing_currency varchar, amount decimal(38,24))`)
  await engine.insert('config.setting', [
    ['owner_tag', settings.ownerTag ?? 'owner'],
    ['minimum_evidence', settings.minimumEvidence ?? 'none'],
    ['short_lived_days', String(settings.shortLivedDays ?? 7)],
  ])
  await engine.insert(
    'config.subscription_filter',
    (settings.subscriptions ?? []).map((id) => [id.toLowerCase()]),
  )
  await engine.insert(
    'config.control_total',
    (settings.controlTotals ?? []).map((total) => [total.currency, total.amount]),
  )
}

/**
 * Builds the ledger of every whole calendar month before the period that the cost data covers (twelve at most), keeps
 * their figures in schema `history`, and ends with the ledger of the period itself, whose figures are kept too when it
 * is a calendar month. With a cache a month whose files and settings are those of an earlier run is taken from there.
 * Gives why a month could not be kept there; null when none failed.
 */
export async function buildLedgerWithHistory(
  engine: Engine,
  settings: LedgerSettings,
  cached?: MonthCacheSettings,
): Promise<string | null> {
  await engine.run('drop schema if exists history cascade; create schema history')
  await engine.run(`
    create table history.last_run (from_day date, until_day date, has_actions boolean default false);
    create table history.last_finding (check_name varchar, severity varchar, subject varchar, message varchar);
    create table history.last_action (kind varchar, machine_id varchar, name varchar, owner varchar, billing_currency varchar, status varchar, cost decimal(38,24), base decimal(38,24))`)
  await fillConfig(engine, settings)
  const months = await engine.rows(modelText('src/ledger/history/earlier_month.sql'))
  const cache = cached === undefined || months.length === 0 ? undefined : await openMonthCache(engine, cached, settings)
  for (const month of months) {
    const fromDay = String(month['from_day'])
    if (await cache?.take(fromDay)) continue
    const earlier = { ...settings, controlTotals: [], fromDay, untilDay: String(month['until_day']) }
    // nobody is told of the findings of earlier months
    await buildLedger(engine, earlier, 'identities')
    await keepMonth(engine)
    await cache?.keep(fromDay)
  }
  await buildLedger(engine, settings)
  if (isCalendarMonth(settings.fromDay, settings.untilDay)) await keepMonth(engine)
  else await makeHistory(engine)
  return cache?.failure ?? null
}

/** Puts the month whose ledger is built into schema `history`. */
async function keepMonth(engine: Engine): Promise<void> {
  await makeHistory(engine)
  for (const model of HISTORY_MODELS) await engine.run(`insert into ${model.relation} ${modelText(model.file)}`)
}

/** The relations of schema `history`, without rows unless they are there. */
async function makeHistory(engine: Engine): Promise<void> {
  for (const model of HISTORY_MODELS) {
    await engine.run(
      `create table if not exists ${model.relation} as select * from (${modelText(model.file)}) empty where 1 = 0`,
    )
  }
}

function isCalendarMonth(fromDay: DayText, untilDay: DayText): boolean {
  const from = new Date(`${fromDay}T00:00:00Z`)
  const next = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1, 1))
  return from.getUTCDate() === 1 && next.toISOString().slice(0, 10) === untilDay
}

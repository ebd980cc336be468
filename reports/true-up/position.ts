import { phrases } from '../../src/language.ts'
import type { Block, Page, Table, Value } from '../../src/report/document.ts'
import type { ReportContext } from '../context.ts'
import { isHealthKnown, only } from '../figures.ts'
import { figures, table, words } from '../table.ts'
import { count, counted, day, number, plural, say, sentence, text, unknown } from '../value.ts'
import type { TrueUpRows } from './queries.ts'
import { requirementBlocks } from './requirement.ts'

type Entitlement = TrueUpRows['entitlement'][number]
type Requirement = TrueUpRows['requirement'][number]

/** Whether a listing of the tenant's licences was read: without one, what is owned is not known. */
export function isOwnershipKnown(rows: TrueUpRows, context: ReportContext): boolean {
  return rows.entitlement.length > 0 || context.inputs.some((input) => input.kind === 'licences' && !input.superseded)
}

function serverLicences(rows: TrueUpRows): readonly Entitlement[] {
  return rows.entitlement.filter((row) => row.covers === 'server')
}

/** Licences in force that cover servers. */
export function ownedServers(rows: TrueUpRows): number {
  return serverLicences(rows).reduce((sum, row) => sum + row.enabled_units, 0)
}

export function requirementOf(rows: TrueUpRows, population: string): Requirement | undefined {
  return rows.requirement.find((row) => row.population === population)
}

/** Page 2: what is owned against what is needed. */
export function positionPage(rows: TrueUpRows, context: ReportContext): Page {
  return {
    id: 'licence-position',
    label: sentence`Licence position`,
    title: peakSentence(rows),
    blocks: [
      ...(isOwnershipKnown(rows, context)
        ? [{ type: 'table', table: entitlementTable(rows) } satisfies Block]
        : [noLicences()]),
      ...requirementBlocks(rows),
      { type: 'table', table: requirementTable(rows) },
      { type: 'table', table: splitTable(rows) },
      {
        type: 'paragraph',
        tone: 'muted',
        text: say`A server licence is counted on the peak of servers that exist at once, switched off or not. p95 and mean are over time. Server licences are assigned to nobody: that Graph shows none as consumed does not mean that they are unused. A user licence never licenses a server.`,
      },
    ],
  }
}

export function noLicences(): Block {
  return {
    type: 'unavailable',
    what: sentence`Licences owned`,
    why: sentence`No listing of the tenant’s licences is in the folder.`,
    remedy: sentence`Add the answer of Microsoft Graph GET /subscribedSkus to the folder.`,
  }
}

/** What is owned and what is needed beside the hourly bill. */
export function positionSentence(rows: TrueUpRows, context: ReportContext): string {
  const needed = requirementOf(rows, 'without_charge')?.peak ?? 0
  const hasHealth = isHealthKnown(only(rows.coverage, 'coverage'))
  const servers = requirementOf(rows, 'servers')?.peak ?? 0
  if (!isOwnershipKnown(rows, context)) {
    if (servers === 0) return sentence`No server is in the scope of licences, and what is owned is not known`
    return sentence`What is owned is not known; ${needed === 0 ? noneNeeded(hasHealth) : ''}${
      needed === 0
        ? []
        : say`${counted(needed, 'server')} ${plural(needed, 'has')} a sensor and no hourly charge at the peak`
    }`
  }
  const owned = ownedServers(rows)
  return sentence`${counted(owned, 'server licence')} ${plural(owned, 'is')} owned; ${
    needed === 0
      ? [noneNeeded(hasHealth)]
      : say`${counted(needed, 'server')} ${plural(needed, 'has')} a sensor and nothing else to cover ${plural(needed, 'it')} at the peak`
  }`
}

function noneNeeded(hasHealth: boolean): string {
  return hasHealth
    ? sentence`every server with a sensor has an hourly charge`
    : sentence`which servers have a sensor is not known either`
}

function peakSentence(rows: TrueUpRows): string {
  const servers = requirementOf(rows, 'servers')
  if (servers === undefined || servers.peak === 0) return sentence`No server is in the scope of licences in the period`
  return sentence`At most ${counted(servers.peak, 'server')} existed at once${servers.peak_day === null ? [] : say`, first on ${day(servers.peak_day)}`}`
}

/** Server licences owned against servers that nothing else covers. */
export function decisionTable(rows: TrueUpRows, context: ReportContext): Table {
  const needed = requirementOf(rows, 'without_charge')?.peak ?? 0
  const owned = ownedServers(rows)
  const isKnown = isOwnershipKnown(rows, context)
  const hasHealth = isHealthKnown(only(rows.coverage, 'coverage'))
  const names = serverLicences(rows).map((row) => row.product)
  return table(
    'server-licences',
    sentence`Today: server licences owned against servers that no hourly charge covers`,
    [
      words('sku', 'Product', 0.24),
      figures('owned', 'Owned', 0.1),
      figures('needed', 'Needed beside the hourly bill', 0.16),
      words('decision', 'Decision', 0.16),
      words('reason', 'Why'),
    ],
    [
      [
        text(names.length === 0 ? sentence`Defender for Endpoint for servers` : [...new Set(names)].join(', ')),
        isKnown ? count(owned) : unknown(sentence`no listing of licences`),
        hasHealth ? count(needed) : unknown(sentence`no sensor is known: add a Defender for Endpoint machine list`),
        text(decision(isKnown, hasHealth, owned, needed)),
        text(
          !isKnown
            ? sentence`add Graph subscribedSkus to the folder`
            : hasHealth
              ? decisionReason(owned, needed)
              : sentence`add a Defender for Endpoint machine list to the folder`,
        ),
      ],
    ],
  )
}

function decision(isKnown: boolean, hasHealth: boolean, owned: number, needed: number): string {
  if (!isKnown) return sentence`first find out what is owned`
  return hasHealth ? decisionWords(owned, needed) : sentence`first find out which servers have a sensor`
}

function decisionWords(owned: number, needed: number): string {
  if (needed > owned) return sentence`cover ${counted(needed - owned, 'server')}`
  if (owned === 0) return sentence`nothing to buy`
  return needed === owned ? sentence`keep` : sentence`keep ${count(needed)}, review ${count(owned - needed)}`
}

function decisionReason(owned: number, needed: number): string {
  if (needed > owned)
    return sentence`${counted(needed - owned, 'server')} with a sensor and no hourly charge beyond the licences owned: switch the hourly plan on, or buy`
  if (owned === 0) return sentence`no server runs a sensor without an hourly charge`
  if (needed === owned) return sentence`each licence owned covers a server that the hourly bill does not`
  return sentence`${counted(owned - needed, 'licence')} could take a server off the hourly bill now, or be returned where the agreement allows it`
}

function entitlementTable(rows: TrueUpRows): Table {
  return table(
    'entitlements',
    sentence`Licences owned that cover endpoints`,
    [
      words('product', 'Product'),
      words('sku', 'SKU', 0.2),
      words('covers', 'Covers', 0.1),
      figures('enabled', 'In force', 0.1),
      figures('warning', 'In grace, not counted', 0.12),
      figures('consumed', 'Assigned', 0.13),
      words('as-of', 'As of', 0.13),
    ],
    rows.entitlement.map((row) => [
      text(row.product),
      text(row.sku_part_number),
      text(row.covers === 'server' ? sentence`servers` : sentence`users`),
      count(row.enabled_units),
      count(row.warning_units),
      row.consumed_units === null ? text(sentence`to nobody, by design`) : count(row.consumed_units),
      row.snapshot_day === null ? text('–') : day(row.snapshot_day),
    ]),
  )
}

const POPULATION_WORDS: Readonly<Record<string, string>> = phrases({
  without_charge:
    'Servers that need a server licence: a sensor, and no hourly charge that day or only the meter of owned licences',
  servers: 'All servers in the scope of licences',
  lasting_servers: 'The same without scale-set instances, which come and go',
  clients: 'Client systems (need a user licence)',
})

function requirementTable(rows: TrueUpRows): Table {
  return table(
    'requirement',
    sentence`Machines that exist at once, switched off or not`,
    [
      words('population', 'Population'),
      figures('peak', 'Peak', 0.1),
      words('peak-day', 'First on', 0.15),
      figures('p95', 'p95', 0.1),
      figures('mean', 'Mean', 0.1),
      figures('end', 'At the end', 0.12),
    ],
    rows.requirement.map((row) => [
      text(POPULATION_WORDS[row.population] ?? row.population),
      ...(row.population === 'without_charge' && !isHealthKnown(only(rows.coverage, 'coverage'))
        ? Array.from({ length: 5 }, () =>
            unknown(sentence`no sensor is known: add a Defender for Endpoint machine list`),
          )
        : requirementCells(row)),
    ]),
  )
}

function requirementCells(row: Requirement): readonly Value[] {
  return [
    count(row.peak),
    row.peak === 0 || row.peak_day === null ? text('–') : day(row.peak_day),
    row.p95 === null ? text('–') : count(row.p95),
    row.mean === null ? text('–') : number(row.mean, '', 1),
    row.at_end === null ? text('–') : count(row.at_end),
  ]
}

const COVER_WORDS: Readonly<Record<string, string>> = phrases({
  hourly: 'Hourly charge',
  free: 'Free or reduced meter only',
  sensor_only: 'No charge, but a sensor: needs a licence',
  nothing: 'No charge and no sensor',
  not_known: 'No charge, sensor not known',
  client: 'Client system: out of the scope of server licences',
  service: 'Owned by a service: out of scope',
})

function splitTable(rows: TrueUpRows): Table {
  return table(
    'cover',
    sentence`Every machine of the period by what covers it`,
    [words('cover', 'Cover'), figures('machines', 'Machines', 0.15, true), figures('charged', 'Of them charged', 0.18)],
    rows.requirementSplit.map((row) => [
      text(COVER_WORDS[row.cover] ?? row.cover),
      count(row.machines),
      count(row.charged_machines),
    ]),
  )
}

import type { Engine, Row } from '../../src/engine/engine.ts'
import { amountText } from './exact.ts'
import { figuresOf, gradesOf, statusOf } from './figure.ts'
import { holdings } from './identity.ts'
import type { Machine } from './machine.ts'
import { machineWords } from './machine_words.ts'
import { merged } from './power.ts'
import { given } from './rows.ts'
import type { Twin } from './twin.ts'

type Line = (string | number | boolean | bigint | null)[]

const show = (value: unknown): string => {
  if (value === null || value === undefined) return '-'
  return typeof value === 'bigint' ? amountText(value) : String(value)
}
const lines = (rows: readonly Line[]): string[] => rows.map((row) => row.map(show).join(' | ')).sort()

interface Stretch {
  machineId: string
  from: number
  until: number
  state: string
}

function stretches(rows: readonly Row[], state: (row: Row) => string): string[] {
  const list = rows
    .map(
      (r): Stretch => ({
        machineId: String(r['machine_id']),
        from: Number(r['from_at']),
        until: Number(r['until_at']),
        state: state(r),
      }),
    )
    .sort((a, b) => (a.machineId === b.machineId ? a.from - b.from : a.machineId < b.machineId ? -1 : 1))
  return stretchLines(list)
}

/** One line per stretch of one state; neighbours of one state are one, so that needless cuts do not count. */
function stretchLines(list: readonly Stretch[]): string[] {
  const at = (seconds: number) => new Date(seconds * 1000).toISOString().slice(5, 19)
  return merged(list, (a, b) => a.machineId === b.machineId && a.state === b.state && !/\d/.test(a.state))
    .map((s) => `${s.machineId} ${at(s.from)} ${at(s.until)} ${s.state}`)
    .sort()
}

/** What is said of a machine, in the order of the twin's `machineWords`. */
const WORDS = [
  ...['os_class', 'os_name', 'managed_by', 'subscription_name', 'tenant_id', 'resource_group', 'location', 'name'],
  ...['resource_id', 'resource_id_display', 'vm_id', 'fqdn', 'owner', 'tags', 'deleted_at', 'orchestration_mode'],
  ...['scale_set_id', 'known_to_bill', 'known_to_endpoint', 'in_licence_scope'],
]

/** Of a relation that has the number of each machine: its id, then the columns. */
const withId = (relation: string, columns: string): string =>
  `select n.machine_id, ${columns} from ledger.${relation} r left join ledger.machine_number n on n.machine_number = r.machine_number`

const SELECTS: Readonly<Record<string, string>> = {
  charge: withId('charge', 'charge_id, grain, day, plan, meter, hours'),
  power: withId('power', 'r.*'),
  plan: withId('plan', 'day, plan, evidence, source'),
  health: withId('health', 'r.*'),
  machine_day: withId(
    'machine_day',
    `day, subscription_id, running_seconds, stopped_seconds, off_seconds, unknown_seconds, expected_hours, clock_hours,
      billed_hours, allocated, compute_hours`,
  ),
  ledger: withId(
    'ledger',
    `subscription_id, day, power, plan, health, issue, evidence, bucket, charged_plan, allocated, is_free, seconds,
      expected_hours, billed_hours, billed_cost, effective_cost, billing_currency`,
  ),
  machine: `select machine_id, kind, subscription_id, alive_from_at, alive_until_at, created_at,
      known_to_inventory, coalesce(device_id, '') <> '', ${WORDS.join(', ')} from ledger.machine`,
  endpoint_match: `select l.as_of_at, m.device_id, n.machine_id, m.evidence, m.status from ledger.endpoint_match m
      join ledger.listing l on m.first_listing <= l.listing and l.listing <= m.last_listing
      left join ledger.machine_number n on n.machine_number = m.machine_number`,
  reconciliation: withId('reconciliation', 'day, status, variance_hours'),
  figure: 'select figure, billing_currency, value from ledger.figure',
  data_grade: 'select criterion, grade from ledger.data_grade',
}

/** The relations of the ledger that the twin has, too. */
export const COMPARED_RELATIONS: readonly string[] = Object.keys(SELECTS)

/** Relations of the ledger as sorted lines of text, as the engine has them: all that the twin has, unless told. */
export async function builtLines(
  engine: Engine,
  relations: readonly string[] = COMPARED_RELATIONS,
): Promise<Record<string, string[]>> {
  const built: Record<string, string[]> = {}
  for (const relation of relations) {
    const rows = await engine.rows(given(SELECTS[relation]))
    if (relation === 'power') {
      built[relation] = stretches(rows, (r) => [r['power'], r['evidence'], r['on_seconds'] ?? ''].join(' ').trim())
    } else if (relation === 'health') {
      built[relation] = stretches(rows, (r) => [r['health'], r['issue'] ?? '', r['evidence']].join(' '))
    } else {
      built[relation] = lines(rows.map((row) => Object.values(row)))
    }
  }
  return built
}

/** The same of the twin. */
export function twinLines(twin: Twin): Record<string, string[]> {
  const power = [...twin.power].flatMap(([machineId, list]) =>
    list.map((s) => ({ machineId, ...s, state: [s.power, s.evidence, s.onSeconds ?? ''].join(' ').trim() })),
  )
  const health = [...twin.health].flatMap(([machineId, list]) =>
    list.map((s) => ({ machineId, ...s, state: [s.health, s.issue ?? '', s.evidence].join(' ') })),
  )
  const { rows } = twin.estate
  const held = holdings(rows)
  const wordsOf = (machine: Machine): Line => {
    const words = machineWords(rows, held, twin.matches, machine)
    return WORDS.map((name) => words[name] ?? null)
  }
  return {
    charge: lines(twin.charges.map((c) => [c.machineId, c.chargeId, c.grain, c.day, c.plan, c.meter, c.hours])),
    power: stretchLines(power),
    plan: lines(twin.plan.map((p) => [p.machineId, p.day, p.plan.plan, p.plan.evidence, p.plan.source])),
    health: stretchLines(health),
    machine_day: lines(
      twin.machineDays.map((d) => [
        d.machineId,
        d.day,
        d.subscriptionId,
        d.running,
        d.stopped,
        d.off,
        d.unknown,
        d.expectedHours,
        d.clockHours,
        d.billedHours,
        d.allocated,
        d.computeHours,
      ]),
    ),
    ledger: lines(
      twin.ledger.map((r) => [
        r.machineId,
        r.subscriptionId,
        r.day,
        r.power,
        r.plan,
        r.health,
        r.issue,
        r.evidence,
        r.bucket,
        r.chargedPlan,
        r.allocated,
        r.isFree,
        r.seconds,
        r.expectedHours,
        r.hours,
        r.billedCost,
        r.effectiveCost,
        r.currency,
      ]),
    ),
    machine: lines(
      twin.machines.map((m) => [
        m.machineId,
        m.kind,
        m.subscriptionId,
        m.life?.from ?? null,
        m.life?.until ?? null,
        m.createdAt,
        m.records.length > 0,
        m.devices.length > 0,
        ...wordsOf(m),
      ]),
    ),
    endpoint_match: lines(twin.matches.map((m) => [m.at, m.device.device_id, m.machineId, m.evidence, m.status])),
    reconciliation: lines(
      twin.machineDays.map((day) => [day.machineId, day.day, statusOf(day).status, statusOf(day).variance]),
    ),
    data_grade: lines(gradesOf(figuresOf(twin.estate, twin))),
    figure: lines(figuresOf(twin.estate, twin).map(({ figure, currency, value }) => [figure, currency, value])),
  }
}

/** What differs, relation by relation: `-` the ledger has it, `+` the twin has it. Empty when they agree. */
export function differences(built: Record<string, string[]>, expected: Record<string, string[]>): string {
  const words: string[] = []
  for (const [relation, wanted] of Object.entries(expected)) {
    const have = built[relation] ?? []
    const extra = remainder(have, wanted)
    const missing = remainder(wanted, have)
    if (extra.length + missing.length === 0) continue
    words.push(relation, ...extra.map((line) => `  - ${line}`), ...missing.map((line) => `  + ${line}`))
  }
  return words.join('\n')
}

function remainder(from: readonly string[], taken: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const line of taken) counts.set(line, (counts.get(line) ?? 0) + 1)
  return from.filter((line) => {
    const count = counts.get(line) ?? 0
    counts.set(line, count - 1)
    return count <= 0
  })
}

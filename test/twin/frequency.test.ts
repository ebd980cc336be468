// A property proves little about a case that its estates do not contain: how many of them contain which.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it, test } from 'vitest'
import { rowsOfSpec } from './estate.ts'
import { estateSpec } from './estate_spec.ts'
import { units } from './exact.ts'
import { statusOf } from './figure.ts'
import { onRandomEstates } from './random.ts'
import type { Estate } from './rows.ts'
import { type Twin, twinOf } from './twin.ts'

type Holds = (twin: Twin, estate: Estate) => boolean

const inLedger =
  (holds: (row: Twin['ledger'][number]) => boolean): Holds =>
  (twin) =>
    twin.ledger.some(holds)
const BUCKETS = [
  ...['protected', 'paid_unprotected', 'paid_not_applicable', 'paid_unverified', 'paid_stopped', 'billed_while_off'],
  ...['protected_unbilled', 'exposed', 'unverified_unbilled', 'out_of_scope', 'stopped_unbilled', 'off'],
  ...['power_unknown', 'unattributed'],
]
const LEVELS = ['observed', 'inferred', 'assumed', 'none']

const CASES: Record<string, Holds> = {
  'a line of one machine': (twin) => twin.charges.some((c) => c.grain === 'machine' && c.machineId !== null),
  'a line of a whole subscription': (twin) => twin.charges.some((c) => c.grain === 'subscription'),
  'both grains on one day of a subscription': (twin) =>
    twin.charges.some(
      (a) =>
        a.grain === 'machine' &&
        twin.charges.some(
          (b) => b.grain === 'subscription' && b.day === a.day && b.subscriptionId === a.subscriptionId,
        ),
    ),
  'a share that is allocated': inLedger((row) => row.allocated),
  'a subscription’s line shared by two machines': (twin) =>
    twin.ledger.some(
      (a) => a.allocated && twin.ledger.some((b) => b.allocated && b.day === a.day && b.machineId !== a.machineId),
    ),
  'a machine that moved': (twin, { rows }) =>
    twin.machines.some(
      (m) => new Set(rows.machine_record.filter((r) => r.vm_id === m.machineId).map((r) => r.resource_id)).size > 1,
    ),
  'an id that changed hands': (_, { rows }) =>
    rows.machine_record.some((a) =>
      rows.machine_record.some(
        (b) => a.resource_id === b.resource_id && a.vm_id !== null && b.vm_id !== null && a.vm_id !== b.vm_id,
      ),
    ),
  'an operation that began under another id': (_, { rows }) =>
    rows.power_event.some(
      (a) =>
        a.status === 'started' &&
        a.correlation_id !== null &&
        rows.power_event.some((b) => b.correlation_id === a.correlation_id && b.resource_id !== a.resource_id),
    ),
  'lines of one id with different tags': (_, { rows }) =>
    rows.cost_line.some((a) =>
      rows.cost_line.some(
        (b) =>
          a.resource_id !== null &&
          a.resource_id === b.resource_id &&
          a.tags !== null &&
          b.tags !== null &&
          a.tags !== b.tags,
      ),
    ),
  'an id that bill and inventory write differently': (_, { rows }) =>
    rows.cost_line.some((a) =>
      rows.machine_record.some(
        (b) => a.resource_id === b.resource_id && a.resource_id_display !== b.resource_id_display,
      ),
    ),
  'a machine that ended within the period': (twin, estate) =>
    twin.machines.some((m) => m.life !== null && m.life.until < Date.parse(`${estate.untilDay}T00:00:00Z`) / 1000),
  'a day known by its compute hours': (twin) => [...twin.power.values()].flat().some((s) => s.onSeconds !== null),
  'more clock hours than elapsed hours': (twin) =>
    twin.machineDays.some((day) => units(String(day.clockHours)) > day.expectedHours),
  'a line below zero': (twin) => twin.charges.some((c) => (c.billedCost ?? c.effectiveCost ?? 0n) < 0n),
  'hours below zero': (twin) => twin.charges.some((c) => (c.hours ?? 0n) < 0n),
  'hours that are not known': (twin) => twin.charges.some((c) => c.hours === null),
  'a trial': (twin) => twin.charges.some((c) => c.meter === 'trial'),
  'a trial by the name of its meter alone': (_, { rows }) =>
    rows.cost_line.some((line) => line.product_name === null && line.meter_name?.startsWith('Trial P')),
  'a charge without a category': (_, { rows }) =>
    rows.cost_line.some((line) => line.product_name === null && line.meter_category === null),
  'a benefit': (twin) => twin.charges.some((c) => c.meter === 'benefit'),
  'two currencies on a machine-day': (twin) =>
    twin.charges.some((a) =>
      twin.charges.some(
        (b) => a.machineId !== null && a.machineId === b.machineId && a.day === b.day && a.currency !== b.currency,
      ),
    ),
  'both plans on a machine-day': (twin) =>
    twin.charges.some((a) =>
      twin.charges.some(
        (b) => a.machineId !== null && a.machineId === b.machineId && a.day === b.day && a.plan !== b.plan,
      ),
    ),
  'a sibling’s line': (_, { rows }) => rows.cost_line.some((line) => line.meter_name === 'Standard Node'),
  'a line of an allocation rule': (_, { rows }) =>
    rows.cost_line.some((line) => line.cost_allocation_rule_name !== null),
  'a uniform scale set’s instance': (twin, { rows }) =>
    rows.scale_set.some((set) => set.orchestration_mode === 'uniform') &&
    twin.machines.some((m) => m.kind === 'scale-set-instance'),
  'an Arc machine': (twin) => twin.machines.some((m) => m.kind === 'arc' && m.life !== null),
  'direct onboarding': (twin) => twin.machines.some((m) => m.kind === 'direct'),
  'an issue of installation': inLedger((row) => row.issue === 'installation'),
  'an issue of the heartbeat': inLedger((row) => row.issue === 'heartbeat'),
  ...Object.fromEntries(BUCKETS.map((bucket) => [`bucket ${bucket}`, inLedger((row) => row.bucket === bucket)])),
  ...Object.fromEntries(
    LEVELS.slice(0, 3).map((level) => [
      `running time that is ${level}`,
      inLedger((row) => row.power === 'running' && row.evidence === level),
    ]),
  ),
  ...Object.fromEntries(
    LEVELS.map((level): [string, Holds] => [
      `health that is ${level}`,
      (twin) => [...twin.health.values()].flat().some((segment) => segment.evidence === level),
    ]),
  ),
  ...Object.fromEntries(
    ['meter', 'resource', 'subscription', 'subscription_meter', 'none'].map((source): [string, Holds] => [
      `a plan by ${source}`,
      (twin) => twin.plan.some(({ plan }) => plan.source === source),
    ]),
  ),
  ...Object.fromEntries(
    ['matched', 'under', 'over', 'phantom', 'unbilled', 'not_expected', 'allocated', 'unknown'].map(
      (status): [string, Holds] => [
        `a machine-day ${status}`,
        (twin) => twin.machineDays.some((day) => statusOf(day).status === status),
      ],
    ),
  ),
  ...Object.fromEntries(
    ['vm_id', 'azure_resource_id', 'fqdn', 'host_name'].map((evidence): [string, Holds] => [
      `a device paired by ${evidence}`,
      (twin) => twin.matches.some((match) => match.evidence === evidence),
    ]),
  ),
  ...Object.fromEntries(
    ['matched', 'ambiguous', 'unmatched', 'duplicate', 'merged', 'not_onboarded', 'client_elsewhere'].map(
      (status): [string, Holds] => [
        `a device ${status}`,
        (twin) => twin.matches.some((match) => match.status === status),
      ],
    ),
  ),
}

const ESTATES = 300
/** Of three hundred estates at least so many contain each case. */
const FLOOR = 6

describe(`of ${ESTATES} random estates at least ${FLOOR} contain`, () => {
  const tried = fc.sample(estateSpec.map(rowsOfSpec), { numRuns: ESTATES, seed: 1 }).map((estate) => ({
    estate,
    twin: twinOf(estate),
  }))
  test.each(Object.entries(CASES))('%s', (_, holds) => {
    expect(tried.filter(({ twin, estate }) => holds(twin, estate)).length).toBeGreaterThanOrEqual(FLOOR)
  })
})

describe('an estate that a statement fails on', () => {
  const place = mkdtempSync(join(tmpdir(), 'hourwise-disagreement-'))
  afterAll(() => rmSync(place, { recursive: true, force: true }))

  it('is made small and written down for reading', async () => {
    process.env['TWIN_FOLDER'] = place
    const failure = onRandomEstates(200, async (estate) => {
      if (estate.rows.power_event.some((event) => event.operation === 'preempted')) throw new Error('it was pre-empted')
    })
    await expect(failure).rejects.toThrow('it was pre-empted')
    const [folder = ''] = readdirSync(place)
    const files = readdirSync(join(place, folder))
    expect(files).toEqual(expect.arrayContaining(['cause.txt', 'estate.txt', 'estate.json', 'power_event.csv']))
    const events = readFileSync(join(place, folder, 'power_event.csv'), 'utf8')
      .trim()
      .split('\n')
    expect(events).toHaveLength(2) // the header and the one event that matters
    expect(events[1]).toContain('preempted')
    expect(readFileSync(join(place, folder, 'cause.txt'), 'utf8')).toContain('it was pre-empted')
    delete process.env['TWIN_FOLDER']
  })
})

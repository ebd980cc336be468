// Sensors, new machines, moves, data location, alerts and anomalies on hand-made estates: each fires, and its neighbour not.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildActions } from '../../src/actions/build.ts'
import { ENDPOINT_REGIONS } from '../../src/config_schema.ts'
import type { Engine, Row } from '../../src/engine/engine.ts'
import { buildIntegration } from '../../src/integration/build.ts'
import { removeDevices } from '../device_rows.ts'
import { add, DAY, emptyEstate, entry, HOUR, machine, OCTOBER } from '../reports/estate.ts'

let engine: Engine
beforeAll(async () => {
  engine = await emptyEstate()
})
afterAll(() => engine.close())

const FILLED = [
  'ledger.machine',
  'ledger.machine_identity',
  'ledger.machine_source',
  'ledger.endpoint_snapshot',
  'ledger.billed_day',
  'ledger.charge',
  'ledger.ledger',
  'ledger.health',
  'ledger.verdict',
  'ledger.power',
  'ledger.cost_per_hour',
  'history.machine_month',
  'normalise.alert',
  'normalise.assessment',
  'normalise.endpoint_device',
  'normalise.endpoint_setting',
  'normalise.machine_record',
  'normalise.plan_setting',
  'ledger.finding',
]

async function build(given: Readonly<Record<string, readonly Row[]>>, endpointRegion?: string): Promise<void> {
  for (const relation of FILLED) {
    if (relation === 'normalise.endpoint_device') await removeDevices(engine)
    else await engine.run(`delete from ${relation}`)
  }
  for (const [relation, rows] of Object.entries(given)) {
    expect(FILLED).toContain(relation)
    await add(engine, relation, rows)
  }
  await buildActions(engine)
  await buildIntegration(engine, { endpointRegion })
}
const rows = (sql: string) => engine.rows(sql)
const findings = async (check: string) =>
  (await rows(`select message, evidence from ledger.finding where check_name = '${check}'`)).map((row) => row.message)

const ID = '/subscriptions/sub/resourcegroups/rg/providers/microsoft.compute/virtualmachines/m'
const identity = (resource_id = ID, machine_id = 'm'): Row => ({
  resource_id,
  resource_id_display: resource_id,
  machine_id,
  from_at: 0,
  until_at: 253402300800,
})
const health = (state: string, more: Row = {}): Row => ({
  machine_id: 'm',
  from_at: OCTOBER,
  until_at: OCTOBER + 31 * DAY,
  health: state,
  evidence: 'observed',
  ...more,
})
const verdict = (at: number, state: string): Row => ({ machine_id: 'm', first_at: at, last_at: at, health: state })

describe('alerts', () => {
  const alert = (more: Row = {}): Row => ({
    file_id: 1,
    snapshot_at: OCTOBER + 31 * DAY,
    alert_id: 'a',
    severity: 'high',
    status: 'active',
    raised_at: OCTOBER + 100,
    resource_id: ID,
    ...more,
  })
  const charge: Row = { machine_id: 'm', day: '2026-10-01' }
  const state = async (given: Readonly<Record<string, readonly Row[]>>) => {
    await build({
      'ledger.machine': [machine('m')],
      'ledger.machine_identity': [identity()],
      'normalise.alert': [alert()],
      ...given,
    })
    return (await rows('select hour_state, match_evidence from integration.alert_state')).map((row) =>
      Object.values(row),
    )
  }

  test.each([
    ['protected', 'healthy', [charge]],
    ['protected', 'healthy', []],
    ['unprotected', 'unhealthy', [charge]],
    ['unprotected', 'unknown', [charge]],
    ['uncovered', 'unhealthy', []],
  ])('fall into a %s hour with a %s sensor', async (expected, sensor, charges) => {
    expect(await state({ 'ledger.health': [health(sensor)], 'ledger.billed_day': charges })).toEqual([
      [expected, 'resource_id'],
    ])
  })

  test('that name only a host find the one machine of that name, or nobody', async () => {
    const host = {
      'normalise.alert': [alert({ resource_id: null, host_name: 'm.example.com' })],
      'ledger.health': [health('healthy')],
    }
    expect(await state(host)).toEqual([['protected', 'host_name']])
    expect(await state({ ...host, 'ledger.machine': [machine('m'), machine('n', { name: 'm' })] })).toEqual([
      ['unknown_machine', null],
    ])
  })

  test('are counted once, in their newest record, within the period only', async () => {
    await build({
      'normalise.alert': [
        alert({ snapshot_at: OCTOBER + DAY, status: 'active' }),
        alert({ status: 'resolved' }),
        alert({ alert_id: 'before', raised_at: OCTOBER - 1 }),
      ],
    })
    expect(await rows('select alert_id, status from integration.alert_state')).toEqual([
      { alert_id: 'a', status: 'resolved' },
    ])
  })

  test('per thousand hours, the machines without a healthy sensor first', async () => {
    await build({
      'ledger.machine': [machine('m'), machine('n')],
      'ledger.machine_identity': [identity(), identity(`${ID}2`, 'n')],
      'ledger.health': [health('healthy'), health('unhealthy', { machine_id: 'n' })],
      // 200 protected hours, two alerts: 10 per thousand
      'ledger.ledger': [
        entry('m', { seconds: 150 * HOUR, cost: '0' }),
        entry('m', { bucket: 'protected_unbilled', seconds: 50 * HOUR, billing_currency: null, cost: null }),
      ],
      'normalise.alert': [
        alert(),
        alert({ alert_id: 'b' }),
        alert({ alert_id: 'c', resource_id: `${ID}2`, severity: 'low' }),
      ],
    })
    const rates = await rows(
      'select hour_state, alerts, amount_text(per_thousand) as rate from integration.alert_rate order by position',
    )
    expect(rates[0]).toEqual({ hour_state: 'protected', alerts: 2, rate: '10' })
    expect(rates[2]).toEqual({ hour_state: 'uncovered', alerts: 1, rate: null })
    const machines = await rows('select subject from integration.alert_machine order by position')
    expect(machines.map((row) => row.subject)).toEqual(['n', 'm'])
    expect(await findings('machines_with_alerts_have_a_healthy_sensor')).toEqual([
      'alerts name a machine without a healthy sensor',
    ])
  })
})

describe('provisioning', () => {
  const began = OCTOBER + 2 * DAY
  const state = async (verdicts: readonly Row[], more: Row = {}) => {
    await build({
      'ledger.machine': [machine('m', { created_at: began, life_until_at: 253402300800, ...more })],
      'ledger.power': [{ machine_id: 'm', from_at: began + HOUR, until_at: OCTOBER + 31 * DAY, power: 'running' }],
      'ledger.verdict': verdicts,
    })
    return rows('select state, at_most_seconds as seconds from integration.provisioning')
  }
  // the clock starts with the first running time, an hour after the creation
  test.each([
    ['on_time', String(DAY), [verdict(began + HOUR + DAY, 'healthy')]],
    ['late', String(DAY + 1), [verdict(began + HOUR + DAY + 1, 'healthy')]],
    ['never', null, [verdict(began + 3 * DAY, 'unhealthy')]],
    ['not_watched', null, [verdict(began + DAY, 'unhealthy')]],
    ['not_watched', null, []],
  ])('%s', async (expected, seconds, verdicts) => {
    expect(await state(verdicts)).toEqual([{ state: expected, seconds }])
    expect((await findings('new_machines_are_protected_within_a_day')).length).toBe(
      expected === 'late' || expected === 'never' ? 1 : 0,
    )
  })

  test('a machine younger than a day at the end is in its grace', async () => {
    expect(await state([], { created_at: OCTOBER + 31 * DAY - HOUR })).toMatchObject([{ state: 'in_grace' }])
  })

  test.each([
    { os_class: 'client' },
    { managed_by: 'AKS' },
    { orchestration_mode: 'uniform' },
    { created_at: OCTOBER - 1 },
  ])('not asked of %o', async (more) => {
    expect(await state([], more)).toEqual([])
  })

  test('edge case 61: an image of one’s own without a sensor is named, one of the marketplace not', async () => {
    const record = (more: Row): Row => ({
      file_id: 1,
      snapshot_at: OCTOBER,
      resource_id: ID,
      image_id: '/subscriptions/sub/images/golden',
      ...more,
    })
    const given = {
      'ledger.machine': [machine('m')],
      'ledger.machine_identity': [identity()],
      'ledger.health': [health('unhealthy', { issue: 'installation' })],
    }
    await build({ ...given, 'normalise.machine_record': [record({})] })
    expect(await findings('machines_of_own_images_have_a_sensor')).toHaveLength(1)
    await build({ ...given, 'normalise.machine_record': [record({ image_publisher: 'canonical' })] })
    expect(await findings('machines_of_own_images_have_a_sensor')).toHaveLength(0)
    // the newest record that tells an image counts, whole: the earlier publisher is not the new image's
    const made = record({ snapshot_at: OCTOBER - DAY, image_id: 'marketplace', image_publisher: 'canonical' })
    const untold = record({ snapshot_at: OCTOBER + DAY, image_id: null })
    await build({ ...given, 'normalise.machine_record': [made, record({}), untold] })
    expect(await findings('machines_of_own_images_have_a_sensor')).toHaveLength(1)
  })
})

describe('moves', () => {
  const to = ID.replace('/sub/', '/other/')
  const trace = (resource_id: string, first: number, last: number): Row => ({
    resource_id,
    vm_id: 'm',
    source: 'bill',
    first_at: OCTOBER + first * DAY,
    last_at: OCTOBER + last * DAY,
  })
  const charge = (charge_id: number, resource_id: string, cost: string): Row => ({
    charge_id,
    machine_id: 'm',
    resource_id,
    cost,
    billing_currency: 'USD',
    grain: 'machine',
    day: '2026-10-05',
  })

  test('one machine, both ids, what was paid on each', async () => {
    await build({
      'ledger.machine': [machine('m')],
      'ledger.machine_identity': [identity(), identity(to)],
      'ledger.machine_source': [trace(ID, -20, 9), trace(to, 9, 30)],
      'ledger.charge': [charge(1, ID, '2'), charge(2, ID, '3'), charge(3, to, '7')],
    })
    expect(
      await rows(
        `select move_of, cast(moved_day as varchar) as day, from_id_display, to_id_display, amount_text(cost_before) as cost_before, amount_text(cost_after) as cost_after from integration.move`,
      ),
    ).toEqual([
      {
        move_of: 'subscription',
        day: '2026-10-10',
        from_id_display: ID,
        to_id_display: to,
        cost_before: '5',
        cost_after: '7',
      },
    ])
    expect(await findings('moved_machines_keep_their_sensor')).toEqual([
      'the machine moved to another subscription: delete its extension, so that it is deployed again',
    ])
  })

  test('an id recreated with another vmId is no move', async () => {
    await build({
      'ledger.machine': [machine('m'), machine('n')],
      'ledger.machine_identity': [identity(), { ...identity(ID, 'n'), from_at: OCTOBER + 9 * DAY }],
      'ledger.machine_source': [trace(ID, -20, 9), { ...trace(ID, 9, 30), vm_id: 'n' }],
    })
    expect(await rows('select * from integration.move')).toEqual([])
  })
})

describe('sensors', () => {
  const EDR = '06e3a6db-6c0c-4ad9-943f-31d9d73ecf6c'
  const disagree = async (assessed: string, sensor: string) => {
    await build({
      'ledger.machine': [machine('m')],
      'ledger.machine_identity': [identity()],
      'ledger.verdict': [verdict(OCTOBER, sensor)],
      'normalise.assessment': [
        { file_id: 1, snapshot_at: OCTOBER, assessment_key: EDR, resource_id: ID, status_code: assessed },
      ],
    })
    return (await rows('select reading from integration.sensor_disagreement')).map(
      (row) => String(row.reading).split(':')[0],
    )
  }

  test('a recommendation that says otherwise is listed, one that agrees or does not apply is not', async () => {
    expect(await disagree('healthy', 'unhealthy')).toEqual(['passes without our healthy sensor'])
    expect(await disagree('unhealthy', 'healthy')).toEqual(['fails although the sensor reports'])
    expect(await disagree('healthy', 'healthy')).toEqual([])
    expect(await disagree('unhealthy', 'unhealthy')).toEqual([])
    expect(await disagree('notapplicable', 'healthy')).toEqual([])
  })

  test.each([
    ['p2', 'free', true],
    ['p1', 'standard', true],
    ['p1', 'free', false],
    ['p1', null, null],
  ])('%s with CSPM %s shows health: %s', async (sub_plan, posture, shown) => {
    const setting = (plan_name: string, tier: string, plan: string | null): Row => ({
      file_id: 1,
      snapshot_at: OCTOBER,
      plan_name,
      scope_level: 'subscription',
      subscription_id: 'sub',
      scope_id: '/subscriptions/sub',
      tier,
      sub_plan: plan,
    })
    await build({
      'ledger.machine': [machine('m')],
      'normalise.plan_setting': [
        setting('virtualmachines', 'standard', sub_plan),
        ...(posture === null ? [] : [setting('cloudposture', posture, null)]),
      ],
    })
    expect(await rows('select is_health_shown from integration.subscription_state')).toEqual([
      { is_health_shown: shown },
    ])
  })
})

test('freshness counts the four-hour windows that a listing speaks for, and the longest time without one', async () => {
  const at = (hours: number): Row => ({ snapshot_at: OCTOBER + hours * HOUR, as_of_at: OCTOBER + hours * HOUR })
  const fresh = () =>
    rows('select listings, windows_listed, windows, amount_text(longest_gap_hours) as gap from integration.freshness')
  // windows (0, 4], (4, 8], …: 4 and 1 share the first, 5 is of the second; 744 − 100 h follow the last
  await build({ 'ledger.endpoint_snapshot': [at(-1), at(1), at(4), at(5), at(100), at(745)] })
  expect(await fresh()).toEqual([{ listings: 4, windows_listed: 3, windows: 186, gap: '644' }])
  await build({})
  expect(await fresh()).toEqual([{ listings: 0, windows_listed: 0, windows: 186, gap: '744' }])
})

test('a region is compared with the tenant’s, an unknown one with nothing', async () => {
  await build(
    {
      'ledger.machine': [
        machine('a', { location: 'westeurope', device_id: 'd' }),
        machine('b', { location: 'eastus' }),
        machine('c', { location: 'moon' }),
        machine('d'),
      ],
    },
    'EU',
  )
  expect(await rows('select location, is_same, with_sensor from integration.data_location order by location')).toEqual([
    { location: 'eastus', is_same: false, with_sensor: 0 },
    { location: 'moon', is_same: null, with_sensor: 0 },
    { location: 'not known', is_same: null, with_sensor: 0 },
    { location: 'westeurope', is_same: true, with_sensor: 1 },
  ])
  const places = await rows('select distinct geography from integration.region')
  expect(places.map((row) => row.geography)).toEqual(expect.arrayContaining([...ENDPOINT_REGIONS]))
})

describe('anomalies', () => {
  const then = (more: Row = {}): Row => ({
    month: '2026-09-01',
    machine_id: 'm',
    subscription_id: 'sub',
    charged_plan: 'p2',
    meter: 'standard',
    billing_currency: 'USD',
    billed_hours: '100',
    cost: '2',
    ...more,
  })
  const kinds = async (hours: string, cost: string, price: string, past: readonly Row[]) => {
    await build({
      'ledger.machine': [machine('m')],
      'ledger.ledger': [entry('m', { billed_hours: hours, cost })],
      'ledger.cost_per_hour': [{ plan: 'p2', billing_currency: 'USD', hourly_cost: price, hours }],
      'history.machine_month': past,
    })
    return (await rows('select kind, amount_text(cost) as cost from integration.anomaly order by kind')).map((row) => [
      row.kind,
      row.cost,
    ])
  }

  test('hours that grew by half, a price that moved, a subscription that is new', async () => {
    expect(await kinds('150', '3', '0.02', [then()])).toEqual([['jump_in_hours', '1']])
    expect(await kinds('149', '2.98', '0.02', [then()])).toEqual([])
    // 100 h at 0.001 more
    expect(await kinds('100', '2.1', '0.021', [then()])).toEqual([['price_change', '0.1']])
    expect(await kinds('100', '2', '0.02', [then({ subscription_id: 'other' })])).toEqual([['new_subscription', '2']])
  })

  test('without an earlier month nothing is said of change', async () => {
    expect(await kinds('100', '2', '0.02', [])).toEqual([])
  })

  test('a charge while off is told with its days', async () => {
    await build({ 'ledger.machine': [machine('m')], 'ledger.ledger': [entry('m', { bucket: 'billed_while_off' })] })
    expect(await rows('select kind, cause from integration.anomaly')).toEqual([
      { kind: 'billed_while_off', cause: 'no source saw it on, from 2026-10-01 to 2026-10-01' },
    ])
  })
})

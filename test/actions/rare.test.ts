// What decides between actions, and what an action says of its money: cases of the models' own rules, worked by hand.
import { afterAll, describe, expect, test } from 'vitest'
import type { Row } from '../../src/engine/engine.ts'
import { actionsOf, claims, entry, type Given, HOUR, machine, OCTOBER, paid } from './estate.ts'

const ID = '/subscriptions/sub/resourcegroups/rg/machines/m'
const DIRECT = '/subscriptions/sub/providers/microsoft.security/mdeservers/m_d'
const EDR = '06e3a6db-6c0c-4ad9-943f-31d9d73ecf6c'
const SERVER_SKU = '509e8ab6-0274-4cda-bcbd-bd164fd562c4'
const USER_SKU = '111046dd-295b-4d6d-9724-d52ac90bd1f2'

const owner = (from_at: number, until_at = 253402300800): Given => ({
  'ledger.machine_identity': [{ resource_id: ID, machine_id: 'm', from_at, until_at }],
})
const sku = (sku_id: string, enabled_units: number): Row => ({
  file_id: 1,
  snapshot_at: OCTOBER,
  sku_id,
  sku_part_number: 'X',
  capability_status: 'enabled',
  enabled_units,
  warning_units: 0,
  suspended_units: 0,
  consumed_units: 0,
})
const charge = (resource_id: string, cost: string, more: Row = {}): Row => ({
  charge_id: 1,
  machine_id: 'm',
  subscription_id: 'sub',
  grain: 'machine',
  day: '2026-10-01',
  plan: 'p2',
  meter: 'standard',
  hours: '50',
  cost,
  billing_currency: 'USD',
  charge_category: 'usage',
  resource_id,
  ...more,
})
const extension = (snapshot_at: number, provisioning_state: string, error_code: string | null = null): Row => ({
  ...{ file_id: 1, snapshot_at, resource_id: ID, extension_type: 'MDE.Linux', provisioning_state, error_code },
})
const unhealthy: Given = paid('paid_unprotected', {}, { health: 'unhealthy', issue: 'installation' })
const kindsOf = async (given: Given): Promise<unknown[]> => (await claims(await actionsOf(given))).map((c) => c.kind)

/** The money of a machine that stood stopped, in parts of different evidence. */
const stopped = (...parts: Row[]): Given => ({
  ...paid('paid_stopped'),
  'ledger.ledger': parts.map((part) => entry('m', { bucket: 'paid_stopped', billed_hours: '1', ...part })),
})

describe('an action', () => {
  test.each([
    ['95', 'observed', '5', 'assumed', {}, 'high'],
    ['94.99', 'observed', '5.01', 'assumed', {}, 'medium'],
    ['50', 'inferred', '50', 'none', {}, 'medium'],
    ['49.99', 'inferred', '50.01', 'none', {}, 'low'],
    ['95', 'observed', '5', 'inferred', { allocated: true }, 'low'],
    ['50', 'assumed', '50', 'none', {}, 'low'],
  ])('of %s %s and %s %s is of a confidence', async (cost, evidence, other, weaker, more, confidence) => {
    const engine = await actionsOf(stopped({ cost, evidence, ...more }, { cost: other, evidence: weaker }))
    expect(await engine.rows('select confidence, strongest_evidence, weakest_evidence from actions.action')).toEqual([
      { confidence, strongest_evidence: evidence, weakest_evidence: weaker },
    ])
  })

  test('tells its first and last day, its hours, its machines and its subscription', async () => {
    const given = stopped({ day: '2026-10-07', cost: '2' }, { day: '2026-10-03', cost: '1' })
    const engine = await actionsOf({
      ...given,
      'ledger.machine': [machine('m'), machine('n')],
      'ledger.ledger': [...(given['ledger.ledger'] ?? []), entry('n', { bucket: 'paid_stopped', day: '2026-10-05' })],
    })
    expect(
      await engine.rows(`select machines, amount_text(billed_hours) as hours, amount_text(cost) as cost, amount_text(stake) as stake,
        cast(first_day as varchar) as first_day, cast(last_day as varchar) as last_day, subscription_name from actions.action`),
    ).toEqual([
      {
        machines: 2,
        hours: '3',
        cost: '4',
        stake: '4',
        first_day: '2026-10-03',
        last_day: '2026-10-07',
        subscription_name: 'Sub',
      },
    ])
  })

  test('of a machine has the days and the evidence of all that it claims', async () => {
    const given = stopped(
      { charged_plan: 'p1', day: '2026-10-07', evidence: 'observed' },
      { charged_plan: 'p2', day: '2026-10-03', evidence: 'assumed' },
    )
    const engine = await actionsOf(given)
    expect(
      await engine.rows(`select strongest, weakest, cast(first_day as varchar) as first_day, cast(last_day as varchar) as last_day
        from actions.action_machine`),
    ).toEqual([{ strongest: 1, weakest: 3, first_day: '2026-10-03', last_day: '2026-10-07' }])
  })

  test('has at stake what protected time could cost less, and all of other time', async () => {
    // 100 h at 0.02 are 2.00, at Plan 1's 0.007 they are 0.70
    const stake = async (given: Given) =>
      (await actionsOf(given)).rows(
        'select kind, amount_text(stake) as stake, amount_text(cost) as cost from actions.action',
      )
    expect(await stake(paid('protected', { kind: 'direct' }))).toEqual([
      { kind: 'direct_on_plan_1', stake: '1.3', cost: '2' },
    ])
    expect(await stake(paid('paid_not_applicable', { managed_by: 'AKS' }))).toEqual([
      { kind: 'decide_exclusion', stake: '2', cost: '2' },
    ])
  })

  test('on time that is only assumed saves nothing for certain', async () => {
    const [claim] = await claims(await actionsOf(paid('protected', { kind: 'direct' }, { evidence: 'assumed' })))
    expect(claim).toMatchObject({ kind: 'direct_on_plan_1', low: '0', base: '1.3', high: '1.3' })
  })
})

describe('of several records the newest decides', () => {
  test.each([
    [[extension(OCTOBER, 'failed', '51'), extension(OCTOBER + HOUR, 'succeeded')], 'install_sensor'],
    [[extension(OCTOBER, 'succeeded'), extension(OCTOBER + HOUR, 'failed', '51')], 'exclude_unsupported'],
  ])('of the extension', async (records, kind) => {
    expect(await kindsOf({ ...unhealthy, ...owner(0), 'normalise.extension': records })).toEqual([kind])
  })

  test.each([
    [OCTOBER, 253402300800, 'exclude_unsupported'],
    [OCTOBER + 1, 253402300800, 'install_sensor'],
    [0, OCTOBER, 'install_sensor'],
    [0, OCTOBER + 1, 'exclude_unsupported'],
  ])('of the extension, of the machine that has the id then: %s to %s', async (from, until, kind) => {
    const records = { 'normalise.extension': [extension(OCTOBER, 'failed', '51')] }
    expect(await kindsOf({ ...unhealthy, ...owner(from, until), ...records })).toEqual([kind])
  })

  test.each([
    [true, false, 'switch_on_deployment'],
    [false, true, 'install_sensor'],
  ])('of the setting of a subscription: %s, then %s', async (older, newer, kind) => {
    const settings = [older, newer].map((is_enabled, k) => ({
      ...{ file_id: 1, snapshot_at: OCTOBER + k, subscription_id: 'sub', is_enabled },
    }))
    expect(await kindsOf({ ...unhealthy, 'normalise.endpoint_setting': settings })).toEqual([kind])
  })

  test.each([
    ['healthy', 'unhealthy', EDR, 'install_sensor'],
    ['unhealthy', 'healthy', EDR, 'decide_sensor'],
    ['healthy', 'healthy', 'another', 'install_sensor'],
  ])('of the assessment: %s, then %s (%s)', async (older, newer, assessment_key, kind) => {
    const assessments = [older, newer].map((status_code, k) => ({
      ...{ file_id: 1, snapshot_at: OCTOBER + k, assessment_key, resource_id: ID, status_code },
    }))
    const other = { file_id: 1, snapshot_at: OCTOBER, device_id: 'other', onboarding: 'onboarded' }
    expect(
      await kindsOf({
        ...unhealthy,
        ...owner(0),
        'normalise.assessment': assessments,
        'normalise.endpoint_device': [other],
      }),
    ).toEqual([kind])
  })

  test.each([
    [OCTOBER, 253402300800, 'decide_sensor'],
    [OCTOBER + 1, 253402300800, 'install_sensor'],
    [0, OCTOBER, 'install_sensor'],
    [0, OCTOBER + 1, 'decide_sensor'],
  ])('of the assessment, of the machine that has the id then: %s to %s', async (from, until, kind) => {
    const assessment = { snapshot_at: OCTOBER, assessment_key: EDR, resource_id: ID, status_code: 'healthy' }
    const other = { file_id: 1, snapshot_at: OCTOBER, device_id: 'other', onboarding: 'onboarded' }
    expect(
      await kindsOf({
        ...unhealthy,
        ...owner(from, until),
        'normalise.assessment': [{ file_id: 1, ...assessment }],
        'normalise.endpoint_device': [other],
      }),
    ).toEqual([kind])
  })

  test.each([
    [true, false, ['use_plan_1']],
    [false, true, []],
  ])('of the extras of a plan: %s, then %s', async (older, newer, kinds) => {
    const settings = [older, newer].map((has, k) => ({
      ...{ file_id: 1, snapshot_at: OCTOBER + k, plan_name: 'virtualmachines', scope_level: 'subscription' },
      ...{ scope_id: '/subscriptions/sub', subscription_id: 'sub', tier: 'standard', sub_plan: 'p2' },
      ...{ has_agentless_scanning: has, has_file_integrity: has },
    }))
    expect(await kindsOf({ ...paid('protected'), 'normalise.plan_setting': settings })).toEqual(kinds)
  })
})

test.each([
  [{ managed_by: 'AKS' }, 'owned by AKS'],
  [{ os_class: 'client' }, 'client system'],
  [{ orchestration_mode: 'uniform' }, 'uniform scale set'],
  [{}, 'no sensor possible'],
])('a machine without use for a sensor says why, and saves no more than it cost: %o', async (of, detail) => {
  const given = paid('paid_not_applicable', of, { billed_hours: '25', cost: '0.5' })
  expect(await claims(await actionsOf(given))).toMatchObject([
    { kind: 'decide_exclusion', detail, low: '0', base: '0', high: '0.5', cost: '0.5' },
  ])
})

describe('a machine billed by two ways', () => {
  const billed = (lines: Row[], more: Given = {}): Given => ({ ...paid('protected'), 'ledger.charge': lines, ...more })
  const doubled = async (given: Given) =>
    (await claims(await actionsOf(given))).filter(({ kind }) => kind === 'remove_duplicate')

  test('counts the days with both, and the part of the money that they double', async () => {
    // 2.00 in all; of 4 lines of 0.5 those of direct onboarding on the two days with both are 1.00: half
    const lines = ['2026-10-01', '2026-10-02'].flatMap((day) => [
      charge(ID, '0.5', { day }),
      charge(DIRECT, '0.5', { day }),
    ])
    expect(await doubled(billed(lines))).toMatchObject([
      { low: '0', base: '1', high: '1', detail: 'billed by two ways of onboarding on 2 days' },
    ])
  })

  test('is none when each has days of its own, or one of them only gives money back', async () => {
    expect(await doubled(billed([charge(ID, '1'), charge(DIRECT, '1', { day: '2026-10-02' })]))).toEqual([])
    expect(await doubled(billed([charge(ID, '3'), charge(DIRECT, '-1')]))).toEqual([])
    expect(await doubled(billed([charge(ID, '2'), charge(DIRECT, '0')]))).toEqual([])
  })

  test('has the agent that the newest listing shows', async () => {
    for (const [older, newer, low] of [
      ['10.8550', '10.8560', '0'],
      ['10.8560', '10.8550', '1'],
    ] as const) {
      const devices = [older, newer].map((agent_version, k) => ({
        ...{ file_id: 1, snapshot_at: OCTOBER + k, device_id: 'd', os_platform: 'WindowsServer2022', agent_version },
      }))
      // states are numbered in the order of what they say
      const matches = [older, newer].map((agent_version, k) => ({
        ...{ state_id: agent_version === '10.8550' ? 1 : 2, device_id: 'd', machine_id: 'm', status: 'matched' },
        ...{ first_at: OCTOBER + k, last_at: OCTOBER + k, first_listing: k + 1, last_listing: k + 1 },
      }))
      const given = { 'normalise.endpoint_device': devices, 'ledger.endpoint_match': matches }
      expect(await doubled(billed([charge(ID, '1'), charge(DIRECT, '1')], given))).toMatchObject([{ low, base: '1' }])
    }
  })
})

describe('licences', () => {
  // the benefit's price: 0.6 ÷ 50 h = 0.012. m pays 2.00 for 100 h, n 3.00: 0.80 and 1.80 less
  const estate = (licences: number, unbilled: Row): Given => ({
    ...paid('protected'),
    'ledger.machine': [machine('m'), machine('n'), machine('u', unbilled)],
    'ledger.ledger': [
      entry('m', { billed_hours: '100', cost: '2' }),
      entry('n', { billed_hours: '100', cost: '3' }),
      entry('u', { bucket: 'protected_unbilled', billed_hours: null, cost: null, billing_currency: null }),
    ],
    'ledger.charge': [charge('other', '0.6', { machine_id: 'other', meter: 'benefit' })],
    'normalise.subscribed_sku': [sku(SERVER_SKU, licences)],
  })
  const benefit = async (given: Given) =>
    (await claims(await actionsOf(given)))
      .filter(({ kind }) => kind === 'claim_benefit')
      .map(({ machine_id, base }) => [machine_id, base])

  test('go to those that save most, after the servers that use one without a charge', async () => {
    expect(await benefit(estate(2, {}))).toEqual([])
    expect(await benefit(estate(3, {}))).toEqual([['n', '1.8']])
    expect(await benefit(estate(3, { in_licence_scope: false }))).toEqual([
      ['m', '0.8'],
      ['n', '1.8'],
    ])
  })

  test('under the benefit have the price of its meter alone, and a server on that meter needs no second one', async () => {
    const given = estate(5, {})
    const dearer = charge('m', '5', { charge_id: 2, plan: 'p2' })
    const charges = [...(given['ledger.charge'] ?? []), dearer]
    expect(await benefit({ ...given, 'ledger.charge': charges })).toEqual([
      ['m', '0.8'],
      ['n', '1.8'],
    ])
    const own = charge('m', '0.6', { charge_id: 3, meter: 'benefit' })
    expect(await benefit({ ...given, 'ledger.charge': [...charges, own] })).toEqual([['n', '1.8']])
  })

  test('are used by no server that pays by the hour', async () => {
    const found = await claims(
      await actionsOf({
        ...paid('paid_stopped'),
        'ledger.charge': [charge('m', '2')],
        'normalise.subscribed_sku': [sku(SERVER_SKU, 3)],
      }),
    )
    expect(found.find(({ kind }) => kind === 'return_licences')?.detail).toMatch(/^3 of 3 server licences/)
  })

  test('of users cover as many client systems as they have devices, else nothing is certain', async () => {
    for (const [count, base] of [
      [5, '2'],
      [6, '0'],
    ] as const) {
      const ids = Array.from({ length: count }, (_, k) => `c${k}`)
      const found = await claims(
        await actionsOf({
          'ledger.machine': ids.map((id) => machine(id, { os_class: 'client' })),
          'ledger.ledger': ids.map((id) =>
            entry(id, { bucket: 'paid_not_applicable', billed_hours: '100', cost: '2' }),
          ),
          'normalise.subscribed_sku': [sku(USER_SKU, 1)],
        }),
      )
      expect(found.map(({ kind, low, base: told, high }) => [kind, low, told, high])).toEqual(
        ids.map(() => ['use_user_licence', '0', base, '2']),
      )
    }
  })

  test('bought beforehand are of the largest tier that a year uses up', async () => {
    // 31 days of 500,000 h at 0.02 of list: 10,000, in a year 117,741.9…, more than 100,000 units
    const [claim] = (
      await claims(await actionsOf(paid('protected', {}, { billed_hours: '500000', cost: '9750' })))
    ).filter(({ kind }) => kind === 'pre_purchase')
    expect(claim?.detail).toBe('100000 units at 18 % less than list price')
    // for the whole tenant, whoever paid
    const bought = (await actionsOf(paid('protected', {}, { billed_hours: '500000', cost: '9750' }))).rows(
      "select subscription_id, machine_number from actions.claim where kind = 'pre_purchase'",
    )
    expect(await bought).toEqual([{ subscription_id: null, machine_number: null }])
  })
})

test('a waiver of the subscription that paid holds, also where the machine is in another one by now', async () => {
  const waivers = [{ scope: '/subscriptions/before', author: 'Ann', reason: 'moved', expires: '2026-12-31' }]
  for (const [subscription_id, status] of [
    ['before', 'waived'],
    ['sub', 'open'],
  ] as const) {
    const engine = await actionsOf(paid('paid_stopped', {}, { subscription_id }), { waivers })
    expect(await engine.rows('select status from actions.claim')).toEqual([{ status }])
  }
})

test('a waiver of a subscription holds for what nobody’s machine was charged in it', async () => {
  const waivers = [{ scope: '/subscriptions/sub', author: 'Ann', reason: 'known', expires: '2026-12-31' }]
  const given = { 'ledger.ledger': [entry(null, { bucket: 'unattributed' })] }
  expect(await (await actionsOf(given, { waivers })).rows('select kind, status from actions.claim')).toEqual([
    { kind: 'find_machine', status: 'waived' },
  ])
  expect(await (await actionsOf(given)).rows('select status from actions.claim')).toEqual([{ status: 'open' }])
})

test('of several waivers the one that ends last counts, of equals the first', async () => {
  const waiver = (reason: string, expires: string) => ({ scope: '/subscriptions/sub', author: 'Ann', reason, expires })
  for (const [waivers, reason] of [
    [[waiver('a', '2026-11-30'), waiver('b', '2026-12-31')], 'b'],
    [[waiver('a', '2026-12-31'), waiver('b', '2026-11-30')], 'a'],
    [[waiver('a', '2026-12-31'), waiver('b', '2026-12-31')], 'a'],
  ] as const) {
    const engine = await actionsOf(paid('paid_stopped'), { waivers })
    expect(
      await engine.rows('select waiver_reason, cast(waiver_expires_day as varchar) as day from actions.action'),
    ).toEqual([{ waiver_reason: reason, day: '2026-12-31' }])
  }
})

test('hours that nothing protects are told with one decimal', async () => {
  const engine = await actionsOf({
    ...paid('protected'),
    'ledger.machine': [machine('m'), machine('bare'), machine('other')],
    'ledger.ledger': [
      entry('m'),
      ...['bare', 'other'].map((id) =>
        entry(id, {
          bucket: id === 'bare' ? 'exposed' : 'off',
          seconds: 9000,
          billed_hours: null,
          cost: null,
          billing_currency: null,
        }),
      ),
    ],
  })
  const found = (await claims(engine)).filter(({ kind }) => kind === 'switch_on_plan')
  expect(found).toMatchObject([{ machine_id: 'bare', detail: '2.5 h without plan and without working sensor' }])
})

afterAll(async () => (await actionsOf({})).close())

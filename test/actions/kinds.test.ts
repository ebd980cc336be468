// Every kind of action on the smallest estate that calls for it, one that must not, and its money worked out by hand.
import { afterAll, describe, expect, test } from 'vitest'
import { ACTION_KINDS } from '../../src/actions/kinds.ts'
import { ACTIONS_TO_WAIVE } from '../../src/config_schema.ts'
import type { Row } from '../../src/engine/engine.ts'
import { ACTION_MODELS } from '../../src/models.ts'
import { actionsOf, claims, entry, type Given, HOUR, machine, OCTOBER, paid } from './estate.ts'

const EDR = '06e3a6db-6c0c-4ad9-943f-31d9d73ecf6c'
const SERVER_SKU = '509e8ab6-0274-4cda-bcbd-bd164fd562c4'
const USER_SKU = '111046dd-295b-4d6d-9724-d52ac90bd1f2'
const ID = '/subscriptions/sub/resourcegroups/rg/machines/m'
const identity: Given = {
  'ledger.machine_identity': [{ resource_id: ID, machine_id: 'm', from_at: 0, until_at: 253402300800 }],
}
const failed = (code: string): Given => ({
  ...identity,
  'normalise.extension': [
    {
      file_id: 1,
      snapshot_at: OCTOBER,
      resource_id: ID,
      extension_type: 'MDE.Linux',
      provisioning_state: 'failed',
      error_code: code,
    },
  ],
})
const device = (more: Row = {}): Row => ({
  file_id: 1,
  snapshot_at: OCTOBER,
  device_id: 'd',
  os_platform: 'WindowsServer2022',
  onboarding: 'onboarded',
  ...more,
})
const matched = { state_id: 1, device_id: 'd', machine_id: 'm', status: 'matched', first_listing: 1, last_listing: 1 }
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
const twice: Given = {
  ...paid('protected'),
  'ledger.charge': [charge(ID, '1'), charge('/subscriptions/sub/providers/microsoft.security/mdeservers/m_d', '1')],
}
const noExtras = (more: Row = {}): Given => ({
  'normalise.plan_setting': [
    {
      file_id: 1,
      snapshot_at: OCTOBER,
      plan_name: 'virtualmachines',
      scope_level: 'subscription',
      scope_id: '/subscriptions/sub',
      subscription_id: 'sub',
      tier: 'standard',
      sub_plan: 'p2',
      has_agentless_scanning: false,
      has_file_integrity: false,
      ...more,
    },
  ],
})
const unhealthy = (issue: string): Given => paid('paid_unprotected', {}, { health: 'unhealthy', issue })
const foreign: Given = {
  ...identity,
  'normalise.assessment': [
    { file_id: 1, snapshot_at: OCTOBER, assessment_key: EDR, resource_id: ID, status_code: 'healthy' },
  ],
  'normalise.endpoint_device': [device({ device_id: 'other' })],
}
const client: Given = paid('paid_not_applicable', { os_class: 'client' })
const benefit: Given = {
  'ledger.charge': [charge('other', '0.6', { machine_id: 'other', meter: 'benefit' })],
}
const off = (is_enabled: boolean): Given => ({
  'normalise.endpoint_setting': [{ file_id: 1, snapshot_at: OCTOBER, subscription_id: 'sub', is_enabled }],
})

interface Case {
  kind: string
  fires: Given
  /** low, base, high, and what it costs. */
  money: readonly [string, string, string, string | null]
  /** The nearest estate that must not fire it. */
  not: Given
  detail?: string
}

// 100 h at 0.02 are 2.00; at Plan 1's 0.007 they are 0.70, 1.30 less; at the benefit's 0.6 ÷ 50 h = 0.012 they are 1.20, 0.80 less.
const cases: readonly Case[] = [
  {
    kind: 'find_machine',
    fires: { 'ledger.ledger': [entry(null, { bucket: 'unattributed' })] },
    money: ['0', '0', '0', null],
    not: paid('protected'),
  },
  { kind: 'query_charge', fires: paid('billed_while_off'), money: ['0', '0', '2', null], not: paid('paid_stopped') },
  { kind: 'deallocate', fires: paid('paid_stopped'), money: ['2', '2', '2', null], not: paid('protected') },
  { kind: 'verify_power', fires: paid('power_unknown'), money: ['0', '0', '0', null], not: paid('paid_unverified') },
  {
    kind: 'remove_duplicate',
    // half of the machine's lines are direct onboarding's: half of 2.00
    fires: {
      ...twice,
      'normalise.endpoint_device': [device({ agent_version: '10.8550.1' })],
      'ledger.endpoint_match': [matched],
    },
    money: ['1', '1', '1', null],
    detail: 'billed by two ways of onboarding on 1 day; agent 10.8550.1 is older than 10.8555',
    not: { ...paid('protected'), 'ledger.charge': [charge(ID, '2')] },
  },
  {
    kind: 'exclude_unsupported',
    fires: { ...unhealthy('installation'), ...failed('51') },
    money: ['0', '2', '2', null],
    detail: 'code 51: an unsupported operating system',
    not: { ...unhealthy('installation'), ...failed('24') },
  },
  {
    kind: 'use_user_licence',
    fires: { ...client, 'normalise.subscribed_sku': [sku(USER_SKU, 1)] },
    money: ['0', '2', '2', null],
    detail: 'user licences for 5 devices are held',
    not: { ...client, 'normalise.subscribed_sku': [sku(SERVER_SKU, 1)] },
  },
  {
    kind: 'decide_sensor',
    fires: { ...unhealthy('installation'), ...foreign },
    money: ['0', '0', '2', null],
    not: {
      ...unhealthy('installation'),
      ...foreign,
      'normalise.endpoint_device': [device()],
      'ledger.endpoint_match': [matched],
    },
  },
  {
    kind: 'switch_on_deployment',
    fires: { ...unhealthy('installation'), ...off(false) },
    money: ['0', '0', '0', null],
    not: { ...unhealthy('installation'), ...off(true) },
  },
  {
    kind: 'install_sensor',
    fires: { ...unhealthy('installation'), ...failed('24') },
    money: ['0', '0', '0', null],
    detail: 'code 24: the repository cannot be set up',
    not: unhealthy('heartbeat'),
  },
  {
    kind: 'revive_sensor',
    fires: unhealthy('heartbeat'),
    money: ['0', '0', '0', null],
    not: unhealthy('installation'),
  },
  {
    kind: 'decide_exclusion',
    fires: paid('paid_not_applicable', { managed_by: 'AKS' }),
    money: ['0', '0', '2', null],
    detail: 'owned by AKS',
    not: paid('paid_unprotected'),
  },
  { kind: 'verify_health', fires: paid('paid_unverified'), money: ['0', '0', '0', null], not: paid('protected') },
  {
    kind: 'direct_on_plan_1',
    fires: paid('protected', { kind: 'direct' }),
    money: ['1.3', '1.3', '1.3', null],
    not: paid('protected', { kind: 'arc' }),
  },
  {
    kind: 'claim_benefit',
    fires: { ...paid('protected'), ...benefit, 'normalise.subscribed_sku': [sku(SERVER_SKU, 2)] },
    money: ['0', '0.8', '0.8', null],
    detail: '0.012 an hour under the benefit',
    not: { ...paid('protected'), ...benefit, 'normalise.subscribed_sku': [sku(SERVER_SKU, 1)] },
  },
  {
    kind: 'use_plan_1',
    fires: { ...paid('protected'), ...noExtras() },
    money: ['0', '1.3', '1.3', null],
    not: { ...paid('protected'), ...noExtras({ has_file_integrity: null }) },
  },
  {
    kind: 'pre_purchase',
    // 31 days of 30,000 h at 0.0195: list 600, in a year 600 × 365 ÷ 31 = 7064.516129032258, more than 5,000 units; they cover
    // 5000 ÷ 7064.516… = 0.707762557077 of it; saved are 585 − 600 × 0.9 = 45, of that 31.849315068465
    fires: paid('protected', {}, { billed_hours: '30000', cost: '585' }),
    money: ['0', '31.849315068465', '31.849315068465', null],
    detail: '5000 units at 10 % less than list price',
    // too little for the smallest tier
    not: paid('protected', {}, { billed_hours: '20000', cost: '390' }),
  },
  {
    kind: 'switch_on_plan',
    // 10 h at 0.007
    fires: {
      ...paid('protected'),
      'ledger.machine': [machine('m'), machine('bare')],
      'ledger.ledger': [
        entry('m'),
        entry('bare', {
          bucket: 'exposed',
          seconds: 10 * HOUR,
          billed_hours: null,
          cost: null,
          billing_currency: null,
        }),
      ],
    },
    money: ['0', '0', '0', '0.07'],
    not: paid('protected'),
  },
  {
    kind: 'return_licences',
    fires: { 'normalise.subscribed_sku': [sku(SERVER_SKU, 10)] },
    money: ['0', '30', '30', null],
    detail: '10 of 10 server licences are used by nobody, at 3 a month each',
    not: { ...paid('protected'), 'normalise.subscribed_sku': [sku(SERVER_SKU, 1)] },
  },
]

const OFFERS: Row[] = [
  {
    offer_id: 'mde-for-servers',
    route: 'server',
    price: '3',
    currency: 'USD',
    unit: 'server-month',
    valid_from: '2026-01-01',
  },
]

test('each kind has a case, a model and a word for waivers', () => {
  const kinds: string[] = ACTION_KINDS.map(({ kind }) => kind)
  expect(cases.map(({ kind }) => kind)).toEqual(kinds)
  expect([...ACTIONS_TO_WAIVE]).toEqual(kinds)
  expect(ACTION_MODELS.map(({ relation }) => relation)).toEqual(
    expect.arrayContaining(kinds.map((kind) => `actions.${kind}`)),
  )
})

describe.each(cases)('$kind', ({ kind, fires, money, not, detail }) => {
  test('fires, with its money', async () => {
    const found = (await claims(await actionsOf(fires, {}, OFFERS))).filter((claim) => claim.kind === kind)
    expect(found.map(({ low, base, high, added_cost }) => [low, base, high, added_cost])).toEqual([money])
    if (detail !== undefined) expect(found[0]?.detail).toBe(detail)
  })

  test('must not fire on the neighbour', async () => {
    const found = (await claims(await actionsOf(not, {}, OFFERS))).filter((claim) => claim.kind === kind)
    expect(found).toEqual([])
  })
})

test.each([
  ['a negotiated price that is lower', { billed_hours: '30000', cost: '530' }],
  ['another currency', { billed_hours: '30000', cost: '585', billing_currency: 'EUR' }],
])('no units are bought for %s', async (_, money) => {
  const found = await claims(await actionsOf(paid('protected', {}, money)))
  expect(found.filter(({ kind }) => kind === 'pre_purchase')).toEqual([])
})

test('edge case 27: one server by Arc and by direct onboarding is billed twice below the agent’s floor', async () => {
  for (const [os_platform, agent_version, isOld] of [
    ['WindowsServer2022', '10.8554.9', true],
    ['WindowsServer2022', '10.8555', false],
    ['WindowsServer2016', '10.8559', true],
    ['WindowsServer2016', '10.8560.25364', false],
    ['Ubuntu', '30.101.23052.8', true],
    ['Ubuntu', '30.101.23052.009', false],
  ] as const) {
    const found = await claims(
      await actionsOf({
        ...twice,
        'normalise.endpoint_device': [device({ os_platform, agent_version })],
        'ledger.endpoint_match': [matched],
      }),
    )
    const [claim] = found.filter(({ kind }) => kind === 'remove_duplicate')
    expect([os_platform, agent_version, claim?.low, claim?.base]).toEqual([
      os_platform,
      agent_version,
      isOld ? '1' : '0',
      '1',
    ])
  }
})

describe('where several fit', () => {
  test('the first in the order claims the money, alone', async () => {
    const found = await claims(
      await actionsOf({ ...unhealthy('installation'), ...failed('11'), ...foreign, ...off(false) }),
    )
    expect(found.map(({ kind }) => kind)).toEqual(['exclude_unsupported'])
  })

  test('a licence is offered to the benefit first, and returned only when it is left over', async () => {
    const found = await claims(
      await actionsOf(
        { ...paid('protected'), ...benefit, 'normalise.subscribed_sku': [sku(SERVER_SKU, 5)] },
        {},
        OFFERS,
      ),
    )
    expect(found.map(({ kind, base }) => [kind, base])).toEqual([
      ['claim_benefit', '0.8'],
      ['return_licences', '9'],
    ])
  })

  test('a licence of an unknown price saves nothing that is known', async () => {
    const found = await claims(await actionsOf({ 'normalise.subscribed_sku': [sku(SERVER_SKU, 10)] }))
    expect(found).toMatchObject([
      { base: '0', currency: null, detail: '10 of 10 server licences are used by nobody; their price is not known' },
    ])
  })
})

describe('waivers', () => {
  const waiver = {
    scope: '/subscriptions/SUB/resourceGroups/RG/',
    author: 'Ann',
    reason: 'ends in May',
    expires: '2026-10-31',
  }
  const status = async (more: object) => {
    const engine = await actionsOf(paid('paid_stopped'), { waivers: [{ ...waiver, ...more }] })
    const [action] = await engine.rows(
      'select status, waived_machines, amount_text(stake) as stake, amount_text(base) as base, amount_text(waived_cost) as waived, waiver_author, waiver_reason from actions.action',
    )
    const findings = await engine.rows("select check_name from ledger.finding where check_name like 'waivers%'")
    return { ...action, findings: findings.map((row) => row.check_name) }
  }

  test('take the action out of the savings, and say by whom and why', async () => {
    expect(await status({})).toEqual({
      status: 'waived',
      waived_machines: 1,
      stake: '0',
      base: '0',
      waived: '2',
      waiver_author: 'Ann',
      waiver_reason: 'ends in May',
      findings: [],
    })
  })

  test.each([
    ['of another kind', { action: 'install_sensor' }, ['waivers_meet_an_action']],
    ['of a group that begins alike', { scope: '/subscriptions/sub/resourcegroups/r' }, ['waivers_meet_an_action']],
    ['that has expired', { expires: '2026-10-30' }, ['waivers_are_in_force']],
  ])('one %s waives nothing and is a finding', async (_, more, findings) => {
    expect(await status(more)).toMatchObject({ status: 'open', base: '2', findings })
  })
})

test('the key of an action is the same whatever it costs and differs by owner', async () => {
  const keys = async (cost: string, owner: string | null) => {
    const engine = await actionsOf(paid('paid_stopped', { owner }, { cost }))
    return (await engine.rows('select action_key from actions.action'))[0]?.action_key
  }
  const key = await keys('2', 'Ann')
  expect(await keys('3', 'Ann')).toBe(key)
  expect(await keys('2', null)).not.toBe(key)
})

afterAll(async () => (await actionsOf({})).close())

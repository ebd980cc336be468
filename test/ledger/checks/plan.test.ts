import { describe, expect, it } from 'vitest'
import type { Row } from '../../../src/engine/engine.ts'
import { charge, counterExamples, machine, NOON } from './check_run.ts'

const setting = (given: Row): Row => ({
  file_id: 1,
  snapshot_at: NOON,
  plan_name: 'virtualmachines',
  scope_level: 'subscription',
  scope_id: '/subscriptions/sub',
  subscription_id: 'sub',
  tier: 'standard',
  sub_plan: 'p2',
  ...given,
})
const resource = (given: Row): Row =>
  setting({ scope_level: 'resource', scope_id: machine()['resource_id'] ?? null, is_inherited: false, ...given })
const MACHINE = { 'ledger.machine': [machine()] }

describe('plan_2_is_never_set_on_one_resource', () => {
  const name = 'plan_2_is_never_set_on_one_resource'

  it('finds Plan 2 on a machine of a subscription without it', async () => {
    const rows = await counterExamples(name, {
      plan_setting: [setting({ sub_plan: 'p1' }), resource({})],
      source_file: [{ file_id: 1, path: 'plans.json' }],
    })
    expect(rows).toMatchObject([{ subject: machine()['resource_id'], evidence: 'file plans.json, subscription: p1' }])
    expect((await counterExamples(name, { plan_setting: [resource({ is_inherited: null })] })).length).toBe(1)
  })

  it('allows what the resource inherits, Plan 1, Free, and a newer listing', async () => {
    for (const allowed of [
      resource({ is_inherited: true }),
      resource({ is_inherited: null }),
      resource({ sub_plan: 'p1' }),
      resource({ tier: 'free', sub_plan: null }),
    ])
      expect(await counterExamples(name, { plan_setting: [setting({}), allowed] })).toEqual([])
    const newer = resource({ snapshot_at: NOON + 60, sub_plan: 'p1' })
    expect(await counterExamples(name, { plan_setting: [resource({}), newer] })).toEqual([])
  })
})

describe('partial_coverage_has_its_exceptions', () => {
  const name = 'partial_coverage_has_its_exceptions'
  const partly = setting({ coverage_status: 'partiallycovered' })

  it('asks for the settings of single machines', async () => {
    const rows = await counterExamples(name, { ...MACHINE, plan_setting: [partly, resource({ is_inherited: true })] })
    expect(rows).toMatchObject([{ subject: 'sub', evidence: 'as of 2026-10-15T12:00:00Z, plan p2' }])
  })

  it('is silent with them, without machines, and when the newest listing is fully covered', async () => {
    expect(await counterExamples(name, { ...MACHINE, plan_setting: [partly, resource({ sub_plan: 'p1' })] })).toEqual(
      [],
    )
    expect(await counterExamples(name, { plan_setting: [partly] })).toEqual([])
    const full = setting({ snapshot_at: NOON + 60, coverage_status: 'fullycovered' })
    expect(await counterExamples(name, { ...MACHINE, plan_setting: [partly, full] })).toEqual([])
  })
})

describe('sensor_health_is_visible_to_defender_for_cloud', () => {
  const name = 'sensor_health_is_visible_to_defender_for_cloud'
  const posture = (tier: string): Row => setting({ plan_name: 'cloudposture', tier, sub_plan: null })

  it('is one finding per subscription with Plan 1 and no Defender CSPM', async () => {
    const two = { 'ledger.machine': [machine(), machine({ machine_id: 'm2' })] }
    expect(
      await counterExamples(name, { ...two, plan_setting: [setting({ sub_plan: 'p1' }), posture('free')] }),
    ).toMatchObject([{ subject: 'sub', evidence: '2 machines; Defender CSPM is off' }])
    expect(
      (await counterExamples(name, { ...MACHINE, plan_setting: [setting({ sub_plan: 'p1' })] }))[0]?.['evidence'],
    ).toContain('no setting of Defender CSPM')
  })

  it('is silent with Plan 2, or with Defender CSPM', async () => {
    expect(await counterExamples(name, { ...MACHINE, plan_setting: [setting({}), posture('free')] })).toEqual([])
    expect(
      await counterExamples(name, { ...MACHINE, plan_setting: [setting({ sub_plan: 'p1' }), posture('standard')] }),
    ).toEqual([])
  })
})

describe('sensor_deployment_is_switched_on', () => {
  const off = { file_id: 1, snapshot_at: NOON, subscription_id: 'sub', is_enabled: false }

  it('edge case 62: is one finding per subscription, by its newest setting', async () => {
    const name = 'sensor_deployment_is_switched_on'
    expect(await counterExamples(name, { ...MACHINE, endpoint_setting: [off] })).toMatchObject([
      { subject: 'sub', evidence: '1 machine; as of 2026-10-15T12:00:00Z' },
    ])
    const on = { ...off, snapshot_at: NOON + 60, is_enabled: true }
    expect(await counterExamples(name, { ...MACHINE, endpoint_setting: [off, on] })).toEqual([])
    expect(await counterExamples(name, { endpoint_setting: [off] })).toEqual([])
  })
})

describe('trials_are_over', () => {
  const name = 'trials_are_over'
  const trial = (days: number, given: Row = {}): Row => setting({ trial_remaining_seconds: days * 86_400, ...given })
  const said = async (given: Parameters<typeof counterExamples>[1]): Promise<unknown[]> =>
    (await counterExamples(name, given)).map((row) => row['message'])

  it('says when the trial ends, and that hours are on its meter', async () => {
    const given = { plan_setting: [trial(20)], 'ledger.charge': [charge({ meter: 'trial', cost: '0' })] }
    expect(await counterExamples(name, given)).toEqual([
      {
        subject: 'sub',
        message: 'the trial ends on 2026-11-04, then the hours are billed',
        evidence: '24 h on the trial meter in the period; 20 days were left on 2026-10-15',
      },
    ])
  })

  it('knows from an older listing when it ended', async () => {
    const plan_setting = [trial(10), trial(0, { snapshot_at: NOON + 12 * 86_400 })]
    expect(await said({ plan_setting })).toEqual(['the trial ended on 2026-10-25, since then the hours are billed'])
  })

  it('does not guess the end from the meter', async () => {
    expect(await said({ 'ledger.charge': [charge({ meter: 'trial' })] })).toEqual([
      'hours are on the trial meter; when the trial ends is not known',
    ])
  })

  it('is silent when it was over before the period, and for a plan that was never switched on', async () => {
    const plan_setting = [
      trial(1, { snapshot_at: NOON - 30 * 86_400 }),
      trial(30, { subscription_id: 'other', tier: 'free' }),
    ]
    expect(await said({ plan_setting, 'ledger.charge': [charge()] })).toEqual([])
  })
})

describe('healthy_machines_are_billed', () => {
  const name = 'healthy_machines_are_billed'
  const entry = {
    machine_id: 'm1',
    subscription_id: 'sub',
    day: '2026-10-15',
    bucket: 'protected_unbilled',
    seconds: 3600,
  }
  const billedLine = { cost_line_id: 1, subscription_id: 'sub' }
  const unbilled = {
    'ledger.machine': [machine({ name: null })],
    'ledger.ledger': [entry],
    cost_line: [billedLine],
    'ledger.charge': [charge({ day: '2026-10-16', machine_id: 'm2' })],
  }
  const message = async (given: Parameters<typeof counterExamples>[1]): Promise<string> => {
    const rows = await counterExamples(name, { ...unbilled, ...given })
    expect(rows.length).toBe(1)
    expect(rows[0]).toMatchObject({ subject: 'sub', evidence: '1 machine, 1.0 h, such as m1' })
    return String(rows[0]?.['message'])
  }
  const server = { sku_id: '509e8ab6-0274-4cda-bcbd-bd164fd562c4', enabled_units: 1 }
  const off = { machine_id: 'm1', day: '2026-10-15', plan: 'none', source: 'resource' }
  const trial = setting({ trial_remaining_seconds: 86_400 })
  const late = [charge({ day: '2026-10-14' }), charge({ subscription_id: 'other', day: '2026-10-16' })]

  it('names the first cause that holds', async () => {
    const all = {
      subscribed_sku: [server],
      'ledger.plan': [off],
      plan_setting: [trial],
      'ledger.charge': late,
      cost_line: [],
    }
    expect(await message(all)).toContain('server licences')
    expect(await message({ ...all, subscribed_sku: [{ ...server, enabled_units: 0 }] })).toContain('the plan is off')
    expect(await message({ ...all, subscribed_sku: [], 'ledger.plan': [] })).toContain('trial')
    expect(await message({ ...all, subscribed_sku: [], 'ledger.plan': [], plan_setting: [] })).toContain(
      'still to come',
    )
    expect(await message({ cost_line: [] })).toContain('no cost export')
    expect(await message({})).toContain('an audit would find it')
  })

  it('does not wait for charges more than three days, nor after a later charge', async () => {
    const old = [charge({ day: '2026-10-14' }), charge({ subscription_id: 'other', day: '2026-10-18' })]
    expect(await message({ 'ledger.charge': old })).toContain('audit')
  })

  it('is silent when they are billed', async () => {
    expect(await counterExamples(name, { ...unbilled, 'ledger.ledger': [{ ...entry, bucket: 'protected' }] })).toEqual(
      [],
    )
  })
})

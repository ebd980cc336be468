import { describe, expect, it } from 'vitest'
import { readTexts } from './record_run.ts'

const SUBSCRIPTION = '/subscriptions/20FF7FC3-e762-44dd-bd96-b71116dcdc23'
const VM = `${SUBSCRIPTION}/resourceGroups/Demo/providers/Microsoft.Compute/virtualMachines/VM-1`
const pricing = (scope: string, properties: object, name = 'VirtualMachines') => ({
  id: `${scope}/providers/Microsoft.Security/pricings/${name}`,
  name,
  type: 'Microsoft.Security/pricings',
  properties,
})

describe('plan_setting', () => {
  it('reads subscription and resource level, with booleans as text and durations as seconds', async () => {
    const run = await readTexts({
      'pricings.json': {
        value: [
          pricing(SUBSCRIPTION, {
            pricingTier: 'Standard',
            subPlan: 'P2',
            freeTrialRemainingTime: 'P12DT3H',
            enablementTime: '2026-03-01T12:42:42.1921106Z',
            enforce: 'False',
            resourcesCoverageStatus: 'PartiallyCovered',
          }),
          pricing(VM, { pricingTier: 'Free', inherited: 'False', freeTrialRemainingTime: 'PT0S' }),
          pricing(SUBSCRIPTION, { pricingTier: 'Free', freeTrialRemainingTime: 'P30D' }, 'CloudPosture'),
        ],
      },
    })
    const subscription_id = '20ff7fc3-e762-44dd-bd96-b71116dcdc23'
    expect(run.rows('plan_setting')).toMatchObject([
      {
        plan_name: 'cloudposture',
        scope_level: 'subscription',
        tier: 'free',
        sub_plan: null,
        trial_remaining_seconds: '2592000',
      },
      {
        plan_name: 'virtualmachines',
        scope_level: 'resource',
        scope_id: VM.toLowerCase(),
        subscription_id,
        tier: 'free',
        is_inherited: false,
        trial_remaining_seconds: '0',
      },
      {
        plan_name: 'virtualmachines',
        scope_level: 'subscription',
        scope_id: SUBSCRIPTION.toLowerCase(),
        subscription_id,
        tier: 'standard',
        sub_plan: 'p2',
        is_inherited: null,
        enabled_at: String(Date.UTC(2026, 2, 1, 12, 42, 42) / 1000),
        trial_remaining_seconds: String(12 * 86400 + 3 * 3600),
        coverage_status: 'partiallycovered',
        is_enforced: false,
      },
    ])
  })

  it('reads projected columns', async () => {
    const run = await readTexts({
      'plans.csv': `id,pricingTier,subPlan,coverage,inherited\n${pricing(SUBSCRIPTION, {}).id},Standard,P1,FullyCovered,\n`,
    })
    expect(run.rows('plan_setting')).toMatchObject([
      {
        scope_level: 'subscription',
        tier: 'standard',
        sub_plan: 'p1',
        coverage_status: 'fullycovered',
        is_inherited: null,
      },
    ])
  })

  const durations: Record<string, string | null> = {
    P30D: '2592000',
    PT0S: '0',
    P1DT2H3M4S: '93784',
    PT5M: '300',
    PT1H30S: '3630',
    'PT0.5S': '0',
    '30 days': null,
  }
  it('reads ISO durations, whole seconds', async () => {
    const run = await readTexts({
      'pricings.json': Object.keys(durations).map((freeTrialRemainingTime, at) =>
        pricing(SUBSCRIPTION, { pricingTier: 'Standard', freeTrialRemainingTime }, `plan${at}`),
      ),
    })
    expect(run.rows('plan_setting').map((row) => row.trial_remaining_seconds)).toEqual(Object.values(durations))
  })

  it('reads whether the sensor may be deployed', async () => {
    const setting = (name: string, enabled: unknown) => ({
      id: `${SUBSCRIPTION}/providers/Microsoft.Security/settings/${name}`,
      type: 'Microsoft.Security/settings',
      properties: { enabled },
    })
    const run = await readTexts({
      'settings.json': {
        value: [setting('WDATP', false), setting('WDATP_UNIFIED_SOLUTION', true), setting('MCAS', true)],
      },
    })
    expect(run.rows('endpoint_setting')).toMatchObject([
      { subscription_id: '20ff7fc3-e762-44dd-bd96-b71116dcdc23', is_enabled: false },
    ])
  })
})

// On any ledger the actions never promise more than was paid, claim no money twice and leave no unprotected money out.
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import type { Row } from '../../src/engine/engine.ts'
import { actionsOf, entry, machine } from './estate.ts'

const BUCKETS = [
  'protected',
  'paid_unprotected',
  'paid_not_applicable',
  'paid_unverified',
  'paid_stopped',
  'billed_while_off',
  'power_unknown',
  'unattributed',
] as const

const MACHINES = ['a', 'b', 'c', 'd'] as const

const line = fc.record({
  bucket: fc.constantFrom(...BUCKETS),
  machine_id: fc.constantFrom(...MACHINES),
  day: fc.constantFrom('2026-10-01', '2026-10-02', '2026-10-31'),
  issue: fc.constantFrom('installation', 'heartbeat'),
  evidence: fc.constantFrom('observed', 'inferred', 'assumed', 'none'),
  charged_plan: fc.constantFrom('p1', 'p2', null),
  is_free: fc.boolean(),
  allocated: fc.boolean(),
  billing_currency: fc.constantFrom('USD', 'EUR'),
  // refunds too: lines that are negative
  cost: fc.integer({ min: -300, max: 1000 }).map((cents) => (cents / 100).toFixed(2)),
  billed_hours: fc.integer({ min: 0, max: 24 }).map(String),
})

const estate = fc.record({
  lines: fc.array(line, { maxLength: 25 }),
  kinds: fc.array(fc.constantFrom('azure-vm', 'direct', 'arc'), { minLength: 4, maxLength: 4 }),
  os: fc.array(fc.constantFrom('server', 'client'), { minLength: 4, maxLength: 4 }),
  licences: fc.integer({ min: 0, max: 4 }),
  isDeploymentOff: fc.boolean(),
  hasExtras: fc.boolean(),
})

test('savings are bounded by what was paid, and the list adds up', async () => {
  await fc.assert(
    fc.asyncProperty(estate, async ({ lines, kinds, os, licences, isDeploymentOff, hasExtras }) => {
      const engine = await actionsOf({
        'ledger.machine': MACHINES.map((id, at) => machine(id, { kind: kinds[at] ?? null, os_class: os[at] ?? null })),
        'ledger.ledger': lines.map(
          (one): Row =>
            entry(one.machine_id, { ...one, machine_id: one.bucket === 'unattributed' ? null : one.machine_id }),
        ),
        'ledger.cost_per_hour': ['USD', 'EUR'].flatMap((billing_currency) => [
          { plan: 'p1', billing_currency, hourly_cost: '0.007' },
          { plan: 'p2', billing_currency, hourly_cost: '0.02' },
        ]),
        'normalise.subscribed_sku': [
          {
            file_id: 1,
            snapshot_at: 1,
            sku_id: '509e8ab6-0274-4cda-bcbd-bd164fd562c4',
            sku_part_number: 'MDATP_Server',
            capability_status: 'enabled',
            enabled_units: licences,
            warning_units: 0,
            suspended_units: 0,
          },
          {
            file_id: 1,
            snapshot_at: 1,
            sku_id: '111046dd-295b-4d6d-9724-d52ac90bd1f2',
            sku_part_number: 'WIN_DEF_ATP',
            capability_status: 'enabled',
            enabled_units: licences,
            warning_units: 0,
            suspended_units: 0,
          },
        ],
        'normalise.endpoint_setting': [
          { file_id: 1, snapshot_at: 1, subscription_id: 'sub', is_enabled: !isDeploymentOff },
        ],
        'normalise.plan_setting': [
          {
            file_id: 1,
            snapshot_at: 1,
            plan_name: 'virtualmachines',
            scope_level: 'subscription',
            scope_id: '/subscriptions/sub',
            subscription_id: 'sub',
            tier: 'standard',
            sub_plan: 'p2',
            has_agentless_scanning: hasExtras,
            has_file_integrity: hasExtras,
          },
        ],
      })
      // each machine's money in each bucket, refunds netted within it, in cents
      const paid = new Map<string, number>()
      for (const one of lines) {
        const id = one.bucket === 'unattributed' ? '' : one.machine_id
        const key = [one.billing_currency, id, one.bucket, one.issue, one.charged_plan, one.is_free].join('|')
        paid.set(key, (paid.get(key) ?? 0) + Math.round(Number(one.cost) * 100))
      }
      for (const currency of ['USD', 'EUR']) {
        const bound = [...paid]
          .filter(([key]) => key.startsWith(currency))
          .reduce((sum, [, cents]) => sum + Math.max(0, cents), 0)
        const unprotected = lines
          .filter((one) => one.billing_currency === currency && one.bucket !== 'protected')
          .reduce((sum, one) => sum + Math.round(Number(one.cost) * 100), 0)
        const [sums] = await engine.rows(
          `select coalesce(sum(low), 0) as low, coalesce(sum(base), 0) as base, coalesce(sum(high), 0) as high,
                  coalesce((select sum(cost) from actions.claim where billing_currency = ? and bucket <> 'protected'), 0) as claimed
           from actions.action where basis = 'bill' and billing_currency = ?`,
          [currency, currency],
        )
        const [low, base, high] = [Number(sums?.low), Number(sums?.base), Number(sums?.high)]
        expect(low).toBeGreaterThanOrEqual(0)
        expect(base).toBeGreaterThanOrEqual(low)
        expect(high).toBeGreaterThanOrEqual(base)
        expect(high * 100).toBeLessThanOrEqual(bound + 1e-6)
        expect(Math.round(Number(sums?.claimed) * 100)).toBe(unprotected)
      }
    }),
    { numRuns: 25, seed: 6 },
  )
}, 120_000)

afterAll(async () => (await actionsOf({})).close())

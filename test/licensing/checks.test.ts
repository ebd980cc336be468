// Each identity of the licence comparison fires when what it speaks of is tampered with, and only then.
import { describe, expect, it } from 'vitest'
import { readChecks, runChecks } from '../../src/engine/model.ts'
import { at, type EstateSpec, withLicensing } from './estate.ts'

const ESTATE: EstateSpec = {
  machines: [
    { id: 'a', hoursOn: 100, charge: { plan: 'p2', hours: '100', cost: '2', currency: 'USD' } },
    { id: 'b', hoursOn: 10 },
    { id: 'desk', os: 'client', hoursOn: 10 },
  ],
  skus: [
    {
      file_id: 1,
      snapshot_at: at('2026-11-01'),
      sku_id: '509e8ab6-0274-4cda-bcbd-bd164fd562c4',
      capability_status: 'enabled',
      enabled_units: 5,
      warning_units: 0,
      suspended_units: 0,
      consumed_units: 0,
    },
  ],
  settings: { licences: [{ sku: 'MDATP_Server', quantity: 3, renews_on: '2027-01-01' }] },
}

const TAMPERED: readonly [string, string][] = [
  ['licence_terms_add_up_to_the_units_owned', 'update licensing.licence_term set owned_units = 4 where entry = 1'],
  ['routes_add_up_to_all_servers', "delete from licensing.requirement_day where route = 'none' and machines > 0"],
  [
    'the_peak_of_the_period_is_that_of_a_day',
    "update licensing.requirement set peak_machines = peak_machines + 1 where route = 'server'",
  ],
  ['user_licences_license_no_server', 'update licensing.user_option set permitted = true'],
]

describe('broken checks', () => {
  it.each(TAMPERED)('%s', async (name, tampering) => {
    await withLicensing(ESTATE, async (engine) => {
      const fired = async (): Promise<unknown[]> => {
        await engine.run('delete from ledger.finding')
        await runChecks(engine, readChecks('src/licensing/checks'), 'ledger.finding')
        const rows = await engine.rows("select distinct check_name from ledger.finding where severity = 'broken'")
        return rows.map((row) => row['check_name'])
      }
      expect(await fired()).toEqual([])
      await engine.run(tampering)
      expect(await fired()).toEqual([name])
    })
  })
})

import { describe, expect, it } from 'vitest'
import type { Row } from '../../src/engine/engine.ts'
import { at, rowsOf, withLicensing } from './estate.ts'

const SERVER = '509e8ab6-0274-4cda-bcbd-bd164fd562c4'
const NEAR = at('2026-11-01') + 7200

const sku = (given: Row): Row => ({
  file_id: 1,
  snapshot_at: NEAR,
  capability_status: 'enabled',
  enabled_units: 0,
  warning_units: 0,
  suspended_units: 0,
  consumed_units: 0,
  ...given,
})

async function owned(skus: readonly Row[], files: readonly Row[] = []): Promise<Row[]> {
  let rows: Row[] = []
  await withLicensing(
    { skus, files },
    async (engine) => {
      rows = await rowsOf(
        engine,
        'select product, covers, enabled_units, warning_units, suspended_units, consumed_units from licensing.entitlement order by product',
      )
    },
    ['licensing.entitlement'],
  )
  return rows
}

describe('entitlement', () => {
  it('edge case 55: keeps units in grace apart and takes no meaning from consumed server licences', async () => {
    expect(
      await owned([
        sku({ sku_id: SERVER, sku_part_number: 'MDATP_Server', warning_units: 497, capability_status: 'warning' }),
      ]),
    ).toEqual([
      {
        product: 'Microsoft Defender for Endpoint for servers',
        covers: 'server',
        enabled_units: '0',
        warning_units: '497',
        suspended_units: '0',
        consumed_units: null,
      },
    ])
  })

  it('edge case 58: adds up two terms of one SKU, and owns nothing of a suspended one', async () => {
    const rows = await owned([
      sku({ sku_id: SERVER, enabled_units: 10 }),
      sku({ sku_id: SERVER, enabled_units: 7, warning_units: 2, file_id: 2, snapshot_at: NEAR - 30 }),
      sku({ sku_id: SERVER, enabled_units: 5, capability_status: 'suspended', file_id: 3 }),
    ])
    expect(rows).toMatchObject([{ enabled_units: '17', warning_units: '2', suspended_units: '5' }])
  })

  it('takes the listing nearest to the end of the period', async () => {
    const rows = await owned([
      sku({ sku_id: SERVER, enabled_units: 3, file_id: 1, snapshot_at: at('2026-10-01') }),
      sku({ sku_id: SERVER, enabled_units: 4, file_id: 2 }),
      sku({ sku_id: SERVER, enabled_units: 9, file_id: 3, snapshot_at: at('2026-11-20') }),
    ])
    expect(rows).toMatchObject([{ enabled_units: '4' }])
  })

  it('counts a file once that lies there twice, and each month’s file although nothing changed', async () => {
    const files = [1, 2, 3].map((id) => ({ file_id: id, path: `licences/${id}.json`, sha256: 'same' }))
    const rows = await owned(
      [
        sku({ sku_id: SERVER, enabled_units: 4, snapshot_at: at('2026-10-01') }),
        sku({ sku_id: SERVER, enabled_units: 4, file_id: 2 }),
        sku({ sku_id: SERVER, enabled_units: 4, file_id: 3 }),
      ],
      files,
    )
    expect(rows).toMatchObject([{ enabled_units: '4' }])
  })

  it('tells SKUs by id first, then by part number, whatever its blanks', async () => {
    const rows = await owned([
      sku({
        sku_id: '06EBC4EE-1bb5-47dd-8120-11324bc54e06',
        sku_part_number: 'MDATP_Server',
        enabled_units: 1,
        consumed_units: 1,
      }),
      sku({
        sku_id: 'ffffffff-0000-0000-0000-000000000000',
        sku_part_number: 'O365_w/o Teams Bundle_M5',
        enabled_units: 2,
      }),
      sku({ sku_id: null, sku_part_number: 'mdatp_server', enabled_units: 3 }),
      sku({ sku_id: 'f30db892-07e9-47e9-837c-80727f46fd3d', sku_part_number: 'FLOW_FREE', enabled_units: 10000 }),
    ])
    expect(rows.map((row) => [row['product'], row['covers'], row['enabled_units'], row['consumed_units']])).toEqual([
      ['Microsoft 365 E5', 'client', '1', '1'],
      ['Microsoft 365 E5 EEA (no Teams)', 'client', '2', '0'],
      ['Microsoft Defender for Endpoint for servers', 'server', '3', null],
    ])
  })

  it('warns of units in grace and of servers that are licensed twice', async () => {
    const machines = [
      { id: 'a', hoursOn: 1, charge: { plan: 'p2' as const, hours: '1', cost: '0.02', currency: 'USD' } },
    ]
    const found = async (skus: Row[], meter: 'standard' | 'benefit'): Promise<unknown[]> => {
      let names: unknown[] = []
      const [one] = machines
      const spec = { skus, machines: one === undefined ? [] : [{ ...one, charge: { ...one.charge, meter } }] }
      await withLicensing(spec, async (engine) => {
        const rows = await engine.rows(`select check_name from ledger.finding where severity = 'warning' order by 1`)
        names = rows.map((row) => row['check_name'])
      })
      return names
    }
    expect(await found([sku({ sku_id: SERVER, enabled_units: 5, warning_units: 1 })], 'standard')).toEqual([
      'hourly_servers_have_no_second_licence',
      'owned_licences_are_not_in_grace',
    ])
    expect(await found([sku({ sku_id: SERVER, enabled_units: 5 })], 'benefit')).toEqual([])
    expect(await found([], 'standard')).toEqual([])
  })
})

// Reads ../shared/data/licensing, licence exports and product lists written by others; skipped where absent.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { recogniseRecords, whyNotRecords } from '../../src/normalise/records.ts'
import { headOf, readPaths, sharedData } from '../normalise/record_run.ts'

const folder = join(sharedData, 'licensing')

describe.skipIf(!existsSync(folder))('licence exports', () => {
  it('reads subscribed SKUs as PowerShell writes them', async () => {
    const run = await readPaths([join(folder, 'm365-assess/subscribed-skus-normal.json')])
    expect(run.kinds).toEqual(['licences'])
    expect(run.rows('subscribed_sku')).toMatchObject([
      {
        sku_id: '06ebc4ee-1bb5-47dd-8120-11324bc54e06',
        sku_part_number: 'SPE_E5',
        enabled_units: '25',
        warning_units: '0',
        suspended_units: '0',
        consumed_units: '4',
        capability_status: 'enabled',
      },
      {
        sku_id: 'f30db892-07e9-47e9-837c-80727f46fd3d',
        sku_part_number: 'FLOW_FREE',
        enabled_units: '10000',
        consumed_units: '2',
      },
    ])
  })

  const refused: Record<string, string | null> = {
    'Mvdraa+Offboarding-Office-365/product-names.csv': "Microsoft's list of product names, not a tenant's licences",
    'm365-assess/sku-friendly-names.csv': "Microsoft's list of product names, not a tenant's licences",
    'm365-assess/08-License-Summary.csv': 'a licence summary without SkuId; export Graph subscribedSkus instead',
    'm365-assess/18b-Defender-Security-Config.csv': null,
  }
  for (const [name, reason] of Object.entries(refused)) {
    it(`refuses ${name}`, () => {
      const head = headOf(join(folder, name))
      expect(recogniseRecords(head, name)).toBeNull()
      expect(whyNotRecords(head, name)).toBe(reason)
    })
  }
})

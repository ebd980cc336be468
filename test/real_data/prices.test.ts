// Reads ../shared/data/prices, a price calculation written by others; skipped where absent.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { recogniseRecords } from '../../src/normalise/records.ts'
import { headOf, readTexts, sharedData } from '../normalise/record_run.ts'

const path = join(sharedData, 'prices/infracost/security_center_subscription_pricing_test.golden')

describe.skipIf(!existsSync(path))('prices of a cost estimator', () => {
  it('are a table for people: refused', () => {
    expect(recogniseRecords(headOf(path), 'x.golden')).toBeNull()
  })

  it('agree with the list prices that we read: P1 and P2 at 730 hours', async () => {
    const text = readFileSync(path, 'utf8')
    const item = (meterName: string, retailPrice: number) => ({
      currencyCode: 'USD',
      productName: 'Microsoft Defender for Servers',
      meterName,
      retailPrice,
      unitOfMeasure: '1 Hour',
      type: 'Consumption',
    })
    const run = await readTexts({
      'prices.json': { Items: [item('Standard P1 Node', 0.00672), item('Standard P2 Node', 0.02)] },
    })
    const atMonth = run.rows('retail_price').map((row) => (Number(row['unit_price']) * 730).toFixed(2))
    expect(atMonth).toEqual(['4.91', '14.60'])
    for (const price of atMonth) expect(text).toContain(`Monthly cost depends on usage: $${price} per server`)
  })
})

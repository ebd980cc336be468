import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import { sqlText } from '../../src/engine/engine.ts'
import { csv, MACHINE, plain, readFiles, readFolder, SUBSCRIPTION, withFolder } from './cost_folder.ts'

describe('layouts', () => {
  it('FOCUS: literal NULL is no value, both costs are kept, x_ columns may be missing', async () => {
    const header = [
      'BilledCost',
      'EffectiveCost',
      'BillingCurrency',
      'BillingPeriodStart',
      'BillingPeriodEnd',
      'ChargeCategory',
      'ChargeClass',
      'ChargeDescription',
      'ChargePeriodStart',
      'ConsumedQuantity',
      'ConsumedUnit',
      'ResourceId',
      'SubAccountId',
      'Tags',
      'ServiceName',
    ]
    const row = [
      '0.48',
      '0.4',
      'eur',
      '2026-10-01T00:00Z',
      '2026-11-01T00:00Z',
      'Usage',
      'NULL',
      'Microsoft Defender for Servers - Standard P2 Node',
      '2026-10-03T00:00Z',
      '24',
      'Units/Hour',
      MACHINE,
      `/subscriptions/${SUBSCRIPTION.toUpperCase()}`,
      'NULL',
      'Virtual Machines',
    ]
    const correction = row.map((field) => (field === 'NULL' ? 'Correction' : field === '0.48' ? '-0.48' : field))
    await readFiles({ 'a.csv': csv([header, row, correction]) }, async ({ sql, files }) => {
      expect(files[0]?.form).toBe('FOCUS 1.0 without x_ columns, CSV')
      const lines = await sql(
        'select dataset, billed_cost, effective_cost, billing_currency, subscription_id, hours_per_unit, is_correction, charge_day, tags, meter_name from normalise.cost_line order by row_number',
      )
      expect(lines[0]).toEqual({
        dataset: 'focus',
        billed_cost: '0.480000000000000000000000',
        effective_cost: '0.400000000000000000000000',
        billing_currency: 'EUR',
        subscription_id: SUBSCRIPTION,
        hours_per_unit: '1.000000000000000000000000',
        is_correction: false,
        charge_day: '2026-10-03',
        tags: null,
        meter_name: null,
      })
      expect(lines[1]).toMatchObject({ is_correction: true, billed_cost: '-0.480000000000000000000000' })
    })
  })

  it('MCA: prices come from the pricing currency, a previous invoice makes a correction', async () => {
    const header = [
      'invoiceId',
      'previousInvoiceId',
      'billingPeriodStartDate',
      'billingPeriodEndDate',
      'date',
      'ProductName',
      'meterCategory',
      'meterName',
      'SubscriptionId',
      'resourceGroupName',
      'ResourceId',
      'quantity',
      'unitOfMeasure',
      'unitPrice',
      'PayGPrice',
      'costInBillingCurrency',
      'costInPricingCurrency',
      'billingCurrency',
      'pricingCurrency',
      'exchangeRatePricingToBilling',
      'chargeType',
    ]
    const row = [
      'G1',
      'G0',
      '10/01/2026',
      '10/31/2026',
      '10/03/2026',
      'Microsoft Defender for Servers - Standard P2 Node',
      'Microsoft Defender for Cloud',
      'Standard P2 Node',
      SUBSCRIPTION,
      'rg-Web',
      MACHINE,
      '24',
      '1 小时',
      '0.02',
      '0.02',
      '0.432',
      '0.48',
      'EUR',
      'USD',
      '0.9',
      'Usage',
    ]
    await readFiles({ 'a.csv': csv([header, row]) }, async ({ sql, findings }) => {
      const [line] = await sql('select * from normalise.cost_line')
      expect(line).toMatchObject({
        billing_currency: 'EUR',
        is_correction: true,
        invoice_id: 'G1',
        resource_group: 'rg-web',
        dataset: 'actual',
      })
      expect(
        [line?.['unit_price'], line?.['list_unit_price'], line?.['hours_per_unit'], line?.['billed_cost']].map(plain),
      ).toEqual(['0.018', '0.018', '1', '0.432'])
      expect(findings.map(({ check }) => check)).not.toContain('cost_hours_agree_with_price')
    })
  })

  it.each(['Ressourcengruppe (ResourceGroup)', 'Ressourcengruppe'])('German headers: %s', async (group) => {
    const header = [
      'Abonnement-GUID (SubscriptionGuid)',
      group,
      'UsageDateTime (UsageDateTime)',
      'Kategorie der Verbrauchseinheit',
      'Name der Verbrauchseinheit (MeterName)',
      'UsageQuantity (UsageQuantity)',
      'PreTaxCost (PreTaxCost)',
      'InstanceId (InstanceId)',
      'Currency',
      'Maßeinheit',
    ]
    const row = [
      SUBSCRIPTION,
      'RG-Web',
      '2026-10-03',
      'Security Center',
      'Standard P2 Node',
      '2.4',
      '0.48',
      MACHINE,
      'EUR',
      '10 Stunden',
    ]
    const [line] = await readFiles({ 'a.csv': csv([header, row]) }, ({ sql }) =>
      sql('select * from normalise.cost_line'),
    )
    expect(line).toMatchObject({
      resource_group: 'rg-web',
      dataset: 'usage',
      meter_category: 'Security Center',
      unit_of_measure: '10 Stunden',
    })
    expect(plain(line?.['hours_per_unit'])).toBe('10')
  })

  it('Parquet: typed columns are cast by name, doubles by their shortest text', async () => {
    await withFolder({ 'empty.txt': '' }, async (folder) => {
      const engine = await openDuckDb({ threads: 1 })
      await engine.run(
        `copy (select * from (values
             (cast(0.000305367 as double), 'EUR', timestamp '2026-10-03 00:00:00', 'Microsoft Defender for Servers - Standard P2 Node',
              cast(24 as decimal(20, 10)), 'Units/Hour', ${sqlText(MACHINE)}, cast('0.1234567890123456' as decimal(38, 16)), map {'owner': 'Web'}),
             (cast(1e-7 as double), 'EUR', timestamp '2026-10-04 00:00:00', 'Blob', 1, 'Units', null, 0, map {'owner': 'Web'})
           ) as t("EffectiveCost", "BillingCurrency", "ChargePeriodStart", "ChargeDescription", "ConsumedQuantity", "ConsumedUnit", "ResourceId", "BilledCost", "Tags"))
           to ${sqlText(join(folder, 'part.parquet'))} (format parquet)`,
      )
      await engine.close()
      await readFolder(folder, async ({ sql, files }) => {
        expect(files).toMatchObject([{ form: 'FOCUS 1.0 without x_ columns, Parquet', rowCount: '2' }])
        expect(
          await sql(
            'select row_number, charge_day, billed_cost, effective_cost, quantity, tags from normalise.cost_line',
          ),
        ).toEqual([
          {
            row_number: '1',
            charge_day: '2026-10-03',
            billed_cost: '0.123456789012345600000000',
            effective_cost: '0.000305367000000000000000',
            quantity: '24.000000000000000000000000',
            tags: '{"owner":"Web"}',
          },
        ])
        const [total] = await sql('select effective_cost from normalise.cost_total')
        expect(plain(total?.['effective_cost'])).toBe('0.000305467')
      })
    })
  })

  it('usage-details pages keep every digit of their numbers', async () => {
    const line = (cost: string) =>
      `{"id":"/x","type":"Microsoft.Consumption/usageDetails","kind":"legacy","tags":{"owner":"Web"},"properties":{"date":"2026-10-03T00:00:00.0000000Z","product":"Microsoft Defender for Servers - Standard P2 Node","meterId":"a","meterDetails":{"meterName":"Standard P2 Node","meterCategory":"Security Center","unitOfMeasure":"1 Hour"},"quantity":24,"cost":${cost},"unitPrice":0.02,"billingCurrency":"EUR","resourceId":"${MACHINE}","subscriptionId":"${SUBSCRIPTION}","chargeType":"Usage"}}`
    const page = `{"value":[${line('0.4800000000000000000000001')},${line('-9.34E-07')}],"nextLink":null}`
    await readFiles({ 'a.json': page }, async ({ sql, files }) => {
      expect(files).toMatchObject([{ form: 'usage details, JSON', rowCount: '2' }])
      const lines = await sql(
        'select row_number, billed_cost, meter_name, tags, dataset from normalise.cost_line order by row_number',
      )
      expect(lines).toEqual([
        {
          row_number: '1',
          billed_cost: '0.480000000000000000000000',
          meter_name: 'Standard P2 Node',
          tags: '{"owner":"Web"}',
          dataset: 'usage',
        },
        {
          row_number: '2',
          billed_cost: '-0.000000934000000000000000',
          meter_name: 'Standard P2 Node',
          tags: '{"owner":"Web"}',
          dataset: 'usage',
        },
      ])
    })
  })

  it('cost query results are read by column name', async () => {
    const columns = ['UsageDate', 'Currency', 'Meter', 'Cost', 'UsageQuantity', 'ResourceId'].map((name) => ({
      name,
      type: 'String',
    }))
    const page = (day: number, nextLink: string | null) => ({
      properties: { nextLink, columns, rows: [[day, 'EUR', 'Standard P2 Node', 0.48, 24, MACHINE.toLowerCase()]] },
    })
    const files = {
      'q_1.json': JSON.stringify(page(20261003, 'https://management.azure.com/more')),
      'q_2.json': JSON.stringify(page(20261004, null)),
    }
    await readFiles(files, async ({ sql, findings }) => {
      const lines = await sql(
        'select charge_day, billed_cost, hours_per_unit from normalise.cost_line order by charge_day',
      )
      expect(
        lines.map((line) => [line['charge_day'], plain(line['billed_cost']), plain(line['hours_per_unit'])]),
      ).toEqual([
        ['2026-10-03', '0.48', '1'],
        ['2026-10-04', '0.48', '1'],
      ])
      // A query can name no unit: the price list's is taken, and said.
      const checks = findings.map(({ check }) => check)
      expect(checks).toContain('cost_unit_is_stated')
      expect(checks).not.toContain('cost_last_page_is_present')
    })
  })
})

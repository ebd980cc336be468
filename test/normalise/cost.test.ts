import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import { sqlText } from '../../src/engine/engine.ts'
import {
  csv,
  EA_COLUMNS,
  type EaLine,
  eaCsv,
  exactSum,
  MACHINE,
  plain,
  readFiles,
  readFolder,
  SUBSCRIPTION,
  withFolder,
} from './cost_folder.ts'

const LINES = 'select * from normalise.cost_line order by cost_line_id'

describe('a line of an EA export', () => {
  it('becomes a line with types, units and ids lower-cased', async () => {
    const [line] = await readFiles({ 'a.csv': eaCsv([{}]) }, ({ sql }) => sql(LINES))
    expect(line).toEqual({
      cost_line_id: '1099511627777',
      file_id: 1,
      row_number: '1',
      line_class: 'defender',
      dataset: 'actual',
      charge_day: '2026-10-03',
      billing_period_start: '2026-10-01',
      invoice_id: null,
      charge_category: 'usage',
      is_correction: false,
      resource_id: MACHINE.toLowerCase(),
      resource_id_display: MACHINE,
      resource_name: 'Web-01',
      resource_group: 'rg-web',
      subscription_id: SUBSCRIPTION,
      subscription_name: 'Brindle Test',
      product_name: 'Microsoft Defender for Servers - Standard P2 Node',
      meter_category: 'Microsoft Defender for Cloud',
      meter_sub_category: null,
      meter_name: 'Standard P2 Node',
      meter_id: '0fad698c-40bf-4ee1-a096-565fc6f0cddd',
      consumed_service: 'Microsoft.Compute',
      quantity: '24.000000000000000000000000',
      unit_of_measure: '1 Hour',
      hours_per_unit: '1.000000000000000000000000',
      billed_cost: '0.480000000000000000000000',
      effective_cost: null,
      unit_price: '0.020000000000000000000000',
      list_unit_price: '0.025000000000000000000000',
      billing_currency: 'EUR',
      pricing_model: 'ondemand',
      benefit_id: null,
      cost_allocation_rule_name: null,
      tags: '{"owner": "Web, Shop"}',
      additional_info: null,
    })
  })

  it('keeps its true row number among foreign lines, and foreign lines count in the totals only', async () => {
    const foreign: EaLine = {
      ProductName: 'Blob',
      MeterCategory: 'Storage',
      MeterName: 'Reads',
      CostInBillingCurrency: '9.34E-07',
    }
    const lines = [
      foreign,
      foreign,
      {},
      foreign,
      { ChargeType: 'Refund', CostInBillingCurrency: '-0.48', Quantity: '-24' },
    ]
    await readFiles({ 'a.csv': eaCsv(lines) }, async ({ sql }) => {
      expect((await sql(LINES)).map((line) => line['row_number'])).toEqual(['3', '5'])
      expect(
        await sql('select line_count, billed_cost, effective_cost, first_day, last_day from normalise.cost_total'),
      ).toEqual([
        {
          line_count: '5',
          billed_cost: '0.000002802000000000000000',
          effective_cost: null,
          first_day: '2026-10-03',
          last_day: '2026-10-03',
        },
      ])
    })
  })

  it('is kept as compute when it bills hours of a virtual machine, and only then', async () => {
    const compute: EaLine = { ProductName: 'Virtual Machines B', MeterCategory: 'Virtual Machines', MeterName: 'B1s' }
    const lines: EaLine[] = [
      { ...compute, UnitOfMeasure: '10 Hours', Quantity: '2.4' },
      { ...compute, UnitOfMeasure: '1 GB' },
      { ...compute, ChargeType: 'Purchase' },
      { ...compute, MeterCategory: 'Virtual Machines Licenses' },
      { ...compute, ResourceId: `${MACHINE.replace('virtualMachines', 'virtualMachineScaleSets')}/virtualMachines/3` },
    ]
    const kept = await readFiles({ 'a.csv': eaCsv(lines) }, ({ sql }) =>
      sql('select row_number, line_class, hours_per_unit, quantity from normalise.cost_line order by 1'),
    )
    expect(
      kept.map((line) => [
        line['row_number'],
        line['line_class'],
        plain(line['hours_per_unit']),
        plain(line['quantity']),
      ]),
    ).toEqual([
      ['1', 'compute', '10', '2.4'],
      ['5', 'compute', '1', '24'],
    ])
  })

  it.each([
    ['1 Hour', '1'],
    ['10 Hours', '10'],
    ['100 Hours', '100'],
    ['1/Hour', '1'],
    ['100/Hour', '100'],
    ['10K/Hour', '10000'],
    ['Units/Hour', '1'],
    ['Hours', '1'],
    ['1 1 Hour', '1'],
    ['10 Instance Hours', '10'],
    ['1 hora', '1'],
    ['1 小时', '1'],
    ['1/小时', '1'],
    ['1 Stunde', '1'],
    ['100 Stunden', '100'],
    ['1 heure', '1'],
    ['1 GB/Hour', null],
    ['10 GB Hours', null],
    ['100 Core Hours', null],
    ['1/Month', null],
    ['1', null],
    ['10K', null],
    ['', null],
  ])('unit %j holds %s hours', async (unit, hours) => {
    const [line] = await readFiles({ 'a.csv': eaCsv([{ UnitOfMeasure: unit }]) }, ({ sql }) =>
      sql('select hours_per_unit from normalise.cost_line'),
    )
    expect(line?.['hours_per_unit'] === null ? null : plain(line?.['hours_per_unit'])).toBe(hours)
  })
})

describe('the text of a CSV', () => {
  const WITNESS: EaLine[] = [
    { Date: '10/03/2026', Tags: '"note": "two\nlines, and ""quotes"""' },
    {
      ProductName: 'Blob',
      MeterCategory: 'Storage',
      MeterName: 'Reads',
      CostInBillingCurrency: '-0.000000000000000001',
    },
    { Date: '10/14/2026', CostInBillingCurrency: '1E-5', MeterName: 'Standard P1 Node' },
  ]
  const read = (files: Record<string, string | Buffer>) =>
    readFiles(files, async ({ sql, findings }) => ({
      lines: await sql(LINES),
      totals: await sql('select * from normalise.cost_total'),
      findings: findings.map(({ check }) => check),
    }))

  it('says the same in any order and case of its header, with a byte order mark, CRLF, semicolons, gzip', async () => {
    const expected = await read({ 'a.csv': eaCsv(WITNESS) })
    expect(expected.lines).toHaveLength(2)
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...EA_COLUMNS], { minLength: EA_COLUMNS.length }),
        fc.infiniteStream(fc.boolean()),
        fc.record({
          mark: fc.boolean(),
          crlf: fc.boolean(),
          gzip: fc.boolean(),
          ends: fc.boolean(),
          semicolons: fc.boolean(),
        }),
        async (columns, coins, form) => {
          let text = eaCsv(WITNESS, columns)
          const header = text.indexOf('\n')
          const mixed = [...text.slice(0, header)].map((char) =>
            coins.next().value ? char.toUpperCase() : char.toLowerCase(),
          )
          text = mixed.join('') + text.slice(header)
          if (form.semicolons) text = outsideQuotes(text, ',', ';')
          if (form.crlf) text = outsideQuotes(text, '\n', '\r\n')
          if (!form.ends) text = text.replace(/\r?\n$/, '')
          if (form.mark) text = `\ufeff${text}`
          expect(await read(form.gzip ? { 'a.csv.gz': gzipSync(text) } : { 'a.csv': text })).toEqual(expected)
        },
      ),
      { numRuns: 25 },
    )
  }, 60_000)

  it('adds up to the last digit, whatever the amounts', async () => {
    const amount = fc.oneof(
      fc
        .tuple(fc.integer({ min: -99999, max: 99999 }), fc.stringMatching(/^\d{0,24}$/))
        .map(([whole, rest]) => `${whole}.${rest}`),
      fc
        .tuple(fc.integer({ min: -9, max: 9 }), fc.stringMatching(/^\d{1,12}$/), fc.integer({ min: 1, max: 12 }))
        .map(([whole, rest, exponent]) => `${whole}.${rest}E-0${exponent}`.replace(/E-0(\d\d)/, 'E-$1')),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(amount, { minLength: 1, maxLength: 40 }), async (amounts) => {
        const lines = amounts.map((cost, at) => ({
          CostInBillingCurrency: cost,
          ...(at % 2 ? { ProductName: 'Blob', MeterCategory: 'Storage', MeterName: 'Reads' } : {}),
        }))
        await readFiles({ 'a.csv': eaCsv(lines) }, async ({ sql }) => {
          const [total] = await sql('select billed_cost from normalise.cost_total')
          expect(plain(total?.['billed_cost'])).toBe(exactSum(amounts))
          const ours = await sql('select sum(billed_cost) as cost from normalise.cost_line')
          expect(plain(ours[0]?.['cost'])).toBe(exactSum(amounts.filter((_, at) => at % 2 === 0)))
        })
      }),
      { numRuns: 20 },
    )
  }, 60_000)

  it('takes 31 significant digits and rounds beyond 24 decimals once, with a finding', async () => {
    const amounts = ['1234567.123456789012345678901234', '0.0000000000000000000000005', '9.34E-07', '1.5E+03']
    await readFiles(
      { 'a.csv': eaCsv(amounts.map((cost) => ({ CostInBillingCurrency: cost }))) },
      async ({ sql, findings }) => {
        const rows = await sql('select billed_cost from normalise.cost_line order by row_number')
        expect(rows.map((row) => row['billed_cost'])).toEqual([
          '1234567.123456789012345678901234',
          '0.000000000000000000000001',
          '0.000000934000000000000000',
          '1500.000000000000000000000000',
        ])
        expect(findings).toContainEqual(
          expect.objectContaining({
            check: 'cost_amounts_fit_24_decimals',
            severity: 'info',
            evidence: '1 of 4 lines',
          }),
        )
      },
    )
  })
})

function outsideQuotes(text: string, what: string, by: string): string {
  let quoted = false
  return [...text]
    .map((char) => {
      if (char === '"') quoted = !quoted
      return char === what && !quoted ? by : char
    })
    .join('')
}

describe('dates', () => {
  const days = (header: string, texts: readonly string[], more: readonly string[] = []) => {
    const names = [
      'SubscriptionGuid',
      header,
      'MeterCategory',
      'MeterName',
      'UsageQuantity',
      'PreTaxCost',
      'InstanceId',
      'Currency',
      'UnitOfMeasure',
      ...(more.length > 0 ? ['BillingPeriodStartDate', 'BillingPeriodEndDate'] : []),
    ]
    const rows = texts.map((text) => [
      SUBSCRIPTION,
      text,
      'Security Center',
      'Standard P2 Node',
      '24',
      '0.48',
      MACHINE,
      'EUR',
      '1 Hour',
      ...more,
    ])
    return readFiles({ 'a.csv': csv([names, ...rows]) }, async ({ sql }) =>
      (await sql('select charge_day from normalise.cost_line order by row_number')).map((row) => row['charge_day']),
    )
  }

  it.each([
    [['2026-10-03'], ['2026-10-03']],
    [
      ['2026-10-03T00:00Z', '2026-10-03T23:59:59Z', '2026-10-03 00:00:00', '2026-10-03T00:00:00.0000000Z'],
      Array(4).fill('2026-10-03'),
    ],
    [
      ['2026-10-03T23:00:00-02:00', '2026-10-03T01:00:00+02:00', '2026-10-03 00:00:00+00'],
      ['2026-10-04', '2026-10-02', '2026-10-03'],
    ],
    [['20261003'], ['2026-10-03']],
    [
      ['10/03/2026', '10/13/2026'],
      ['2026-10-03', '2026-10-13'],
    ],
    [
      ['1/9/2025 0:00', '1/31/2025 0:00'],
      ['2025-01-09', '2025-01-31'],
    ],
    [['03/03/2026'], ['2026-03-03']],
  ])('%j are the days %j', async (texts, expected) => {
    expect(await days('UsageDateTime', texts)).toEqual(expected)
  })

  it('are month-first when only so they lie in the billing period beside them', async () => {
    expect(await days('Date', ['9/2/2026', '9/4/2026'], ['2026-09-01', '2026-09-30'])).toEqual([
      '2026-09-02',
      '2026-09-04',
    ])
    await expect(days('Date', ['2/9/2026', '4/9/2026'], ['2026-09-01', '2026-09-30'])).rejects.toThrow('day first')
  })
})

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
      expect(lines.map((line) => [line['charge_day'], plain(line['billed_cost']), line['hours_per_unit']])).toEqual([
        ['2026-10-03', '0.48', null],
        ['2026-10-04', '0.48', null],
      ])
      const checks = findings.map(({ check }) => check)
      expect(checks).toContain('cost_unit_is_hours')
      expect(checks).not.toContain('cost_last_page_is_present')
    })
  })
})

import { describe, expect, it } from 'vitest'
import { csv, EA_COLUMNS, type EaLine, eaCsv, MACHINE, plain, readFiles, SUBSCRIPTION } from './cost_folder.ts'

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

  it('shares its words with the lines of another file, though both are laid out differently and read apart', async () => {
    const day = (text: string, more: EaLine = {}): EaLine => ({ Date: text, ...more })
    const other: EaLine = { ResourceId: `${MACHINE}-2`, ResourceName: 'Web-02' }
    const files = {
      '1.csv': eaCsv([day('10/03/2026'), day('10/03/2026', other)]),
      '2.csv': eaCsv([day('10/04/2026', other), day('10/04/2026'), day('10/05/2026')], [...EA_COLUMNS].reverse()),
    }
    await readFiles(files, async ({ sql }) => {
      const lines = await sql(
        'select file_id, row_number, charge_day, resource_name, meter_name, billed_cost from normalise.cost_line order by file_id, row_number',
      )
      expect(lines.map((line) => [line.file_id, line.charge_day, line.resource_name])).toEqual([
        [1, '2026-10-03', 'Web-01'],
        [1, '2026-10-03', 'Web-02'],
        [2, '2026-10-04', 'Web-02'],
        [2, '2026-10-04', 'Web-01'],
        [2, '2026-10-05', 'Web-01'],
      ])
      expect(new Set(lines.map((line) => `${line.meter_name} ${line.billed_cost}`)).size).toBe(1)
      expect(await sql('select count(*) as kinds from raw.cost_kind_text')).toEqual([{ kinds: '1' }])
      expect(await sql('select resource_key, resource_name from raw.cost_resource_text order by 1')).toHaveLength(2)
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

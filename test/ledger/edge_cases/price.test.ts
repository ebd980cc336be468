import { describe, expect, it } from 'vitest'
import { formatValue } from '../../../src/report/format.ts'
import { estate, vm } from '../../twin/builder.ts'
import { useLedger } from './engine.ts'

const ledgerOf = useLedger()
const web = vm('web')

function protectedEstate(days = 1) {
  const e = estate(days)
  e.runs(web)
  e.device('01 12:00', web)
  return e
}

describe('meters and prices', () => {
  it('edge case 42: a price under a cent keeps its digits; only what is printed is rounded, from the exact sum', async () => {
    const e = estate(1)
    for (let number = 0; number < 100; number += 1) {
      const machine = vm(`web${number}`)
      e.runs(machine)
      e.charge('01', machine, '1', '0.00672', { meter: 'Standard P1 Node' })
    }
    const ledger = await ledgerOf(e)
    expect(
      await ledger.query("select cast(value as varchar) as value from ledger.figure where figure = 'total_cost'"),
    ).toEqual([{ value: '0.672000000000000000000000' }])
    expect(await ledger.query('select cast(hourly_cost as varchar) as price from ledger.cost_per_hour')).toEqual([
      { price: '0.006720000000000000000000' },
    ])
    // a hundred rounded cents would be 1.00
    expect(formatValue({ kind: 'money', amount: '0.672', currency: 'EUR' })).toBe('EUR\u00a00.67')
  })

  it('a line with units and a list price has a list cost, without it none', async () => {
    const e = estate(1)
    e.runs(web)
    e.charge('01', web, '2', '0.02', { listUnitPrice: '0.020000000001' })
    e.charge('01', web, '3', '0.02')
    e.charge('01', web, '5', '0.02', { listUnitPrice: '0.020000000001' })
    const ledger = await ledgerOf(e)
    expect(
      await ledger.query('select cast(list_cost as varchar) as list_cost from ledger.charge order by charge_id'),
    ).toEqual([
      { list_cost: '0.040000000002000000000000' },
      { list_cost: null },
      { list_cost: '0.100000000005000000000000' },
    ])
  })

  it('says why there is no flat month where no hourly price is known, and only there', async () => {
    const told = async (hours: string) => {
      const e = protectedEstate()
      e.charge('01', web, hours, '0.48')
      const ledger = await ledgerOf(e)
      return ledger.query(
        "select figure, value is null as lacks, reason from ledger.figure where figure in ('flat_month_cost', 'hourly_saving') order by figure",
      )
    }
    const reason = 'no hourly price is known for every plan billed'
    expect(await told('24')).toMatchObject([
      { figure: 'flat_month_cost', lacks: false, reason: null },
      { figure: 'hourly_saving', lacks: false, reason: null },
    ])
    expect(await told('0')).toMatchObject([
      { figure: 'flat_month_cost', lacks: true, reason },
      { figure: 'hourly_saving', lacks: true, reason },
    ])
  })

  it('edge case 49: old and new names of the category are one meter; a Defender meter nobody knows is told, not dropped', async () => {
    const e = protectedEstate(3)
    for (const [day, category] of [
      ['01', 'Security Center'],
      ['02', 'Advanced Threat Protection'],
      ['03', 'Microsoft Defender for Cloud'],
    ] as const) {
      e.charge(day, web, '24', '0.48', { category, product: 'Virtual Machines' })
    }
    e.charge('03', web, '24', '0.3', { meter: 'Defender Workload Unit', product: 'Defender Workload Unit' })
    const ledger = await ledgerOf(e, 'all')
    expect(ledger.buckets()).toEqual(['protected: 72 h, billed 72 h, 1.44 EUR'])
    expect(
      await ledger.query(
        "select subject, evidence from ledger.finding where check_name = 'defender_lines_are_recognised'",
      ),
    ).toEqual([{ subject: 'Defender Workload Unit', evidence: expect.stringMatching(/^1 lines, 0\.3 EUR/) }])
  })

  it('edge case 51: units bought beforehand make the billed cost zero; the effective cost stays what it was worth', async () => {
    const e = protectedEstate(2)
    e.charge('01', web, '24', '0', { effectiveCost: '0.432' })
    e.charge('02', web, '24', '0.48', { effectiveCost: '0.48' })
    const ledger = await ledgerOf(e)
    expect(ledger.buckets()).toEqual(['protected: 48 h, billed 48 h, 0.48 EUR'])
    expect(
      await ledger.query(
        'select cast(sum(billed_cost) as varchar) as billed, cast(sum(effective_cost) as varchar) as effective from ledger.ledger',
      ),
    ).toEqual([{ billed: '0.480000000000000000000000', effective: '0.912000000000000000000000' }])
  })

  it('edge case 53: tags count from the lines that carry them, whatever the case of their keys', async () => {
    const e = protectedEstate(2)
    e.charge('01', web, '24', '0.48')
    e.charge('02', web, '24', '0.48')
    Object.assign(e.rows.cost_line.at(-1) ?? {}, { tags: '{"OWNER":"Ann","mde-group":"web"}' })
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select owner from ledger.machine')).toEqual([{ owner: 'Ann' }])
    expect(ledger.buckets()).toEqual(['protected: 48 h, billed 48 h, 0.96 EUR'])
  })

  it('edge case 54: free lines of the data allowance are no hours of a server, neither billed nor free', async () => {
    const e = protectedEstate()
    e.charge('01', web, '24', '0.48')
    e.charge('01', null, '0.5', '0', {
      meter: 'Data Included per Day',
      product: 'Log Analytics - Data Included per Day',
      category: 'Security Center',
      unit: '1 GB',
      resourceId: '/subscriptions/sub/resourcegroups/rg/providers/microsoft.operationalinsights/workspaces/logs',
    })
    const ledger = await ledgerOf(e)
    expect(ledger.buckets()).toEqual(['protected: 24 h, billed 24 h, 0.48 EUR'])
    expect(await ledger.query('select distinct is_free from ledger.ledger')).toEqual([{ is_free: false }])
    expect(await ledger.query('select count(*) as charges from ledger.charge')).toEqual([{ charges: '1' }])
  })
})

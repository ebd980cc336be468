// What the availability metric of Azure Monitor adds to the power of machines that nothing else speaks of.
import { describe, expect, it } from 'vitest'
import { estate, vm } from '../twin/builder.ts'
import { useLedger } from './edge_cases/engine.ts'

const ledgerOf = useLedger()
const web = vm('web')
const POWER = `select power, evidence, cast((until_at - from_at) / 3600 as integer) as hours
  from ledger.power order by from_at`

const up = (hours: number) => Array<string>(hours).fill('1')
const none = (hours: number) => Array<null>(hours).fill(null)

describe('the availability metric', () => {
  it('tells the hours of a machine without operations and without a bill; the edges of a stretch are inferred', async () => {
    const e = estate(1)
    e.listed('01 12:00', web, { power: 'off' })
    e.metric('01 00:00', web, [...up(6), ...none(12), ...up(6)])
    const ledger = await ledgerOf(e)
    expect(await ledger.query(POWER)).toEqual([
      { power: 'running', evidence: 'inferred', hours: 1 },
      { power: 'running', evidence: 'observed', hours: 4 },
      { power: 'running', evidence: 'inferred', hours: 1 },
      // No value, and the inventory says off: two sources agree.
      { power: 'off', evidence: 'inferred', hours: 12 },
      { power: 'running', evidence: 'inferred', hours: 1 },
      { power: 'running', evidence: 'observed', hours: 4 },
      { power: 'running', evidence: 'inferred', hours: 1 },
    ])
  })

  it('at 0 is a stop from inside, which is still billed; half an hour of both is inferred to run', async () => {
    const e = estate(1)
    e.listed('01 12:00', web, { power: 'running' })
    e.metric('01 00:00', web, [...up(8), '0.5', '0', '0', '0', ...up(12)])
    const ledger = await ledgerOf(e)
    expect(
      await ledger.query(`select power, sum(hours) as hours from (${POWER}) group by power order by power`),
    ).toEqual([
      { power: 'running', hours: '21' },
      { power: 'stopped', hours: '3' },
    ])
    expect(await ledger.query(`select evidence from (${POWER}) where power = 'stopped'`)).toEqual([
      { evidence: 'inferred' },
      { evidence: 'observed' },
      { evidence: 'inferred' },
    ])
  })

  it('without a value is not off: what the inventory says to run is assumed to run', async () => {
    const e = estate(1)
    e.listed('01 12:00', web, { power: 'running' })
    e.metric('01 00:00', web, [...up(6), ...none(12), ...up(6)])
    const ledger = await ledgerOf(e)
    expect(await ledger.query(`${POWER} limit 1 offset 3`)).toEqual([
      { power: 'running', evidence: 'assumed', hours: 12 },
    ])
  })

  it('says nothing against operations or the compute hours that were billed', async () => {
    const operated = estate(1)
    operated.event('01 06:00', web, 'deallocate')
    operated.metric('01 00:00', web, up(24))
    const first = await ledgerOf(operated)
    expect(await first.query(POWER)).toEqual([
      { power: 'running', evidence: 'inferred', hours: 6 },
      { power: 'off', evidence: 'observed', hours: 18 },
    ])
  })
})

// How long new machines were without a sensor: the steps and the median, worked out by hand.
import { expect, test } from 'vitest'
import { queries } from '../../reports/executive-summary/report.ts'
import { runQuery } from '../../src/engine/query.ts'
import { machineNumber } from '../machine_number.ts'
import { emptyEstate, HOUR } from './estate.ts'

test('the distribution goes by 4, 12 and 24 hours; of two in the middle the shorter is the median', async () => {
  const engine = await emptyEstate()
  try {
    const hours: [string, number | null, string][] = [
      ['a', 1, 'on_time'],
      ['b', 4, 'on_time'],
      ['c', 5, 'on_time'],
      ['d', 12, 'on_time'],
      ['e', 24, 'on_time'],
      ['f', 30, 'late'],
      ['g', 40, 'late'],
      ['h', 90, 'late'],
      ['i', null, 'never'],
    ]
    await engine.insert(
      'integration.provisioning (machine_number, subscription_name, at_most_seconds, state)',
      hours.map(([id, time, state]) => [machineNumber(id), 'Sub', time === null ? null : time * HOUR, state]),
    )
    const rows = await runQuery(engine, queries.annexProvisioning)
    expect(rows.map((row) => [row.state, row.machines, Number(row.shortest_hours), Number(row.median_hours)])).toEqual([
      ['within_4_hours', 2, 1, 1],
      ['within_12_hours', 2, 5, 5],
      ['on_time', 1, 24, 24],
      ['late', 3, 30, 40],
      ['never', 1, 0, 0],
    ])
    expect(rows.at(-1)?.median_hours).toBeNull()
  } finally {
    await engine.close()
  }
})

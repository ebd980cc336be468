// The forecast, worked out by hand.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Engine, Row } from '../../src/engine/engine.ts'
import { buildForecast } from '../../src/forecast/build.ts'
import { add, emptyEstate } from '../reports/estate.ts'

/** Hours a day of consecutive months that end with October 2026; hours of a month are that times its days. */
type Series = readonly number[]

const monthBefore = (back: number): Date => new Date(Date.UTC(2026, 9 - back, 1))
const dayText = (date: Date): string => date.toISOString().slice(0, 10)
const daysOf = (date: Date): number => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()

async function forecastOf(
  engine: Engine,
  series: Readonly<Record<string, Series>>,
  covers?: { firstDay?: string; lastDay?: string; origin?: string; without?: string },
): Promise<{ outlook: Record<string, Row>; ahead: Row[]; trials: Row[] }> {
  await engine.run('delete from history.figure; delete from normalise.cost_total; delete from ledger.charge')
  for (const [currency, hours] of Object.entries(series)) {
    const months = hours.map((value, at) => ({ value, month: monthBefore(hours.length - 1 - at) }))
    await add(
      engine,
      'history.figure',
      months
        .filter(({ month }) => dayText(month) !== covers?.without)
        .flatMap(({ value, month }) => {
          const row = { month: dayText(month), billing_currency: currency, origin: covers?.origin ?? 'records' }
          const total = value * daysOf(month)
          return [
            { ...row, figure: 'billed_hours_in_currency', value: String(total), unit: 'hours' },
            { ...row, figure: 'total_cost', value: (total * 0.02).toFixed(6), unit: 'money' },
          ]
        }),
    )
    await add(engine, 'normalise.cost_total', [
      {
        file_id: 1,
        dataset: 'actual',
        billing_currency: currency,
        first_day: covers?.firstDay ?? dayText(months[0]?.month ?? monthBefore(0)),
        last_day: covers?.lastDay ?? '2026-10-31',
      },
    ])
  }
  await buildForecast(engine)
  const outlook = await engine.rows('select * from forecast.outlook')
  return {
    outlook: Object.fromEntries(outlook.map((row) => [String(row.billing_currency), row])),
    ahead: await engine.rows('select * from forecast.month_ahead order by billing_currency, month'),
    trials: await engine.rows('select * from forecast.trial order by billing_currency, origin, distance, method'),
  }
}

async function withEstate(use: (engine: Engine) => Promise<void>): Promise<void> {
  const engine = await emptyEstate()
  try {
    await use(engine)
  } finally {
    await engine.close()
  }
}

const number = (value: unknown): number => Number(value)

describe('by hand', () => {
  test('a fleet that stays goes on; one trial proves little, so the band is 20 % at least', async () => {
    await withEstate(async (engine) => {
      const { outlook, ahead } = await forecastOf(engine, { USD: [24, 24, 24] })
      expect(outlook['USD']).toMatchObject({ months: 3, method: 'level', trials: 1, error_band: 12, reason: null })
      expect(number(outlook['USD']?.mean_error)).toBe(0)
      expect(ahead).toHaveLength(12)
      // November has 30 days of 24 hours at 0.02; 20 % to either side
      expect(ahead[0]).toMatchObject({ distance: 1, trials: 1 })
      expect(String(ahead[0]?.month)).toContain('2026-11-01')
      expect([ahead[0]?.low_hours, ahead[0]?.hours, ahead[0]?.high_hours].map(number)).toEqual([576, 720, 864])
      expect([ahead[0]?.low_cost, ahead[0]?.cost, ahead[0]?.high_cost].map(number)).toEqual([11.52, 14.4, 17.28])
      // February 2027 has 28 days
      expect(number(ahead[3]?.hours)).toBe(672)
      expect(number(ahead[11]?.distance)).toBe(12)
    })
  })

  test('a fleet that grows by ten hours a day each month is on a trend', async () => {
    await withEstate(async (engine) => {
      const { outlook, ahead } = await forecastOf(engine, { USD: [100, 110, 120, 130, 140] })
      expect(outlook['USD']).toMatchObject({ method: 'trend', trials: 3 })
      expect(number(outlook['USD']?.largest_error)).toBe(0)
      expect(number(ahead[0]?.hours)).toBe(150 * 30)
      expect(number(ahead[1]?.hours)).toBe(160 * 31)
      // three trials without an error: no width is made up
      expect(number(ahead[0]?.low_hours)).toBe(number(ahead[0]?.high_hours))
      // two trials two months ahead, none four months ahead
      expect(ahead.slice(0, 4).map((row) => number(row.trials))).toEqual([3, 2, 1, 0])
    })
  })

  test('errors, their bands and the width of the forecast', async () => {
    await withEstate(async (engine) => {
      const { outlook, ahead, trials } = await forecastOf(engine, { USD: [100, 100, 80, 100, 100] })
      // level at two months said 100 of 80: 25 %; at three 80 of 100: 20 %; at four 100 of 100: 0; mean 15 %.
      // mean said 100 of 80: 25 %; 93.33 of 100: 6.67 %; 93.33 of 100: 6.67 %; mean 12.78 %: the least.
      // trend said 100 of 80: 25 %; 70 of 100: 30 %; 100 of 100: 0; mean 18.33 %
      const meanOf = (method: string) => {
        const errors = trials
          .filter((row) => row.method === method && row.distance === 1)
          .map((row) => number(row.error))
        return errors.reduce((sum, error) => sum + error, 0) / errors.length
      }
      expect(meanOf('level')).toBeCloseTo(0.15, 9)
      expect(meanOf('mean')).toBeCloseTo(0.127777777777, 9)
      expect(meanOf('trend')).toBeCloseTo(0.183333333333, 9)
      expect(outlook['USD']).toMatchObject({ method: 'mean', error_band: 15, trials: 3 })
      expect(number(outlook['USD']?.largest_error)).toBe(0.25)
      expect(number(outlook['USD']?.last_error)).toBeCloseTo(0.066666666667, 9)
      // (80 + 100 + 100) ÷ 3 × 30 = 2,800 hours, a quarter to either side; four months ahead twice that
      expect(number(ahead[0]?.hours)).toBeCloseTo(2800, 6)
      expect(number(ahead[0]?.spread)).toBe(0.25)
      expect(number(ahead[0]?.low_hours)).toBeCloseTo(2100, 6)
      expect(number(ahead[3]?.spread)).toBe(0.5)
    })
  })

  test('a fleet that shrinks ends at nothing, not below', async () => {
    await withEstate(async (engine) => {
      const { outlook, ahead } = await forecastOf(engine, { USD: [40, 30, 20] })
      expect(outlook['USD']?.method).toBe('trend')
      expect(ahead.slice(0, 4).map((row) => number(row.hours))).toEqual([300, 0, 0, 0])
    })
  })
})

describe('honest refusal', () => {
  test('two months are too few, a currency at a time', async () => {
    await withEstate(async (engine) => {
      const { outlook, ahead } = await forecastOf(engine, { EUR: [24, 24], USD: [24, 24, 24] })
      expect(outlook['EUR']).toMatchObject({ months: 2, method: null, mean_error: null })
      expect(outlook['EUR']?.reason).toMatch(/at least three whole months .*: 2 are known/)
      expect(outlook['USD']?.reason).toBeNull()
      expect(new Set(ahead.map((row) => row.billing_currency))).toEqual(new Set(['USD']))
    })
  })

  test('a month that the cost data covers in part, first or last, is no month', async () => {
    await withEstate(async (engine) => {
      const late = await forecastOf(engine, { USD: [24, 24, 24] }, { firstDay: '2026-08-02' })
      expect(late.outlook['USD']).toMatchObject({ months: 2, method: null })
      const short = await forecastOf(engine, { USD: [24, 24, 24] }, { lastDay: '2026-10-30' })
      expect(short.outlook['USD']).toMatchObject({ months: 2, method: null })
      const reported = await forecastOf(engine, { USD: [24, 24, 24] }, { firstDay: '2026-08-02', origin: 'result' })
      expect(reported.outlook['USD']).toMatchObject({ months: 3, method: 'level' })
    })
  })

  test('months before a gap do not count', async () => {
    await withEstate(async (engine) => {
      const { outlook } = await forecastOf(engine, { USD: [24, 24, 24, 24, 24] }, { without: '2026-08-01' })
      expect(outlook['USD']).toMatchObject({ months: 2 })
    })
  })

  test('months without a billed hour cannot be tried on', async () => {
    await withEstate(async (engine) => {
      const { outlook, ahead } = await forecastOf(engine, { USD: [0, 0, 0] })
      expect(outlook['USD']?.reason).toMatch(/no hours were billed/)
      expect(ahead).toEqual([])
    })
  })
})

test('whatever the months are: low ≤ base ≤ high, none below nothing, the band never narrows', async () => {
  await withEstate(async (engine) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 3, maxLength: 13 }),
        async (hours) => {
          const { outlook, ahead } = await forecastOf(engine, { USD: hours })
          if (outlook['USD']?.reason !== null) return expect(ahead).toEqual([])
          expect(ahead).toHaveLength(12)
          let spread = 0
          for (const row of ahead) {
            expect(number(row.low_hours)).toBeGreaterThanOrEqual(0)
            expect(number(row.low_hours)).toBeLessThanOrEqual(number(row.hours))
            expect(number(row.hours)).toBeLessThanOrEqual(number(row.high_hours))
            expect(number(row.spread)).toBeGreaterThanOrEqual(spread)
            spread = number(row.spread)
          }
        },
      ),
      { numRuns: 25 },
    )
  })
}, 120_000)

// What amounts are worked with: the macros that keep them exact.
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import type { Engine } from '../../src/engine/engine.ts'

let engine: Engine
beforeAll(async () => {
  engine = await openDuckDb({ threads: 1 })
})
afterAll(async () => engine.close())

const UNITS = 10n ** 24n

/** Units of 10⁻²⁴ as an amount is written. */
function written(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(25, '0')
  return `${units < 0n ? '-' : ''}${digits.slice(0, -24)}.${digits.slice(-24)}`
}

async function part(units: bigint, n: bigint, d: bigint): Promise<string> {
  const [row] = await engine.rows(
    `select cast(amount_part(cast('${written(units)}' as decimal(38, 24)), cast(${n} as bigint), cast(${d} as bigint)) as varchar) as part`,
  )
  return String(row?.['part'])
}

test('a part of a bill of billions over a month of seconds is exact', async () => {
  // 3,126,030,539.2128 × 86,400 / 2,678,400: a thirty-first
  expect(await part(3_126_030_539_2128n * 10n ** 20n, 86_400n, 2_678_400n)).toBe('100839694.813316129032258064516129')
})

test('a part of an amount is the product divided, cut off, whatever their sizes and signs', async () => {
  const units = fc.bigInt({ min: -(10n ** 13n) * UNITS, max: 10n ** 13n * UNITS })
  const seconds = fc.bigInt({ min: 1n, max: 40_000_000n })
  await fc.assert(
    fc.asyncProperty(units, seconds, seconds, async (amount, one, other) => {
      const [n, d] = one < other ? [one, other] : [other, one]
      expect(await part(amount, n, d)).toBe(written((amount * n) / d))
    }),
    { numRuns: 60 },
  )
})

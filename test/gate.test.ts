import { describe, expect, test } from 'vitest'
import type { Engine, Row } from '../src/engine/engine.ts'
import { compareDecimals, judgeGates, parseGate } from '../src/gate.ts'

function gates(...texts: string[]) {
  return texts.map((text) => {
    const gate = parseGate(text)
    if (gate === undefined) throw new Error(`${text} is no gate`)
    return gate
  })
}

/** An engine that knows one thing: what was measured. */
function measured(rows: Row[]): Engine {
  return { rows: async () => rows } as unknown as Engine
}

describe('the grammar', () => {
  test.each([
    'coverage<95',
    'coverage < 95%',
    'residual>1%',
    'residual>=10.50',
    'grade<B',
    'grade<=c',
    'errors>0',
    'exposed_hours>100',
  ])('%s is a gate', (text) => {
    expect(parseGate(text)).toBeDefined()
  })
  test.each([
    'coverage',
    'coverage=95',
    'grade<5',
    'coverage<B',
    'grade<E',
    'errors>1%',
    'exposed_hours>1%',
    'uptime<9',
    'coverage<-1',
    'coverage<95;residual>1',
    '',
  ])('%s is none', (text) => {
    expect(parseGate(text)).toBeUndefined()
  })
})

describe('judging', () => {
  const row = (
    metric: string,
    value: string | null,
    share: string | null = null,
    currency: string | null = null,
  ): Row => ({
    metric,
    value,
    share,
    billing_currency: currency,
    reason: value === null ? 'no sensor health is known' : null,
  })

  test('exactly on the threshold is not below it', async () => {
    const engine = measured([row('coverage', '95.000000000000000000000000')])
    expect(
      (await judgeGates(engine, gates('coverage<95', 'coverage<=95', 'coverage>95', 'coverage>=95'))).map(
        (result) => result.failed,
      ),
    ).toEqual([false, true, false, true])
  })

  test('a number that cannot be computed fails', async () => {
    const [result] = await judgeGates(measured([row('coverage', null)]), gates('coverage<1'))
    expect(result).toMatchObject({ failed: true, value: null, reason: 'no sensor health is known' })
  })

  test('no cost at all fails a gate about cost', async () => {
    expect((await judgeGates(measured([]), gates('residual>1%')))[0]).toMatchObject({
      failed: true,
      reason: 'no cost is known',
    })
  })

  test('each currency is judged for itself, as an amount or as a share', async () => {
    const engine = measured([row('residual', '0.5', '2', 'EUR'), row('residual', '50', '0.1', 'USD')])
    expect((await judgeGates(engine, gates('residual>1%'))).map(({ currency, failed }) => [currency, failed])).toEqual([
      ['EUR', true],
      ['USD', false],
    ])
    expect((await judgeGates(engine, gates('residual>1'))).map(({ currency, failed }) => [currency, failed])).toEqual([
      ['EUR', false],
      ['USD', true],
    ])
  })

  test('a worse grade has a later letter', async () => {
    const failed = async (grade: string) =>
      (await judgeGates(measured([row('grade', grade)]), gates('grade<B')))[0]?.failed
    expect([await failed('A'), await failed('B'), await failed('C'), await failed('D')]).toEqual([
      false,
      false,
      true,
      true,
    ])
  })
})

test('decimals are compared to the last digit, signs too', () => {
  expect(compareDecimals('0.000000000000000000000001', '0')).toBe(1)
  expect(compareDecimals('-0.1', '0')).toBe(-1)
  expect(compareDecimals('9007199254740993', '9007199254740992')).toBe(1)
  expect(compareDecimals('10', '10.0')).toBe(0)
})

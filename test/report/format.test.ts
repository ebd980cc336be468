import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDecimal, formatValue, roundDecimal } from '../../src/report/format.ts'

const plain = (text: string): string => text.replaceAll('\u00a0', ' ')

describe('values as text', () => {
  test.each([
    [{ kind: 'money', amount: '1234567.885', currency: 'USD' }, 'USD 1,234,567.89'],
    [{ kind: 'money', amount: '-0.004', currency: 'USD' }, 'USD 0.00'],
    [{ kind: 'money', amount: '-1250.5', currency: 'EUR' }, 'EUR \u22121,250.50'],
    [{ kind: 'money', amount: '1234.5', currency: 'JPY' }, 'JPY 1,235'],
    [{ kind: 'money', amount: '1.2345', currency: 'KWD' }, 'KWD 1.235'],
    [{ kind: 'money', amount: '0.00672', currency: 'USD', digits: 5 }, 'USD 0.00672'],
    [{ kind: 'number', value: '744', unit: 'h' }, '744 h'],
    [{ kind: 'number', value: '12', unit: '' }, '12'],
    [{ kind: 'percent', value: '12.449999999999999999999999' }, '12.4 %'],
    [{ kind: 'day', day: '2026-10-03' }, '3 Oct 2026'],
    [{ kind: 'unknown', reason: 'no price' }, 'cannot be computed'],
  ] as const)('%o is %s', (value, text) => {
    expect(plain(formatValue(value))).toBe(text)
  })

  test('text that is no decimal is a bug, not a figure', () => {
    expect(() => roundDecimal('1e3', 2)).toThrow('not a decimal number')
    expect(() => formatValue({ kind: 'money', amount: 'NaN', currency: 'USD' })).toThrow('not a decimal number')
  })

  test('control and direction marks of strangers are not printed', () => {
    expect(formatValue({ kind: 'text', text: 'invoice\u202efdp.exe\u0007' })).not.toMatch(/[\u202e\u0007]/)
  })
})

describe('rounding', () => {
  const decimal = fc.tuple(
    fc.boolean(),
    fc.bigInt({ min: 0n, max: 10n ** 14n - 1n }),
    fc.bigInt({ min: 0n, max: 10n ** 24n - 1n }),
  )

  test('is half away from zero on whole numbers of 10^-24, at any digit', () => {
    fc.assert(
      fc.property(decimal, fc.integer({ min: 0, max: 24 }), ([isNegative, whole, fraction], digits) => {
        const text = `${isNegative ? '-' : ''}${whole}.${fraction.toString().padStart(24, '0')}`
        const units = whole * 10n ** 24n + fraction
        const step = 10n ** BigInt(24 - digits)
        const magnitude = (units + step / 2n) / step
        const expected = (isNegative ? -1n : 1n) * magnitude
        expect(BigInt(roundDecimal(text, digits).replace('.', ''))).toBe(expected)
      }),
    )
  })

  test('separators only group: without them the number stands as rounded', () => {
    fc.assert(
      fc.property(decimal, fc.integer({ min: 0, max: 6 }), ([isNegative, whole, fraction], digits) => {
        const text = `${isNegative ? '-' : ''}${whole}.${fraction.toString().padStart(24, '0')}`
        expect(formatDecimal(text, digits).replaceAll(',', '').replace('\u2212', '-')).toBe(roundDecimal(text, digits))
      }),
    )
  })
})

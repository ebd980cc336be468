/** Exact amounts as a count of 10^-24 units. */
const ONE = 10n ** 24n

/** Units of a decimal text: `-1.5` is -15 * 10^23. More than 24 decimals are an error. */
export function units(text: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{0,24}))?$/.exec(text)
  if (match === null) throw new Error(`not an amount: ${text}`)
  const size = BigInt(match[2] ?? '0') * ONE + BigInt((match[3] ?? '').padEnd(24, '0'))
  return match[1] === '-' ? -size : size
}

/** Decimal text with 24 decimals, as the engine prints an amount. */
export function amountText(value: bigint): string {
  const size = value < 0n ? -value : value
  return `${value < 0n ? '-' : ''}${size / ONE}.${(size % ONE).toString().padStart(24, '0')}`
}

/** Product of two amounts, truncated to 24 decimals. */
export function times(a: bigint, b: bigint): bigint {
  return (a * b) / ONE
}

/** Hours of whole seconds, truncated to 24 decimals. */
export function hoursOf(seconds: number): bigint {
  return (BigInt(seconds) * ONE) / 3600n
}

/** Whole seconds of an amount of hours, half a second rounded up; never below zero. */
export function secondsOf(hours: bigint): number {
  return hours <= 0n ? 0 : Number((hours * 3600n * 2n + ONE) / (2n * ONE))
}

/** Sum that keeps ignorance: NULL when nothing is known. */
export function sum(values: readonly (bigint | null)[]): bigint | null {
  return values.reduce<bigint | null>((total, value) => (value === null ? total : (total ?? 0n) + value), null)
}

/**
 * Parts of an amount in proportion to weights: each truncated towards zero, what is left over added to the part of the
 * largest weight, the first of equals.
 */
export function spread(amount: bigint | null, weights: readonly number[]): (bigint | null)[] {
  if (amount === null) return weights.map(() => null)
  const total = BigInt(weights.reduce((a, b) => a + b, 0))
  const parts = weights.map((weight) => (amount * BigInt(weight)) / total)
  const left = amount - parts.reduce((a, b) => a + b, 0n)
  const largest = weights.indexOf(Math.max(...weights))
  return parts.map((part, index) => (index === largest ? part + left : part))
}

const TWELVE = 10n ** 12n

/** Quotient of two amounts to twelve decimals, both cut to twelve before; NULL without a divisor. */
export function ratio(a: bigint | null, b: bigint | null): bigint | null {
  if (a === null || b === null || b / TWELVE === 0n) return null
  return (((a / TWELVE) * TWELVE) / (b / TWELVE)) * TWELVE
}

import type { DecimalText } from '../types.ts'

/** Size of a sparkline in px. */
const WIDTH = 96
const HEIGHT = 24
const INSET = 3

/**
 * A line of values, oldest first, with a dot on the newest; gaps where values are unknown. The scale runs from the
 * smallest to the largest value: it shows the course, not the size. Undefined when there are fewer than two values.
 */
export function drawSparkline(values: readonly (DecimalText | null)[], colour: string): string | undefined {
  const numbers = values.map((value) => (value === null ? null : Number(value)))
  const known = numbers.filter((value) => value !== null)
  if (known.length < 2) return undefined
  const low = Math.min(...known)
  const span = Math.max(...known) - low
  const x = (i: number): string => (INSET + (i * (WIDTH - 2 * INSET)) / (numbers.length - 1)).toFixed(1)
  const y = (value: number): string =>
    (span === 0 ? HEIGHT / 2 : HEIGHT - INSET - ((value - low) * (HEIGHT - 2 * INSET)) / span).toFixed(1)
  const path = numbers
    .map((value, i) => {
      if (value === null) return ''
      const starts = i === 0 || numbers[i - 1] === null
      return `${starts ? 'M' : 'L'}${x(i)},${y(value)}`
    })
    .join('')
  const last = numbers.findLastIndex((value) => value !== null)
  const dot = `<circle cx="${x(last)}" cy="${y(numbers[last] as number)}" r="2.5" fill="${colour}"/>`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}"><path d="${path}" fill="none" stroke="${colour}" stroke-width="1.5"/>${dot}</svg>`
}

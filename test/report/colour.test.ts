// Colours of strangers: a brand's band is readable whatever its colour, and dark counterparts keep their order.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { darkCounterpart, textOn } from '../../src/report/colour.ts'

/** Relative luminance after WCAG 2.2, worked out here a second time. */
function luminance(hex: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
  const [r = 0, g = 0, b = 0] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

const colours = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`)

describe('text on a brand colour', () => {
  test('has a contrast of 4.5 at least, on any colour', () => {
    fc.assert(fc.property(colours, (colour) => contrast(colour, textOn(colour)) >= 4.5))
  })
  test.each([
    ['#000000', '#ffffff'],
    ['#ffffff', '#000000'],
    ['#7a1f5c', '#ffffff'],
    ['#ffd400', '#000000'],
  ])('%s bears %s', (colour, expected) => {
    expect(textOn(colour)).toBe(expected)
  })
})

test('interpolated scales have a dark counterpart too', () => {
  expect(darkCounterpart('rgb(238, 243, 249)')).toBe(darkCounterpart('#eef3f9'))
  expect(luminance(darkCounterpart('rgb(238, 243, 249)'))).toBeLessThan(luminance(darkCounterpart('#15457f')))
})

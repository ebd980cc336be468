/**
 * The counterpart of a colour on dark paper: hue kept, lightness turned over in Oklab (Björn Ottosson, 2020), so that
 * what stood out from white stands out from near-black as much, and ramps of colour keep their order.
 */
export function darkCounterpart(colour: string): string {
  const [lightness, a, b] = oklabOf(hexColour(colour))
  return hexOf([DARK_PAPER + (1 - lightness) * (DARK_INK - DARK_PAPER), a * 0.9, b * 0.9])
}

/** Black or white, whichever is read more easily on a colour: at least 4.5:1 on any (WCAG 2.2, contrast ratio). */
export function textOn(colour: string): '#000000' | '#ffffff' {
  const [r, g, b] = [0, 1, 2].map((i) => linearChannel(colour, i)) as [number, number, number]
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b
  return (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) ? '#000000' : '#ffffff'
}

function linearChannel(hex: string, i: number): number {
  const value = Number.parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16) / 255
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}

/** `#rrggbb` for that or for `rgb(r, g, b)`, as interpolated scales write it. */
function hexColour(colour: string): string {
  if (colour.startsWith('#')) return colour
  const channels = [...colour.matchAll(/\d+/g)].map(([channel]) => Number(channel).toString(16).padStart(2, '0'))
  return `#${channels.join('')}`
}

/** Lightness of the paper and of pure black's counterpart in the dark theme. */
const DARK_PAPER = 0.21
const DARK_INK = 1.15

function oklabOf(hex: string): [number, number, number] {
  const channel = (i: number): number => linearChannel(hex, i)
  const [r, g, b] = [channel(0), channel(1), channel(2)]
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

function hexOf([lightness, a, b]: [number, number, number]): string {
  const l = (Math.min(lightness, 0.97) + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (Math.min(lightness, 0.97) - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (Math.min(lightness, 0.97) - 0.0894841775 * a - 1.291485548 * b) ** 3
  const channels = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
  const byte = (linear: number): string => {
    const value = Math.min(1, Math.max(0, linear))
    const encoded = value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055
    return Math.round(encoded * 255)
      .toString(16)
      .padStart(2, '0')
  }
  return `#${channels.map(byte).join('')}`
}

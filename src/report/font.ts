import { createRequire } from 'node:module'
import * as fontkit from 'fontkit'

/** The report's own typeface, Latin and Thai (SIL Open Font License): its digits all have the same width. */
export const TYPEFACE = 'Sarabun'

const { resolve } = createRequire(import.meta.url)

/** Where the two weights lie: PDF and HTML embed them, charts are measured with them. */
export const FONT_FILES = {
  regular: resolve('@expo-google-fonts/sarabun/400Regular/Sarabun_400Regular.ttf'),
  bold: resolve('@expo-google-fonts/sarabun/600SemiBold/Sarabun_600SemiBold.ttf'),
} as const

export type Weight = keyof typeof FONT_FILES

const fonts: Readonly<Record<Weight, fontkit.Font>> = {
  regular: fontkit.openSync(FONT_FILES.regular),
  bold: fontkit.openSync(FONT_FILES.bold),
}

/** Stands for a character that the typeface lacks; the typeface draws it as an empty box. */
export const MISSING = '\ufffd'

/** Width of a text in the unit of `size`, as shaped and kerned by the typeface itself. */
export function textWidth(text: string, size: number, weight: Weight = 'regular'): number {
  const font = fonts[weight]
  return (font.layout(text).advanceWidth * size) / font.unitsPerEm
}

/**
 * Text as the typeface can draw it: each character that it lacks (other scripts, emoji) becomes one box, so that its
 * absence is seen. The characters are told to `onMissing`.
 */
export function drawable(text: string, onMissing?: (character: string) => void): string {
  return [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)]
    .map(({ segment }) => {
      if ([...segment].every((c) => isDrawable(c.codePointAt(0) as number))) return segment
      onMissing?.(segment)
      return MISSING
    })
    .join('')
}

/** Joiners draw nothing by themselves; the box needs no glyph of its own. */
function isDrawable(codePoint: number): boolean {
  return (
    codePoint === 0x200c ||
    codePoint === 0x200d ||
    codePoint === 0xfffd ||
    fonts.regular.hasGlyphForCodePoint(codePoint)
  )
}

/** True when letters combine, as in Thai: a drawing engine without shaping would lose their marks. */
export function needsShaping(text: string): boolean {
  return /\p{Script=Thai}|\p{Mark}/u.test(text)
}

/** The outline of a shaped text as SVG path data, with its start at the origin of the baseline. */
export function textOutline(text: string, size: number, weight: Weight): string {
  const font = fonts[weight]
  const run = font.layout(text)
  const scale = size / font.unitsPerEm
  let x = 0
  return run.glyphs
    .map((glyph, i) => {
      const position = run.positions[i]
      if (position === undefined) return ''
      const path = glyph.path
        .translate(x + position.xOffset, position.yOffset)
        .scale(scale, -scale)
        .toSVG()
      x += position.xAdvance
      return path
    })
    .join('')
}

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

/**
 * Typefaces (SIL Open Font License) for letters that the own one lacks, asked in this order: names in a tenant may be in
 * any script. What none of them has stands as a box.
 */
export const FALLBACK_FILES: Readonly<Record<string, Readonly<Record<Weight, string>>>> = {
  'Didact Gothic': both('didact-gothic/400Regular/DidactGothic_400Regular'),
  'Noto Sans Hebrew': pair('noto-sans-hebrew', 'NotoSansHebrew'),
  'Noto Sans Arabic': pair('noto-sans-arabic', 'NotoSansArabic'),
  'Noto Sans Devanagari': pair('noto-sans-devanagari', 'NotoSansDevanagari'),
  'Sawarabi Gothic': both('sawarabi-gothic/400Regular/SawarabiGothic_400Regular'),
  'ZCOOL XiaoWei': both('zcool-xiaowei/400Regular/ZCOOLXiaoWei_400Regular'),
  'Nanum Gothic Coding': both('nanum-gothic-coding/400Regular/NanumGothicCoding_400Regular'),
}

function pair(folder: string, name: string): Record<Weight, string> {
  return {
    regular: resolve(`@expo-google-fonts/${folder}/400Regular/${name}_400Regular.ttf`),
    bold: resolve(`@expo-google-fonts/${folder}/600SemiBold/${name}_600SemiBold.ttf`),
  }
}

/** A typeface of one weight stands for both. */
function both(path: string): Record<Weight, string> {
  const file = resolve(`@expo-google-fonts/${path}.ttf`)
  return { regular: file, bold: file }
}

const files: Readonly<Record<string, Readonly<Record<Weight, string>>>> = { [TYPEFACE]: FONT_FILES, ...FALLBACK_FILES }
const TYPEFACES = Object.keys(files)

/** Fonts as they are asked for: most reports need the first two of them alone. */
const opened = new Map<string, fontkit.Font>()

function fontOf(typeface: string, weight: Weight): fontkit.Font {
  const file = files[typeface]?.[weight] ?? FONT_FILES[weight]
  const font = opened.get(file) ?? fontkit.openSync(file)
  opened.set(file, font)
  return font
}

/** Stands for a character that every typeface lacks; the own typeface draws it as an empty box. */
export const MISSING = '\ufffd'

/** A piece of text that one typeface draws. */
export interface FontRun {
  typeface: string
  text: string
}

/**
 * Text cut where another typeface has to take over. A character that none of them has becomes a box, so that its absence
 * is seen, and is told to `onMissing`. Words of a script that runs from right to left stay in one run with the blanks
 * between them, which do not break: only a whole run is put in its order.
 */
export function fontRuns(text: string, onMissing?: (character: string) => void): FontRun[] {
  if (/^[\u0020-\u007e\u00a0\u200b]*$/.test(text)) return text === '' ? [] : [{ typeface: TYPEFACE, text }]
  const segments = [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].map(
    ({ segment }) => segment,
  )
  const runs: FontRun[] = []
  let i = 0
  while (i < segments.length) {
    const isOwn = draws(TYPEFACE, segments[i] as string)
    let end = i
    while (end < segments.length && draws(TYPEFACE, segments[end] as string) === isOwn) end += 1
    runs.push(
      ...(isOwn
        ? [{ typeface: TYPEFACE, text: segments.slice(i, end).join('') }]
        : foreign(segments.slice(i, end), onMissing)),
    )
    i = end
  }
  return joined(runs)
}

/** Letters that the own typeface lacks: in one that has them all, or else each in the first that has it. */
function foreign(segments: readonly string[], onMissing?: (character: string) => void): FontRun[] {
  const whole = TYPEFACES.find((name) => segments.every((segment) => draws(name, segment)))
  if (whole !== undefined) return [{ typeface: whole, text: segments.join('') }]
  return segments.map((segment) => {
    const typeface = TYPEFACES.find((name) => draws(name, segment))
    if (typeface !== undefined) return { typeface, text: segment }
    onMissing?.(segment)
    return { typeface: TYPEFACE, text: MISSING }
  })
}

function joined(runs: readonly FontRun[]): FontRun[] {
  const kept: FontRun[] = []
  for (const [i, run] of runs.entries()) {
    const last = kept.at(-1)
    const isBetween =
      last !== undefined &&
      runs[i + 1]?.typeface === last.typeface &&
      isRightToLeft(last.text) &&
      /^[ \u00a0]+$/.test(run.text)
    if (isBetween) last.text += run.text.replace(/ /g, '\u00a0')
    else if (last?.typeface === run.typeface) last.text += run.text
    else kept.push({ ...run })
  }
  return kept
}

function isRightToLeft(text: string): boolean {
  return /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/.test(text)
}

function draws(typeface: string, segment: string): boolean {
  const font = fontOf(typeface, 'regular')
  return [...segment].every((character) => {
    const code = character.codePointAt(0) as number
    return isUndrawn(code) || (typeface === TYPEFACE && code === 0xfffd) || font.hasGlyphForCodePoint(code)
  })
}

/** Joiners and break opportunities draw nothing by themselves. */
function isUndrawn(code: number): boolean {
  return code === 0x200b || code === 0x200c || code === 0x200d
}

/** Width of a text in the unit of `size`, as shaped and kerned by the typefaces that draw it. */
export function textWidth(text: string, size: number, weight: Weight = 'regular'): number {
  return fontRuns(text).reduce((width, run) => {
    const font = fontOf(run.typeface, weight)
    return width + (font.layout(run.text).advanceWidth * size) / font.unitsPerEm
  }, 0)
}

/** True when one typeface cannot draw the text letter by letter: letters combine, as in Thai, or belong to another. */
export function needsShaping(text: string): boolean {
  return /\p{Script=Thai}|\p{Mark}/u.test(text) || fontRuns(text).some((run) => run.typeface !== TYPEFACE)
}

/** The outline of a shaped text as SVG path data, with its start at the origin of the baseline. */
export function textOutline(text: string, size: number, weight: Weight): string {
  let start = 0
  return fontRuns(text)
    .map((run) => {
      const font = fontOf(run.typeface, weight)
      const { glyphs, positions, advanceWidth } = font.layout(run.text)
      const scale = size / font.unitsPerEm
      let x = start / scale
      start += advanceWidth * scale
      return glyphs
        .map((glyph, i) => {
          const position = positions[i]
          if (position === undefined) return ''
          const path = glyph.path
            .translate(x + position.xOffset, position.yOffset)
            .scale(scale, -scale)
            .toSVG()
          x += position.xAdvance
          return path
        })
        .join('')
    })
    .join('')
}

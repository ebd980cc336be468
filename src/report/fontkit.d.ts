/** What this program uses of fontkit, which ships no types. */
declare module 'fontkit' {
  export interface Path {
    toSVG(): string
    scale(x: number, y?: number): Path
    translate(x: number, y: number): Path
  }
  export interface Glyph {
    id: number
    path: Path
  }
  export interface GlyphRun {
    glyphs: readonly Glyph[]
    positions: readonly { xAdvance: number; yAdvance: number; xOffset: number; yOffset: number }[]
    advanceWidth: number
  }
  export interface Font {
    unitsPerEm: number
    layout(text: string): GlyphRun
    hasGlyphForCodePoint(codePoint: number): boolean
  }
  export function openSync(path: string): Font
}

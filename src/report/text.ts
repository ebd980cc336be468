/** A break opportunity that is not drawn: the typeface has no glyph for it. */
export const BREAK = '\u200b'

/**
 * Characters that have no place on a page: controls (C0 but tab and line ends, C1), bidirectional overrides, embeddings,
 * isolates and marks, the byte-order mark, interlinear annotation, tag characters and non-characters. A name with an
 * override could read as another name.
 */
const UNPRINTABLE =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff\u{e0000}-\u{e007f}]/gu

/** Text of strangers as it may stand on a page: one line, normalised (NFC), without unprintable characters. */
export function printable(text: string): string {
  return text
    .replace(/[\ud800-\udfff]/gu, '\ufffd')
    .normalize('NFC')
    .replace(/[\t\n\r\u2028\u2029]+/g, ' ')
    .replace(UNPRINTABLE, '')
}

/**
 * Text that a spreadsheet would run as a formula gets an apostrophe in front: it begins with `=`, `+`, `-`, `@`, tab or
 * a line end, or with the full-width forms of the signs. The macro `csv_text` of the engine does the same.
 */
export function neutralised(text: string): string {
  return /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text
}

/**
 * At most `length` characters with an ellipsis in the middle, because the ends of resource names tell them apart.
 * Counts what a reader sees as one character.
 */
export function shortened(text: string, length: number): string {
  const characters = [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].map((s) => s.segment)
  if (characters.length <= length) return text
  const tail = Math.floor((length - 1) / 3)
  return `${characters.slice(0, length - 1 - tail).join('')}…${characters.slice(-tail).join('')}`
}

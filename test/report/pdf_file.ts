import { inflateSync } from 'node:zlib'

/** The decompressed content of each sheet of a PDF of this program. */
export function sheetContents(bytes: Buffer): string[] {
  const found: string[] = []
  for (let at = bytes.indexOf('stream\n'); at !== -1; at = bytes.indexOf('stream\n', at + 7)) {
    if (bytes.subarray(at - 3, at).toString('latin1') === 'end') continue
    const end = bytes.indexOf('endstream', at)
    try {
      const text = inflateSync(bytes.subarray(at + 7, end)).toString('latin1')
      if (/\bB[DM]C\b/.test(text)) found.push(text)
    } catch {
      // Fonts and pictures that are packed in another way hold no marks.
    }
  }
  return found
}

/** Numbers, from 1, of the sheets that hold nothing but what stands on every sheet. */
export function emptySheets(bytes: Buffer): number[] {
  return sheetContents(bytes).flatMap((content, i) => (/\/MCID \d/.test(content) ? [] : [i + 1]))
}

/** What a CSV's bytes say of its records, whatever reads its fields. */
export interface CsvShape {
  /** Records that are not blank, the header among them; one that breaks off counts. */
  records: number
  /** The file ends inside a quoted field: it breaks off. */
  isOpen: boolean
  /** The file ends without a line end. */
  isUnended: boolean
  /** Line on which the last record starts, from 1. */
  lastLine: number
}

const QUOTE = 0x22
const LF = 0x0a
const CR = 0x0d

/**
 * Counts the records of a CSV (RFC 4180) chunk by chunk. The engine's reader has been seen to drop a last record that
 * breaks off inside quotes without a word; this count is the independent one it is held against.
 */
export function csvShape(): { add(chunk: Buffer): void; shape(): CsvShape } {
  let records = 0
  let isOpen = false
  let hasContent = false
  let lines = 1
  let lastLine = 1
  let last = LF
  return {
    add(chunk) {
      for (let at = 0; at < chunk.length; at += 1) {
        const byte = chunk[at] as number
        if (byte > QUOTE || (byte !== QUOTE && byte !== LF && byte !== CR)) {
          if (!hasContent) {
            hasContent = true
            lastLine = lines
          }
        } else if (byte === QUOTE) {
          if (!hasContent) {
            hasContent = true
            lastLine = lines
          }
          isOpen = !isOpen
        } else {
          if (byte === LF) lines += 1
          if (!isOpen && hasContent) {
            records += 1
            hasContent = false
          }
        }
      }
      if (chunk.length > 0) last = chunk[chunk.length - 1] as number
    },
    shape: () => ({
      records: records + (hasContent ? 1 : 0),
      isOpen,
      isUnended: last !== LF && last !== CR,
      lastLine,
    }),
  }
}

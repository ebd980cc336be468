import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'

/** Where JSON text stops being JSON. */
export interface JsonBreak {
  /** 1 for the first line. */
  line: number
  isTruncated: boolean
  /** What is wrong there, in words. */
  words: string
}

/**
 * Finds the first place where the brackets and strings of a file do not add up, reading it as a stream; null when they
 * do (the fault is then inside a value). Only run on files that the engine has refused.
 */
export async function jsonBreak(path: string, isGzip: boolean): Promise<JsonBreak | null> {
  const file = createReadStream(path)
  const stream = isGzip ? file.pipe(createGunzip()) : file
  const open: { bracket: string; line: number }[] = []
  let line = 1
  let stringLine = 0
  let brokenLine = 0
  let escaped = false
  try {
    for await (const chunk of stream) {
      for (const byte of chunk as Buffer) {
        if (brokenLine > 0 && byte > 0x20) {
          return { line: brokenLine, isTruncated: false, words: 'a text is not closed before the line ends' }
        }
        if (byte === 0x0a) {
          if (stringLine > 0 && brokenLine === 0) brokenLine = line
          line += 1
        } else if (escaped) escaped = false
        else if (stringLine > 0) {
          if (byte === 0x5c) escaped = true
          else if (byte === 0x22) stringLine = 0
        } else if (byte === 0x22) stringLine = line
        else if (byte === 0x7b || byte === 0x5b) open.push({ bracket: byte === 0x7b ? '}' : ']', line })
        else if (byte === 0x7d || byte === 0x5d) {
          const last = open.pop()
          const char = String.fromCharCode(byte)
          if (last === undefined) return { line, isTruncated: false, words: `a ${char} that nothing opened` }
          if (last.bracket !== char)
            return {
              line,
              isTruncated: false,
              words: `a ${char} where ${last.bracket} was due (opened in line ${last.line})`,
            }
        }
      }
    }
  } catch (error) {
    if (isGzip && error instanceof Error && 'code' in error)
      return { line, isTruncated: true, words: 'the compressed file breaks off' }
    throw error
  }
  if (brokenLine > 0) line = brokenLine
  if (stringLine > 0) return { line, isTruncated: true, words: `the text begun in line ${stringLine} is not closed` }
  const last = open.at(-1)
  if (last !== undefined)
    return {
      line,
      isTruncated: true,
      words: `the ${last.bracket === '}' ? '{' : '['} of line ${last.line} is not closed`,
    }
  return null
}

import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { GUNZIP_BYTES } from './source_head.ts'

/**
 * Copies the array of records out of a single page that is too large to be held at once: the array goes to `target`, and
 * what the page says of itself comes back as JSON text with an empty array in its place. Returns null when the file is
 * not one object with an array under that key at its top; the copy is then worthless.
 */
export async function slicePage(
  path: string,
  isGzip: boolean,
  key: string,
  target: string,
  chunkBytes: number = 1 << 20,
): Promise<string | null> {
  const file = createReadStream(path, { highWaterMark: chunkBytes })
  const input = isGzip ? file.pipe(createGunzip({ chunkSize: GUNZIP_BYTES })) : file
  if (isGzip) file.on('error', (error) => input.destroy(error))
  const output = createWriteStream(target)
  const scan = pageScan(JSON.stringify(key))
  for await (const chunk of input) {
    const array = scan.take(chunk as Buffer)
    if (array.length > 0 && !output.write(array)) await once(output, 'drain')
  }
  output.end()
  await finished(output)
  return scan.shell()
}

/** Goes through a page chunk by chunk, parting the array under a key (as it is written, with quotes) from the rest. */
function pageScan(wanted: string): { take(chunk: Buffer): Buffer; shell(): string | null } {
  const rest: Buffer[] = []
  let depth = 0
  let inString = false
  let isEscaped = false
  let text: Buffer[] = [] // the last text at the top level of the page, as it is written
  let name = '' // the key whose value comes next
  let phase: 'before' | 'inside' | 'after' = 'before'
  let isSecond = false

  const take = (chunk: Buffer): Buffer => {
    let arrayStart = phase === 'inside' ? 0 : -1
    let restStart = phase === 'inside' ? -1 : 0
    let textStart = inString ? 0 : -1
    let array = chunk.subarray(0, 0)
    const escapes = nextOf(chunk, 0x5c)
    const quotes = nextOf(chunk, 0x22)
    for (let at = 0; at < chunk.length; at += 1) {
      if (isEscaped) isEscaped = false
      else if (inString) {
        const quote = quotes(at)
        const backslash = escapes(at)
        at = Math.min(quote, backslash)
        isEscaped = backslash < quote
        if (quote < backslash) {
          inString = false
          if (depth === 1) text.push(chunk.subarray(textStart, quote + 1))
        }
      } else {
        const byte = chunk[at]
        if (byte === 0x22) {
          inString = true
          textStart = at
          text = []
        } else if (byte === 0x3a && depth === 1) name = Buffer.concat(text).toString('utf8')
        else if (byte === 0x7b || byte === 0x5b) {
          if (depth === 0 && phase !== 'before') isSecond = true
          if (byte === 0x5b && depth === 1 && phase === 'before' && name === wanted) {
            phase = 'inside'
            rest.push(chunk.subarray(restStart, at))
            restStart = -1
            arrayStart = at
          }
          depth += 1
        } else if (byte === 0x7d || byte === 0x5d) {
          depth -= 1
          if (phase === 'inside' && depth === 1) {
            phase = 'after'
            array = chunk.subarray(arrayStart, at + 1)
            arrayStart = -1
            restStart = at + 1
            rest.push(Buffer.from('[]'))
          }
        }
      }
    }
    if (inString && depth === 1) text.push(chunk.subarray(textStart))
    if (restStart >= 0 && !isSecond) rest.push(chunk.subarray(restStart))
    return arrayStart >= 0 ? chunk.subarray(arrayStart) : array
  }

  const shell = () =>
    phase === 'before' || isSecond
      ? null
      : Buffer.concat(rest)
          .toString('utf8')
          .replace(/^\ufeff/, '')
  return { take, shell }
}

/** Where a byte stands next in a chunk, asked for rising places; the chunk's length when nowhere. */
function nextOf(chunk: Buffer, byte: number): (from: number) => number {
  let next = -1
  return (from) => {
    if (next < from) {
      const found = chunk.indexOf(byte, from)
      next = found < 0 ? chunk.length : found
    }
    return next
  }
}

import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { EXIT, HourwiseError } from '../errors.ts'
import { jsonBreak } from './json_break.ts'
import type { FoundFile } from './source_file.ts'

/**
 * Reads a JSON file as one value, unzipped where it is gzipped. `change` may alter the text before it is parsed, for
 * numbers that must keep their digits. Broken JSON is a HourwiseError with the line where it breaks.
 */
export async function readJson(file: FoundFile, change = (text: string) => text): Promise<unknown> {
  const bytes = readFileSync(file.absolutePath)
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b
  const text = (isGzip ? gunzipSync(bytes) : bytes).toString('utf8').replace(/^\ufeff/, '')
  try {
    return JSON.parse(change(text))
  } catch (cause) {
    const found = await jsonBreak(file.absolutePath, isGzip)
    const isCut = found?.isTruncated === true
    throw new HourwiseError(EXIT.input, isCut ? 'the JSON ends before it is complete' : 'the JSON is broken', {
      where: found === null ? file.path : `${file.path}:${found.line}`,
      details: found === null ? [] : [found.words],
      next: isCut
        ? 'The download was cut short: fetch the file again.'
        : 'Fetch the file again; do not edit it by hand.',
      cause,
    })
  }
}

import { createHash } from 'node:crypto'
import { closeSync, createReadStream, openSync, readSync } from 'node:fs'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createGunzip, gunzipSync } from 'node:zlib'
import { EXIT, HourwiseError } from '../errors.ts'
import type { FoundFile } from './source_file.ts'
import { noRights } from './source_folder.ts'

/** The first stretch of a file, unzipped. */
export interface SourceHead {
  encoding: 'gzip' | 'plain'
  /** `text`: `text` holds it; `parquet`, `zip`, `utf-16`, `binary`: told by the first bytes; `empty`: nothing in it. */
  content: 'text' | 'parquet' | 'zip' | 'utf-16' | 'binary' | 'empty'
  /** First 64 KB as text without byte order mark; '' when the content is no text. */
  text: string
}

const HEAD_BYTES = 64 * 1024

/** Reads the head of a file. A gzip that cannot be unpacked and a file without read right are HourwiseErrors. */
export function sourceHead(file: FoundFile): SourceHead {
  const start = firstBytes(file)
  const encoding = start[0] === 0x1f && start[1] === 0x8b ? 'gzip' : 'plain'
  const bytes = encoding === 'gzip' ? unzippedHead(file, start) : start
  const content = contentOf(bytes)
  const text = content === 'text' ? bytes.toString('utf8').replace(/^\ufeff/, '') : ''
  return { encoding, content: content === 'text' && text.trim() === '' ? 'empty' : content, text }
}

function firstBytes(file: FoundFile): Buffer {
  try {
    const handle = openSync(file.absolutePath, 'r')
    try {
      const buffer = Buffer.alloc(Math.min(file.bytes, HEAD_BYTES))
      return buffer.subarray(0, readSync(handle, buffer, 0, buffer.length, 0))
    } finally {
      closeSync(handle)
    }
  } catch (cause) {
    throw noRights(file.path, 'file', cause)
  }
}

function unzippedHead(file: FoundFile, start: Buffer): Buffer {
  try {
    return gunzipSync(start, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, HEAD_BYTES)
  } catch (cause) {
    throw brokenGzip(file, cause)
  }
}

function contentOf(bytes: Buffer): SourceHead['content'] {
  if (bytes.length === 0) return 'empty'
  if (bytes.subarray(0, 4).toString('latin1') === 'PAR1') return 'parquet'
  if (bytes.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004') return 'zip'
  if (bytes.length > 1 && [0xfffe, 0xfeff].includes(bytes.readUInt16BE(0))) return 'utf-16'
  return bytes.includes(0) ? 'binary' : 'text'
}

/**
 * SHA-256 of a file as it lies there, read as a stream. A gzip file is unpacked on the way, to nowhere: only that shows
 * a broken or cut-off one, as its checksum stands at the end.
 */
export async function fileHash(file: FoundFile, encoding: SourceHead['encoding']): Promise<string> {
  const hash = createHash('sha256')
  const stream = createReadStream(file.absolutePath, { highWaterMark: 1 << 20 })
  stream.on('data', (chunk) => hash.update(chunk))
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  try {
    if (encoding === 'gzip') await pipeline(stream, createGunzip(), nowhere)
    else await pipeline(stream, nowhere)
  } catch (cause) {
    throw String((cause as NodeJS.ErrnoException).code).startsWith('Z_')
      ? brokenGzip(file, cause)
      : noRights(file.path, 'file', cause)
  }
  return hash.digest('hex')
}

function brokenGzip(file: FoundFile, cause: unknown): HourwiseError {
  const words = cause instanceof Error ? cause.message : String(cause)
  return new HourwiseError(EXIT.input, 'the gzip file cannot be unpacked', {
    where: file.path,
    details: [/unexpected end of file/.test(words) ? 'it ends before it is complete' : words],
    next: 'The download was cut short or damaged: fetch the file again.',
    cause,
  })
}

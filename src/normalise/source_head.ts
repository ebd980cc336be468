import { createHash } from 'node:crypto'
import { closeSync, createReadStream, openSync, readSync } from 'node:fs'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createGunzip, gunzipSync } from 'node:zlib'
import { EXIT, HourwiseError } from '../errors.ts'
import { type CsvShape, csvShape } from './csv_shape.ts'
import { jsonBreak } from './json_break.ts'
import type { ProofCache } from './proof_cache.ts'
import type { FoundFile } from './source_file.ts'
import { noRights } from './source_folder.ts'

/** The first stretch of a file, unzipped. */
export interface SourceHead {
  encoding: 'gzip' | 'plain'
  /** `text`: `text` holds it; `parquet`, `zip`, `utf-16`, `binary`: told by the first bytes; `empty`: nothing in it. */
  content: 'text' | 'parquet' | 'zip' | 'utf-16' | 'binary' | 'empty'
  /** First 64 KB as text without byte order mark; '' when the content is no text. */
  text: string
  /** Of a Parquet file that was recognised its columns, in its order. */
  columns?: readonly { name: string; type: string }[]
}

/** Text that is no JSON: of a recognised file, a CSV. */
export function isCsv(head: SourceHead): boolean {
  return head.content === 'text' && !/^\s*[[{]/.test(head.text)
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

/** A head of 64 KB is mostly in the first few KB of a gzip: no more is unpacked than is needed. */
function unzippedHead(file: FoundFile, start: Buffer): Buffer {
  try {
    for (let size = 8 * 1024; ; size *= 2) {
      const bytes = gunzipSync(start.subarray(0, size), { finishFlush: constants.Z_SYNC_FLUSH })
      if (bytes.length >= HEAD_BYTES || size >= start.length) return bytes.subarray(0, HEAD_BYTES)
    }
  } catch (cause) {
    throw brokenGzip(file, cause)
  }
}

/**
 * Of a small file of no kind that is read: a gzip cut off within its first record tells no kind, and is refused as damaged.
 * Returns where its JSON breaks, in words; null when it does not, or when the head does not hold all of it.
 */
export async function whyBroken(file: FoundFile, head: SourceHead): Promise<string | null> {
  if (file.bytes > HEAD_BYTES || head.content !== 'text') return null
  if (head.encoding === 'gzip') {
    try {
      gunzipSync(firstBytes(file))
    } catch (cause) {
      throw brokenGzip(file, cause)
    }
  }
  if (!/^\s*[[{]/.test(head.text)) return null
  const broken = await jsonBreak(file.absolutePath, head.encoding === 'gzip')
  return broken === null ? null : `JSON that is broken in line ${broken.line}: ${broken.words}`
}

function contentOf(bytes: Buffer): SourceHead['content'] {
  if (bytes.length === 0) return 'empty'
  if (bytes.subarray(0, 4).toString('latin1') === 'PAR1') return 'parquet'
  if (bytes.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004') return 'zip'
  if (bytes.length > 1 && [0xfffe, 0xfeff].includes(bytes.readUInt16BE(0))) return 'utf-16'
  return bytes.includes(0) ? 'binary' : 'text'
}

/** So much of a gzip is unpacked at once: less costs calls, and more does not fit into a processor's own memory. */
export const GUNZIP_BYTES = 1 << 16

/** What reading a file to its end proves of it. */
export interface FileProof {
  /** Of the file as it lies there, hexadecimal. */
  sha256: string
  /** The records of a CSV; null for any other content. */
  csv: CsvShape | null
}

/**
 * Reads a file to its end as a stream: for its SHA-256, for the records of a CSV, and because the checksum of a gzip
 * stands at its end, so that only this shows a damaged or cut-off one. Of bytes that were proven before only the hash is
 * made.
 */
export async function fileProof(
  file: FoundFile,
  encoding: SourceHead['encoding'],
  isCsv: boolean,
  proofs?: ProofCache,
): Promise<FileProof> {
  if (proofs === undefined || (encoding === 'plain' && !isCsv)) return readToEnd(file, encoding, isCsv)
  const { sha256 } = await readToEnd(file, 'plain', false)
  const known = proofs.take({ sha256, encoding, isCsv })
  if (known !== null) return { sha256, csv: known.csv }
  const proof = await readToEnd(file, encoding, isCsv)
  proofs.keep({ sha256: proof.sha256, encoding, isCsv }, proof.csv)
  return proof
}

async function readToEnd(file: FoundFile, encoding: SourceHead['encoding'], isCsv: boolean): Promise<FileProof> {
  const hash = createHash('sha256')
  const counter = isCsv ? csvShape() : null
  const stream = createReadStream(file.absolutePath, { highWaterMark: 1 << 20 })
  stream.on('data', (chunk) => hash.update(chunk))
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      counter?.add(chunk)
      done()
    },
  })
  try {
    if (encoding === 'gzip') await pipeline(stream, createGunzip({ chunkSize: GUNZIP_BYTES }), sink)
    else await pipeline(stream, sink)
  } catch (cause) {
    throw String((cause as NodeJS.ErrnoException).code).startsWith('Z_')
      ? brokenGzip(file, cause)
      : noRights(file.path, 'file', cause)
  }
  return { sha256: hash.digest('hex'), csv: counter?.shape() ?? null }
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

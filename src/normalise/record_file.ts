import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { constants, gunzipSync } from 'node:zlib'
import { EXIT, HourwiseError } from '../errors.ts'
import type { SourceKind } from '../types.ts'
import { csvDelimiter, csvRows } from './csv_rows.ts'
import { type JsonBreak, jsonBreak } from './json_break.ts'
import { type PageForm, type RecordShape, readHead } from './record_head.ts'

/** What the reader of record files needs to know of a file of the folder; `SourceFile` satisfies it. */
export interface RecordFile {
  fileId: number
  /** Where the file lies. */
  absolutePath: string
  /** Relative to the folder, with '/': the name that errors and findings print. */
  path: string
  kind: SourceKind
}

/** How a record file is to be read. */
export interface RecordLayout {
  shape: RecordShape
  /** How pages hold the records (`value`, `data`, `Items`, …); null when the records stand alone. */
  page: PageForm | null
  isGzip: boolean
  /** Size of the text, estimated for a compressed file. */
  bytes: number
  /** Upper bound in bytes of one top-level value. */
  largestValue: number
  /** Header of a CSV, and what separates its cells. */
  columns: readonly string[]
  delimiter: ',' | ';'
}

const HEAD_BYTES = 64 * 1024

/** Room for one value: pages of the services stay below. The engine reserves it more than once, so it is not larger. */
const USUAL_VALUE_BYTES = 64 * 1024 * 1024

/** The same file with room for a value as large as the file, for the second attempt; null when the first had that. */
export function roomierLayout(layout: RecordLayout, error: unknown): RecordLayout | null {
  const isTooSmall = error instanceof Error && error.message.includes('maximum_object_size')
  if (!isTooSmall || layout.largestValue > layout.bytes) return null
  return { ...layout, largestValue: Math.min(layout.bytes + 1024, 4_000_000_000) }
}

/** Reads the head of a file and decides how the whole is to be read. Throws HourwiseError when it cannot be. */
export function recordLayout(file: RecordFile): RecordLayout {
  const { head, isGzip, bytes } = fileHead(file.absolutePath)
  const read = readHead(head)
  if (read === null) {
    throw new HourwiseError(EXIT.input, 'the file is neither JSON nor CSV', {
      where: file.path,
      next: 'Export it again.',
    })
  }
  return {
    shape: read.shape,
    page: read.page,
    isGzip,
    bytes,
    largestValue: Math.min(Math.max(bytes + 1024, 16 << 20), USUAL_VALUE_BYTES),
    columns: read.shape === 'csv' ? (csvRows(head.trimStart(), 1)[0] ?? []) : [],
    delimiter: csvDelimiter(head.trimStart()),
  }
}

function fileHead(path: string): { head: string; isGzip: boolean; bytes: number } {
  const size = statSync(path).size
  const handle = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(Math.min(size, HEAD_BYTES))
    const length = readSync(handle, buffer, 0, buffer.length, 0)
    const start = buffer.subarray(0, length)
    const isGzip = start[0] === 0x1f && start[1] === 0x8b
    if (!isGzip) return { head: text(start), isGzip, bytes: size }
    const trailer = Buffer.alloc(4)
    readSync(handle, trailer, 0, 4, Math.max(0, size - 4))
    const head = gunzipSync(start, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, HEAD_BYTES)
    return { head: text(head), isGzip, bytes: Math.max(trailer.readUInt32LE(0), size) }
  } finally {
    closeSync(handle)
  }
}

function text(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/^\ufeff/, '')
}

/** Turns the engine's complaint about a file into an error the user can act on, with the line where the file breaks. */
export async function brokenFile(file: RecordFile, layout: RecordLayout, cause: unknown): Promise<unknown> {
  const words = cause instanceof Error ? cause.message : String(cause)
  if (
    !/malformed json|invalid input|csv|maximum_object_size|gzip|zlib|decompress|unexpected end of file|incorrect data/i.test(
      words,
    )
  )
    return cause
  if (layout.shape === 'csv') return brokenCsv(file, words, cause)
  const found: JsonBreak | null = await jsonBreak(file.absolutePath, layout.isGzip)
  if (found === null) {
    return new HourwiseError(EXIT.input, 'the file cannot be read as JSON', {
      where: file.path,
      details: [words.split('\n')[0] ?? ''],
      next: 'Export it again.',
      cause,
    })
  }
  return new HourwiseError(
    EXIT.input,
    found.isTruncated ? 'the JSON ends before it is complete' : 'the JSON is broken',
    {
      where: `${file.path}:${found.line}`,
      details: [found.words],
      next: found.isTruncated
        ? 'The download was cut short: fetch the file again.'
        : 'Export the file again; do not edit it by hand.',
      cause,
    },
  )
}

function brokenCsv(file: RecordFile, words: string, cause: unknown): HourwiseError {
  const line = /line:?\s*(\d+)/i.exec(words)?.[1]
  const fields = /expected number of columns:?\s*(\d+)\s*found:?\s*(\d+)/i.exec(words.replace(/\s+/g, ' '))
  return new HourwiseError(EXIT.input, 'a line of the CSV does not fit its header', {
    where: line === undefined ? file.path : `${file.path}:${line}`,
    details: fields
      ? [`the header has ${fields[1]} columns`, `the line has     ${fields[2]}`]
      : [words.split('\n')[0] ?? ''],
    next: 'Export the file again; a spreadsheet program may have saved it differently.',
    cause,
  })
}

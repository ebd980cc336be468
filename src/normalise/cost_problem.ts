import { closeSync, openSync, readSync } from 'node:fs'
import { EXIT, HourwiseError } from '../errors.ts'
import type { CostSource } from './cost_source.ts'
import type { CsvShape } from './csv_shape.ts'

/** Throws when a CSV stops inside a quoted field. */
export function assertNotCut(source: CostSource, shape: CsvShape | undefined): void {
  if (shape?.isOpen) throw insideQuotes(source, `${source.file.path}:${shape.lastLine}`, undefined)
}

/** Throws when fewer or more lines were read than the file has records: no line is ever lost in silence. */
export function assertAllRead(source: CostSource, shape: CsvShape | undefined, rowCount: number): void {
  if (shape === undefined || rowCount === shape.records - 1) return
  throw new HourwiseError(EXIT.input, 'the lines of the CSV cannot be told apart', {
    where: source.file.path,
    details: [`records by their line ends   ${shape.records - 1}`, `lines that could be read     ${rowCount}`],
    next: 'Its quotation marks or line ends do not follow RFC 4180. Use the file as it was exported.',
  })
}

/** Turns the engine's complaint about a cost file into an error the user can act on; anything else stays a bug. */
export function brokenCostFile(source: CostSource, cause: unknown): unknown {
  const words = cause instanceof Error ? cause.message : String(cause)
  if (source.container === 'Parquet') return brokenParquet(source, words, cause)
  if (!/csv/i.test(words)) return cause
  const line = /Error on Line:\s*(\d+)/i.exec(words)?.[1]
  const where = line === undefined ? source.file.path : `${source.file.path}:${line}`
  const fields = /Expected Number of Columns:\s*(\d+)\s*Found:\s*(\d+)/i.exec(words)
  if (fields !== null) return wrongWidth(source, where, Number(fields[1]), Number(fields[2]), cause)
  if (/unterminated quote/i.test(words)) return insideQuotes(source, where, cause)
  if (/not utf-8|unicode/i.test(words)) {
    return new HourwiseError(EXIT.input, 'the CSV is not in UTF-8', {
      where,
      next: 'Export the file again, or save it as "CSV UTF-8".',
      cause,
    })
  }
  return new HourwiseError(EXIT.input, 'the CSV cannot be read', {
    where,
    details: [
      /invalid state/i.test(words)
        ? 'its line ends are mixed, or its quotation marks do not follow RFC 4180'
        : (words.split('\n')[0] ?? '').slice(0, 160),
    ],
    next: 'Export the file again; do not edit or join it by hand.',
    cause,
  })
}

function insideQuotes(source: CostSource, where: string, cause: unknown): HourwiseError {
  const isCut = endsInsideLine(source)
  return new HourwiseError(EXIT.input, isCut ? 'the CSV ends inside a line' : 'a quoted field of the CSV is broken', {
    where,
    details: ['a quotation mark is opened and not closed'],
    next: isCut
      ? 'The download was cut short: fetch the file again.'
      : 'Export the file again; do not edit or join it by hand.',
    ...(cause === undefined ? {} : { cause }),
  })
}

function wrongWidth(source: CostSource, where: string, names: number, fields: number, cause: unknown): HourwiseError {
  const details = [`the header has ${names} names`, `the line has   ${fields} fields`]
  if (fields > names) {
    return new HourwiseError(EXIT.input, 'a line has more fields than the header has names', {
      where,
      details,
      next: 'Export the file again: which amount belongs to which name cannot be known.',
      cause,
    })
  }
  const isCut = endsInsideLine(source)
  return new HourwiseError(
    EXIT.input,
    isCut ? 'the CSV ends inside a line' : 'a line has fewer fields than the header has names',
    {
      where,
      details,
      next: isCut
        ? 'The download was cut short: fetch the file again.'
        : 'Export the file again; do not edit or join it by hand.',
      cause,
    },
  )
}

/** Whether a plain file stops without a line end. A gzip file was checked to its end before. */
function endsInsideLine(source: CostSource): boolean {
  if (source.isGzip || source.file.bytes === 0) return false
  const handle = openSync(source.file.absolutePath, 'r')
  try {
    const last = Buffer.alloc(1)
    readSync(handle, last, 0, 1, source.file.bytes - 1)
    return last[0] !== 0x0a && last[0] !== 0x0d
  } finally {
    closeSync(handle)
  }
}

function brokenParquet(source: CostSource, words: string, cause: unknown): unknown {
  if (!/parquet|thrift|snappy|invalid input|io error|corrupt/i.test(words)) return cause
  return new HourwiseError(EXIT.input, 'the Parquet file cannot be read', {
    where: source.file.path,
    details: [(words.split('\n')[0] ?? '').slice(0, 160)],
    next: 'The download was cut short or damaged: fetch the file again.',
    cause,
  })
}

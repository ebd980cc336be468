import { basename } from 'node:path/posix'
import type { Engine } from '../engine/engine.ts'
import { EXIT, HourwiseError } from '../errors.ts'
import type { SourceKind } from '../types.ts'
import { costHeader } from './cost_header.ts'
import { recogniseCostJson } from './cost_json.ts'
import { costSchema } from './cost_schema.ts'
import { parquetColumns } from './cost_source.ts'
import { isManifest } from './manifest.ts'
import { recogniseRecords, whyNotRecords } from './records.ts'
import { isCollection } from './snapshot_time.ts'
import type { FoundFile } from './source_file.ts'
import { type SourceHead, sourceHead, whyBroken } from './source_head.ts'

/** What a file is, or why it is none of the sources. */
export type Recognition =
  | { kind: Exclude<SourceKind, 'unrecognised'>; form: string; head: SourceHead }
  | { kind: 'unrecognised'; reason: string }

/** Each kind of source in words. */
export const KIND_WORDS: Record<SourceKind, string> = {
  cost: 'cost',
  'cost-manifest': 'manifest of a cost export',
  arm: 'inventory, plans and assessments',
  'activity-log': 'power',
  availability: 'availability metric',
  endpoint: 'endpoint health',
  licences: 'licences',
  prices: 'prices',
  alerts: 'alerts',
  collection: 'record of a collection',
  config: 'configuration',
  unrecognised: 'not recognised',
}

/**
 * Recognises a file by what is in it, never by its name (but for `hourwise.yaml`). An empty export, a broken gzip and a
 * file without read right are HourwiseErrors: a source the user gave would silently be missing.
 */
export async function recognise(engine: Engine, file: FoundFile): Promise<Recognition> {
  const head = sourceHead(file)
  if (/^hourwise\.ya?ml$/i.test(basename(file.path))) return { kind: 'config', form: 'YAML', head }
  switch (head.content) {
    case 'empty':
      return emptyFile(file)
    case 'zip':
      return unrecognised(/\.xlsx$/i.test(file.path) ? 'a workbook; export as CSV' : 'a zip archive; unpack it first')
    case 'utf-16':
      return unrecognised('text in UTF-16; save it as UTF-8')
    case 'binary':
      return unrecognised('binary data of no kind that is read')
    case 'parquet':
      return recogniseParquet(engine, file, head)
    case 'text':
      return recogniseText(file, head)
  }
}

async function recogniseText(file: FoundFile, head: SourceHead): Promise<Recognition> {
  const suffix = head.encoding === 'gzip' ? ' (gzip)' : ''
  if (isManifest(head.text)) return { kind: 'cost-manifest', form: `Cost Management export manifest${suffix}`, head }
  if (isCollection(head.text)) return { kind: 'collection', form: `collection${suffix}`, head }
  const answer = recogniseCostJson(head.text)
  if (answer !== null && 'reason' in answer) return unrecognised(answer.reason)
  if (answer !== null) return { kind: 'cost', form: `${answer.form}, JSON${suffix}`, head }
  const header = /^\s*[[{]/.test(head.text) ? null : costHeader(head.text)
  if (header !== null) {
    const schema = costSchema(header.names)?.name
    return { kind: 'cost', form: `${schema}, CSV${header.delimiter === ';' ? ' with semicolons' : ''}${suffix}`, head }
  }
  const records = recogniseRecords(head.text, file.path)
  if (records !== null && records.kind !== 'unrecognised') {
    return { kind: records.kind, form: `${records.form}${suffix}`, head }
  }
  return unrecognised((await whyBroken(file, head)) ?? whyNotRecords(head.text, file.path) ?? whyNotCost(head.text))
}

async function recogniseParquet(engine: Engine, file: FoundFile, head: SourceHead): Promise<Recognition> {
  try {
    const columns = await parquetColumns(engine, file.absolutePath)
    const schema = costSchema(columns.map((column) => column.name))
    if (schema === null) return unrecognised('Parquet, but without the columns of a cost export')
    return { kind: 'cost', form: `${schema.name}, Parquet`, head: { ...head, columns } }
  } catch (cause) {
    throw new HourwiseError(EXIT.input, 'the Parquet file cannot be read', {
      where: file.path,
      details: [(cause instanceof Error ? cause.message : String(cause)).split('\n')[0]?.slice(0, 160) ?? ''],
      next: 'The download was cut short: fetch the file again.',
      cause,
    })
  }
}

function emptyFile(file: FoundFile): Recognition {
  if (!/\.(csv|json|jsonl|ndjson|parquet)(\.gz)?$|\.gz$/i.test(file.path)) return unrecognised('an empty file')
  throw new HourwiseError(EXIT.input, 'the file is empty', {
    where: file.path,
    details: [`it has ${file.bytes} bytes and not even a header`],
    next: 'Fetch it again, or move it out of the folder.',
  })
}

function whyNotCost(head: string): string {
  const line = head.slice(0, head.search(/[\r\n]|$/))
  if (/^\s*[[{]/.test(head)) return 'JSON, but its records are of no kind that is read'
  if (line.includes(',') || line.includes(';')) {
    return 'a table whose columns are of no kind that is read (a cost export has a cost, a date and a meter)'
  }
  return 'text of no kind that is read'
}

function unrecognised(reason: string): Recognition {
  return { kind: 'unrecognised', reason }
}

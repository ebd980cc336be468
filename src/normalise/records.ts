import type { Engine } from '../engine/engine.ts'
import type { Finding, SourceKind } from '../types.ts'
import type { NormaliseRelation } from './relations.ts'

/** What the reader of record files needs to know of a file of the folder; `SourceFile` satisfies it. */
export interface RecordFile {
  fileId: number
  /** Where the file lies. */
  absolutePath: string
  /** Relative to the folder, with '/': the name that errors and findings print. */
  path: string
  kind: SourceKind
}

/** What one record file holds. */
export interface RecordSpan {
  file_id: number
  /** Records in it, also those of types that no relation reads. */
  row_count: string
  /** Oldest and newest moment its records speak of, UTC seconds; NULL when they carry none. */
  first_at: string | null
  last_at: string | null
  is_truncated: boolean
}

/** The source kinds this module reads. */
export const RECORD_KINDS = ['arm', 'activity-log', 'endpoint', 'licences', 'prices', 'alerts'] as const

/**
 * What a file is, from the first 64 KB of its text (unzipped, without byte order mark), or null when it is none of the
 * record sources.
 */
export function recogniseRecords(_head: string, _path: string): { kind: SourceKind; form: string } | null {
  return null
}

/** Why a file that looks like a record file is not read; null when there is nothing special to say. */
export function whyNotRecords(_head: string, _path: string): string | null {
  return null
}

/** Fills the staging tables of schema `raw` from all files of the record kinds; a broken file is a HourwiseError. */
export async function readRecords(_engine: Engine, _files: readonly RecordFile[]): Promise<void> {}

/** Rows, oldest and newest moment, and truncation per record file, after `readRecords`. */
export async function recordSpan(_engine: Engine): Promise<RecordSpan[]> {
  return []
}

/** What the record files themselves say is incomplete or wrong, after `readRecords`. */
export async function recordFindings(_engine: Engine): Promise<Finding[]> {
  return []
}

/** The relations that come from records, in the order they run; each reads `raw` and `normalise.source_file` only. */
export const RECORD_MODELS: readonly { relation: NormaliseRelation; file: string }[] = []

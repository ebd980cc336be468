import { dirname } from 'node:path/posix'
import type { Engine } from '../engine/engine.ts'
import type { Finding } from '../types.ts'
import { ofRecordKind } from './records.ts'
import type { SourceFile } from './source_file.ts'

/**
 * Files of records that hold the same bytes and describe the same moment as one before them, such as a folder that was
 * put in twice: their records are not read again, as every device would stand twice in its listing. Sets
 * `supersededBy` and gives the copies back. The same bytes of another moment are another snapshot, and stay.
 */
export function findCopies(files: readonly SourceFile[]): SourceFile[] {
  const first = new Map<string, SourceFile>()
  const copies: SourceFile[] = []
  for (const file of ofRecordKind(files)) {
    const key = [file.kind, file.sha256, file.snapshotAt].join(' ')
    const same = first.get(key)
    if (same === undefined) first.set(key, file)
    else {
      file.supersededBy = same.fileId
      copies.push(file)
    }
  }
  return copies
}

/**
 * What a file says of itself holds for its copies: their pages stand in the listing that their name puts them into (the
 * last page of two listings may be the same empty one), and their records are counted. After `readRecords`.
 */
export async function listCopies(engine: Engine, copies: readonly SourceFile[]): Promise<void> {
  if (copies.length === 0) return
  await engine.insert(
    'raw.record_file',
    copies.map((file) => [file.fileId, file.path, file.kind]),
  )
  await engine.run('create or replace table raw.record_copy (file_id integer, copy_of integer)')
  await engine.insert(
    'raw.record_copy',
    copies.map((file) => [file.fileId, file.supersededBy]),
  )
  for (const [table, columns] of [
    ['page', 'page_number, record_count, total_records, is_truncated, has_next'],
    ['cut_record', 'record_count'],
    ['record_count', 'class, record_count'],
  ])
    await engine.run(
      `insert into raw.${table} (file_id, ${columns})
       select c.file_id, ${columns} from raw.${table} t join raw.record_copy c on c.copy_of = t.file_id`,
    )
}

/**
 * Tells of the copies, folder by folder; that two listings hold nothing is none. `byId`: all files by `fileId`. Subject:
 * the copy, of several in one folder the folder.
 */
export function findingsOfCopies(copies: readonly SourceFile[], byId: ReadonlyMap<number, SourceFile>): Finding[] {
  const folders = new Map<string, { path: string; same: string }[]>()
  for (const { path, supersededBy, rowCount } of copies) {
    const same = byId.get(supersededBy ?? 0)?.path ?? ''
    if (rowCount === '0') continue
    const key = JSON.stringify([dirname(path), dirname(same)])
    const files = folders.get(key)
    if (files === undefined) folders.set(key, [{ path, same }])
    else files.push({ path, same })
  }
  return [...folders.values()].map((files) => {
    const [first] = files as [{ path: string; same: string }]
    const isOne = files.length === 1
    return {
      check: 'record_files_differ',
      severity: 'info',
      subject: isOne ? first.path : `${dirname(first.path)}/`,
      message: isOne
        ? 'the file holds the same bytes as another one of the same moment: its records are read once'
        : 'files hold the same bytes as others of the same moments: their records are read once',
      evidence: isOne
        ? `the same as ${first.same}`
        : `${files.length} files; ${first.path} is the same as ${first.same}`,
    }
  })
}

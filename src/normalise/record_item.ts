import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine } from '../engine/engine.ts'
import { slicePage } from './page_slice.ts'
import { brokenFile, type RecordFile, type RecordLayout, roomierLayout } from './record_file.ts'
import { fillPageItems, keepPages, type PagesOfFiles, readPages, readPagesOf, readSlicedPage } from './record_page.ts'
import { valueSql } from './record_value.ts'

/** Small files of list pages are read many at a time, up to about this size together unless told otherwise. */
const GROUP_BYTES = 48 * 1024 * 1024

/** A single page above this size is parted from its records before it is read: the engine would hold it several times. */
const LARGE_PAGE_BYTES = 64 * 1024 * 1024

/** A record file and how it is to be read. */
export interface LaidOut {
  file: RecordFile
  layout: RecordLayout
}

/** The files of a batch, small ones with pages of the same form together, every other one alone. */
export function pageGroups(batch: readonly LaidOut[], mostBytes = GROUP_BYTES): LaidOut[][] {
  const groups: LaidOut[][] = []
  const open = new Map<string, { group: LaidOut[]; bytes: number }>()
  for (const one of batch) {
    const { page, shape, bytes, isGzip } = one.layout
    if (page?.form !== 'list' || shape !== 'values' || bytes > GROUP_BYTES) {
      groups.push([one])
      continue
    }
    const kind = JSON.stringify([page.key, isGzip])
    let at = open.get(kind)
    if (at === undefined || at.bytes + bytes > mostBytes) {
      at = { group: [], bytes: 0 }
      open.set(kind, at)
      groups.push(at.group)
    }
    at.group.push(one)
    at.bytes += bytes
  }
  return groups
}

/** What the files of a group of list pages have in common; null for any other group. */
function pagesOf(group: readonly LaidOut[]): PagesOfFiles | null {
  const [first] = group
  if (first === undefined || first.layout.page?.form !== 'list' || first.layout.shape !== 'values') return null
  const { isGzip, page } = first.layout
  const largestValue = Math.max(...group.map(({ layout }) => layout.largestValue))
  return { files: group.map(({ file }) => file), key: page.key, isGzip, largestValue }
}

/** Reads a group at once. False when it is no group, or when a file of it cannot be read: each is then tried by itself. */
async function readTogether(engine: Engine, group: readonly LaidOut[]): Promise<boolean> {
  const pages = pagesOf(group)
  if (pages === null || group.length === 1) return false
  try {
    await readPagesOf(engine, pages)
    return true
  } catch {
    // Which file it is, and where it breaks, shows when each is read alone: the error is thrown again there. What the
    // attempt appended before it failed would be counted twice then.
    const ids = pages.files.map(({ fileId }) => fileId).join(', ')
    await engine.run(`delete from raw.page where file_id in (${ids}); delete from raw.item where file_id in (${ids})`)
    return false
  }
}

/**
 * Reads the device records of a group of list pages: `take` is handed what makes `raw.device_item` of them. False when the
 * group is none, when its page is too large, or when a file cannot be read; nothing was appended then.
 */
export async function readGroupPages(
  engine: Engine,
  group: readonly LaidOut[],
  take: (fill: (itemSql: (docs: string) => string) => Promise<void>) => Promise<void>,
): Promise<boolean> {
  const pages = pagesOf(group)
  if (pages === null || group.some(({ layout }) => layout.bytes > LARGE_PAGE_BYTES)) return false
  let isRead = false
  try {
    await take(async (itemSql) => {
      isRead = false
      await fillPageItems(engine, 'raw.device_item', pages, itemSql)
      isRead = true
    })
  } catch (error) {
    if (isRead) throw error
    return false
  }
  await keepPages(engine)
  return true
}

/** Appends the records of a group of files (`pageGroups`) to `raw.item`. A file that is broken is a HourwiseError. */
export async function readGroup(engine: Engine, group: readonly LaidOut[]): Promise<void> {
  if (await readTogether(engine, group)) return
  for (const { file, layout } of group) await readAlone(engine, file, layout)
}

async function readAlone(engine: Engine, file: RecordFile, layout: RecordLayout): Promise<void> {
  try {
    await readItems(engine, file, layout)
  } catch (error) {
    const roomier = roomierLayout(layout, error)
    if (roomier === null) throw await brokenFile(file, layout, error)
    await readItems(engine, file, roomier)
  }
}

/** Appends the records of one file to `raw.item`. */
async function readItems(engine: Engine, file: RecordFile, layout: RecordLayout): Promise<void> {
  if (layout.page !== null && (await readLargePage(engine, file, layout))) return
  if (layout.page !== null) return readPages(engine, file.fileId, layout.page, valueSql(file, layout))
  await engine.run(
    `insert into raw.item
     select ${file.fileId}, row_number() over (), case when json_type(doc) = 'OBJECT' then doc end
     from (${valueSql(file, layout)})`,
  )
}

/**
 * Reads a single page that is too large to be taken apart in memory, by way of a copy of its records. False when the
 * file is small or is no such page.
 */
async function readLargePage(engine: Engine, file: RecordFile, layout: RecordLayout): Promise<boolean> {
  if (layout.page?.form !== 'list' || layout.shape !== 'values' || layout.bytes <= LARGE_PAGE_BYTES) return false
  const folder = mkdtempSync(join(tmpdir(), 'hourwise-'))
  try {
    const target = join(folder, 'records.json')
    const shell = await slicePage(file.absolutePath, layout.isGzip, layout.page.key, target)
    if (shell === null) return false
    const slice = { ...layout, shape: 'array', page: null, isGzip: false, largestValue: 32 << 20 } as const
    await readSlicedPage(engine, file.fileId, shell, valueSql({ ...file, absolutePath: target }, slice))
    return true
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

import { createHash, type Hash } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { EXIT, HourwiseError } from '../errors.ts'

/** Folder of what is under way, inside the folder of a collection: hidden, and gone when it is done. */
export const WORK = '.collect'

/** A file while it is written: beside its place, so that it is there whole or not at all. */
export interface Draft {
  write(part: Uint8Array): void
  /** Puts the file into its place, safe on the disk. */
  publish(): { sha256: string; bytes: number }
  discard(): void
}

/** Where a file of the folder is written before it is whole. */
export const draftPath = (folder: string, path: string): string =>
  join(folder, WORK, `${createHash('sha256').update(path).digest('hex').slice(0, 16)}.partial`)

/** Begins a file at `path` within `folder`. A disk that is full or takes nothing is a HourwiseError (2). */
export function openDraft(folder: string, path: string): Draft {
  const partial = draftPath(folder, path)
  const hash: Hash = createHash('sha256')
  let bytes = 0
  const handle = stored(join(folder, path), () => {
    mkdirSync(dirname(partial), { recursive: true })
    return openSync(partial, 'w')
  })
  let isOpen = true
  const close = () => {
    if (isOpen) closeSync(handle)
    isOpen = false
  }
  const discard = () => {
    close()
    rmSync(partial, { force: true })
  }
  const guarded = <T>(act: () => T): T => {
    try {
      return stored(join(folder, path), act)
    } catch (error) {
      discard()
      throw error
    }
  }
  return {
    write: (part) =>
      guarded(() => {
        writeAll(handle, part)
        hash.update(part)
        bytes += part.length
      }),
    publish: () =>
      guarded(() => {
        fsyncSync(handle)
        close()
        mkdirSync(dirname(join(folder, path)), { recursive: true })
        renameSync(partial, join(folder, path))
        return { sha256: hash.digest('hex'), bytes }
      }),
    discard,
  }
}

/** Writes a file as a whole. */
export function writeFile(folder: string, path: string, content: Uint8Array): { sha256: string; bytes: number } {
  const draft = openDraft(folder, path)
  draft.write(content)
  return draft.publish()
}

/**
 * Adds a line to a file; a line that does not fit on the disk leaves nothing of itself. A kill does not take it back; a power
 * failure may, which costs fetching once more what it names.
 */
export function appendLine(path: string, line: string): void {
  stored(path, () => {
    const handle = openSync(path, 'a')
    const before = fstatSync(handle).size
    try {
      writeAll(handle, Buffer.from(`${line}\n`))
    } catch (cause) {
      try {
        ftruncateSync(handle, before)
      } catch {
        // What the disk said first is told; a line that stays in part is passed over by the reader.
      }
      throw cause
    } finally {
      closeSync(handle)
    }
  })
}

/** SHA-256 of a file of any size; null when it is not there. */
export function sha256Of(path: string): string | null {
  const hash = createHash('sha256')
  const part = Buffer.alloc(1 << 20)
  let handle: number
  try {
    handle = openSync(path, 'r')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw storingError(path, cause)
  }
  try {
    for (let read = readSync(handle, part); read > 0; read = readSync(handle, part)) hash.update(part.subarray(0, read))
  } finally {
    closeSync(handle)
  }
  return hash.digest('hex')
}

/** Does something with the disk; what the user can mend is told as such. */
export function stored<T>(where: string, act: () => T): T {
  try {
    return act()
  } catch (cause) {
    throw storingError(where, cause)
  }
}

function writeAll(handle: number, content: Uint8Array): void {
  for (let at = 0; at < content.length; ) at += writeSync(handle, content, at)
}

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'no right to write there',
  EPERM: 'no right to write there',
  EROFS: 'the disk is read-only',
  ENOTDIR: 'a file stands where a folder is needed',
  EEXIST: 'a file stands where a folder is needed',
  ENAMETOOLONG: 'the name is too long for the disk',
}

function storingError(where: string, cause: unknown): unknown {
  const words = WORDS[(cause as NodeJS.ErrnoException | null)?.code ?? '']
  if (words === undefined) return cause
  return new HourwiseError(EXIT.usage, `what was collected cannot be written: ${words}`, {
    where,
    next: 'Every complete page is kept: repeat the command when this is mended, and it goes on from there.',
    cause,
  })
}

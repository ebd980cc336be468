import type { RecordFile } from './record_file.ts'

/** A record file with what the cache knows it by. */
export interface KeepableFile extends RecordFile {
  /** Of the file as it lies there, hexadecimal. */
  sha256: string
  /** As it lies there. */
  bytes: number
}

/**
 * A group ends when it is so many times as large as what is kept at all: each group costs some statements to take. What
 * is left over at the end is kept even when it is smaller.
 */
const GROUP_SIZES = 64

/** One file in so many may end a group. */
const ENDS_ONE_IN = 8

/**
 * Parts files, in their order, into groups that are read and kept together. Where a group ends is told by its last
 * file's hash, not by counting from the first file: a file that is added, changed or removed alters its own group and
 * at most the next, so that the files of other months stay in the groups they were kept in. `leastBytes`: of what is
 * kept.
 */
export function recordGroups<F extends KeepableFile>(files: readonly F[], leastBytes: number): F[][] {
  const groups: F[][] = []
  let open: F[] = []
  let bytes = 0
  for (const file of files) {
    open.push(file)
    bytes += file.bytes
    if (bytes < leastBytes * GROUP_SIZES || Number.parseInt(file.sha256.slice(0, 8), 16) % ENDS_ONE_IN !== 0) continue
    groups.push(open)
    open = []
    bytes = 0
  }
  if (open.length > 0) groups.push(open)
  return groups
}

import { readdirSync, realpathSync, type Stats, statSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { EXIT, HourwiseError } from '../errors.ts'
import type { FoundFile } from './source_file.ts'

/**
 * All files below a folder, sorted by path in code-point order. Hidden files and folders are skipped, also links that
 * lead out of the folder and the paths in `ignore` (the output folder may lie inside). Throws HourwiseError when the
 * folder is missing (usage) or cannot be listed (input).
 */
export function filesOfFolder(folder: string, ignore: readonly string[] = []): FoundFile[] {
  const root = realFolder(folder)
  const ignored = new Set(ignore.map((path) => resolve(path)).flatMap((path) => [path, realPath(path) ?? path]))
  const found: FoundFile[] = []
  const visit = (absolute: string, ancestors: readonly string[]) => {
    for (const name of namesIn(absolute, folder, root)) {
      if (name.startsWith('.')) continue
      const path = join(absolute, name)
      const real = realPath(path)
      if (real === null || ignored.has(path) || ignored.has(real)) continue
      if (real !== root && !real.startsWith(root + sep)) continue
      const stats = statOf(real)
      if (stats?.isDirectory() && !ancestors.includes(real)) visit(path, [...ancestors, real])
      if (stats?.isFile()) {
        found.push({ absolutePath: path, path: relative(root, path).split(sep).join('/'), bytes: stats.size })
      }
    }
  }
  visit(root, [root])
  return found.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}

/** How large the files of {@link filesOfFolder} are together. */
export function bytesOfFolder(folder: string, ignore: readonly string[] = []): number {
  return filesOfFolder(folder, ignore).reduce((sum, { bytes }) => sum + bytes, 0)
}

function realFolder(folder: string): string {
  const real = realPath(folder)
  if (real === null || !statOf(real)?.isDirectory()) {
    throw new HourwiseError(EXIT.usage, real === null ? 'the folder does not exist' : 'this is a file, not a folder', {
      where: folder,
      next: 'Give the folder that holds the exports: hourwise report FOLDER',
    })
  }
  return real
}

function namesIn(absolute: string, folder: string, root: string): string[] {
  try {
    return readdirSync(absolute)
  } catch (cause) {
    throw noRights(relative(root, absolute).split(sep).join('/') || folder, 'folder', cause)
  }
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENOTDIR') return null
    throw noRights(path, 'file', cause)
  }
}

function statOf(path: string): Stats | null {
  return statSync(path, { throwIfNoEntry: false }) ?? null
}

/** The error for a file or folder that the operating system does not let us read; any other cause is a bug. */
export function noRights(where: string, what: 'file' | 'folder', cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException
  if (code !== 'EACCES' && code !== 'EPERM') return cause
  return new HourwiseError(EXIT.input, `the ${what} cannot be read: permission denied`, {
    where,
    next: `Give yourself the right to read it, or move it out of the folder.`,
    cause,
  })
}

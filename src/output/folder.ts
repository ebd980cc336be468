import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import type { Effects } from '../effects.ts'
import { EXIT, HourwiseError } from '../errors.ts'

/**
 * The folder of a run's results while it is being written: a hidden sibling of OUT, which takes the place of OUT by
 * renaming when everything in it is complete. Until then OUT holds the previous result, whole.
 */
export interface OutputFolder {
  /** Where files are written meanwhile. */
  readonly path: string
  /** Room for the engine to spill to; never published. */
  readonly spill: string
  /** Puts the folder in the place of OUT. */
  publish(): void
  /** Removes what was written. Does nothing after {@link publish}. */
  discard(): void
}

/** Names in OUT that do not count as somebody's files. */
const LITTER: readonly string[] = ['.DS_Store', 'Thumbs.db', 'desktop.ini']

/** What tells the folders of this machine's runs from those of others that share a disk. */
export const machineMark = (): string => createHash('sha256').update(hostname()).digest('hex').slice(0, 8)

/**
 * Makes the temporary sibling, after removing those of runs that died, and after checking that OUT may be replaced: it
 * does not exist, is empty, or holds only what an earlier run wrote there. Anything else is a HourwiseError (exit 2).
 */
export function openOutputFolder(
  out: string,
  effects: Pick<Effects, 'processId' | 'isRunning' | 'token'>,
): OutputFolder {
  // A link to a folder stays a link: what it points to is replaced.
  const target = existsSync(out) ? realpathSync(out) : resolve(out)
  const parent = dirname(target)
  const machine = machineMark()
  const sibling = (role: 'partial' | 'previous', owner: number, token: string): string =>
    join(parent, `.${basename(target)}.${role}-${machine}-${owner}-${token}`)
  try {
    makeFolder(parent)
    mendAfterCrash(target, machine, effects)
    refuseForeign(out, target)
    const token = effects.token()
    const path = sibling('partial', effects.processId, token)
    const previous = sibling('previous', effects.processId, token)
    const spill = join(path, '.spill')
    mkdirSync(spill, { recursive: true })
    let isDone = false
    return {
      path,
      spill,
      publish() {
        rmSync(spill, { recursive: true, force: true })
        const hadPrevious = existsSync(target)
        if (hadPrevious) renameSync(target, previous)
        try {
          renameSync(path, target)
        } catch (error) {
          if (hadPrevious) renameSync(previous, target)
          throw error
        }
        isDone = true
        if (hadPrevious) rmSync(previous, { recursive: true, force: true, maxRetries: 3 })
      },
      discard() {
        if (!isDone) rmSync(path, { recursive: true, force: true, maxRetries: 3 })
        isDone = true
      },
    }
  } catch (cause) {
    throw cause instanceof HourwiseError ? cause : writingError(out, cause)
  }
}

/** Refuses an OUT that is the input folder or holds it: replacing it would remove the input. */
export function refuseInputAsOutput(folder: string, out: string): void {
  const inside = relative(resolve(out), resolve(folder))
  if (inside === '' || (inside !== '..' && !inside.startsWith(`..${sep}`))) {
    throw new HourwiseError(EXIT.usage, 'the results would replace the input', {
      details: [`input   ${folder}`, `results ${out}`],
      next: 'Give another folder with --out.',
    })
  }
}

/**
 * Makes a folder and those above it, one by one: Node's own `recursive` never returns where the system answers that an
 * existing parent is not there, as it does below /proc (tried with Node 20.20).
 */
function makeFolder(path: string): void {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  try {
    mkdirSync(path)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') throw notWritten(path, 'no folder can be made there', cause)
    if (code !== 'EEXIST') throw cause
  }
}

/** A failure to write, in words: no space, no right, not a folder. A bug stays what it is. */
export function writingError(out: string, cause: unknown): unknown {
  if (cause instanceof HourwiseError) return cause
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? ''
  const text = cause instanceof Error ? cause.message : String(cause)
  const why = /ENOSPC|EDQUOT|No space left|quota exceeded/i.test(`${code} ${text}`)
    ? 'there is no space left'
    : /EACCES|EPERM|EROFS|Permission denied|Read-only file system/i.test(`${code} ${text}`)
      ? 'no right to write there'
      : ['EBUSY', 'EXDEV'].includes(code)
        ? 'a mounted folder cannot be replaced as a whole: give a folder inside it'
        : ['ENOTDIR', 'EEXIST', 'ENAMETOOLONG', 'EINVAL', 'EISDIR'].includes(code)
          ? text
          : undefined
  if (why === undefined) return cause
  return notWritten(out, why, cause)
}

function notWritten(where: string, why: string, cause: unknown): HourwiseError {
  return new HourwiseError(EXIT.usage, 'the results cannot be written', {
    where,
    details: [why],
    next: 'What stood there before is untouched. Give another folder with --out, or make room.',
    cause,
  })
}

/** Removes the leavings of dead processes of this machine, and puts back a result that a crash caught between two renames. */
function mendAfterCrash(target: string, machine: string, effects: Pick<Effects, 'isRunning'>): void {
  const pattern = /^\.(?<name>.+)\.(?<role>partial|previous)-(?<machine>[0-9a-f]{8})-(?<owner>\d+)-[0-9a-f]+$/
  for (const name of readdirSync(dirname(target)).sort()) {
    const parts = pattern.exec(name)?.groups
    if (parts?.name !== basename(target) || parts.machine !== machine || effects.isRunning(Number(parts.owner)))
      continue
    const left = join(dirname(target), name)
    if (parts.role === 'previous' && !existsSync(target)) renameSync(left, target)
    else rmSync(left, { recursive: true, force: true, maxRetries: 3 })
  }
}

function refuseForeign(out: string, target: string): void {
  if (!existsSync(target)) return
  if (!statSync(target).isDirectory()) {
    throw new HourwiseError(EXIT.usage, 'the results need a folder, and this is a file', {
      where: out,
      next: 'Give another folder with --out.',
    })
  }
  const ours = new Set(['manifest.json', ...writtenBefore(target)])
  const foreign = readdirSync(target)
    .filter((name) => !ours.has(name) && !LITTER.includes(name))
    .sort()
  if (foreign.length === 0) return
  throw new HourwiseError(EXIT.usage, 'the folder of the results holds files that Hourwise did not write', {
    where: out,
    details: [...foreign.slice(0, 5), ...(foreign.length > 5 ? [`and ${foreign.length - 5} more`] : [])],
    next: 'The whole folder is replaced by each run: move them, or give another folder with --out.',
  })
}

/** Files that the manifest of an earlier run lists. */
function writtenBefore(target: string): string[] {
  try {
    const manifest = JSON.parse(readFileSync(join(target, 'manifest.json'), 'utf8')) as {
      tool?: { name?: string }
      outputs?: { path: string }[]
    }
    return manifest.tool?.name === 'hourwise' ? (manifest.outputs ?? []).map((output) => output.path) : []
  } catch {
    // No manifest, or not ours: then every file counts as somebody's.
    return []
  }
}

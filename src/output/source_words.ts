import { momentText } from '../calendar.ts'
import type { SourceFile, UnrecognisedFile } from '../normalise/source_file.ts'
import { formatDecimal } from '../report/format.ts'
import { cutMiddle, type Listing } from './terminal.ts'

/** What `sources` says to a person: files under what they were recognised as, then those that were not, and why. */
export function sourceWords(
  files: readonly SourceFile[],
  unrecognised: readonly UnrecognisedFile[],
  width: number | undefined,
): string {
  const pathOf = new Map(files.map((file) => [file.fileId, file.path]))
  const room = Math.max(20, (width ?? Number.POSITIVE_INFINITY) - 42)
  const lines: string[] = []
  for (const form of [...new Set(files.map((file) => file.form))].sort((a, b) => a.localeCompare(b, 'en'))) {
    lines.push(form)
    for (const file of files.filter((candidate) => candidate.form === form)) {
      const rows = file.rowCount === null ? '' : formatDecimal(file.rowCount, 0)
      lines.push(`  ${rows.padStart(11)}  ${describes(file).padEnd(24)}   ${cutMiddle(file.path, room)}`)
      const note = noteOf(file, pathOf)
      if (note !== '') lines.push(`${' '.repeat(15)}${cutMiddle(note, room + 27)}`)
    }
  }
  if (unrecognised.length > 0) lines.push('not recognised, and left out')
  for (const { path, reason } of unrecognised) lines.push(`  ${path}`, `    ${reason}`)
  return lines.map((line) => `${line.trimEnd()}\n`).join('')
}

/** What `sources` says to a script: one file a row, unrecognised ones with the reason as note. */
export function sourceListing(files: readonly SourceFile[], unrecognised: readonly UnrecognisedFile[]): Listing {
  const pathOf = new Map(files.map((file) => [file.fileId, file.path]))
  return {
    columns: ['kind', 'form', 'rows', 'snapshot_at', 'first_at', 'last_at', 'note', 'path'].map((key) => ({
      key,
      label: key,
    })),
    rows: [
      ...files.map((file) => [
        file.kind,
        file.form,
        file.rowCount,
        momentText(file.snapshotAt),
        momentText(file.firstAt),
        momentText(file.lastAt),
        noteOf(file, pathOf),
        file.path,
      ]),
      ...unrecognised.map((file) => ['unrecognised', null, null, null, null, null, file.reason, file.path]),
    ],
  }
}

/** The moment that a snapshot describes, or the days that records speak of. */
function describes(file: SourceFile): string {
  if (file.snapshotAt !== null) return `${momentText(file.snapshotAt)}`
  if (file.firstAt === null || file.lastAt === null) return ''
  return `${momentText(file.firstAt)?.slice(0, 10)} to ${momentText(file.lastAt)?.slice(0, 10)}`
}

function noteOf(file: SourceFile, pathOf: ReadonlyMap<number, string>): string {
  if (file.supersededBy !== null)
    return `not counted: ${file.kind === 'cost' ? 'a later run' : 'the same'} is ${pathOf.get(file.supersededBy)}`
  if (file.isTruncated) return 'incomplete: rows are missing'
  return file.snapshotEvidence === 'content'
    ? 'its moment is the newest time stamp in it: put the time of the listing into its name'
    : ''
}

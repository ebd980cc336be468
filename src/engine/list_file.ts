import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../package_root.ts'
import type { SqlValue } from './engine.ts'

/**
 * The rows of a bundled list (a CSV file of the package) in the order of the columns asked for; an empty field is NULL.
 * A list that lacks a column, or has one that nobody asked for, is a bug of the package.
 */
export function readList(file: string, columns: readonly string[]): SqlValue[][] {
  const [header = [], ...rows] = csvRows(readFileSync(join(packageRoot, file), 'utf8'))
  if (header.toSorted().join() !== columns.toSorted().join())
    throw new Error(`${file} has the columns ${header.join(', ')}, not ${columns.join(', ')}`)
  return rows.map((row, at) => {
    if (row.length !== header.length)
      throw new Error(`${file}: row ${at + 1} has ${row.length} fields, not ${header.length}`)
    return columns.map((name) => row[header.indexOf(name)] || null)
  })
}

/** Some columns of a bundled list, in the order asked for; a list that lacks one is a bug of the package. */
export function readColumns(file: string, columns: readonly string[]): SqlValue[][] {
  const [header = [], ...rows] = csvRows(readFileSync(join(packageRoot, file), 'utf8'))
  const missing = columns.find((name) => !header.includes(name))
  if (missing !== undefined) throw new Error(`${file} has no column ${missing}`)
  return rows.map((row) => columns.map((name) => row[header.indexOf(name)] || null))
}

/** Fields of a CSV text with LF or CRLF; a quoted field may hold commas and doubled quotes, no line breaks. */
function csvRows(text: string): string[][] {
  return text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)].map(
        (field) => field[1]?.replaceAll('""', '"') ?? field[2] ?? '',
      ),
    )
}

import { createHash } from 'node:crypto'
import { type Dirent, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { SECRET } from '../azure/transport.ts'

/** Every file below a folder, by its path, as it is on the disk. */
export function filesOf(folder: string): Map<string, Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry: Dirent) =>
    entry.isFile(),
  )
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort()
  return new Map(paths.map((path) => [relative(folder, path), readFileSync(path)]))
}

/** Path and SHA-256 of every file's content, unzipped: two folders are equal when these are. */
export function contentOf(folder: string): Record<string, string> {
  const hash = (content: Buffer): string => createHash('sha256').update(content).digest('hex')
  return Object.fromEntries([...filesOf(folder)].map(([path, content]) => [path, hash(unzipped(content))]))
}

/** Files and record of a collection, without what depends on how often it was broken off and asked again. */
export function stateOf(folder: string): unknown {
  const { 'collection.json': _, ...files } = contentOf(folder)
  const record = JSON.parse(readFileSync(join(folder, 'collection.json'), 'utf8'))
  for (const run of record.runs) {
    for (const count of ['endedAt', 'calls', 'requests', 'leastRequests', 'retries', 'waitedSeconds']) delete run[count]
    for (const listing of run.listings) for (const count of ['requests', 'retries']) delete listing[count]
  }
  return { files, record }
}

const unzipped = (content: Buffer): Buffer =>
  content[0] === 0x1f && content[1] === 0x8b ? gunzipSync(content) : content

/** What must not be found: the simulation's secret word, tokens, signatures of storage links, addresses of persons. */
const SECRETS: readonly [string, RegExp][] = [
  ['the secret word', new RegExp(SECRET, 'i')],
  ['a bearer token', /\bbearer\s+[a-z0-9._-]{8,}/i],
  ['a signature of a storage link', /[?&]sig=[^&\s"]{4,}/i],
  ['the address of a person', /192\.0\.2\.44/],
  ['who did it', /"caller"|"claims"|"clientIpAddress"|submittedBy/],
]

/** Where secrets are in a text, each as `what: the place around it`. */
export function secretsIn(text: string): string[] {
  return SECRETS.flatMap(([what, pattern]) => {
    const found = pattern.exec(text)
    return found === null ? [] : [`${what}: ${text.slice(Math.max(0, found.index - 60), found.index + 60)}`]
  })
}

/** Where secrets are in the files of a folder, unzipped, and in their names. */
export function secretsBelow(folder: string): string[] {
  return [...filesOf(folder)].flatMap(([path, content]) =>
    [...secretsIn(path), ...secretsIn(unzipped(content).toString('latin1'))].map((secret) => `${path}: ${secret}`),
  )
}

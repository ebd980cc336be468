import { createHash } from 'node:crypto'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openReadingCache, type ReadingCache } from '../../src/normalise/reading_cache.ts'
import { recordGroups } from '../../src/normalise/record_group.ts'
import { NORMALISE_RELATIONS } from '../../src/normalise/relations.ts'
import { packageRoot } from '../../src/package_root.ts'
import { eaCsv, readFolder } from './cost_folder.ts'

const SAMPLE = join(packageRoot, 'fixtures/sample')
const NOW = 1_793_500_000

let scratch = ''
let folder = ''
let kept = ''

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'hourwise-cache-'))
  folder = join(scratch, 'exports')
  kept = join(scratch, 'kept')
  cpSync(SAMPLE, folder, { recursive: true })
})

afterEach(() => rmSync(scratch, { recursive: true, force: true }))

const open = (now = NOW): ReadingCache => openReadingCache(kept, now, 1)

/** Leaves of the sample one month of the bill and every third listing: enough for what does not ask for all of it. */
function leaveLess(): void {
  rmSync(join(folder, 'cost/2026-09'), { recursive: true })
  for (const [at, path] of filesBelow(join(folder, 'endpoint')).sort().entries()) if (at % 3 > 0) rmSync(path)
}

/** Every relation of `normalise` as text, rows in order, so that two readings can be compared whole. */
async function relations(cache?: ReadingCache): Promise<Record<string, string[]>> {
  return readFolder(
    folder,
    async ({ sql }) => {
      const all: Record<string, string[]> = {}
      for (const relation of Object.keys(NORMALISE_RELATIONS)) {
        all[relation] = (await sql(`select * from normalise.${relation}`)).map((row) => JSON.stringify(row)).sort()
      }
      return all
    },
    cache === undefined ? {} : { cache },
  )
}

const listingPath = (month: string, day: number): string => join(folder, `machines_2026-${month}-${day}T12-00-00Z.json`)

/** A listing of one device. */
function listing(month: string, day: number): string {
  const lastSeen = `2026-${month}-${day}T11:00:00Z`
  const device = {
    id: 'c18fa81d98fd178685e8bb5e38015c6a00000000',
    computerDnsName: 'web-01.example',
    firstSeen: '2026-03-02T07:34:00Z',
    lastSeen,
    osPlatform: 'WindowsServer2022',
    healthStatus: 'Active',
    onboardingStatus: 'Onboarded',
  }
  const context = 'https://api.security.microsoft.com/api/$metadata#Machines'
  return JSON.stringify({ '@odata.context': context, value: [device] })
}

/** The hashes of the listings, group by group. */
function groupHashes(): string[] {
  const files = filesBelow(folder)
    .filter((path) => path.endsWith('.json'))
    .sort()
    .map((path, at) => {
      const bytes = readFileSync(path)
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      return { fileId: at, absolutePath: path, path, kind: 'endpoint' as const, sha256, bytes: bytes.length }
    })
  return recordGroups(files, 1).map((group) => group.map(({ sha256 }) => sha256).join(' '))
}

/** Every file below a folder. */
function filesBelow(where: string): string[] {
  return readdirSync(where, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

describe('what was read is kept, and taken when the same files are read again', () => {
  test('every relation is the same without a cache, when it is filled and when it is used', async () => {
    const plain = await relations()
    expect(plain.endpoint_device?.length).toBeGreaterThan(0)
    expect(plain.cost_line?.length).toBeGreaterThan(0)
    const first = open()
    expect(await relations(first)).toEqual(plain)
    expect(first.counts.failure).toBeNull()
    expect(first.counts.kept).toBeGreaterThan(first.counts.taken)
    const second = open()
    expect(await relations(second)).toEqual(plain)
    expect(second.counts).toEqual({ taken: first.counts.kept + first.counts.taken, kept: 0, failure: null })
  })

  test('a changed file is read again with its neighbours, and the rest is taken', async () => {
    const first = open()
    await relations(first)
    const listing = filesBelow(join(folder, 'endpoint')).find((file) => file.endsWith('.json'))
    // White space changes the bytes and not the records.
    appendFileSync(String(listing), '\n')
    const plain = await relations()
    const second = open()
    expect(await relations(second)).toEqual(plain)
    expect(second.counts.taken).toBeGreaterThan(second.counts.kept)
    expect(second.counts.kept).toBeGreaterThan(0)
  })

  test('of three months one changed file makes only its own group be read again, of the bill and of the records', async () => {
    rmSync(folder, { recursive: true })
    mkdirSync(folder)
    const month = (number: string, cost: string) =>
      eaCsv([
        { Date: `${number}/05/2026`, CostInBillingCurrency: cost, Quantity: cost, EffectivePrice: '1', UnitPrice: '1' },
      ])
    for (const number of ['08', '09', '10']) {
      writeFileSync(join(folder, `cost_${number}.csv`), month(number, '7'))
      for (let day = 10; day < 30; day++) writeFileSync(listingPath(number, day), listing(number, day))
    }
    const first = open()
    await relations(first)
    expect(first.counts).toMatchObject({ taken: 0, kept: 3 * 2 + 60 })

    writeFileSync(join(folder, 'cost_09.csv'), month('09', '8'))
    const plain = await relations()
    expect(plain.cost_line?.filter((line) => line.includes('2026-09'))).toHaveLength(1)
    const second = open()
    expect(await relations(second)).toEqual(plain)
    // The sums and the lines of one file.
    expect(second.counts).toEqual({ taken: 2 * 2 + 60, kept: 2, failure: null })

    const before = groupHashes()
    appendFileSync(listingPath('09', 15), '\n')
    const after = groupHashes()
    const third = open()
    expect(await relations(third)).toEqual(await relations())
    const anew = after.filter((group) => !before.includes(group)).flatMap((group) => group.split(' '))
    expect(anew.length).toBeLessThan(40)
    expect(third.counts).toEqual({ taken: 3 * 2 + 60 - anew.length, kept: anew.length, failure: null })
  })

  test('a gzip that was read to its end is not unpacked again, and one that is damaged is refused', async () => {
    leaveLess()
    await relations(open())
    const proofs = () => filesBelow(kept).filter((file) => file.endsWith('proofs.jsonl'))
    const [list] = proofs().map((file) => readFileSync(file, 'utf8'))
    expect(String(list).split('\n').length).toBeGreaterThan(4)
    await relations(open())
    expect(readFileSync(String(proofs()[0]), 'utf8')).toBe(list)
    const zipped = String(filesBelow(folder).find((file) => file.endsWith('.json.gz')))
    writeFileSync(zipped, readFileSync(zipped).subarray(0, -4))
    await expect(relations(open())).rejects.toThrow(/gzip/)
    await expect(relations(open())).rejects.toThrow(/gzip/)
  })

  test('a proof that was altered or cut counts for nothing', async () => {
    rmSync(folder, { recursive: true })
    mkdirSync(folder)
    writeFileSync(join(folder, 'actual.csv'), eaCsv([{}, {}]))
    const plain = await relations()
    await relations(open())
    const list = String(filesBelow(kept).find((file) => file.endsWith('proofs.jsonl')))
    const text = readFileSync(list, 'utf8')
    expect(text).toContain('"records":3')
    // With this number of records the file would be refused.
    writeFileSync(list, text.replace('"records":3', '"records":4'))
    expect(await relations(open())).toEqual(plain)
    writeFileSync(list, text.slice(0, -9))
    expect(await relations(open())).toEqual(plain)
    // Both were proven anew, after what was there.
    expect(readFileSync(list, 'utf8')).toBe(`${text.slice(0, -9)}${text}`)
  })

  test('what is decided of a cost file anew stands in its lines, though they are taken as they were kept', async () => {
    rmSync(folder, { recursive: true })
    mkdirSync(folder)
    writeFileSync(join(folder, 'actual.csv'), eaCsv([{}, {}]))
    await relations(open())
    renameSync(join(folder, 'actual.csv'), join(folder, 'amortized.csv'))
    const plain = await relations()
    expect(plain.cost_line?.[0]).toContain('"dataset":"amortized"')
    const second = open()
    expect(await relations(second)).toEqual(plain)
    expect(second.counts).toEqual({ taken: 2, kept: 0, failure: null })
  })

  test('a file that is refused is not kept: it is refused again', async () => {
    rmSync(folder, { recursive: true })
    mkdirSync(folder)
    writeFileSync(join(folder, 'actual.csv'), eaCsv([{}, { CostInBillingCurrency: 'lots' }]))
    const first = open()
    await expect(relations(first)).rejects.toThrow(/amount|number/)
    expect(first.counts).toEqual({ taken: 0, kept: 0, failure: null })
    await expect(relations(open())).rejects.toThrow(/amount|number/)
  })

  test('an entry that was altered or cut is removed and read anew', async () => {
    leaveLess()
    await relations(open())
    const plain = await relations()
    const parquet = filesBelow(kept).filter((file) => file.endsWith('.parquet'))
    appendFileSync(String(parquet[0]), 'x')
    writeFileSync(String(parquet.at(-1)), '')
    writeFileSync(String(filesBelow(kept).find((file) => file.endsWith('entry.json'))), '{"tables":')
    const second = open()
    expect(await relations(second)).toEqual(plain)
    expect(second.counts.kept).toBeGreaterThan(0)
    const third = open()
    expect(await relations(third)).toEqual(plain)
    expect(third.counts.kept).toBe(0)
  })

  test('a cache that cannot be written to is a note, not a failure', async () => {
    leaveLess()
    writeFileSync(kept, 'a file stands where the folder should be')
    const cache = open()
    expect(await relations(cache)).toEqual(await relations())
    expect(cache.counts).toMatchObject({ taken: 0, kept: 0 })
    expect(cache.counts.failure).toMatch(/ENOTDIR|EEXIST/)
  })

  test('nothing unfinished stays behind, and what no run used for 400 days goes', async () => {
    leaveLess()
    await relations(open())
    const entries = () => readdirSync(kept).flatMap((reader) => readdirSync(join(kept, reader)))
    const before = entries().length
    expect(entries().filter((name) => name.includes('.partial-'))).toEqual([])
    const reader = join(kept, String(readdirSync(kept)[0]))
    mkdirSync(join(reader, 'abc.partial-1'))
    utimesSync(join(reader, 'abc.partial-1'), NOW - 2 * 86_400, NOW - 2 * 86_400)
    openReadingCache(kept, NOW)
    expect(existsSync(join(reader, 'abc.partial-1'))).toBe(false)
    expect(entries().length).toBe(before)
    openReadingCache(kept, NOW + 399 * 86_400)
    expect(entries().length).toBe(before)
    openReadingCache(kept, NOW + 401 * 86_400)
    expect(entries()).toEqual([])
  })
})

describe('groups', () => {
  // A group ends at 64 times what is kept at least: of 20 bytes two such files.
  const file = (name: string, ends: boolean, bytes = 640) => ({
    fileId: 1,
    absolutePath: name,
    path: name,
    kind: 'endpoint' as const,
    sha256: `${ends ? '00000008' : '00000001'}${name}`,
    bytes,
  })
  const names = (groups: { path: string }[][]) => groups.map((group) => group.map(({ path }) => path).join(''))

  test('end where the hash of a file says so, once they are large enough', () => {
    const files = [file('a', true), file('b', false), file('c', true), file('d', true), file('e', false)]
    expect(names(recordGroups(files, 1))).toEqual(['a', 'bc', 'd', 'e'])
    expect(names(recordGroups(files, 20))).toEqual(['abc', 'de'])
    expect(recordGroups([], 1)).toEqual([])
  })

  test('a file more or less leaves the groups before and after it as they were', () => {
    const files = [
      file('a', false),
      file('b', true),
      file('c', false),
      file('d', true),
      file('e', false),
      file('f', true),
    ]
    const more = [...files.slice(0, 3), file('x', false), ...files.slice(3)]
    expect(names(recordGroups(files, 1))).toEqual(['ab', 'cd', 'ef'])
    expect(names(recordGroups(more, 1))).toEqual(['ab', 'cxd', 'ef'])
    expect(
      names(
        recordGroups(
          files.filter(({ path }) => path !== 'd'),
          1,
        ),
      ),
    ).toEqual(['ab', 'cef'])
  })
})

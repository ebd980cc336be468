import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import { type Engine, sqlText } from '../../src/engine/engine.ts'
import { writeCostDays, writeCostManifest } from './cost_files.ts'
import type { CostFormat } from './cost_lines.ts'
import { writeDevicePage } from './device_pages.ts'
import { DAY, FROM, fileStamp, lifeOf, remainingCount, remainingMachine, UNTIL } from './estate.ts'
import { writeRecordFiles } from './record_files.ts'
import { activity, devices } from './records.ts'

/** More than one subscription, and all lives. */
const MACHINES = 260
const HEALTH_HOURS = 24

let root = ''
let engine: Engine
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'hourwise-bench-test-'))
  engine = await openDuckDb()
})
afterAll(async () => {
  await engine.close()
  rmSync(root, { recursive: true, force: true })
})

/** Path and unzipped text of every file below a folder. */
function texts(folder: string): [path: string, text: string][] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort()
    .map((path) => {
      const bytes = readFileSync(join(folder, path))
      return [path, (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')]
    })
}

const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)

describe('record files', () => {
  test('are the same from run to run, whoever of several processes writes them', async () => {
    await writeRecordFiles(join(root, 'alone'), MACHINES, HEALTH_HOURS)
    for (const part of [2, 0, 1]) await writeRecordFiles(join(root, 'together'), MACHINES, HEALTH_HOURS, part, 3)
    const alone = texts(join(root, 'alone'))
    expect(alone.map(([path]) => path.replace(/\/.*/, ''))).toEqual([
      ...Array(2).fill('activity-log'),
      ...Array(31).fill('endpoint'),
      'inventory',
      'plans',
    ])
    expect(texts(join(root, 'together'))).toEqual(alone)
    // Whoever changes the estate on purpose measures it anew, and changes this.
    expect(digest(alone)).toBe('56b4eb51536dc051')
  })

  test('a page of devices tells what the records of the estate are, at every listing', () => {
    const listings = [FROM + 4 * 3600, FROM + 9 * DAY + 12 * 3600, UNTIL]
    for (const page of [0, 1]) writeDevicePage(join(root, 'devices'), 10_060, page, listings)
    for (const at of listings) {
      const pages = [1, 2].map((page) => {
        const path = join(root, 'devices/endpoint', `machines_${fileStamp(at)}_page-${page}.json.gz`)
        return JSON.parse(gunzipSync(readFileSync(path)).toString('utf8')) as Record<string, unknown>
      })
      const all = Array.from({ length: 10_060 }, (_, machine) => machine)
      const expected = [...devices(all, at)]
      expect(pages.flatMap((page) => page['value'] as unknown[])).toEqual(expected)
      expect(pages.map((page) => page['@odata.nextLink'])).toEqual([
        'https://api.security.microsoft.com/api/machines?$skip=10000',
        undefined,
      ])
    }
  })

  test('machines that are left at the end are all but the deleted ones', () => {
    for (const machines of [1, 9, 10, 11, 260]) {
      const left = Array.from({ length: machines }, (_, machine) => machine).filter((one) => lifeOf(one) !== 'deleted')
      expect(Array.from({ length: remainingCount(machines) }, (_, place) => remainingMachine(place))).toEqual(left)
    }
  })
})

describe('cost files', () => {
  const part = (format: CostFormat, day: number): string => {
    const files = sqlText(join(root, format, '**', `part_${day}_*.${format}`))
    return format === 'parquet'
      ? `read_parquet(${files})`
      : `read_csv(${files}, all_varchar = true, header = true, delim = ',', quote = '"', escape = '"')`
  }

  beforeAll(async () => {
    for (const format of ['csv.gz', 'parquet'] as const) {
      const folder = join(root, format)
      // in two shares, as large estates are written
      const odd = await writeCostDays(engine, folder, MACHINES, format, 1, 2)
      const even = await writeCostDays(engine, folder, MACHINES, format, 0, 2)
      writeCostManifest(folder, MACHINES, format, [...odd, ...even])
    }
  })

  test('both formats have the same lines in the same order, and the manifest counts them', async () => {
    const csv = texts(join(root, 'csv.gz'))
    expect(digest(csv)).toBe('7d685d68668b9c4b')
    for (const format of ['csv.gz', 'parquet'] as const) {
      const names = readdirSync(join(root, format), { recursive: true, encoding: 'utf8' })
      const path = names.find((name) => name.endsWith('manifest.json')) ?? ''
      const { blobs, dataRowCount } = JSON.parse(readFileSync(join(root, format, path), 'utf8')) as {
        blobs: { blobName: string; dataRowCount: number }[]
        dataRowCount: number
      }
      expect(blobs).toHaveLength(31)
      expect(blobs.reduce((sum, blob) => sum + blob.dataRowCount, 0)).toBe(dataRowCount)
    }
    // A Saturday, and a day in the middle of the lives.
    for (const day of [2, 14]) {
      const columns = await engine.describe(`select * from ${part('csv.gz', day)}`)
      expect(columns).toHaveLength(57)
      const values = columns
        .filter(({ name }) => name !== 'Date')
        .map(({ name }) => `cast("${name}" as varchar) as "${name}"`)
        .join(', ')
      const lines = await engine.rows(`select ${values} from ${part('parquet', day)}`)
      expect(lines.length).toBeGreaterThan(MACHINES)
      expect(digest(lines)).toBe(digest(await engine.rows(`select ${values} from ${part('csv.gz', day)}`)))
    }
  })

  test('a machine is charged on the days of its life only', async () => {
    const rows = await engine.rows(
      `select cast(regexp_extract(lower("ResourceId"), 'vm-([0-9]+)$', 1) as integer) as machine, count(*) as days, sum("Quantity") as hours,
         cast(date_diff('day', date '2026-10-01', min("Date")::date) as integer) as first, cast(date_diff('day', date '2026-10-01', max("Date")::date) as integer) as last
       from read_parquet(${sqlText(join(root, 'parquet/**/*.parquet'))}) where "ProductName" like 'Microsoft Defender%' group by all order by 1`,
    )
    expect(rows).toHaveLength(MACHINES)
    for (const row of rows) {
      const machine = Number(row['machine'])
      const life = lifeOf(machine)
      expect(Number(row['days'])).toBe(
        life === 'always'
          ? 31
          : life === 'weekdays'
            ? 22
            : life === 'created'
              ? 31 - (machine % 28)
              : 4 + (machine % 25),
      )
      if (life === 'created') expect(row['first']).toBe(machine % 28)
      if (life === 'deleted') expect(row['last']).toBe(3 + (machine % 25))
      // Two records for each start and each stop, one for a creation or a deletion.
      expect([...activity([machine])]).toHaveLength(life === 'always' ? 0 : life === 'weekdays' ? 88 : 1)
    }
  })
})

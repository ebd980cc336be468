// Earlier months are kept in the cache under all that they follow from: the second run of the same files takes them from
// there, and nobody can tell it from the first.
import { appendFileSync, cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { buildLedgerWithHistory, type LedgerSettings } from '../../src/ledger/build.ts'
import { openMonthCache } from '../../src/ledger/month_cache.ts'
import { HISTORY_MODELS } from '../../src/models.ts'
import { normalise } from '../../src/normalise/normalise.ts'
import { packageRoot } from '../../src/package_root.ts'

const NOW = 1_793_500_000
// After the records' two months, which are the history then.
const NOVEMBER = { fromDay: '2026-11-01', untilDay: '2026-12-01' }

let scratch = ''
let kept = ''
let engine: Engine
let plain: Record<string, string[]>
let first: Awaited<ReturnType<typeof history>>

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'hourwise-months-'))
  engine = await openDuckDb()
  await normalise(engine, join(packageRoot, 'fixtures/sample'))
  plain = (await history()).rows
  first = await history({ folder: join(scratch, 'filled'), now: NOW })
})
afterAll(async () => {
  await engine.close()
  rmSync(scratch, { recursive: true, force: true })
})
/** Each test has a copy of the filled cache. */
beforeEach(() => {
  kept = join(mkdtempSync(join(scratch, 'cache-')), 'kept')
  cpSync(join(scratch, 'filled'), kept, { recursive: true })
})

/** Schema `history` as text, its types, and how many ledgers were built for it. */
async function history(
  cached?: { folder: string; now: number },
  settings: Partial<LedgerSettings> = {},
): Promise<{ rows: Record<string, string[]>; ledgers: number; failure: string | null }> {
  let ledgers = 0
  const failure = await buildLedgerWithHistory(
    engine,
    { ...NOVEMBER, ...settings, onModel: (relation) => (ledgers += relation === 'ledger.ledger' ? 1 : 0) },
    cached,
  )
  const rows: Record<string, string[]> = {}
  for (const { relation } of HISTORY_MODELS) {
    const found = await engine.rows(`select * from ${relation}`)
    rows[relation] = [
      ...(await engine.describe(`select * from ${relation}`)).map(({ name, type }) => `${name} ${type}`),
      ...found.map((row) => JSON.stringify(row)).sort(),
    ]
  }
  return { rows, ledgers, failure }
}

const cache = () => ({ folder: kept, now: NOW })

/** Every entry of the cache. */
function entries(): string[] {
  return readdirSync(kept).flatMap((print) => readdirSync(join(kept, print)).map((name) => join(kept, print, name)))
}

test('history is the same without a cache, when it is filled and when it is used; then only the period is built', async () => {
  expect(first).toEqual({ rows: plain, ledgers: 3, failure: null })
  expect(entries()).toHaveLength(2)
  expect(await history(cache())).toEqual({ rows: plain, ledgers: 1, failure: null })
})

test('other settings and other months have their own entries', async () => {
  const isKept = async (settings: Partial<LedgerSettings>, month = '2026-09-01'): Promise<boolean> =>
    (await openMonthCache(engine, cache(), { ...NOVEMBER, ...settings })).take(month)
  expect(await isKept({})).toBe(true)
  expect(await isKept({}, '2026-08-01')).toBe(false)
  expect(await isKept({ minimumEvidence: 'observed' })).toBe(false)
  expect(await isKept({ ownerTag: 'team' })).toBe(false)
  expect(await isKept({ shortLivedDays: 3 })).toBe(false)
  expect(await isKept({ subscriptions: ['one'] })).toBe(false)
  // What the invoice says of the period says nothing of the months before.
  expect(await isKept({ controlTotals: [{ currency: 'EUR', amount: '1' }] })).toBe(true)
})

test('damaged entries are made anew', async () => {
  const [one = '', two = ''] = entries()
  appendFileSync(join(one, 'history.machine_month.parquet'), 'x')
  writeFileSync(join(two, 'entry.json'), '{')
  expect(await history(cache())).toEqual({ rows: plain, ledgers: 3, failure: null })
  expect(entries().sort()).toEqual([one, two].sort())
})

test('a cache that cannot be written to says so, and the history is whole', async () => {
  rmSync(kept, { recursive: true })
  writeFileSync(kept, 'a file where the folder should be')
  const { rows, failure } = await history(cache())
  expect(rows).toEqual(plain)
  expect(failure).not.toBeNull()
})

test('a changed file is another history', async () => {
  const folder = join(scratch, 'exports')
  cpSync(join(packageRoot, 'fixtures/sample'), folder, { recursive: true })
  // White space changes the bytes and not the records.
  appendFileSync(join(folder, 'plans/settings_2026-10-01T02-00-00Z.json'), '\n')
  const other = engine
  engine = await openDuckDb()
  try {
    await normalise(engine, folder)
    const after = await history(cache())
    expect(after.rows).toEqual(plain)
    expect(after.ledgers).toBe(3)
    expect(entries()).toHaveLength(4)
  } finally {
    await engine.close()
    engine = other
  }
})

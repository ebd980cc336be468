// A large input is worked on in a file instead of in memory: the same numbers, and nothing is left of it.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import { buildLedgerWithHistory } from '../../src/ledger/build.ts'
import { LEDGER_MODELS } from '../../src/models.ts'
import { normalise } from '../../src/normalise/normalise.ts'
import { NORMALISE_RELATIONS } from '../../src/normalise/relations.ts'
import { packageRoot } from '../../src/package_root.ts'

const RELATIONS = [
  ...Object.keys(NORMALISE_RELATIONS).map((relation) => `normalise.${relation}`),
  ...LEDGER_MODELS.map(({ relation }) => relation),
  'history.figure',
]

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hourwise-working-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const filesNow = () => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => path.split('/').at(-1))

/** The rows of each relation of the sample, as one number that does not depend on their order, and how many they are. */
async function builtWith(
  inputBytes: number,
): Promise<{ rows: Record<string, unknown>; files: (string | undefined)[] }> {
  const engine = await openDuckDb({ threads: 1, temporaryFolder: folder, inputBytes })
  try {
    await normalise(engine, join(packageRoot, 'fixtures/sample'))
    await buildLedgerWithHistory(engine, { fromDay: '2026-10-01', untilDay: '2026-11-01' })
    const rows: Record<string, unknown> = {}
    for (const relation of RELATIONS) {
      const [row] = await engine.rows(`select count(*) as rows, sum(hash(t)) as hash from ${relation} t`)
      rows[relation] = row
    }
    return { rows, files: filesNow() }
  } finally {
    await engine.close()
  }
}

test('a run in a working file says what a run in memory says, and takes the file away', async () => {
  const inMemory = await builtWith(0)
  const inFile = await builtWith(8 * 1024 ** 3)
  expect(inMemory.files).not.toContain('working.db')
  expect(inFile.files).toContain('working.db')
  expect(inFile.rows).toEqual(inMemory.rows)
  expect(Object.values(inFile.rows).filter((row) => (row as { rows: string }).rows !== '0').length).toBeGreaterThan(50)
  expect(filesNow()).toEqual([])
})

test('of a large input, the newest of each is found by a window, which spills, and reading devices leaves it so', async () => {
  for (const inputBytes of [0, 8 * 1024 ** 3]) {
    const engine = await openDuckDb({ threads: 1, temporaryFolder: folder, inputBytes })
    try {
      await normalise(engine, join(packageRoot, 'fixtures/sample'))
      const plan = await engine.rows(
        `explain select * from (select *, row_number() over (partition by device_id order by state_id desc) as newest from normalise.device_state) t
         where newest = 1`,
      )
      expect(JSON.stringify(plan).includes('WINDOW')).toBe(inputBytes > 0)
    } finally {
      await engine.close()
    }
  }
})

test('of a large input the engine does with less memory for a while, and then with its own again, also after a failure', async () => {
  for (const [inputBytes, least] of [
    [0, '762.9 MiB'],
    [8 * 1024 ** 3, '381.4 MiB'],
  ] as const) {
    const engine = await openDuckDb({ threads: 1, temporaryFolder: folder, inputBytes, memoryLimitMegabytes: 800 })
    const bound = async () =>
      (await engine.rows("select value from duckdb_settings() where name = 'memory_limit'"))[0]?.['value']
    try {
      expect(await engine.inLessMemory(bound)).toBe(least)
      expect(await bound()).toBe('762.9 MiB')
      await expect(engine.inLessMemory(() => Promise.reject(new Error('no disk')))).rejects.toThrow('no disk')
      expect(await bound()).toBe('762.9 MiB')
    } finally {
      await engine.close()
    }
  }
})

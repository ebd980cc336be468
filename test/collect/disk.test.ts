// A disk that takes nothing any more, in the middle of a collection; nothing here needs to be root, or not to be.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { draftPath } from '../../src/collect/disk.ts'
import { JOURNAL } from '../../src/collect/journal.ts'
import { event, on, throttled, waitFor } from '../azure/fault.ts'
import { filesOf, stateOf } from './collected.ts'
import { missing, sampleWorld, scratchFolder } from './world.ts'

const FULL = '/dev/full'
const SOURCES = ['inventory', 'endpoint', 'cost'] as const

/** A device that is always full, or a reason to skip. */
function fullDevice(skip: (why: string) => void): void {
  if (!existsSync(FULL)) skip(`there is no ${FULL} here`)
  const there = join(scratchFolder(), 'link')
  try {
    symlinkSync(FULL, there)
  } catch {
    skip(`no link can be made below ${tmpdir()}`)
  }
}

describe('a full disk', () => {
  beforeEach(({ skip }) => fullDevice(skip))

  // The file in whose writing the disk is full.
  test.each([
    ['a page', (path: string) => path.startsWith('inventory/virtual-machines')],
    ['a file of an export', (path: string) => path.endsWith('.csv') || path.endsWith('.parquet')],
    ['collection.json', (path: string) => path === 'collection.json'],
  ])('at %s: exit 2 with the next step, what is whole is kept, the next call goes on', async (_, isIt) => {
    const undisturbed = await sampleWorld({ pages: { resourceGraph: 40 } })
    await undisturbed.collect({ sources: SOURCES })
    const target = [...filesOf(undisturbed.folder).keys()].find(isIt) ?? 'none'
    const { collect, folder } = await sampleWorld({ pages: { resourceGraph: 40 } })
    mkdirSync(join(folder, '.collect'))
    symlinkSync(FULL, draftPath(folder, target))
    const error = await collect({ sources: SOURCES }).catch((caught: unknown) => caught)
    expect(error).toMatchObject({
      code: 2,
      message: expect.stringContaining('the disk is full'),
      next: expect.stringContaining('repeat the command'),
    })
    expect(existsSync(join(folder, target))).toBe(false)
    // Nothing half is left, not even beside its place.
    expect(readdirSync(join(folder, '.collect'))).toEqual(['journal.jsonl'])
    expect(missing(await collect({ sources: SOURCES }))).toEqual([])
    expect(stateOf(folder)).toEqual(stateOf(undisturbed.folder))
  })

  test('at the journal: a page without its line is fetched again', async () => {
    const { azure, collect, folder } = await sampleWorld({ pages: { machines: 50 } })
    await collect({ sources: ['endpoint'] })
    const whole = stateOf(folder)
    rmSync(folder, { recursive: true })
    const kept = `${folder}.journal`
    onTestFinished(() => rmSync(kept, { force: true }))
    azure.forget()
    // Before the second page is answered the journal comes to lie on the full device.
    const fills = event(() => {
      copyFileSync(join(folder, JOURNAL), kept)
      rmSync(join(folder, JOURNAL))
      symlinkSync(FULL, join(folder, JOURNAL))
    })
    azure.script(on('machines', 2, fills))
    await expect(collect({ sources: ['endpoint'] })).rejects.toMatchObject({
      code: 2,
      message: expect.stringContaining('the disk is full'),
    })
    rmSync(join(folder, JOURNAL))
    copyFileSync(kept, join(folder, JOURNAL))
    azure.forget()
    const done = await collect({ sources: ['endpoint'] })
    expect([missing(done), azure.count()]).toEqual([[], (done.listings[0]?.pages ?? 0) - 1])
    expect(stateOf(folder)).toEqual(whole)
  })
})

describe('a place that cannot be written to', () => {
  test('a file in place of the folder', async () => {
    const { azure, collect, folder } = await sampleWorld()
    rmSync(folder, { recursive: true })
    writeFileSync(folder, 'mine')
    await expect(collect()).rejects.toMatchObject({ code: 2, message: expect.stringContaining('a file stands where') })
    expect(azure.count()).toBe(0)
  })

  test('a folder without the right to write', async ({ skip }) => {
    const { azure, collect, folder } = await sampleWorld()
    chmodSync(folder, 0o500)
    try {
      writeFileSync(join(folder, 'probe'), '')
      chmodSync(folder, 0o700)
      skip('whoever runs this may write everywhere')
    } catch {
      await expect(collect()).rejects.toMatchObject({ code: 2, message: expect.stringContaining('no right to write') })
      expect(azure.count()).toBe(0)
      chmodSync(folder, 0o700)
    }
  })
})

describe('a line of the journal that was cut off', () => {
  test.each([
    ['at its end', (text: string) => text.slice(0, -20)],
    ['in its middle', (text: string) => text.replace(/\n.{60}/, '\n')],
  ])('%s: what stands before it counts, the rest is fetched again', async (_, cut) => {
    const { collect, folder } = await sampleWorld({ pages: { resourceGraph: 40 } })
    await collect({ sources: ['inventory'] })
    const whole = stateOf(folder)
    const other = await sampleWorld({ pages: { resourceGraph: 40 } })
    other.azure.script(on('resource-graph', 6, throttled(waitFor('retry-after', 3600))))
    await other.collect({ sources: ['inventory'] })
    other.azure.forget()
    const path = join(other.folder, JOURNAL)
    writeFileSync(path, cut(readFileSync(path, 'utf8')))
    expect(missing(await other.collect({ sources: ['inventory'] }))).toEqual([])
    expect(stateOf(other.folder)).toEqual(whole)
  })
})

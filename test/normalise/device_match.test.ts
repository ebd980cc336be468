// Which texts are looked at first is a matter of speed: whatever is recent, each record gets its own text, once.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import { type Engine, type Row, sqlText } from '../../src/engine/engine.ts'
import type { RecentLimits } from '../../src/normalise/device_match.ts'
import { type DeviceTexts, openDeviceTexts } from '../../src/normalise/device_text.ts'
import { fillPageItems, keepPages } from '../../src/normalise/record_page.ts'
import { readRecords } from '../../src/normalise/records.ts'
import { readTexts } from './record_run.ts'

const AT = '2026-10-20T14:55:03Z'

let engine: Engine
let folder: string

beforeEach(async () => {
  engine = await openDuckDb({ threads: 2 })
  folder = mkdtempSync(join(tmpdir(), 'hourwise-match-'))
  // the staging tables that device records are added to
  await readRecords(engine, [])
})

afterEach(async () => {
  await engine.close()
  rmSync(folder, { recursive: true, force: true })
})

const docOf = (text: string, moment = AT): string => JSON.stringify({ id: text.slice(0, 1), text, lastSeen: moment })

/** Reads listings, each a list of texts, one after the other. */
async function take(devices: DeviceTexts, listings: readonly (readonly string[])[]): Promise<void> {
  for (const [at, listing] of listings.entries()) {
    const rows = listing.map((text, row) => `(${at + 1}, ${row + 1}, json(${sqlText(docOf(text))}))`).join(', ')
    await devices.takeRecords((itemSql) =>
      engine.run(
        `create or replace table raw.device_item as ${itemSql(`select * from (values ${rows}) v(file_id, row_number, doc)`)}`,
      ),
    )
  }
}

const taken = (): Promise<Row[]> =>
  engine.rows(
    `select r.file_id, r.row_number, json_extract_string(t.text, '$.text') as text
     from raw.device_record r join raw.device_text t on t.text_id = r.text_id order by r.file_id, r.row_number`,
  )

const limits: fc.Arbitrary<RecentLimits> = fc.record({
  records: fc.integer({ min: 0, max: 4 }),
  fewest: fc.integer({ min: 0, max: 3 }),
  whole: fc.integer({ min: 0, max: 4 }),
})

describe('recent texts', () => {
  it('are a matter of speed: a record has its own text, and a text is there once, whatever is forgotten', async () => {
    const listing = fc.array(fc.constantFrom('a1', 'a2', 'b1', 'b2', 'c1'), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(fc.array(listing, { minLength: 1, maxLength: 6 }), limits, async (listings, recent) => {
        await take(await openDeviceTexts(engine, recent), listings)
        const rows = listings.flatMap((texts, at) =>
          texts.map((text, row) => ({ file_id: at + 1, row_number: row + 1, text })),
        )
        expect(await taken()).toEqual(rows)
        const known = await engine.rows(
          `select json_extract_string(text, '$.text') as text, device_number from raw.device_text order by text_id`,
        )
        const texts = [...new Set(rows.map(({ text }) => text))]
        // a text has the number of the first text of its device
        const first = (text: string) => 1 + texts.findIndex((other) => other[0] === text[0])
        expect(known).toEqual(texts.map((text) => ({ text, device_number: first(text) })))
      }),
      { numRuns: 25, seed: 4 },
    )
  })

  it('are kept while they are few, and forgotten when there are too many', async () => {
    const left = async (recent: RecentLimits) => {
      await take(await openDeviceTexts(engine, recent), [['a1', 'b1'], ['c1'], ['c1']])
      const rows = await engine.rows(
        `select json_extract_string(t.text, '$.text') as text
         from raw.recent_text r join raw.device_text t on t.text_id = r.text_id and r.print = ${recent.whole === 0 ? 't.print' : 't.text'} order by 1`,
      )
      return rows.map(({ text }) => text)
    }
    for (const whole of [0, 9]) {
      expect(await left({ records: 1, fewest: 3, whole })).toEqual(['a1', 'b1', 'c1'])
      expect(await left({ records: 1, fewest: 2, whole })).toEqual(['c1'])
      expect(await left({ records: 2, fewest: 2, whole })).toEqual(['b1', 'c1'])
    }
  })

  it('let more be read at once, as long as nearly all texts are among them', async () => {
    const devices = await openDeviceTexts(engine)
    const first = devices.mostBytes()
    const many = Array.from({ length: 9 }, (_, at) => `${at}`)
    await take(devices, [many])
    expect(devices.mostBytes()).toBe(first)
    await take(devices, [many, [...many, 'x']])
    expect(devices.mostBytes()).toBeGreaterThan(first)
    await take(devices, [['y', 'z', ...many]])
    expect(devices.mostBytes()).toBe(first)
  })
})

describe('pages of several files', () => {
  /** What each page says and the records, read from gzip files, together. */
  async function pages(files: readonly string[], largestValue = 1 << 20) {
    const given = files.map((text, at) => {
      const absolutePath = join(folder, `${at}.json.gz`)
      writeFileSync(absolutePath, gzipSync(text))
      return { fileId: at + 1, absolutePath }
    })
    await fillPageItems(
      engine,
      'raw.page_item',
      { files: given, key: 'value', isGzip: true, largestValue },
      (docs) => docs,
    )
    await keepPages(engine)
    return {
      items: (
        await engine.rows('select file_id, row_number, cast(doc as varchar) as doc from raw.page_item order by 1, 2')
      ).map(({ file_id, row_number, doc }) => `${file_id} ${row_number} ${doc}`),
      pages: await engine.rows(
        'select file_id, page_number, record_count, total_records, is_truncated, has_next from raw.page order by 1, 2',
      ),
    }
  }
  const said = (file_id: number, page: number, records: number, more: Partial<Row> = {}) => ({
    file_id,
    page_number: String(page),
    record_count: String(records),
    total_records: null,
    is_truncated: false,
    has_next: false,
    ...more,
  })
  const one = '{"value":[{"id":"a"},{"id":"b"}],"TotalRecords":7,"ResultTruncated":"True"}'
  const none = '{"value":[],"SkipToken":"x"}'

  it('are told apart, those without records and what is no record too', async () => {
    expect(await pages([one, none, '{"value":[null,5,{"id":"c"}],"nextLink":null}'])).toEqual({
      items: ['1 1 {"id":"a"}', '1 2 {"id":"b"}', '3 1 null', '3 2 null', '3 3 {"id":"c"}'],
      pages: [
        said(1, 1, 2, { total_records: '7', is_truncated: true }),
        said(2, 1, 0, { has_next: true }),
        said(3, 1, 3),
      ],
    })
  })

  it.each([
    ['small', 1 << 20],
    ['large', 40 << 20],
  ])('count on through a file that holds several, %s ones', async (_, largest) => {
    expect(await pages([`${one}\n${none}\n{"value":[{"id":"c"}]}`, one], largest)).toEqual({
      items: ['1 1 {"id":"a"}', '1 2 {"id":"b"}', '1 3 {"id":"c"}', '2 1 {"id":"a"}', '2 2 {"id":"b"}'],
      pages: [
        said(1, 1, 2, { total_records: '7', is_truncated: true }),
        said(1, 2, 0, { has_next: true }),
        said(1, 3, 1),
        said(2, 1, 2, { total_records: '7', is_truncated: true }),
      ],
    })
  })
})

describe('device listings that are read together', () => {
  const page = (...names: string[]): string =>
    JSON.stringify({
      value: names.map((name) => ({ id: name, computerDnsName: name, healthStatus: 'Active', lastSeen: AT })),
    })

  it('count on through a file of several pages', async () => {
    const run = await readTexts({
      '1.json': `${page('a1', 'b1')}\n${page()}\n${page('c1')}`,
      '2.json': page('b1', 'a1'),
    })
    expect(run.rows('device_sighting').map((row) => [row.file_id, row.row_number, row.state_id])).toEqual([
      [1, '1', '1'],
      [1, '2', '2'],
      [1, '3', '3'],
      [2, '1', '2'],
      [2, '2', '1'],
    ])
    expect(run.classes).toEqual({ device: 5 })
  })

  it('name the one that is broken, and nothing of the others is counted twice', async () => {
    const files = { '1.json': page('a1'), '2.json': `${page('b1').slice(0, -3)}`, '3.json': page('c1') }
    await expect(readTexts(files)).rejects.toThrow(/complete/)
  })
})

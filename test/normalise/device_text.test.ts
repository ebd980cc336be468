// Device records are read by way of their texts, each once: what comes out must be what each record says by itself.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import { sqlText } from '../../src/engine/engine.ts'
import { deviceItemSql } from '../../src/normalise/device_item.ts'
import { readTexts } from './record_run.ts'

const AT = '2026-10-20T14:55:03Z'
const LATER = '2026-10-20T18:55:03.9999999Z'
const second = (moment: string): string => String(Math.floor(Date.parse(moment) / 1000))

/** Texts, last sign of life and unreadable moments of records, in their order. */
async function items(docs: readonly string[], spelled = ['$."lastSeen"']): Promise<(string | null)[][]> {
  const engine = await openDuckDb({ threads: 1 })
  try {
    const rows = docs.map((doc, at) => `(${at}, json(${sqlText(doc)}))`).join(', ')
    const sql = deviceItemSql(`select place, doc from (values ${rows}) v(place, doc)`, spelled)
    const found = await engine.rows(`select text, last_seen_at, unreadable_last_seen from (${sql}) order by place`)
    return found.map((row) => [row.text, row.last_seen_at, row.unreadable_last_seen] as (string | null)[])
  } finally {
    await engine.close()
  }
}

describe('a moment is cut out of the text', () => {
  it('where it stands once, with or without blanks around it', async () => {
    expect(
      await items([`{"id":"a","lastSeen":"${AT}","n":1}`, `{ "id" : "a", "lastSeen" : "${LATER}", "n" : 1 }`]),
    ).toEqual([
      ['{"id":"a","lastSeen":"","n":1}', second(AT), null],
      ['{"id":"a","lastSeen":"","n":1}', second(LATER), null],
    ])
  })

  it('in every spelling that is known, and in no other', async () => {
    const both = [`{"Last Seen":"${AT}","lastseen":"${LATER}"}`]
    expect(await items(both, ['$."Last Seen"'])).toEqual([[`{"Last Seen":"","lastseen":"${LATER}"}`, second(AT), null]])
    expect(await items(both, ['$."Last Seen"', '$."lastseen"'])).toMatchObject([
      ['{"Last Seen":"","lastseen":""}', second(AT), null],
    ])
    expect(await items(both, [])).toEqual([[both[0], null, null]])
  })

  it.each([
    ['the same member further down', `{"x":{"lastSeen":"${AT}"},"lastSeen":"${AT}"}`],
    ['a member twice', `{"lastSeen":"${AT}","lastSeen":"${AT}"}`],
    ['a key that ends alike', `{"lastSeen":"${AT}","x\\"lastSeen":"${AT}"}`],
  ])('not where it could be another: %s', async (_, doc) => {
    expect(await items([doc])).toEqual([[doc, second(AT), null]])
  })

  it.each([
    ['a number that stands as text further down', '{"lastSeen":5,"x":{"lastSeen":"5"}}', '5'],
    [
      'a value with quotes that imitates members',
      '{"x":{"lastSeen":"a","b":"c"},"lastSeen":"a\\",\\"b\\":\\"c"}',
      'a","b":"c',
    ],
    ['what PowerShell cut', '{"lastSeen":"@{DateTime=x}"}', '@{DateTime=x}'],
  ])('and never in place of another: %s', async (_, doc, written) => {
    const [item] = await items([doc])
    expect(item?.[2]).toBe(written)
    expect(item?.[0]).toBe(doc.replace(/"lastSeen":"a\\.*c"/, '"lastSeen":""'))
  })

  it('no text within a text is touched', async () => {
    const tags = JSON.stringify([`"lastSeen":"${AT}"`, `\\"lastSeen":"${AT}`, `","lastSeen":"${AT}"`])
    expect(await items([`{"tags":${tags},"lastSeen":"${AT}"}`])).toEqual([
      [`{"tags":${tags},"lastSeen":""}`, second(AT), null],
    ])
  })

  it('of what is no object and of what has no moment nothing', async () => {
    expect(await items(['{"id":"a"}', '{"lastSeen":null}', '{"lastSeen":""}'])).toEqual([
      ['{"id":"a"}', null, null],
      ['{"lastSeen":null}', null, null],
      ['{"lastSeen":""}', null, null],
    ])
  })
})

interface Given {
  name: string
  tags: string[]
  platform: string
  key: string
  moment: string | null
  extra: Record<string, unknown>
  isEscaped: boolean
}

const device: fc.Arbitrary<Given> = fc.record({
  name: fc.constantFrom('vm0', 'vm1.a.example'),
  tags: fc.constantFrom([], ['prod'], [`"lastSeen":"${AT}"`], [`\\","lastSeen":"${AT}`]),
  platform: fc.constantFrom('WindowsServer2022', 'Ubuntu', 'Windows11'),
  key: fc.constantFrom('lastSeen', 'lastSeen', 'LastSeen', 'last_seen', 'Last Device Update'),
  moment: fc.constantFrom(AT, AT, LATER, '', null),
  extra: fc.constantFrom({}, { x: { lastSeen: AT } }, { x: { lastSeen: '' } }, { 'x"lastSeen': AT }),
  isEscaped: fc.boolean(),
})

/** The JSON of a device; escapes change how it is written and not what it says. */
function textOf(id: string, given: Given): string {
  const { name, tags, platform, key, moment, extra, isEscaped } = given
  const text = JSON.stringify(
    {
      id,
      computerDnsName: name,
      osPlatform: platform,
      healthStatus: 'Active',
      ...extra,
      [key]: moment,
      machineTags: tags,
    },
    null,
    isEscaped ? 1 : 0,
  )
  return isEscaped ? text.replaceAll('2026-', '\\u0032026\\u002d') : text
}

const SHAPES: ((records: string[]) => string)[] = [
  (records) => `{"value":[${records.join(',')}]}`,
  (records) => `{"value":[${records.join(',\n')}],"@odata.nextLink":null}`,
  (records) => `[${records.join(',\n')}]`,
  (records) => records.map((record) => record.replaceAll('\n', ' ')).join('\n'),
]

describe('records that share their texts', () => {
  it('say what each says by itself, whatever the files, spellings and neighbours', async () => {
    const file = fc.record({
      devices: fc.array(device, { minLength: 1, maxLength: 6 }),
      shape: fc.constantFrom(...SHAPES),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(file, { minLength: 2, maxLength: 6 }), async (files) => {
        const run = await readTexts(
          Object.fromEntries(
            files.map(({ devices, shape }, at) => [
              `${at}.json`,
              shape(devices.map((one, place) => textOf(`D${place}`, one))),
            ]),
          ),
        )
        const said = files.flatMap(({ devices }, at) =>
          devices.map(({ name, tags, platform, moment }, place) => ({
            file_id: at + 1,
            row_number: String(place + 1),
            device_id: `d${place}`,
            dns_name: name,
            os_platform: platform,
            last_seen_at: moment ? second(moment) : null,
            tags: tags.length === 0 ? null : JSON.stringify(tags),
          })),
        )
        const rows = run
          .rows('endpoint_device')
          .map((row) => Object.fromEntries(Object.keys(said[0] ?? {}).map((name) => [name, row[name]])))
        rows.sort((a, b) => Number(a.file_id) - Number(b.file_id) || Number(a.row_number) - Number(b.row_number))
        expect(rows).toEqual(said)
        const contents = new Set(
          said.map(({ device_id, dns_name, os_platform, tags }) =>
            JSON.stringify([device_id, dns_name, os_platform, tags]),
          ),
        )
        expect(run.rows('device_state')).toHaveLength(contents.size)
        expect(run.rows('device_state').map((row) => row.state_id)).toEqual(
          [...contents].map((_, at) => String(at + 1)),
        )
      }),
      { numRuns: 12, seed: 27 },
    )
  })

  it('are numbered by their first record, and what is no object is counted as a record of nobody', async () => {
    const one = { id: 'A', computerDnsName: 'a', healthStatus: 'Active', lastSeen: AT }
    const run = await readTexts({
      'a.json': { value: [one, null, 5] },
      'b.json': {
        value: [
          { ...one, healthStatus: 'Inactive' },
          { ...one, id: 'B', lastSeen: LATER },
        ],
      },
      'c.json': { value: [{ ...one, lastSeen: LATER, rbacGroupId: 7 }] },
    })
    expect(run.classes).toEqual({ device: 6 })
    expect(run.rows('device_state').map((row) => [row.state_id, row.device_id, row.health_status])).toEqual([
      ['1', 'a', 'active'],
      ['2', null, null],
      ['3', 'a', 'inactive'],
      ['4', 'b', 'active'],
    ])
    expect(
      run.rows('device_sighting').map((row) => [row.file_id, row.row_number, row.state_id, row.last_seen_at]),
    ).toEqual([
      [1, '1', '1', second(AT)],
      [1, '3', '2', null],
      [2, '1', '3', second(AT)],
      [2, '2', '4', second(LATER)],
      // a field that is not kept makes another text, and the same state
      [3, '1', '1', second(LATER)],
    ])
    expect(run.spans.map((span) => [span.row_count, span.first_at, span.last_at])).toEqual([
      ['3', second(AT), second(AT)],
      ['2', second(AT), second(LATER)],
      ['1', second(LATER), second(LATER)],
    ])
  })
})

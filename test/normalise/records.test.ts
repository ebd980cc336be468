import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { HourwiseError, printableError } from '../../src/errors.ts'
import { recogniseRecords, whyNotRecords } from '../../src/normalise/records.ts'
import { readTexts } from './record_run.ts'

const ID = '/subscriptions/a/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm'
const vm = (at: number) => ({
  id: `${ID}${at}`,
  type: 'Microsoft.Compute/virtualMachines',
  properties: { vmId: `v${at}`, timeCreated: `2026-10-0${(at % 9) + 1}T00:00:00Z` },
})
const vms = (count: number) => Array.from({ length: count }, (_, at) => vm(at))

async function errorOf(files: Record<string, unknown>): Promise<string> {
  const error = await readTexts(files).then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof HourwiseError)) throw error ?? new Error('no error')
  expect(error.code).toBe(6)
  return printableError(error)
}

describe('recogniseRecords', () => {
  const device = { id: 'd', computerDnsName: 'x', healthStatus: 'Active' }
  const heads: [string, string, ReturnType<typeof recogniseRecords>][] = [
    [
      'az graph query',
      JSON.stringify({ count: 1, data: vms(1), skip_token: null, total_records: 1 }),
      { kind: 'arm', form: 'Resource Graph or ARM records, JSON' },
    ],
    ['a single resource', JSON.stringify(vm(1), null, 2), { kind: 'arm', form: 'ARM resource, JSON' }],
    [
      'JSON that breaks off',
      `{"value": [${JSON.stringify(device)}, {"id": "cut`,
      { kind: 'endpoint', form: 'Defender for Endpoint machines, JSON' },
    ],
    [
      'an empty page of machines',
      '{"@odata.context":"https://x/api/$metadata#Machines","value":[]}',
      { kind: 'endpoint', form: 'Defender for Endpoint machines, JSON' },
    ],
    [
      'an empty Resource Graph page',
      '{"totalRecords":0,"count":0,"resultTruncated":"false","data":[]}',
      { kind: 'arm', form: 'Resource Graph or ARM records, JSON' },
    ],
    [
      'security alerts',
      JSON.stringify({
        value: [
          {
            id: `${ID}/providers/Microsoft.Security/locations/weu/alerts/1`,
            type: 'Microsoft.Security/Locations/alerts',
          },
        ],
      }),
      { kind: 'alerts', form: 'security alerts, JSON' },
    ],
    [
      'usage details',
      JSON.stringify({
        value: [
          {
            id: '/subscriptions/a/providers/Microsoft.Consumption/usageDetails/1',
            type: 'Microsoft.Consumption/usageDetails',
          },
        ],
      }),
      null,
    ],
    [
      'a CSV of one row without a line end',
      `id,name\n${ID},vm`,
      { kind: 'arm', form: 'Resource Graph or ARM records, CSV' },
    ],
    ['a cost export', 'Date,MeterName,ResourceId,Cost\n2026-10-01,Standard P2 Node,/subscriptions/a/x,1\n', null],
    ['any CSV', 'a,b\n1,2\n', null],
    ['any JSON', '{"hello":"world"}', null],
    ['text', 'hello', null],
    ['nothing', '', null],
  ]
  for (const [what, head, expected] of heads) {
    it(`${expected === null ? 'refuses' : 'recognises'} ${what}`, () => {
      expect(recogniseRecords(head, 'x')).toEqual(expected)
    })
  }

  const reasons: [string, string, string | null][] = [
    [
      'an error answer',
      '{"error":{"code":"AuthorizationFailed","message":"no access"}}',
      "the service's error answer AuthorizationFailed: no access",
    ],
    ['an empty list', '[]', 'an empty list'],
    ['an empty page', '{"value":[]}', 'a page without records'],
    ['broken JSON', '[}', 'its JSON breaks off, or is broken, before the first record'],
    ['other JSON', '{"hello":"world"}', 'JSON, but its records are of no kind that is read'],
    [
      'a documentation example',
      '{"parameters":{},"responses":{"200":{}}}',
      'an example from API documentation, not an answer of the service',
    ],
    [
      'a product list',
      'Product_Display_Name,String_Id,GUID\nA,B,C\n',
      "Microsoft's list of product names, not a tenant's licences",
    ],
    [
      'a product list with semicolons',
      'Product_Display_Name;String_Id;GUID\nA;B;C\n',
      "Microsoft's list of product names, not a tenant's licences",
    ],
    [
      'a licence summary',
      '"License","SkuPartNumber","Total"\n"A","B","1"\n',
      'a licence summary without SkuId; export Graph subscribedSkus instead',
    ],
    ['any CSV', 'a,b\n1,2\n', null],
  ]
  for (const [what, head, reason] of reasons) {
    it(`says why it refuses ${what}`, () => {
      expect(recogniseRecords(head, 'x')).toBeNull()
      expect(whyNotRecords(head, 'x')).toBe(reason)
    })
  }
})

describe('broken files', () => {
  const whole = JSON.stringify({ value: vms(3) }, null, 2)

  it('names the line at which a page ends too early', async () => {
    expect(await errorOf({ 'vms.json': whole.slice(0, -20) })).toBe(
      [
        'hourwise: the JSON ends before it is complete',
        '  vms.json:24',
        '    the { of line 22 is not closed',
        '  The download was cut short: fetch the file again.',
      ].join('\n'),
    )
  })

  it('does so for an array, for JSON lines and for a text that is not closed', async () => {
    expect(await errorOf({ 'vms.json': `[${JSON.stringify(vm(1))},\n${JSON.stringify(vm(2))}` })).toContain(
      'vms.json:2\n    the [ of line 1 is not closed',
    )
    expect(
      await errorOf({ 'vms.json': `${JSON.stringify(vm(1))}\n${JSON.stringify(vm(2))}\n{"id":"/subscr` }),
    ).toContain('vms.json:3\n    the text begun in line 3 is not closed')
  })

  it('does so for a compressed page', async () => {
    expect(await errorOf({ 'vms.json.gz': gzipSync(whole.slice(0, -20)) })).toContain('vms.json.gz:24')
  })

  it('says that a compressed file itself breaks off', async () => {
    const zipped = gzipSync(JSON.stringify({ value: vms(5000) }))
    expect(await errorOf({ 'vms.json.gz': zipped.subarray(0, zipped.length - 2000) })).toContain(
      'the JSON ends before it is complete',
    )
  })

  it('names a bracket that does not fit', async () => {
    expect(await errorOf({ 'vms.json': `[${JSON.stringify(vm(1))},\n{"id":"/subscriptions/x"]]` })).toContain(
      'hourwise: the JSON is broken\n  vms.json:2\n    a ] where } was due (opened in line 2)',
    )
  })

  it('shows what the engine says where the brackets are right', async () => {
    expect(await errorOf({ 'vms.json': `[${JSON.stringify(vm(1))},\n{"id": nothing}]` })).toContain(
      'hourwise: the file cannot be read as JSON\n  vms.json',
    )
  })

  it('names the line of a CSV that has more or fewer cells than its header', async () => {
    const text = await errorOf({ 'vms.csv': `id,name,vmId\n${ID}1,a,v\n${ID}2,b\n` })
    expect(text).toBe(
      [
        'hourwise: a line of the CSV does not fit its header',
        '  vms.csv:3',
        '    the header has 3 columns',
        '    the line has     2',
        '  Export the file again; a spreadsheet program may have saved it differently.',
      ].join('\n'),
    )
  })
})

describe('recordSpan and recordFindings', () => {
  it('tells rows and the oldest and newest moment', async () => {
    const run = await readTexts({ 'vms.json': vms(9), 'empty.json': { totalRecords: 0, data: [] } })
    expect(run.spans).toEqual([
      {
        file_id: 1,
        row_count: '9',
        first_at: String(Date.UTC(2026, 9, 1) / 1000),
        last_at: String(Date.UTC(2026, 9, 9) / 1000),
        is_truncated: false,
      },
      { file_id: 2, row_count: '0', first_at: null, last_at: null, is_truncated: false },
    ])
    expect(run.findings).toEqual([])
  })

  const next = 'https://management.azure.com/next?$skiptoken=x'
  it('finds a listing whose next page is not there', async () => {
    const run = await readTexts({ 'vms.json': { value: vms(3), nextLink: next } })
    expect(run.findings).toEqual([
      {
        check: 'record_listing_is_complete',
        severity: 'error',
        subject: 'vms.json',
        message: 'the listing stops early: pages are missing at its end',
        evidence: 'pages 1, records 3; each page names a next one',
      },
    ])
    expect(run.spans).toMatchObject([{ is_truncated: true }])
  })

  it('is content when the next page lies beside it, or follows in the same file', async () => {
    const beside = await readTexts({ 'vms-1.json': { value: vms(3), nextLink: next }, 'vms-2.json': { value: vms(1) } })
    expect(beside.findings).toEqual([])
    const inside = await readTexts({
      'vms.jsonl': `${JSON.stringify({ value: vms(3), nextLink: next })}\n${JSON.stringify({ value: vms(1) })}\n`,
    })
    expect(inside.findings).toEqual([])
    expect(inside.spans).toMatchObject([{ row_count: '4', is_truncated: false }])
  })

  it('does not take the listing of another moment for the next page', async () => {
    const run = await readTexts({
      'vms_2026-10-01T00-00-00Z.json': { value: vms(3), nextLink: next },
      'vms_2026-10-02T00-00-00Z.json': { value: vms(3) },
    })
    expect(run.findings).toMatchObject([
      { check: 'record_listing_is_complete', subject: 'vms_2026-10-01T00-00-00Z.json' },
    ])
  })

  it('adds pages up to the total that they tell', async () => {
    const pages = (last: number) => ({
      'p1.json': { totalRecords: 4, count: 3, data: vms(3), $skipToken: 'x', resultTruncated: 'false' },
      'p2.json': { totalRecords: 4, count: last, data: vms(last), resultTruncated: 'false' },
    })
    expect((await readTexts(pages(1))).findings).toEqual([])
    const short = await readTexts({ 'p1.json': pages(1)['p1.json'] })
    expect(short.findings).toMatchObject([{ check: 'record_listing_is_complete', evidence: '3 of 4 records' }])
  })

  it('takes pages that all name no next one for one listing when they add up to its total, else for several', async () => {
    const page = (rows: number) => ({ totalRecords: 4, count: rows, data: vms(rows) })
    const one = await readTexts({ 'vms-1.json': page(3), 'vms-2.json': page(1) })
    expect(one.findings).toEqual([])
    const two = await readTexts({ 'vms-1.json': page(4), 'vms-2.json': page(4) })
    expect(two.findings).toEqual([])
    const broken = await readTexts({ 'vms-1.json': page(4), 'vms-2.json': page(3) })
    expect(broken.findings).toMatchObject([{ check: 'record_listing_is_complete', evidence: '7 of 8 records' }])
  })

  it('reports rows that the service left out', async () => {
    for (const resultTruncated of ['true', true]) {
      const run = await readTexts({ 'vms.json': { totalRecords: 3, count: 3, data: vms(3), resultTruncated } })
      expect(run.findings).toMatchObject([
        { check: 'record_service_left_nothing_out', severity: 'error', evidence: '3 records in page 1' },
      ])
      expect(run.spans).toMatchObject([{ is_truncated: true }])
    }
  })

  it('hints at a bare list of exactly a page size', async () => {
    const run = await readTexts({ 'a.json': vms(100), 'b.json': { value: vms(100) }, 'c.json': vms(99) })
    expect(run.findings).toMatchObject([{ check: 'record_count_is_no_page_size', subject: 'a.json', severity: 'info' }])
    expect(run.spans.map((span) => span.is_truncated)).toEqual([true, false, false])
  })

  it('reports time stamps that cannot be read', async () => {
    const run = await readTexts({
      'vms.json': [
        { ...vm(1), properties: { vmId: 'v', timeCreated: 'yesterday' } },
        { ...vm(2), properties: { timeCreated: '0001-01-01T00:00:00Z' } },
      ],
    })
    expect(run.findings).toMatchObject([
      { check: 'record_moment_is_readable', evidence: 'created: yesterday, 1 records' },
    ])
    expect(run.rows('machine_record').map((row) => row.created_at)).toEqual([null, null])
  })

  it('finds records whose nested values PowerShell cut', async () => {
    const cut = {
      '@odata.context': 'x#Machines',
      value: [{ id: 'd', computerDnsName: 'x', healthStatus: 'Active', vmMetadata: '@{vmId=1}' }],
    }
    const run = await readTexts({ 'machines.json': JSON.stringify(cut, null, 2) })
    expect(run.findings).toMatchObject([{ check: 'record_is_whole', severity: 'error', evidence: '1 records' }])
    expect(whyNotRecords('{"value":["@{id=d; computerDnsName=x}"]}', 'x')).toMatch(/^PowerShell cut/)
  })

  it('reads properties that an export holds as JSON text', async () => {
    const run = await readTexts({ 'vms.json': [{ ...vm(1), properties: JSON.stringify(vm(1).properties) }, vm(2)] })
    expect(run.rows('machine_record')).toMatchObject([
      { vm_id: 'v1', created_at: String(Date.UTC(2026, 9, 2) / 1000) },
      { vm_id: 'v2' },
    ])
  })

  it('counts records of other types without complaint', async () => {
    const run = await readTexts({
      'mixed.json': [
        vm(1),
        {
          id: '/subscriptions/a/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/s',
          type: 'microsoft.storage/storageaccounts',
        },
        null,
        3,
      ],
    })
    expect(run.classes).toEqual({ other: 3, 'virtual-machine': 1 })
    expect(run.findings).toEqual([])
  })
})

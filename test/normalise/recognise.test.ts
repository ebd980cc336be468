import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { EXIT } from '../../src/errors.ts'
import { nameSeconds } from '../../src/normalise/snapshot_time.ts'
import { eaCsv, errorOf, MACHINE, plain, readFiles, readFolder, withFolder } from './cost_folder.ts'

const MACHINES = JSON.stringify([
  {
    id: MACHINE,
    type: 'Microsoft.Compute/virtualMachines',
    name: 'Web-01',
    properties: { vmId: '51f9215f-2d90-4353-a029-2154060fff31', timeCreated: '2026-03-02T07:30:00Z' },
  },
])

describe('recognising files', () => {
  it('goes by content, at any depth, under any name, packed or not', async () => {
    const files = {
      'b/cost.dat': eaCsv([{ Date: '10/14/2026' }]),
      'a/x': gzipSync(MACHINES),
      'readme.txt': 'Exports follow.',
      'b/services.csv': 'ConsumedService,ServiceName\nmicrosoft.compute,Virtual Machines\n',
      'b/report.xlsx': Buffer.from('PK\u0003\u0004rest'),
      'b/wide.csv': Buffer.from('\ufeffDate,Cost\r\n', 'utf16le'),
      'hourwise.yaml': 'owner_tag: owner\n',
      _SUCCESS: '',
    }
    await readFiles(files, ({ files: read, unrecognised }) => {
      expect(read.map(({ fileId, path, kind, form }) => [fileId, path, kind, form])).toEqual([
        [1, 'a/x', 'arm', 'Resource Graph or ARM records, JSON (gzip)'],
        [2, 'b/cost.dat', 'cost', 'EA, CSV'],
        [3, 'hourwise.yaml', 'config', 'YAML'],
      ])
      expect(unrecognised).toEqual([
        { path: '_SUCCESS', reason: 'an empty file' },
        { path: 'b/report.xlsx', reason: 'a workbook; export as CSV' },
        { path: 'b/services.csv', reason: expect.stringContaining('a table whose columns are of no kind') },
        { path: 'b/wide.csv', reason: 'text in UTF-16; save it as UTF-8' },
        { path: 'readme.txt', reason: 'text of no kind that is read' },
      ])
    })
  })

  it('says of what is cut off within its first record where it breaks; a gzip so cut is refused as damaged', async () => {
    const cut = MACHINES.slice(0, 40)
    await readFiles({ 'cost.csv': eaCsv([{}]), 'machines.json': cut }, ({ unrecognised }) => {
      expect(unrecognised).toEqual([
        { path: 'machines.json', reason: expect.stringMatching(/^JSON that is broken in line 1: .* is not closed$/) },
      ])
    })
    const packed = gzipSync(MACHINES)
    await withFolder(
      { 'cost.csv': eaCsv([{}]), 'machines.json.gz': packed.subarray(0, packed.length - 20) },
      async (folder) => {
        expect(await errorOf(folder)).toEqual({
          code: EXIT.input,
          text: expect.stringMatching(/the gzip file cannot be unpacked\n {2}machines\.json\.gz\n.*it ends before/),
        })
      },
    )
  })

  it('leaves out hidden files, ignored folders and links that lead out, and follows the others once', async () => {
    await withFolder(
      { 'secret/cost.csv': eaCsv([{ Date: '10/15/2026' }]), 'in/cost.csv': eaCsv([{}]) },
      async (folder) => {
        mkdirSync(join(folder, 'in/.git'))
        writeFileSync(join(folder, 'in/.git/cost.csv'), eaCsv([{ Date: '10/16/2026' }]))
        mkdirSync(join(folder, 'in/out'))
        writeFileSync(join(folder, 'in/out/charges.csv'), eaCsv([{ Date: '10/17/2026' }]))
        symlinkSync(join(folder, 'secret'), join(folder, 'in/link'))
        symlinkSync(join(folder, 'in'), join(folder, 'in/loop'))
        symlinkSync(join(folder, 'in/missing'), join(folder, 'in/dangling'))
        const paths = await readFolder(join(folder, 'in'), ({ files }) => files.map(({ path }) => path), {
          ignore: [join(folder, 'in/out')],
        })
        expect(paths).toEqual(['cost.csv'])
      },
    )
  })

  it.runIf(typeof process.seteuid === 'function')('names the folder and the file that may not be read', async () => {
    await withFolder(
      { 'cost/a.csv': eaCsv([{}]), 'shut/b.csv': eaCsv([{}]), 'open/c.csv': eaCsv([{}]) },
      async (folder) => {
        const isRoot = process.geteuid?.() === 0
        chmodSync(folder, 0o755)
        chmodSync(join(folder, 'shut'), 0)
        if (isRoot) process.seteuid?.(65534)
        try {
          expect(await errorOf(folder)).toEqual({
            code: EXIT.input,
            text: expect.stringContaining('hourwise: the folder cannot be read: permission denied\n  shut'),
          })
        } finally {
          if (isRoot) process.seteuid?.(0)
          chmodSync(join(folder, 'shut'), 0o755)
        }
        chmodSync(join(folder, 'open/c.csv'), 0)
        if (isRoot) process.seteuid?.(65534)
        try {
          expect((await errorOf(folder)).text).toContain('the file cannot be read: permission denied\n  open/c.csv')
        } finally {
          if (isRoot) process.seteuid?.(0)
        }
      },
    )
  })

  it('writes down what each file is, hashed as it lies there', async () => {
    const packed = gzipSync(eaCsv([{}, { Date: '10/14/2026' }]))
    await readFiles({ 'a.csv.gz': packed }, async ({ sql }) => {
      const { createHash } = await import('node:crypto')
      expect(await sql('select * from normalise.source_file')).toEqual([
        {
          file_id: 1,
          path: 'a.csv.gz',
          kind: 'cost',
          form: 'EA, CSV (gzip)',
          sha256: createHash('sha256').update(packed).digest('hex'),
          bytes: String(packed.length),
          row_count: '2',
          snapshot_at: null,
          snapshot_evidence: null,
          first_at: String(Date.UTC(2026, 9, 3) / 1000),
          last_at: String(Date.UTC(2026, 9, 15) / 1000 - 1),
          is_truncated: false,
          superseded_by: null,
        },
      ])
    })
  })

  it('tells how far it is, up to the end', async () => {
    const seen = await progressOf({ 'a.csv': eaCsv([{}]), 'm.json': MACHINES, 'notes.txt': 'x' })
    expect(seen.map(({ done, total }) => done <= total)).not.toContain(false)
    expect(seen.map(({ done }, at) => done > (seen[at - 1]?.done ?? 0))).not.toContain(false)
    expect(seen.map(({ label }) => label)).toEqual([
      'a.csv',
      'm.json',
      'notes.txt',
      'a.csv',
      'm.json',
      'm.json',
      'a.csv',
    ])
    expect(seen.at(-1)?.done).toBeCloseTo(seen.at(-1)?.total ?? 0, 6)
  })

  it('reckons by size: what is left are the large files, not the many', async () => {
    const large = `{"value":[${Array.from({ length: 20_000 }, () => '{"a":1}').join()}],"nextLink":""}`
    const small = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`s${at}.json`, MACHINES]))
    const seen = await progressOf({
      ...small,
      'a.csv': eaCsv(Array.from({ length: 20_000 }, () => ({}))),
      'z.json': large,
    })
    const lookedAt = seen[21] as { done: number; total: number }
    expect(lookedAt.done / lookedAt.total).toBeLessThan(0.2)
    expect(seen.at(-1)?.done).toBeCloseTo(seen.at(-1)?.total ?? 0, 6)
  })

  async function progressOf(files: Parameters<typeof withFolder>[0]) {
    const seen: { done: number; total: number; label: string }[] = []
    await withFolder(files, (folder) =>
      readFolder(folder, () => undefined, { onProgress: (progress) => seen.push(progress) }),
    )
    return seen
  }
})

describe('the moment a snapshot describes', () => {
  it.each([
    ['machines_2026-10-03T04-00-00Z.json', '2026-10-03T04:00:00Z'],
    ['machines_20261003T040000Z.json', '2026-10-03T04:00:00Z'],
    ['2026-10-03T04:00/machines.json', '2026-10-03T04:00:00Z'],
    ['2026-10-03T04-00-00Z/machines_2026-10-05T06-30-00Z.json.gz', '2026-10-05T06:30:00Z'],
    ['machines_2026-10-03.json', null],
    ['machines_2026-13-03T04-00-00Z.json', null],
    ['machines.json', null],
  ])('%s says %s', (path, expected) => {
    expect(nameSeconds(path)).toBe(expected === null ? null : Date.parse(expected) / 1000)
  })

  it('is taken from collection.json, else the name, else the newest stamp inside, which is a finding', async () => {
    const collection = {
      collection: 'hourwise',
      files: [
        { path: 'b_2026-10-03T04-00-00Z.json', snapshotAt: '2026-10-04T00:00:00Z' },
        { path: 'c.json', snapshotAt: '2026-10-05T00:00:00Z', sha256: 'be'.repeat(32) },
      ],
    }
    const files = {
      'collection.json': JSON.stringify(collection),
      'a_2026-10-03T04-00-00Z.json': MACHINES,
      'b_2026-10-03T04-00-00Z.json': MACHINES,
      'c.json': MACHINES,
      'd.json': MACHINES,
    }
    await readFiles(files, ({ files: read, findings }) => {
      const told = read.filter(({ kind }) => kind === 'arm')
      expect(told.map(({ path, snapshotAt, snapshotEvidence }) => [path, snapshotAt, snapshotEvidence])).toEqual([
        ['a_2026-10-03T04-00-00Z.json', Date.UTC(2026, 9, 3, 4) / 1000, 'name'],
        ['b_2026-10-03T04-00-00Z.json', Date.UTC(2026, 9, 4) / 1000, 'collection'],
        ['c.json', Date.UTC(2026, 9, 5) / 1000, 'collection'],
        ['d.json', Date.UTC(2026, 2, 2, 7, 30) / 1000, 'content'],
      ])
      expect(findings.map(({ check, subject }) => [check, subject])).toEqual([
        ['collected_files_are_unchanged', 'c.json'],
        ['snapshot_time_is_stated', 'd.json'],
      ])
    })
  })
})

describe('files of records that were put in twice', () => {
  const listed = (id: string) => ({
    '@odata.context': 'https://api.security.microsoft.com/api/$metadata#Machines',
    value: [
      {
        id,
        computerDnsName: 'web-01',
        osPlatform: 'WindowsServer2022',
        lastSeen: '2026-10-20T14:55:03Z',
        healthStatus: 'Active',
        onboardingStatus: 'Onboarded',
      },
    ],
  })
  const page = JSON.stringify(listed('1e5bc9d7e413ddd7902c2932e418702b84d0cc07'))

  it('are read once where they are of one moment, and told', async () => {
    const files = {
      'a/devices_2026-10-20T16-00-00Z.json': page,
      'b/devices_2026-10-20T16-00-00Z.json': page,
      'devices_2026-10-20T20-00-00Z.json': page,
      'machines.json': MACHINES,
      'machines_copy.json': MACHINES,
    }
    await readFiles(files, async ({ sql, files: read, findings }) => {
      expect(await sql('select file_id from normalise.device_sighting order by file_id')).toMatchObject([
        { file_id: 1 },
        { file_id: 3 },
      ])
      expect(await sql('select file_id from normalise.machine_record')).toEqual([{ file_id: 4 }])
      expect(read.map(({ supersededBy }) => supersededBy)).toEqual([null, 1, null, null, 4])
      const [first, copy] = [read[3], read[4]]
      for (const name of ['rowCount', 'firstAt', 'lastAt', 'snapshotAt', 'snapshotEvidence'] as const)
        expect(copy?.[name]).toEqual(first?.[name])
      expect(copy?.rowCount).toBe('1')
      expect(findings.map(({ check, subject, evidence }) => [check, subject, evidence])).toEqual([
        ['snapshot_time_is_stated', 'machines.json', 'newest stamp 2026-03-02T07:30:00.000Z'],
        [
          'record_files_differ',
          'b/devices_2026-10-20T16-00-00Z.json',
          'the same as a/devices_2026-10-20T16-00-00Z.json',
        ],
        ['record_files_differ', 'machines_copy.json', 'the same as machines.json'],
      ])
    })
  })

  it('are told once for a folder', async () => {
    const moments = ['2026-10-20T16-00-00Z', '2026-10-20T20-00-00Z']
    const names = ['devices', 'devices copy'].flatMap((folder) => moments.map((at) => `in/${folder}/${at}.json`))
    await readFiles(Object.fromEntries(names.map((name) => [name, page])), ({ files: read, findings }) => {
      expect(read.map(({ supersededBy }) => supersededBy)).toEqual([null, null, 1, 2])
      expect(findings.map(({ check, subject, evidence }) => [check, subject, evidence])).toEqual([
        [
          'record_files_differ',
          'in/devices/',
          '2 files; in/devices/2026-10-20T16-00-00Z.json is the same as in/devices copy/2026-10-20T16-00-00Z.json',
        ],
      ])
    })
  })

  it('that hold nothing end the listing they stand in, and are not told', async () => {
    const open = (id: string) => JSON.stringify({ ...listed(id), '@odata.nextLink': 'https://api.example/next' })
    const end = JSON.stringify({ ...listed(''), value: [] })
    const files = {
      'a/devices_2026-10-20T16-00-00Z_1.json': open('aa'),
      'a/devices_2026-10-20T16-00-00Z_2.json': end,
      'b/devices_2026-10-20T16-00-00Z_1.json': open('bb'),
      'b/devices_2026-10-20T16-00-00Z_2.json': end,
    }
    await readFiles(files, ({ files: read, findings }) => {
      expect(read.map(({ supersededBy, rowCount }) => [supersededBy, rowCount])).toEqual([
        [null, '1'],
        [null, '0'],
        [null, '1'],
        [2, '0'],
      ])
      expect(findings).toEqual([])
    })
  })
})

describe('partitioned and repeated exports', () => {
  const scope = '/subscriptions/6f1c2d3e-0a4b-4c5d-8e6f-7a8b9c0d1e2f'
  const manifest = (
    parts: Record<string, number>,
    run: { submitted: string; type?: string; end?: string; name?: string },
  ) =>
    JSON.stringify({
      manifestVersion: '2024-04-01',
      blobCount: Object.keys(parts).length,
      exportConfig: {
        resourceId: `${scope}/providers/Microsoft.CostManagement/exports/${run.name ?? 'october'}`,
        type: run.type ?? 'ActualCost',
      },
      runInfo: {
        submittedTime: run.submitted,
        startDate: '2026-10-01T00:00:00',
        endDate: `${run.end ?? '2026-10-31'}T00:00:00`,
      },
      blobs: Object.entries(parts).map(([blobName, dataRowCount]) => ({ blobName, dataRowCount })),
    })
  const total = async (files: Record<string, string | Buffer>) =>
    readFiles(files, async ({ sql, files: read, findings }) => ({
      cost: (await sql('select sum(billed_cost) as cost from normalise.cost_total')).map((row) =>
        plain(row['cost']),
      )[0],
      lines: (await sql('select count(*) as lines from normalise.cost_line'))[0]?.['lines'],
      superseded: read
        .filter(({ supersededBy }) => supersededBy !== null)
        .map(({ path, supersededBy }) => [path, supersededBy]),
      checks: findings.map(({ check }) => check),
      rows: read.map(({ rowCount }) => rowCount),
    }))

  it('all parts of a run count, wherever its files were put and however they were packed', async () => {
    const files = {
      'down/manifest.json': manifest(
        { 'cost/october/run1/part_0_0001.csv': 1, 'cost/october/run1/part_1_0001.csv': 1 },
        { submitted: '2026-11-05T06:10:00Z' },
      ),
      'down/part_0_0001.csv': eaCsv([{}]),
      'down/run1/part_1_0001.csv.gz': gzipSync(eaCsv([{ Date: '10/14/2026' }])),
    }
    expect(await total(files)).toMatchObject({ cost: '0.96', lines: '2', superseded: [], checks: [] })
  })

  it('edge case 39: the newest run of a scope, type and month counts, and older ones need not be whole', async () => {
    const files = {
      'a/manifest.json': manifest(
        { 'x/a/part_0_0001.csv': 1, 'x/a/part_1_0001.csv': 7 },
        { submitted: '2026-10-20T06:10:00Z', end: '2026-10-20' },
      ),
      'a/part_0_0001.csv': eaCsv([{}]),
      'b/manifest.json': manifest({ 'x/b/part_0_0001.csv': 2 }, { submitted: '2026-11-05T06:10:00Z' }),
      'b/part_0_0001.csv': eaCsv([{}, { Date: '10/14/2026' }]),
    }
    expect(await total(files)).toEqual({
      cost: '0.96',
      lines: '2',
      superseded: [['a/part_0_0001.csv', 4]],
      checks: [],
      rows: ['2', '1', '1', '2'],
    })
  })

  it('runs of another scope stand beside each other', async () => {
    const other = (text: string) => text.replaceAll('6f1c2d3e', '7f1c2d3e')
    const files = {
      'a/manifest.json': manifest({ 'a/part_0_0001.csv': 1 }, { submitted: '2026-10-20T06:10:00Z' }),
      'a/part_0_0001.csv': eaCsv([{}]),
      'b/manifest.json': other(manifest({ 'b/part_0_0001.csv': 1 }, { submitted: '2026-11-05T06:10:00Z' })),
      'b/part_0_0001.csv': other(eaCsv([{}])),
    }
    expect(await total(files)).toMatchObject({ cost: '0.96', superseded: [], checks: [] })
  })

  it('numbered parts without a manifest are one export: the same line in two of them is two lines', async () => {
    const files = { 'a/part_0_0001.csv': eaCsv([{}]), 'a/part_1_0001.csv': eaCsv([{}, { Date: '10/14/2026' }]) }
    expect(await total(files)).toMatchObject({
      cost: '1.44',
      checks: ['cost_dataset_is_stated', 'cost_dataset_is_stated'],
    })
  })

  it('a correction that comes with the next month is no second export of its day', async () => {
    const files = {
      'a/october.csv': eaCsv([{}]),
      'b/november.csv': eaCsv([
        { CostInBillingCurrency: '-0.48', BillingPeriodStartDate: '11/01/2026', BillingPeriodEndDate: '11/30/2026' },
        { Date: '11/02/2026', BillingPeriodStartDate: '11/01/2026', BillingPeriodEndDate: '11/30/2026' },
      ]),
    }
    expect((await total(files)).checks).not.toContain('cost_days_are_in_one_export')
  })
})

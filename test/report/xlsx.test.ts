// The workbook, read back by another program's reader: typed cells, neutral text, tables, formulas, any number of rows.
import { crc32, inflateRawSync } from 'node:zlib'
import { readXlsx } from 'hucre/xlsx'
import { describe, expect, test } from 'vitest'
import { renderXlsx, rowsOfSheet, type Sheet } from '../../src/report/xlsx.ts'
import { zipped } from '../../src/report/zip.ts'
import { HOSTILE } from './demo_document.ts'

const INFO = { title: 'Defender <October>', createdAt: 1_793_491_200 }

async function bytesOf(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}

/** A file of an archive by its central directory, its checksum held against its content. */
function partOf(archive: Buffer, name: string): string {
  const end = archive.length - 22
  let at = archive.readUInt32LE(end + 16)
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const nameLength = archive.readUInt16LE(at + 28)
    if (archive.toString('utf8', at + 46, at + 46 + nameLength) === name) {
      const local = archive.readUInt32LE(at + 42)
      const start = local + 30 + archive.readUInt16LE(local + 26)
      const content = inflateRawSync(archive.subarray(start, start + archive.readUInt32LE(at + 20)))
      expect(content).toHaveLength(archive.readUInt32LE(at + 24))
      expect(crc32(content)).toBe(archive.readUInt32LE(at + 16))
      return content.toString('utf8')
    }
    at += 46 + nameLength
  }
  throw new Error(`${name} is not in the archive`)
}

const machines = (): Sheet => ({
  name: 'Machines & more',
  table: 'Machines',
  columns: [
    { label: 'machine', kind: 'text' },
    { label: 'cost', kind: 'money' },
    { label: 'day', kind: 'day' },
    { label: 'free', kind: 'boolean' },
    { label: 'double', kind: 'money' },
  ],
  rows: [
    [HOSTILE.formula, '-12.500000000000000000000000', '2026-10-03', false, { formula: 'B2*2', value: '-25.00' }],
    [HOSTILE.script, null, null, true, null],
    ['บัญชี & <b>\u0007', '0.1', '1900-03-01', null, null],
  ],
})

const cover: Sheet = {
  name: 'Cover',
  columns: [{ label: 'what', kind: 'text' }],
  rows: [['Defender'], ['Machines & more']],
  links: { 'Machines & more': 'Machines & more' },
}

describe('a workbook', () => {
  test('has typed cells, neutral text and the same bytes', async () => {
    const bytes = await bytesOf(renderXlsx([cover, machines()], INFO))
    expect(bytes.equals(await bytesOf(renderXlsx([cover, machines()], INFO)))).toBe(true)
    const read = await readXlsx(bytes)
    expect(read.sheets.map((sheet) => sheet.name)).toEqual(['Cover', 'Machines & more'])
    const rows = read.sheets[1]?.rows ?? []
    expect(rows[0]).toEqual(['machine', 'cost', 'day', 'free', 'double'])
    expect(rows[1]?.[0]).toBe(`'${HOSTILE.formula}`)
    expect(rows[1]?.[1]).toBe(-12.5)
    expect(rows[1]?.[2]).toEqual(new Date('2026-10-03T00:00:00Z'))
    expect(rows[1]?.[3]).toBe(false)
    expect(rows[1]?.[4]).toBe(-25)
    expect(rows[2]?.[0]).toBe(HOSTILE.script)
    expect(rows[2]?.[1] ?? null).toBeNull()
    expect(rows[3]?.[0]).toBe('บัญชี & <b>')
    expect(rows[3]?.[2]).toEqual(new Date('1900-03-01T00:00:00Z'))
  })

  test('freezes the header, names the table, filters it, and keeps the formula beside its value', async () => {
    const bytes = await bytesOf(renderXlsx([cover, machines()], INFO))
    const sheet = partOf(bytes, 'xl/worksheets/sheet2.xml')
    expect(sheet).toContain('<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>')
    expect(sheet).toContain('<f>B2*2</f><v>-25</v>')
    const table = partOf(bytes, 'xl/tables/table1.xml')
    expect(table).toContain('displayName="Machines" ref="A1:E4"')
    expect(table).toContain('<autoFilter ref="A1:E4"/>')
    expect(partOf(bytes, 'xl/worksheets/sheet1.xml')).toContain(
      `<hyperlink ref="A2" location="'Machines &amp; more'!A1"/>`,
    )
  })

  test('takes 100,000 rows as they come', async () => {
    let asked = 0
    function* rows(): Generator<string[]> {
      for (let i = 0; i < 100_000; i += 1) {
        asked += 1
        yield [`vm-${i}`, `${i}.25`]
      }
    }
    const pieces = renderXlsx(
      [
        {
          name: 'Big',
          table: 'Big',
          columns: [
            { label: 'machine', kind: 'text' },
            { label: 'cost', kind: 'money' },
          ],
          rows: rows(),
        },
      ],
      INFO,
    )
    const all: Buffer[] = []
    let askedAtFirst: number | undefined
    for await (const piece of pieces) {
      all.push(piece)
      // Long before the rows are at their end, the first pieces of them are out.
      if (asked > 0) askedAtFirst ??= asked
    }
    expect(asked).toBe(100_000)
    expect(askedAtFirst).toBeLessThan(50_000)
    const [sheet] = (await readXlsx(Buffer.concat(all))).sheets
    expect(sheet?.rows).toHaveLength(100_001)
    expect(sheet?.rows[100_000]).toEqual(['vm-99999', 99_999.25])
  })

  test('refuses a number that is none', async () => {
    const sheet: Sheet = { name: 'A', table: 'A', columns: [{ label: 'a', kind: 'number' }], rows: [['1e5']] }
    await expect(bytesOf(renderXlsx([sheet], INFO))).rejects.toThrow('not a decimal number')
  })
})

test('a worksheet has the rows that a spreadsheet can show, and fewer where many columns would make it too large', () => {
  expect(rowsOfSheet(1)).toBe(1_048_575)
  expect(rowsOfSheet(19)).toBe(1_048_575)
  expect(rowsOfSheet(40)).toBe(500_000)
})

test('an error in the content of an archive is not lost', async () => {
  // biome-ignore lint/correctness/useYield: it fails before it gives anything
  async function* broken(): AsyncGenerator<string> {
    throw new Error('the rows broke off')
  }
  await expect(bytesOf(zipped([{ name: 'a', content: broken() }]))).rejects.toThrow('the rows broke off')
})

// Where the last rows of a table move to the next sheet together, each goes whole: name and values stay on one line.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Document, Value } from '../../src/report/document.ts'
import { renderPdf } from '../../src/report/pdf.ts'

const text = (words: string): Value => ({ kind: 'text', text: words })

function tableOf(rows: readonly (readonly Value[])[]): Document {
  const columns = [
    { key: 'name', label: 'Name', align: 'start', width: 0.3 },
    { key: 'value', label: 'Value', align: 'start' },
  ] as const
  return {
    id: 'true-up',
    title: 'Rows',
    subtitle: '',
    language: 'en',
    footer: '',
    createdAt: 0,
    keywords: [],
    pages: [
      {
        id: 'rows',
        label: 'Rows',
        title: 'Rows',
        blocks: [{ type: 'table', table: { id: 'rows-table', caption: 'Rows', columns, rows } }],
      },
    ],
  }
}

describe.skipIf(!existsSync('/usr/bin/pdftotext'))('rows at the end of a sheet', () => {
  let place: string
  beforeAll(() => {
    place = mkdtempSync(join(tmpdir(), 'hourwise-rows-'))
  })
  afterAll(() => rmSync(place, { recursive: true }))

  test.each([26, 27, 28, 29, 30, 31])('%i rows, the last of them long', async (count) => {
    const rows = Array.from({ length: count }, (_, i) => [
      text(`name${i}.`),
      text(`value${i}. ${i > count - 5 ? 'and so on '.repeat(14) : ''}`),
    ])
    const file = join(place, `${count}.pdf`)
    writeFileSync(file, (await renderPdf(tableOf(rows), { pageSize: 'A4' })).bytes)
    const lines = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).split('\n')
    for (let i = 0; i < count; i += 1) expect(lines.find((line) => line.includes(`name${i}.`))).toContain(`value${i}.`)
  })
})

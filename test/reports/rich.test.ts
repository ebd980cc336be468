// An estate of many subscriptions, owners, currencies, anomalies and findings: the reports stay sound and keep to their length.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { REPORTS } from '../../reports/reports.ts'
import { buildActions } from '../../src/actions/build.ts'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { buildForecast } from '../../src/forecast/build.ts'
import { buildIntegration } from '../../src/integration/build.ts'
import { buildLedgerWithHistory } from '../../src/ledger/build.ts'
import { buildLicensing } from '../../src/licensing/build.ts'
import { normalise } from '../../src/normalise/normalise.ts'
import type { Document } from '../../src/report/document.ts'
import { renderPdf } from '../../src/report/pdf.ts'
import { MOST_SHEETS } from '../../src/report/pdf_fit.ts'
import { emptySheets } from '../report/pdf_file.ts'
import { CONTEXT } from './estate.ts'
import { expectSound } from './expectations.ts'
import { writeRichEstate } from './rich_estate.ts'

const COPIES = 4

let folder: string
let engine: Engine
let documents: Document[]
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hourwise-rich-'))
  writeRichEstate(folder, COPIES)
  engine = await openDuckDb({ memoryLimitMegabytes: 1000 })
  await normalise(engine, folder)
  await buildLedgerWithHistory(engine, { fromDay: '2026-10-01', untilDay: '2026-11-01' })
  await buildLicensing(engine)
  await buildActions(engine)
  await buildForecast(engine)
  await buildIntegration(engine)
  documents = []
  for (const report of REPORTS) documents.push(await report.document(engine, CONTEXT))
}, 300_000)
afterAll(async () => {
  await engine.close()
  rmSync(folder, { recursive: true })
})

test('it is rich: every copy is billed in its currency', async () => {
  const bills = await engine.rows('select distinct billing_currency from ledger.money')
  expect(bills.length).toBe(COPIES + 2)
})

test('every document is sound', () => {
  documents.forEach(expectSound)
})

test.each(['A4', 'LETTER'] as const)(
  'each report keeps to its sheets on %s',
  { timeout: 300_000 },
  async (pageSize) => {
    for (const document of documents) {
      const { pageCount, bytes } = await renderPdf(document, { pageSize, html: `${document.id}.html` })
      expect(pageCount, document.id).toBeLessThanOrEqual(MOST_SHEETS)
      expect(emptySheets(bytes), document.id).toEqual([])
    }
  },
)

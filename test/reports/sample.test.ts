// The reports of the sample estate, against the numbers worked out on paper in fixtures/README.md, and of its cost exports
// alone; on paper they keep to their length.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { queries as monthlyQueries } from '../../reports/monthly-review/report.ts'
import { REPORTS } from '../../reports/reports.ts'
import { buildActions } from '../../src/actions/build.ts'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { runQuery } from '../../src/engine/query.ts'
import { buildForecast } from '../../src/forecast/build.ts'
import { buildIntegration } from '../../src/integration/build.ts'
import { buildLedgerWithHistory } from '../../src/ledger/build.ts'
import { buildLicensing } from '../../src/licensing/build.ts'
import { normalise } from '../../src/normalise/normalise.ts'
import { packageRoot } from '../../src/package_root.ts'
import type { Document } from '../../src/report/document.ts'
import { renderPdf } from '../../src/report/pdf.ts'
import { emptySheets } from '../report/pdf_file.ts'
import { CONTEXT } from './estate.ts'
import { expectSound, pageText, titles } from './expectations.ts'

async function built(folder: string): Promise<Engine> {
  const engine = await openDuckDb({ memoryLimitMegabytes: 1000 })
  await normalise(engine, join(packageRoot, folder))
  await buildLedgerWithHistory(engine, { fromDay: '2026-10-01', untilDay: '2026-11-01' })
  await buildLicensing(engine)
  await buildActions(engine)
  await buildForecast(engine)
  await buildIntegration(engine)
  return engine
}

async function drafted(engine: Engine): Promise<Record<string, Document>> {
  const documents: Record<string, Document> = {}
  for (const report of REPORTS) documents[report.id] = await report.document(engine, CONTEXT)
  return documents
}

function only(documents: Record<string, Document>, id: Document['id']): Document {
  const document = documents[id]
  if (document === undefined) throw new Error(`no document ${id}`)
  return document
}

describe('the whole sample', () => {
  let engine: Engine
  let documents: Record<string, Document>
  beforeAll(async () => {
    engine = await built('fixtures/sample')
    documents = await drafted(engine)
  })
  afterAll(() => engine.close())

  test('every document is sound', () => {
    Object.values(documents).forEach(expectSound)
  })

  test('the waterfall holds the changes worked out on paper', async () => {
    const rows = await runQuery(engine, monthlyQueries.change)
    const steps = Object.fromEntries(
      rows
        .filter((row) => row.row_kind === 'step' && row.billing_currency === 'USD')
        .map((row) => [row.step, Number(row.cost)]),
    )
    expect(steps['earlier']).toBeCloseTo(792.7794, 9)
    expect(steps['removed']).toBeCloseTo(-7.9608, 9)
    expect(steps['unbilled']).toBeCloseTo(-26.784, 9)
    expect(steps['free']).toBeCloseTo(16.0704, 9)
    expect(steps['correction']).toBeCloseTo(-0.4714, 9)
    // web-13, web-14, tmp-mig-01, and the machine that was created again under the name bat-01
    expect(steps['added']).toBeCloseTo(23.8824 + 3.162 + 7.998, 9)
    expect(steps['price']).toBeCloseTo(0, 9)
    expect(steps['residual']).toBeCloseTo(0, 6)
    expect(steps['current']).toBeCloseTo(861.05405, 9)
  })

  test('the titles say what was found', () => {
    expect(titles(only(documents, 'monthly-review'))).toMatchObject({
      headlines: '25.3 % of the USD bill and 22.7 % of the EUR bill protected nothing',
      'what-changed': expect.stringMatching(
        /^The USD bill rose by USD 68\.27 \(8\.6 %\).*; the EUR bill rose by EUR 0\.79/,
      ),
      reconciliation: '98.4 % of the USD bill and 100.0 % of the EUR bill are tied to known machines',
    })
    expect(pageText(only(documents, 'true-up'), 'licence-position')).toContain('MDATP_Server')
  })

  test('on paper the reports keep to their length', async () => {
    const pages = async (id: Document['id'], pageSize: 'A4' | 'LETTER' = 'A4'): Promise<number> => {
      const { pageCount, bytes } = await renderPdf(only(documents, id), { pageSize })
      expect(emptySheets(bytes), id).toEqual([])
      return pageCount
    }
    expect(await pages('monthly-review')).toBeLessThanOrEqual(20)
    expect(await pages('true-up')).toBeLessThanOrEqual(20)
    // two pages, and the annex: sensors on two, alerts, data location
    expect(await pages('executive-summary')).toBe(6)
    expect(await pages('executive-summary', 'LETTER')).toBe(6)
  })
})

test('cost exports alone give reports that say what is not known and what would tell', async () => {
  const engine = await built('fixtures/sample/cost/2026-10')
  try {
    const documents = await drafted(engine)
    Object.values(documents).forEach(expectSound)
    const review = only(documents, 'monthly-review')
    expect(titles(review)['headlines']).toMatch(/cannot be told yet: no listing says how the sensors were$/)
    expect(pageText(review, 'what-changed')).toContain('Add the cost export of September 2026')
    const summary = only(documents, 'executive-summary')
    expect(titles(summary)).toEqual({
      coverage: 'How much was protected cannot be told yet',
      gaps: 'Which sensors are unhealthy cannot be told yet',
      'annex-sensors': 'Whether settings keep sensors away cannot be told: none is in the folder',
      'annex-alerts': 'Whether alerts fell into unprotected hours cannot be told',
      'annex-location': 'Where the sensors send their data is not known to this report',
    })
    expect((await renderPdf(summary, { pageSize: 'A4' })).pageCount).toBe(5)
    expect(pageText(only(documents, 'true-up'), 'licence-position')).toContain('GET /subscribedSkus')
  } finally {
    await engine.close()
  }
})

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ReportContext } from '../../reports/context.ts'
import { REPORTS } from '../../reports/reports.ts'
import { dayBefore, secondsOf } from '../calendar.ts'
import type { Engine } from '../engine/engine.ts'
import type { Document } from '../report/document.ts'
import { renderHtml } from '../report/html.ts'
import { renderPdf } from '../report/pdf.ts'
import type { Period } from '../types.ts'
import { commandLine } from './manifest.ts'
import type { Results } from './results.ts'
import { TABLE_FILES } from './table_file.ts'

/** Builds the documents of the reports that were asked for, and writes each in the formats that were asked for. */
export async function writeDocuments(engine: Engine, run: Results): Promise<Document[]> {
  const { config, progress } = run
  const context = await contextOf(engine, run)
  const documents: Document[] = []
  for (const report of REPORTS.filter(({ id }) => config.reports.includes(id))) {
    progress.step(report.id)
    const document = await report.document(engine, context)
    documents.push(document)
    if (config.formats.includes('html')) {
      progress.step(`${report.id}.html`)
      writeFileSync(join(run.path, `${report.id}.html`), await renderHtml(document))
    }
    if (config.formats.includes('pdf')) {
      progress.step(`${report.id}.pdf`)
      const { bytes } = await renderPdf(document, { pageSize: config.pageSize === 'Letter' ? 'LETTER' : 'A4' })
      writeFileSync(join(run.path, `${report.id}.pdf`), bytes)
    }
  }
  return documents
}

async function contextOf(engine: Engine, run: Results): Promise<ReportContext> {
  const { period, findings, config } = run
  const previousPeriod = await monthBefore(engine, period)
  const count = (severity: string): number => findings.filter((finding) => finding.severity === severity).length
  return {
    period,
    ...(previousPeriod === null ? {} : { previousPeriod }),
    toolVersion: run.version,
    commandLine: commandLine(config, period),
    inputs: run.files.map((file) => ({
      path: file.path,
      kind: file.kind,
      form: file.form,
      rows: file.rowCount === null ? null : Number(file.rowCount),
      sha256: file.sha256,
      ...(file.snapshotAt === null ? {} : { snapshotAt: file.snapshotAt }),
      superseded: file.supersededBy !== null,
    })),
    createdAt: secondsOf(period.untilDay),
    ...(config.brand === undefined ? {} : { brandName: config.brand }),
    dataGrade: run.summary.data_grade.grade,
    findings: { error: count('error'), warning: count('warning'), info: count('info') },
    files: [
      ...(config.formats.includes('csv') ? Object.keys(TABLE_FILES).map((name) => `${name}.csv`) : []),
      ...(config.formats.includes('parquet') ? ['ledger.parquet'] : []),
      ...(config.formats.includes('json') ? ['summary.json', 'findings.json'] : []),
      'manifest.json',
    ],
  }
}

/** The calendar month before a period that begins with a month, when its figures were kept; otherwise null. */
async function monthBefore(engine: Engine, period: Period): Promise<Period | null> {
  if (!period.fromDay.endsWith('-01')) return null
  const fromDay = `${dayBefore(period.fromDay).slice(0, 7)}-01`
  const kept = await engine.rows('select month from history.figure where month = cast($1 as date) limit 1', [fromDay])
  return kept.length > 0 ? { fromDay, untilDay: period.fromDay } : null
}

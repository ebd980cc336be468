import { existsSync, readFileSync } from 'node:fs'
import type { ReportContext } from '../../reports/context.ts'
import { REPORTS } from '../../reports/reports.ts'
import { dayBefore, monthPeriod, secondsOf } from '../calendar.ts'
import type { Config } from '../config.ts'
import { type Engine, sqlText } from '../engine/engine.ts'
import { EXIT, HourwiseError } from '../errors.ts'
import type { SourceFile } from '../normalise/source_file.ts'
import type { Document } from '../report/document.ts'
import type { Period } from '../types.ts'
import { commandLine } from './manifest.ts'
import { plannedFiles, type Results } from './results.ts'

/** What the reports that were asked for say. */
export async function draftDocuments(engine: Engine, run: Omit<Results, 'path'>): Promise<Document[]> {
  const context = await contextOf(engine, run)
  const brand = brandOf(run.config)
  const documents: Document[] = []
  for (const report of REPORTS.filter(({ id }) => run.config.reports.includes(id))) {
    run.progress.step(report.id)
    const document = await report.document(engine, context)
    documents.push(brand === undefined ? document : { ...document, brand })
  }
  return documents
}

/** Largest logo, so that each report stays a file one can mail. */
const LOGO_BYTES = 300_000

/** How the reports are dressed. A logo that is no picture is a HourwiseError (exit 2). */
function brandOf({ brand }: Config): Document['brand'] {
  if (brand === undefined) return undefined
  const { name, accent } = brand
  const logo = brand.logo === undefined ? undefined : logoOf(brand.logo)
  return { name, ...(accent === undefined ? {} : { accent }), ...(logo === undefined ? {} : { logo }) }
}

function logoOf(path: string): string {
  const next = 'Give brand.logo in hourwise.yaml a PNG or JPEG file of at most 300 KB.'
  if (!existsSync(path)) throw new HourwiseError(EXIT.usage, 'the logo does not exist', { where: path, next })
  const bytes = readFileSync(path)
  const start = bytes.subarray(0, 4).toString('hex')
  const kind = start === '89504e47' ? 'png' : start.startsWith('ffd8ff') ? 'jpeg' : undefined
  if (kind === undefined) throw new HourwiseError(EXIT.usage, 'the logo is neither PNG nor JPEG', { where: path, next })
  if (bytes.length > LOGO_BYTES)
    throw new HourwiseError(EXIT.usage, 'the logo is too large', {
      where: path,
      details: [`${bytes.length} bytes`],
      next,
    })
  return `data:image/${kind};base64,${bytes.toString('base64')}`
}

async function contextOf(engine: Engine, run: Omit<Results, 'path'>): Promise<ReportContext> {
  const { period, config, summary } = run
  const previousPeriod = await monthBefore(engine, period)
  return {
    period,
    ...(previousPeriod === undefined ? {} : { previousPeriod }),
    toolVersion: run.version,
    commandLine: commandLine(config, period),
    inputs: run.files.map(inputOf),
    createdAt: run.createdAt ?? secondsOf(period.untilDay),
    ...(config.brand === undefined ? {} : { brandName: config.brand.name }),
    ...(config.targets === undefined ? {} : { targets: targetsOf(config.targets) }),
    language: config.language,
    dataGrade: summary.data_grade.grade,
    findings: summary.findings,
    files: plannedFiles(config),
  }
}

/** Targets as decimal text. */
function targetsOf(given: NonNullable<Config['targets']>): NonNullable<ReportContext['targets']> {
  const limits = (name: 'billed_cost' | 'cost_per_protected_hour' | 'without_protection') =>
    (given[name] ?? []).map(({ currency, amount }) => ({ currency, amount: String(amount) }))
  return {
    ...(given.time_coverage === undefined ? {} : { timeCoverage: String(given.time_coverage) }),
    billedCost: limits('billed_cost'),
    costPerProtectedHour: limits('cost_per_protected_hour'),
    withoutProtection: limits('without_protection'),
  }
}

function inputOf(file: SourceFile): ReportContext['inputs'][number] {
  return {
    path: file.path,
    kind: file.kind,
    form: file.form,
    rows: file.rowCount === null ? null : Number(file.rowCount),
    sha256: file.sha256,
    ...(file.snapshotAt === null ? {} : { snapshotAt: file.snapshotAt }),
    superseded: file.supersededBy !== null,
  }
}

/** The calendar month before a period that is one, where its figures are known too. */
async function monthBefore(engine: Engine, { fromDay, untilDay }: Period): Promise<Period | undefined> {
  const month = monthPeriod(fromDay.slice(0, 7))
  if (month.fromDay !== fromDay || month.untilDay !== untilDay) return undefined
  const before = monthPeriod(dayBefore(fromDay).slice(0, 7))
  const kept = await engine.rows(`select 1 from history.figure where month = date ${sqlText(before.fromDay)} limit 1`)
  return kept.length > 0 ? before : undefined
}

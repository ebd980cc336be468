import { createWriteStream, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { periodText, secondsOf } from '../calendar.ts'
import type { Config } from '../config.ts'
import type { Engine } from '../engine/engine.ts'
import type { SourceFile, UnrecognisedFile } from '../normalise/source_file.ts'
import type { Progress } from '../progress.ts'
import { formatDecimal, minorDigits } from '../report/format.ts'
import type { Period } from '../types.ts'
import type { EarlierResult } from './earlier_result.ts'
import { writeFindings } from './findings.ts'
import { commandLine, manifestOf } from './manifest.ts'
import { currenciesOf, figureOf, type Summary } from './summary.ts'
import { TABLE_FILES, writeCsv, writeParquet } from './table_file.ts'
import { drawJson } from './terminal.ts'
import { writeTickets } from './tickets.ts'
import { type WorkbookAbout, workbook } from './workbook.ts'

/** A finished run, and where its results go. */
export interface Results {
  config: Config
  version: string
  period: Period
  summary: Summary
  files: readonly SourceFile[]
  unrecognised: readonly UnrecognisedFile[]
  history: readonly EarlierResult[]
  /** Date of the documents, UTC seconds; the end of the period unless told, so that the same data gives the same bytes. */
  createdAt: number | undefined
  /** The folder that is written to. */
  path: string
  progress: Progress
}

/** The names of the files that a configuration asks for, the manifest too, sorted. */
export function plannedFiles({ formats, reports }: Config): string[] {
  const drawn = formats.filter((format) => format === 'html' || format === 'pdf')
  return [
    'manifest.json',
    ...drawn.flatMap((format) => reports.map((id) => `${id}.${format}`)),
    ...(formats.includes('csv') ? Object.keys(TABLE_FILES).map((name) => `${name}.csv`) : []),
    ...(formats.includes('parquet') ? ['ledger.parquet'] : []),
    ...(formats.includes('json') ? ['summary.json', 'findings.json', 'tickets.jsonl'] : []),
    ...(formats.includes('xlsx') ? ['hourwise.xlsx'] : []),
  ].sort()
}

function isDrawn({ formats }: Config): boolean {
  return formats.some((format) => format === 'html' || format === 'pdf')
}

/** The part of the CSV files in the time that all tables take. */
const CSV_SHARE = 0.6

/** Writes the files of OUT into a folder, the manifest last; gives their names, sorted. */
export async function writeResults(engine: Engine, run: Results): Promise<string[]> {
  const { formats } = run.config
  if (isDrawn(run.config)) {
    // What draws is large, and tables alone do without it.
    const { drawReports } = await import('./drawn_reports.ts')
    await drawReports(engine, run)
  }
  run.progress.stage('tables', isDrawn(run.config) ? 8 : 22)
  if (formats.includes('csv')) {
    const files = Object.entries(TABLE_FILES)
    for (const [i, [name, file]] of files.entries()) {
      run.progress.step(`${name}.csv`, (i / files.length) * CSV_SHARE)
      await writeCsv(engine, file, join(run.path, `${name}.csv`))
    }
  }
  if (formats.includes('parquet')) {
    run.progress.step('ledger.parquet', CSV_SHARE)
    await writeParquet(engine, TABLE_FILES.ledger, join(run.path, 'ledger.parquet'))
  }
  if (formats.includes('xlsx')) {
    run.progress.step('hourwise.xlsx', 0.8)
    await engine.inLessMemory(async () =>
      pipeline(await workbook(engine, aboutOf(run)), createWriteStream(join(run.path, 'hourwise.xlsx'))),
    )
  }
  if (formats.includes('json')) {
    writeFileSync(join(run.path, 'summary.json'), drawJson(run.summary))
    await writeFindings(engine, join(run.path, 'findings.json'))
    await writeTickets(engine, join(run.path, 'tickets.jsonl'))
  }
  const manifest = await manifestOf({ ...run, grade: run.summary.data_grade.grade })
  writeFileSync(join(run.path, 'manifest.json'), drawJson(manifest))
  return plannedFiles(run.config)
}

function aboutOf(run: Results): WorkbookAbout {
  const { period, summary, config } = run
  return {
    title: `Defender for Servers, ${periodText(period)}`,
    createdAt: run.createdAt ?? secondsOf(period.untilDay),
    summary,
    cover: [
      ...(config.brand === undefined ? [] : [['Organisation', config.brand.name] as const]),
      ['Period', `${periodText(period)}, UTC`],
      ['Data grade', summary.data_grade.grade],
      ...summary.data_grade.criteria.map(
        ({ criterion, grade, reason }) => [`  ${criterion}`, `${grade}: ${reason}`] as const,
      ),
      ...currenciesOf(summary).map(
        (code) =>
          [`Bill in ${code}`, formatDecimal(figureOf(summary, 'total_cost', code) ?? '0', minorDigits(code))] as const,
      ),
      ['Tool', `hourwise ${run.version}`],
      ['Command', commandLine(config, period)],
      ['Exact decimals', 'A spreadsheet keeps about 15 digits of a number; the CSV files hold them all.'],
      ['Day by day', 'The ledger by day and every charge stand in ledger.csv, ledger.parquet and charges.csv.'],
    ],
  }
}

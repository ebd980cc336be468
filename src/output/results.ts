import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Engine } from '../engine/engine.ts'
import type { SourceFile, UnrecognisedFile } from '../normalise/source_file.ts'
import type { Progress } from '../progress.ts'
import type { Finding, Period } from '../types.ts'
import { manifestOf } from './manifest.ts'
import type { Summary } from './summary.ts'
import { TABLE_FILES, writeCsv, writeParquet } from './table_file.ts'
import { drawJson } from './terminal.ts'

/** A finished run, and where its results go. */
export interface Results {
  config: Config
  version: string
  period: Period
  summary: Summary
  files: readonly SourceFile[]
  unrecognised: readonly UnrecognisedFile[]
  findings: readonly Finding[]
  /** The folder that is written to. */
  path: string
  progress: Progress
}

/** Writes the files of OUT into a folder, the manifest last; gives their names, sorted. */
export async function writeResults(engine: Engine, run: Results): Promise<string[]> {
  const { formats } = run.config
  run.progress.stage('files', 10)
  for (const [name, file] of Object.entries(TABLE_FILES)) {
    run.progress.step(`${name}.csv`)
    if (formats.includes('csv')) await writeCsv(engine, file, join(run.path, `${name}.csv`))
  }
  if (formats.includes('parquet')) {
    run.progress.step('ledger.parquet')
    await writeParquet(engine, TABLE_FILES.ledger, join(run.path, 'ledger.parquet'))
  }
  if (formats.includes('json')) {
    writeFileSync(join(run.path, 'summary.json'), drawJson(run.summary))
    writeFileSync(join(run.path, 'findings.json'), drawJson(run.findings))
  }
  const manifest = await manifestOf({ ...run, grade: run.summary.data_grade.grade })
  writeFileSync(join(run.path, 'manifest.json'), drawJson(manifest))
  return readdirSync(run.path)
    .filter((name) => !name.startsWith('.'))
    .sort()
}

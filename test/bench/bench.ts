import { existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import { packageRoot } from '../../src/package_root.ts'
import { runNode } from './child.ts'
import { benchCollect } from './collect.ts'
import { type CostFormat, writeCostFiles } from './cost_files.ts'
import { writeRecordFiles } from './record_files.ts'

/**
 * `npm run bench -- --machines 1000`: writes a generated month of that many machines in Azure's formats, runs `report`
 * on it as a process of its own, and compares it with a bare scan of the same files in the same run.
 */
const { values } = parseArgs({
  options: {
    machines: { type: 'string', multiple: true, default: ['1000', '10000'] },
    /** Hours between two endpoint listings; Defender for Cloud refreshes every four. */
    'health-hours': { type: 'string', default: '4' },
    /** Of the cost export: `csv.gz`, `parquet`. */
    format: { type: 'string', multiple: true, default: ['csv.gz', 'parquet'] },
    /** Formats of the reports, as `report` takes them. */
    reports: { type: 'string', default: 'html,pdf,xlsx,csv,parquet,json' },
    /** Folder for the generated files, kept and used again. */
    keep: { type: 'string' },
    /** Collects such an estate from a simulated Azure instead, and counts requests. */
    collect: { type: 'boolean', default: false },
  },
})

interface Measured {
  machines: number
  format: string
  lines: string
  megabytes: string
  scan: string
  scanCpu: string
  report: string
  reportCpu: string
  ratio: string
  cpuRatio: string
  peak: string
  stages: string
}

if (values.collect) {
  process.stdout.write(`${await benchCollect(values.machines.map(Number), note)}\n`)
  process.exit()
}

const root = values.keep ?? mkdtempSync(join(tmpdir(), 'hourwise-bench-'))
const table: Measured[] = []
try {
  for (const machines of values.machines.map(Number)) {
    for (const format of values.format as CostFormat[]) table.push(await measure(machines, format))
  }
} finally {
  if (values.keep === undefined) rmSync(root, { recursive: true, force: true })
}
process.stdout.write(`${markdown(table)}\n`)

async function measure(machines: number, format: CostFormat): Promise<Measured> {
  const folder = await generated(machines, format)
  note(`${machines} machines, ${format}: scan`)
  const scan = await runNode(['--import', 'tsx', join(packageRoot, 'test/bench/scan.ts'), folder])
  if (scan.code !== 0) throw new Error(`the scan failed: ${scan.stderr}`)
  const scanned = JSON.parse(scan.stdout) as { rows: number[]; seconds: number[]; cpuSeconds: number }
  note(`${machines} machines, ${format}: report`)
  const out = join(root, 'out')
  const cli = join(packageRoot, 'dist/src/cli.js')
  const report = await runNode([
    cli,
    'report',
    folder,
    '--period',
    '2026-10',
    '--out',
    out,
    '--verbose',
    '--no-cache',
    '--format',
    values.reports,
  ])
  // 4: done, but something is missing, such as prices: no failure of the run.
  if (report.code !== 0 && report.code !== 4) throw new Error(`the report failed (${report.code}): ${report.stderr}`)
  const seconds = scanned.seconds.reduce((sum, part) => sum + part, 0)
  return {
    machines,
    format,
    lines: scanned.rows.map((rows) => rows.toLocaleString('en')).join(' + '),
    megabytes: (sizeOf(folder) / 1e6).toFixed(0),
    scan: seconds.toFixed(2),
    scanCpu: scanned.cpuSeconds.toFixed(2),
    report: report.seconds.toFixed(2),
    reportCpu: report.cpuSeconds?.toFixed(2) ?? '–',
    ratio: (report.seconds / seconds).toFixed(1),
    cpuRatio: report.cpuSeconds === null ? '–' : (report.cpuSeconds / scanned.cpuSeconds).toFixed(1),
    peak: report.peakMegabytes === null ? '–' : String(report.peakMegabytes),
    stages: stagesOf(report.stderr),
  }
}

/** The folder of an estate with its cost export; files other than the export are shared between formats. */
async function generated(machines: number, format: CostFormat): Promise<string> {
  const hours = Number(values['health-hours'])
  const shared = join(root, `${machines}-${hours}h`, 'records')
  if (!existsSync(shared)) {
    note(`${machines} machines: writing records`)
    await writeRecordFiles(`${shared}.part`, machines, hours)
    renameSync(`${shared}.part`, shared)
  }
  const folder = join(root, `${machines}-${hours}h`, format)
  if (existsSync(folder)) return folder
  note(`${machines} machines: writing the cost export, ${format}`)
  const engine = await openDuckDb()
  try {
    await writeCostFiles(engine, join(`${folder}.part`, 'cost'), machines, format)
  } finally {
    await engine.close()
  }
  for (const path of readdirSync(shared, { recursive: true, encoding: 'utf8' })) {
    if (statSync(join(shared, path)).isDirectory()) continue
    mkdirSync(dirname(join(`${folder}.part`, path)), { recursive: true })
    linkSync(join(shared, path), join(`${folder}.part`, path))
  }
  renameSync(`${folder}.part`, folder)
  return folder
}

/** `reading 1.2 s, ledger 0.4 s`: what `--verbose` says of the stages. */
function stagesOf(stderr: string): string {
  return [...stderr.matchAll(/^ {2}(\S.*?) +(\d[\d.]* s)$/gm)].map((stage) => `${stage[1]} ${stage[2]}`).join(', ')
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => statSync(join(folder, path)))
    .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0)
}

function markdown(rows: readonly Measured[]): string {
  const heads = [
    'machines',
    'cost export',
    'records: cost + endpoint + activity + inventory',
    'MB on disk',
    'scan s',
    'scan CPU s',
    'report s',
    'report CPU s',
    'ratio',
    'CPU ratio',
    'peak MB',
    'stages',
  ]
  const lines = rows.map((row) => Object.values(row).join(' | '))
  return [
    `Node ${process.version}, ${cpus().length} cores, endpoint listings every ${values['health-hours']} hours, reports ${values.reports}`,
    '',
    `| ${heads.join(' | ')} |`,
    `|${heads.map(() => '---').join('|')}|`,
    ...lines.map((line) => `| ${line} |`),
  ].join('\n')
}

function note(text: string): void {
  process.stderr.write(`${text}\n`)
}

import { existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import { packageRoot } from '../../src/package_root.ts'
import { type ChildRun, runNode } from './child.ts'
import { benchCollect } from './collect.ts'
import { type CostFormat, writeCostFiles } from './cost_files.ts'
import { markdown } from './markdown.ts'
import { type PeerRun, peerTable, runPeers } from './peers.ts'
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
    /** Measures normalise and ledger only, not the whole of `report`. */
    'no-report': { type: 'boolean', default: false },
    /** Does one job on the cost export (csv.gz) with Hourwise, plain Node and pandas, instead. */
    peers: { type: 'boolean', default: false },
    /** Folder for the generated files, kept and used again. */
    keep: { type: 'string' },
    /** Collects such an estate from a simulated Azure instead, and counts requests. */
    collect: { type: 'boolean', default: false },
  },
})

interface Measured {
  machines: number
  format: CostFormat
  /** Records of each kind of file, and megabytes on disk. */
  records: string
  megabytes: number
  scan: Time
  normalise: Time
  ledger: Time
  /** Highest resident memory of normalise and ledger, MB. */
  peak: number | null
  report: { seconds: number; cpuSeconds: number | null; peak: number | null; stages: string } | null
}

interface Time {
  seconds: number
  cpuSeconds: number
}

if (values.collect) {
  process.stdout.write(`${await benchCollect(values.machines.map(Number), note)}\n`)
  process.exit()
}

const root = values.keep ?? mkdtempSync(join(tmpdir(), 'hourwise-bench-'))
const sizes = values.machines.map(Number)
const ran = `Node ${process.version}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)} at the start, endpoint listings every ${values['health-hours']} hours`
try {
  if (values.peers) {
    const runs: PeerRun[] = []
    for (const machines of sizes) runs.push(...(await runPeers(machines, await generated(machines, 'csv.gz'), note)))
    process.stdout.write(`${ran}\n\n${peerTable(runs)}\n`)
  } else {
    const table: Measured[] = []
    for (const machines of sizes) {
      for (const format of values.format as CostFormat[]) table.push(await measure(machines, format))
    }
    process.stdout.write(`${ran}\n\n${ledgerTable(table)}\n\n${growth(table)}\n${reportTable(table)}`)
  }
} finally {
  if (values.keep === undefined) rmSync(root, { recursive: true, force: true })
}

async function measure(machines: number, format: CostFormat): Promise<Measured> {
  const folder = await generated(machines, format)
  note(`${machines} machines, ${format}: scan`)
  const scan = await script('scan.ts', folder)
  const scanned = JSON.parse(scan.stdout) as { rows: number[]; seconds: number[]; cpuSeconds: number }
  note(`${machines} machines, ${format}: normalise and ledger`)
  const built = await script('ledger_run.ts', folder)
  const [normalise, ledger] = JSON.parse(built.stdout) as [Time, Time]
  return {
    machines,
    format,
    records: scanned.rows.map((rows) => rows.toLocaleString('en')).join(' + '),
    megabytes: sizeOf(folder) / 1e6,
    scan: { seconds: scanned.seconds.reduce((sum, part) => sum + part, 0), cpuSeconds: scanned.cpuSeconds },
    normalise,
    ledger,
    peak: built.peakMegabytes,
    report: values['no-report'] ? null : await measureReport(machines, format, folder),
  }
}

/** Runs a script of this folder in a process of its own. */
async function script(name: string, folder: string): Promise<ChildRun> {
  const run = await runNode(['--import', 'tsx', join(packageRoot, 'test/bench', name), folder])
  if (run.code !== 0) throw new Error(`${name} failed: ${run.stderr}`)
  return run
}

async function measureReport(machines: number, format: CostFormat, folder: string): Promise<Measured['report']> {
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
  return {
    seconds: report.seconds,
    cpuSeconds: report.cpuSeconds,
    peak: report.peakMegabytes,
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

function ledgerTable(rows: readonly Measured[]): string {
  return markdown(
    'machines, cost export, records: cost + endpoint + activity + inventory, MB, scan s, scan CPU s, normalise CPU s, ledger CPU s, both s, ratio, CPU ratio, peak MB',
    rows.map(({ machines, format, records, megabytes, scan, normalise, ledger, peak }) => {
      const seconds = normalise.seconds + ledger.seconds
      const cpu = normalise.cpuSeconds + ledger.cpuSeconds
      return [
        machines,
        format,
        records,
        megabytes.toFixed(0),
        ...[scan.seconds, scan.cpuSeconds, normalise.cpuSeconds, ledger.cpuSeconds, seconds].map((time) =>
          time.toFixed(2),
        ),
        (seconds / scan.seconds).toFixed(1),
        (cpu / scan.cpuSeconds).toFixed(1),
        peak ?? '–',
      ]
    }),
  )
}

/** The exponent of growth between neighbouring sizes of a format: 1 is linear. */
function growth(rows: readonly Measured[]): string {
  const cpu = ({ normalise, ledger }: Measured): number => normalise.cpuSeconds + ledger.cpuSeconds
  return rows
    .flatMap((from) => {
      const to = rows.filter((row) => row.format === from.format && row.machines > from.machines)[0]
      if (to === undefined) return []
      const exponent = (of: (row: Measured) => number) =>
        Math.log(of(to) / of(from)) / Math.log(to.machines / from.machines)
      const own = exponent(cpu).toFixed(2)
      const bare = exponent(({ scan }) => scan.cpuSeconds).toFixed(2)
      return [
        `Growth exponent of processor time, ${from.format}, ${from.machines} to ${to.machines} machines: normalise and ledger ${own}, scan ${bare}.\n`,
      ]
    })
    .join('')
}

function reportTable(rows: readonly Measured[]): string {
  const measured = rows.flatMap(({ machines, format, scan, report }) =>
    report === null
      ? []
      : [
          [
            machines,
            format,
            report.seconds.toFixed(2),
            report.cpuSeconds?.toFixed(2) ?? '–',
            report.cpuSeconds === null ? '–' : (report.cpuSeconds / scan.cpuSeconds).toFixed(1),
            report.peak ?? '–',
            report.stages,
          ],
        ],
  )
  if (measured.length === 0) return ''
  const heads = 'machines, cost export, report s, report CPU s, CPU ratio to the scan, peak MB, stages'
  return `\nThe whole of \`report\`, ${values.reports}:\n\n${markdown(heads, measured)}\n`
}

function note(text: string): void {
  process.stderr.write(`${text}\n`)
}

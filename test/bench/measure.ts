import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packageRoot } from '../../src/package_root.ts'
import { type ChildRun, runNode } from './child.ts'
import type { Estate } from './generate.ts'

export interface Time {
  seconds: number
  /** Processor time of all threads. */
  cpuSeconds: number
}

/** What was measured of one estate; what failed is null, with a line in `failures`. */
export interface Measured extends Estate {
  /** Records of each kind of file, and megabytes on disk. */
  records: string
  megabytes: number
  scan: Time
  ledger: { normalise: Time; ledger: Time; peakMegabytes: number | null } | null
  report: { seconds: number; cpuSeconds: number | null; peakMegabytes: number | null; stages: string } | null
  cache: { first: Reading; second: Reading; megabytes: number } | null
  failures: string[]
}

interface Reading extends Time {
  taken: number
  kept: number
  peakMegabytes: number | null
}

export interface What {
  /** Formats of the reports, as `report` takes them; null: no report. */
  reports: string | null
  /** Reads twice with a cache instead of building the ledger. */
  cache: boolean
}

/** Measures one estate; a part that fails does not keep the others from being measured. */
export async function measure(estate: Estate, folder: string, what: What, note: Note): Promise<Measured> {
  const failures: string[] = []
  const tried = async <T>(part: string, run: () => Promise<T>): Promise<T | null> => {
    note(`${estate.machines} machines, ${estate.format}: ${part}`)
    try {
      return await run()
    } catch (error) {
      const said = `${estate.machines} machines, ${estate.format}: ${part} FAILED: ${(error as Error).message}`
      note(said)
      failures.push(said)
      return null
    }
  }
  note(`${estate.machines} machines, ${estate.format}: scan`)
  const scanned = JSON.parse((await script('scan.ts', folder)).stdout) as Scanned
  return {
    ...estate,
    records: scanned.rows.map((rows) => rows.toLocaleString('en')).join(' + '),
    megabytes: megabytesOf(folder),
    scan: { seconds: scanned.seconds.reduce((sum, part) => sum + part, 0), cpuSeconds: scanned.cpuSeconds },
    ledger: what.cache ? null : await tried('normalise and ledger', () => measureLedger(folder)),
    report: what.reports === null ? null : await tried('report', () => measureReport(folder, what.reports ?? '')),
    cache: what.cache ? await tried('reading cache', () => measureCache(folder)) : null,
    failures,
  }
}

type Note = (text: string) => void

interface Scanned {
  rows: number[]
  seconds: number[]
  cpuSeconds: number
}

/** Runs a script of this folder in a process of its own. */
async function script(name: string, ...args: readonly string[]): Promise<ChildRun> {
  const run = await runNode(['--import', 'tsx', join(packageRoot, 'test/bench', name), ...args])
  if (run.code !== 0) throw new Error(`${name}: ${lastWords(run)}`)
  return run
}

/** The line that names the error, without the stack; what ended a process that said nothing. */
function lastWords(run: ChildRun): string {
  const lines = run.stderr.split('\n').filter((line) => line.trim() !== '')
  return lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? `ended with code ${run.code} and no word`
}

async function measureLedger(folder: string): Promise<Measured['ledger']> {
  const built = await script('ledger_run.ts', folder)
  const [normalise, ledger] = JSON.parse(built.stdout) as [Time, Time]
  return { normalise, ledger, peakMegabytes: built.peakMegabytes }
}

async function measureReport(folder: string, formats: string): Promise<Measured['report']> {
  const out = mkdtempSync(join(tmpdir(), 'hourwise-bench-out-'))
  try {
    const cli = join(packageRoot, 'dist/src/cli.js')
    const place = ['--period', '2026-10', '--out', join(out, 'result'), '--format', formats]
    const report = await runNode([cli, 'report', folder, ...place, '--verbose', '--no-cache'])
    // 4: done, but something is missing, such as prices: no failure of the run.
    if (report.code !== 0 && report.code !== 4) throw new Error(`code ${report.code}, ${lastWords(report)}`)
    const { seconds, cpuSeconds, peakMegabytes } = report
    return { seconds, cpuSeconds, peakMegabytes, stages: stagesOf(report.stderr) }
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}

/** `reading 1.2 s, ledger 0.4 s`: what `--verbose` says of the stages. */
function stagesOf(stderr: string): string {
  return [...stderr.matchAll(/^ {2}(\S.*?) +(\d[\d.]* s)$/gm)].map((stage) => `${stage[1]} ${stage[2]}`).join(', ')
}

/** Reads the folder with an empty cache, which keeps what it reads, and again with what was kept. */
async function measureCache(folder: string): Promise<Measured['cache']> {
  const cache = mkdtempSync(join(tmpdir(), 'hourwise-bench-cache-'))
  try {
    const read = async (): Promise<Reading> => {
      const run = await script('reading_run.ts', folder, cache)
      return { ...(JSON.parse(run.stdout) as Reading), peakMegabytes: run.peakMegabytes }
    }
    const first = await read()
    const second = await read()
    if (second.kept > 0) throw new Error(`the second reading kept ${second.kept} files again`)
    return { first, second, megabytes: megabytesOf(cache) }
  } finally {
    rmSync(cache, { recursive: true, force: true })
  }
}

function megabytesOf(folder: string): number {
  const bytes = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => statSync(join(folder, path)))
    .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0)
  return bytes / 1e6
}

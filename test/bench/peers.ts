import { join } from 'node:path'
import { packageRoot } from '../../src/package_root.ts'
import { type ChildRun, runProgram } from './child.ts'
import type { CostFormat } from './cost_lines.ts'
import type { Estate } from './generate.ts'
import { markdown } from './markdown.ts'

/** One job done by one program: what Defender for Servers cost per day and machine, and what all lines add up to. */
export interface PeerRun {
  estate: Estate
  peer: string
  /** Null: the peer was not run, and why. */
  run: Pick<ChildRun, 'seconds' | 'cpuSeconds' | 'peakMegabytes'> | null
  leftOut?: string
}

/** What every peer prints. Exact amounts are texts, those of binary floats are numbers. */
interface Result {
  lines: number
  /** Days of machines. */
  groups: number
  hours: string | number
  cost: string | number
  /** Of all lines, foreign ones included. */
  total: string | number
  /** Of a peer that is several processes: what it measured itself, without making its empty database. */
  measured?: Pick<ChildRun, 'seconds' | 'cpuSeconds' | 'peakMegabytes'>
}

interface Peer {
  peer: string
  formats: readonly CostFormat[]
  program: string
  args: readonly string[]
}

const BOTH = ['csv.gz', 'parquet'] as const
const node = (script: string): Pick<Peer, 'program' | 'args'> => ({
  program: process.execPath,
  args: ['--import', 'tsx', script],
})

const PEERS: readonly Peer[] = [
  { peer: 'Hourwise, exact and checked', formats: BOTH, ...node('hourwise.ts') },
  { peer: "Hourwise's engine, exact, this job alone", formats: BOTH, ...node('engine.ts') },
  { peer: 'nodejs-polars, floats', formats: BOTH, ...node('polars.ts') },
  {
    peer: 'pandas, floats',
    formats: BOTH,
    program: process.env['BENCH_PYTHON'] ?? 'python3',
    args: ['daily_cost.py'],
  },
  { peer: 'PostgreSQL, exact', formats: ['csv.gz'], ...node('postgresql.ts') },
  { peer: 'plain Node, floats', formats: ['csv.gz'], ...node('daily_cost.ts') },
]

/** How far a sum of binary floats may be from the exact one, of its size. */
const FLOAT_TOLERANCE = 1e-9

/** What a peer that is not installed ends with, its reason on standard error. */
const NOT_INSTALLED = 3

/**
 * Runs the job with each peer, one after the other. Throws when a peer disagrees with Hourwise; one that is not
 * installed, or fails, is in the table with the reason.
 */
export async function runPeers(estate: Estate, folder: string, note: (text: string) => void): Promise<PeerRun[]> {
  const runs: PeerRun[] = []
  let first: Result | undefined
  for (const { peer, formats, program, args } of PEERS) {
    if (!formats.includes(estate.format)) continue
    note(`${estate.machines} machines, ${estate.format}: ${peer}`)
    const path = join(packageRoot, 'test/bench/peers', args.at(-1) ?? '')
    const run = await runProgram(program, [...args.slice(0, -1), path, join(folder, 'cost')]).catch(String)
    if (typeof run === 'string' || run.code !== 0) {
      const said = typeof run === 'string' ? run : (run.stderr.trim().split('\n').at(-1) ?? '')
      const isMissing = typeof run === 'string' || run.code === NOT_INSTALLED || /ModuleNotFound|No module/.test(said)
      const leftOut = isMissing ? `not installed: ${said}` : `failed: ${said || `code ${run.code}`}`
      note(`${peer} ${leftOut}`)
      runs.push({ estate, peer, run: null, leftOut })
      continue
    }
    const result = JSON.parse(run.stdout) as Result
    first ??= result
    const difference = differs(first, result)
    if (difference !== null) throw new Error(`${peer} disagrees with ${PEERS[0]?.peer} in ${difference}`)
    runs.push({ estate, peer, run: result.measured ?? run })
  }
  return runs
}

/** What two results do not agree in; exact amounts must be the same to the last digit. */
function differs(first: Result, other: Result): string | null {
  for (const name of ['lines', 'groups', 'hours', 'cost', 'total'] as const) {
    const [a, b] = [first[name], other[name]]
    const isSame =
      typeof a === 'string' && typeof b === 'string'
        ? plain(a) === plain(b)
        : Math.abs(Number(a) - Number(b)) <= (name === 'lines' || name === 'groups' ? 0 : FLOAT_TOLERANCE * Number(a))
    if (!isSame) return `${name}: ${b}, not ${a}`
  }
  return null
}

/** A decimal without zeros at its end. */
function plain(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal
}

/** Whole processes, start included; ratios to the first. */
export function peerTable(runs: readonly PeerRun[]): string {
  return markdown(
    'machines, cost export, program, s, CPU s, CPU ratio to Hourwise, peak MB',
    runs.map(({ estate, peer, run, leftOut }) => {
      const start = [estate.machines, estate.format, peer]
      if (run === null) return [...start, leftOut ?? '–', '–', '–', '–']
      const own = runs.find((other) => other.estate === estate)?.run?.cpuSeconds
      const cpu = run.cpuSeconds
      return [
        ...start,
        run.seconds.toFixed(2),
        cpu?.toFixed(2) ?? '–',
        cpu == null || own == null ? '–' : (cpu / own).toFixed(2),
        run.peakMegabytes ?? '–',
      ]
    }),
  )
}

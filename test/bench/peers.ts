import { join } from 'node:path'
import { packageRoot } from '../../src/package_root.ts'
import { type ChildRun, runProgram } from './child.ts'
import { markdown } from './markdown.ts'

/** One job done by one program: what Defender for Servers cost per day and machine, and what all lines add up to. */
export interface PeerRun {
  machines: number
  peer: string
  run: ChildRun
}

/** What every peer prints. */
interface Result {
  lines: number
  groups: number
  total: number
  cost: number
}

const PEERS: readonly { peer: string; program: string; args: readonly string[] }[] = [
  { peer: 'Hourwise, exact and checked', program: process.execPath, args: ['--import', 'tsx', 'hourwise.ts'] },
  { peer: 'plain Node, floats', program: process.execPath, args: ['--import', 'tsx', 'daily_cost.ts'] },
  { peer: 'pandas, floats', program: process.env['BENCH_PYTHON'] ?? 'python3', args: ['daily_cost.py'] },
]

/** Runs the job with each peer, one after the other. Throws when a peer disagrees; one that is not installed is left out. */
export async function runPeers(machines: number, folder: string, note: (text: string) => void): Promise<PeerRun[]> {
  const runs: PeerRun[] = []
  let first: Result | undefined
  for (const { peer, program, args } of PEERS) {
    note(`${machines} machines: ${peer}`)
    const [script, ...options] = args.toReversed()
    const path = join(packageRoot, 'test/bench/peers', script ?? '')
    const run = await runProgram(program, [...options.toReversed(), path, join(folder, 'cost')])
    if (run.code !== 0) {
      note(`${peer} is left out: ${run.stderr.trim().split('\n').at(-1)}`)
      continue
    }
    const result = JSON.parse(run.stdout) as Result
    first ??= result
    if (!agrees(first, result)) throw new Error(`${peer} says ${run.stdout}, the first said ${JSON.stringify(first)}`)
    runs.push({ machines, peer, run })
  }
  return runs
}

function agrees(a: Result, b: Result): boolean {
  const near = (x: number, y: number) => Math.abs(x - y) <= 1e-6 * Math.abs(x)
  return a.lines === b.lines && a.groups === b.groups && near(a.total, b.total) && near(a.cost, b.cost)
}

/** Whole processes, start included; ratios to the first. */
export function peerTable(runs: readonly PeerRun[]): string {
  return markdown(
    'machines, program, s, CPU s, CPU ratio to Hourwise, peak MB',
    runs.map(({ machines, peer, run }) => {
      const own = runs.find((other) => other.machines === machines)?.run.cpuSeconds
      const cpu = run.cpuSeconds
      return [
        machines,
        peer,
        run.seconds.toFixed(2),
        cpu?.toFixed(2) ?? '–',
        cpu == null || own == null ? '–' : (cpu / own).toFixed(2),
        run.peakMegabytes ?? '–',
      ]
    }),
  )
}

import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchCollect } from './collect.ts'
import type { CostFormat } from './cost_lines.ts'
import { type Estate, generated } from './generate.ts'
import { type Measured, measure } from './measure.ts'
import { type PeerRun, peerTable, runPeers } from './peers.ts'
import { cacheTable, GOALS, growth, ledgerTable, reportTable } from './tables.ts'

/**
 * `npm run bench -- --machines 1000`: writes a generated month of that many machines in Azure's formats, runs normalise,
 * ledger and `report` on it as processes of their own, and compares them with a bare scan of the same files in the same
 * run. Fails when a part of it failed; the others are in the table all the same.
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
    /** Reads twice with a reading cache, instead. */
    cache: { type: 'boolean', default: false },
    /** Does one job on the cost export with Hourwise and its peers, instead. */
    peers: { type: 'boolean', default: false },
    /** Folder for the generated files, kept and used again. */
    keep: { type: 'string' },
    /** Writes the generated files only; with `--keep`. */
    generate: { type: 'boolean', default: false },
    /** Collects such an estate from a simulated Azure instead, and counts requests. */
    collect: { type: 'boolean', default: false },
  },
})

const sizes = values.machines.map(Number)
if (values.collect) {
  process.stdout.write(`${await benchCollect(sizes, note)}\n`)
  process.exit()
}
if (values.generate && values.keep === undefined) throw new Error('--generate needs --keep and a folder')

const root = values.keep ?? mkdtempSync(join(tmpdir(), 'hourwise-bench-'))
const estates = sizes.flatMap((machines) =>
  (values.format as CostFormat[]).map(
    (format): Estate => ({ machines, format, healthHours: Number(values['health-hours']) }),
  ),
)
const ran = `Node ${process.version}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)} at the start, endpoint listings every ${values['health-hours']} hours`
const failures: string[] = []
try {
  if (values.generate) for (const estate of estates) await generated(root, estate, note)
  else if (values.peers) await benchPeers()
  else await benchReading()
} finally {
  if (values.keep === undefined) rmSync(root, { recursive: true, force: true })
}
if (failures.length > 0) {
  process.stderr.write(`\nFAILED:\n${failures.join('\n')}\n`)
  process.exitCode = 1
}

async function benchReading(): Promise<void> {
  const table: Measured[] = []
  const what = { reports: values['no-report'] || values.cache ? null : values.reports, cache: values.cache }
  for (const estate of estates) {
    const row = await attempted(estate, async () => measure(estate, await generated(root, estate, note), what, note))
    if (row === null) continue
    failures.push(...row.failures)
    table.push(row)
  }
  print(ran)
  if (values.cache) {
    print(cacheTable(table))
    print(`Goal: the second reading takes at most ${GOALS.cachedToFirst} of the first.`)
    return
  }
  print(ledgerTable(table))
  print(growth(table))
  print(`Goals: ratio ${GOALS.ledgerToScan}, growth exponent ${GOALS.growthExponent}.`)
  if (what.reports !== null) print(`The whole of \`report\`, ${what.reports}:\n\n${reportTable(table)}`)
}

async function benchPeers(): Promise<void> {
  const runs: PeerRun[] = []
  for (const estate of estates) {
    const own = await attempted(estate, async () => runPeers(estate, await generated(root, estate, note), note))
    runs.push(...(own ?? []))
  }
  print(ran)
  print(peerTable(runs))
}

/** Null, and a line of `failures`, when the size could not be run at all. */
async function attempted<T>({ machines, format }: Estate, run: () => Promise<T>): Promise<T | null> {
  try {
    return await run()
  } catch (error) {
    const said = `${machines} machines, ${format}: ${(error as Error).message}`
    note(said)
    failures.push(said)
    return null
  }
}

function print(text: string): void {
  if (text !== '') process.stdout.write(`${text}\n\n`)
}

function note(text: string): void {
  process.stderr.write(`${text}\n`)
}

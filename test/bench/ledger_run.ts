import { openDuckDb } from '../../src/engine/duckdb.ts'
import { buildLedger } from '../../src/ledger/build.ts'
import { normalise } from '../../src/normalise/normalise.ts'
import { bytesOfFolder } from '../../src/normalise/source_folder.ts'

/**
 * Normalise and ledger of a generated month and nothing else, as a process of its own: prints wall and processor seconds
 * of both as JSON, without the start of the process, as the scan does.
 */
const folder = process.argv[2] ?? ''
const engine = await openDuckDb({ memoryLimitMegabytes: 1000, inputBytes: bytesOfFolder(folder) })
const stages = [
  () => normalise(engine, folder),
  () => buildLedger(engine, { fromDay: '2026-10-01', untilDay: '2026-11-01' }),
]
const measured: { seconds: number; cpuSeconds: number }[] = []
for (const stage of stages) {
  const begun = process.hrtime.bigint()
  const before = process.cpuUsage()
  await stage()
  const { user, system } = process.cpuUsage(before)
  measured.push({ seconds: Number(process.hrtime.bigint() - begun) / 1e9, cpuSeconds: (user + system) / 1e6 })
}
await engine.close()
process.stdout.write(JSON.stringify(measured))

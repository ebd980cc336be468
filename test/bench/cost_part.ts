import { openDuckDb } from '../../src/engine/duckdb.ts'
import { writeCostDays } from './cost_files.ts'
import type { CostFormat } from './cost_lines.ts'

/**
 * A share of the days of a cost export, as a process of its own: folder, format, megabytes the engine may take, machines,
 * part, parts. Prints the parts it wrote, as the manifest names them.
 */
const [folder = '', format = '', ...numbers] = process.argv.slice(2)
const [memoryLimitMegabytes = 0, machines = 0, part = 0, parts = 1] = numbers.map(Number)
const engine = await openDuckDb({ memoryLimitMegabytes, threads: 1 })
try {
  process.stdout.write(JSON.stringify(await writeCostDays(engine, folder, machines, format as CostFormat, part, parts)))
} finally {
  await engine.close()
}

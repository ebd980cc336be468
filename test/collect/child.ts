import { collect } from '../../src/collect/collect.ts'
import type { Wanted } from '../../src/collect/wanted.ts'
import { simulatedOutside } from './outside.ts'

/**
 * A collection as a process of its own, to be killed: `child.ts FOLDER PORT MOMENT WANTED`, the last as JSON. Ends with 0
 * when all was collected, with 3 when the collector threw.
 */
const [folder = '', port = '', moment = '', wanted = '{}'] = process.argv.slice(2)
try {
  await collect(folder, JSON.parse(wanted) as Wanted, simulatedOutside(Number(port), Number(moment)))
} catch (error) {
  process.stderr.write(error instanceof Error ? `${error.stack}\n` : `${error}\n`)
  process.exitCode = 3
}

import { openDuckDb } from '../../src/engine/duckdb.ts'
import { normalise } from '../../src/normalise/normalise.ts'
import { openReadingCache } from '../../src/normalise/reading_cache.ts'

/**
 * Normalise alone with a reading cache, as a process of its own: folder, folder of the cache. Prints wall and processor
 * seconds, without the start of the process, and how many files were taken from the cache and newly kept, as JSON.
 */
const [folder = '', cacheFolder = ''] = process.argv.slice(2)
const engine = await openDuckDb({ memoryLimitMegabytes: 1000 })
const begun = process.hrtime.bigint()
const before = process.cpuUsage()
const cache = openReadingCache(cacheFolder, Math.floor(Date.now() / 1000))
await normalise(engine, folder, { cache })
const { user, system } = process.cpuUsage(before)
const seconds = Number(process.hrtime.bigint() - begun) / 1e9
await engine.close()
if (cache.counts.failure !== null) throw new Error(`the cache could not be written: ${cache.counts.failure}`)
process.stdout.write(
  JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, taken: cache.counts.taken, kept: cache.counts.kept }),
)

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import { sqlText } from '../../src/engine/engine.ts'
import type { AzureTenant } from './tenant.ts'

/** The same tenant, whose exports lie in the storage account as Parquet with as many rows and the same text in them. */
export async function withParquetExports(tenant: AzureTenant): Promise<AzureTenant> {
  const blobs = new Map<string, Buffer>()
  const place = mkdtempSync(join(tmpdir(), 'hourwise-parquet-'))
  const engine = await openDuckDb({ threads: 1 })
  const renamed = (name: string): string => name.replace(/\.csv(\.gz)?$/, '.parquet')
  try {
    for (const [key, content] of tenant.blobs) {
      if (!/\.csv(\.gz)?$/.test(key)) continue
      const from = join(place, `part.csv${key.endsWith('.gz') ? '.gz' : ''}`)
      const to = join(place, 'part.parquet')
      writeFileSync(from, content)
      const read = `read_csv(${sqlText(from)}, all_varchar = true, header = true, delim = ',', quote = '"', escape = '"')`
      await engine.run(`copy (select * from ${read}) to ${sqlText(to)} (format parquet, compression snappy)`)
      blobs.set(renamed(key), readFileSync(to))
    }
  } finally {
    await engine.close()
    rmSync(place, { recursive: true })
  }
  for (const [key, content] of tenant.blobs) {
    if (!key.endsWith('/manifest.json')) continue
    const manifest = JSON.parse(content.toString())
    const container = key.slice(0, key.length - manifestName(tenant, key).length)
    manifest.deliveryConfig = { ...manifest.deliveryConfig, fileFormat: 'Parquet', compressionMode: 'Snappy' }
    for (const part of manifest.blobs) {
      part.blobName = renamed(part.blobName)
      part.byteCount = blobs.get(container + part.blobName)?.length
    }
    manifest.byteCount = manifest.blobs.reduce((sum: number, part: { byteCount: number }) => sum + part.byteCount, 0)
    blobs.set(key, Buffer.from(JSON.stringify(manifest)))
  }
  return { ...tenant, blobs, exports: tenant.exports.map((one) => ({ ...one, format: 'Parquet' })) }
}

/** The manifest's own blob name, without account and container. */
function manifestName(tenant: AzureTenant, key: string): string {
  const run = tenant.exports.flatMap(({ runs }) => runs).find(({ manifest }) => key.endsWith(manifest))
  if (run === undefined) throw new Error(`no run has the manifest ${key}`)
  return run.manifest
}

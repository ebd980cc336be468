import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Engine, sqlText } from '../../src/engine/engine.ts'
import { type CostFormat, daySql, lookupSql } from './cost_lines.ts'
import { guid, MONTH } from './estate.ts'

/**
 * Writes the month's cost export, one part a day with the export's manifest: EA actual cost, daily, with ids in changing
 * case. Each day is one statement that the engine streams to its file, so memory does not grow with the estate.
 */
export async function writeCostFiles(
  engine: Engine,
  folder: string,
  machines: number,
  format: CostFormat,
): Promise<void> {
  const run = guid(`run ${machines}`)
  const place = join('ea-actual', '20261001-20261031', '202611050610', run)
  mkdirSync(join(folder, place), { recursive: true })
  for (const sql of lookupSql(machines)) await engine.run(sql)
  const blobs: { blobName: string; byteCount?: number; dataRowCount: number }[] = []
  for (let day = 0; day < MONTH.days; day++) {
    const path = join(place, `part_${day}_0001.${format}`)
    const options = format === 'parquet' ? 'format parquet' : "format csv, header, compression 'gzip'"
    const [written] = await engine.rows(
      `copy (${daySql(machines, day, format)}) to ${sqlText(join(folder, path))} (${options})`,
    )
    const size = format === 'parquet' ? { byteCount: statSync(join(folder, path)).size } : {}
    blobs.push({ blobName: path.replaceAll('\\', '/'), ...size, dataRowCount: Number(written?.['Count']) })
  }
  writeFileSync(join(folder, place, 'manifest.json'), JSON.stringify(manifest(run, blobs, format), null, 1))
}

function manifest(
  run: string,
  blobs: readonly { blobName: string; dataRowCount: number }[],
  format: CostFormat,
): unknown {
  return {
    manifestVersion: '2024-04-01',
    blobCount: blobs.length,
    dataRowCount: blobs.reduce((sum, blob) => sum + blob.dataRowCount, 0),
    exportConfig: {
      exportName: 'ea-actual',
      dataVersion: '2024-08-01',
      type: 'ActualCost',
      timeFrame: 'TheLastMonth',
      granularity: 'Daily',
    },
    deliveryConfig: {
      partitionData: true,
      dataOverwriteBehavior: 'CreateNewReport',
      fileFormat: format === 'parquet' ? 'Parquet' : 'Csv',
      compressionMode: format === 'parquet' ? 'Snappy' : 'Gzip',
    },
    runInfo: {
      executionType: 'Scheduled',
      submittedTime: '2026-11-05T06:10:00Z',
      runId: run,
      startDate: '2026-10-01T00:00:00',
      endDate: '2026-10-31T00:00:00',
    },
    blobs,
  }
}

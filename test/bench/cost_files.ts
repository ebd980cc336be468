import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Engine, sqlText } from '../../src/engine/engine.ts'
import { type CostFormat, daySql, lookupSql } from './cost_lines.ts'
import { guid, MONTH } from './estate.ts'

/** A part of the export, as its manifest names it. */
export interface CostBlob {
  blobName: string
  byteCount?: number
  dataRowCount: number
}

const placeOf = (machines: number): string =>
  join('ea-actual', '20261001-20261031', '202611050610', guid(`run ${machines}`))

/**
 * Writes parts of the month's cost export, one a day: EA actual cost, daily, with ids in changing case. Of `parts` equal
 * shares of the days it is the one of number `part`. Each day is one statement that the engine streams to its file, so
 * memory does not grow with the estate.
 */
export async function writeCostDays(
  engine: Engine,
  folder: string,
  machines: number,
  format: CostFormat,
  part = 0,
  parts = 1,
): Promise<CostBlob[]> {
  const place = placeOf(machines)
  mkdirSync(join(folder, place), { recursive: true })
  for (const sql of lookupSql(machines)) await engine.run(sql)
  const blobs: CostBlob[] = []
  for (let day = part; day < MONTH.days; day += parts) {
    const path = join(place, `part_${day}_0001.${format}`)
    const options = format === 'parquet' ? 'format parquet' : "format csv, header, compression 'gzip'"
    const [written] = await engine.rows(
      `copy (${daySql(machines, day, format)}) to ${sqlText(join(folder, path))} (${options})`,
    )
    const size = format === 'parquet' ? { byteCount: statSync(join(folder, path)).size } : {}
    blobs.push({ blobName: path.replaceAll('\\', '/'), ...size, dataRowCount: Number(written?.['Count']) })
  }
  return blobs
}

/** Writes the manifest of an export whose parts are all there. */
export function writeCostManifest(folder: string, machines: number, format: CostFormat, blobs: CostBlob[]): void {
  const place = placeOf(machines)
  const inOrder = [...blobs].sort((a, b) => dayOf(a) - dayOf(b))
  writeFileSync(
    join(folder, place, 'manifest.json'),
    JSON.stringify(manifest(guid(`run ${machines}`), inOrder, format), null, 1),
  )
}

const dayOf = ({ blobName }: CostBlob): number => Number(/part_(\d+)_/.exec(blobName)?.[1])

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

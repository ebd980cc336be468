import { markdown } from './markdown.ts'
import type { Measured, Time } from './measure.ts'

/** Goals of the project: normalise and ledger to the bare scan, and a reading from the cache to the first. */
export const GOALS = { ledgerToScan: 2.5, cachedToFirst: 0.2, growthExponent: 1.1 } as const

const seconds = (time: number): string => time.toFixed(2)
const ratio = (one: number, other: number): string => (one / other).toFixed(other > 0 && one / other < 1 ? 2 : 1)

/** Normalise and ledger beside the bare scan of the same run. A size that failed has a row that says so. */
export function ledgerTable(rows: readonly Measured[]): string {
  return markdown(
    'machines, cost export, records: cost + endpoint + activity + inventory, MB, scan s, scan CPU s, normalise CPU s, ledger CPU s, both s, ratio, CPU ratio, peak MB',
    rows.map(({ machines, format, records, megabytes, scan, ledger }) => {
      const start = [machines, format, records, megabytes.toFixed(0), seconds(scan.seconds), seconds(scan.cpuSeconds)]
      if (ledger === null) return [...start, ...Array(6).fill('failed')]
      const both = sum(ledger)
      return [
        ...start,
        seconds(ledger.normalise.cpuSeconds),
        seconds(ledger.ledger.cpuSeconds),
        seconds(both.seconds),
        ratio(both.seconds, scan.seconds),
        ratio(both.cpuSeconds, scan.cpuSeconds),
        ledger.peakMegabytes ?? '–',
      ]
    }),
  )
}

function sum({ normalise, ledger }: { normalise: Time; ledger: Time }): Time {
  return {
    seconds: normalise.seconds + ledger.seconds,
    cpuSeconds: normalise.cpuSeconds + ledger.cpuSeconds,
  }
}

/** The exponent of growth of processor time between neighbouring sizes of a format, and over all of them: 1 is linear. */
export function growth(rows: readonly Measured[]): string {
  const lines: string[] = []
  for (const format of new Set(rows.map((row) => row.format))) {
    const own = rows
      .filter((row) => row.format === format && row.ledger !== null)
      .sort((a, b) => a.machines - b.machines)
    const pairs = own.slice(1).map((to, place) => [own[place] as Measured, to] as const)
    if (pairs.length > 1) pairs.push([own[0] as Measured, own.at(-1) as Measured])
    for (const [from, to] of pairs) {
      if (from.machines === to.machines) continue
      const exponent = (of: (row: Measured) => number): string =>
        (Math.log(of(to) / of(from)) / Math.log(to.machines / from.machines)).toFixed(2)
      const stage = (name: 'normalise' | 'ledger') => exponent((row) => row.ledger?.[name].cpuSeconds ?? Number.NaN)
      const all = exponent((row) => (row.ledger === null ? Number.NaN : sum(row.ledger).cpuSeconds))
      lines.push(
        `Growth exponent of processor time, ${format}, ${from.machines} to ${to.machines} machines: normalise and ledger ${all} (normalise ${stage('normalise')}, ledger ${stage('ledger')}), scan ${exponent((row) => row.scan.cpuSeconds)}.`,
      )
    }
  }
  return lines.join('\n')
}

/** The whole of `report` with its stages. */
export function reportTable(rows: readonly Measured[]): string {
  return markdown(
    'machines, cost export, report s, report CPU s, CPU ratio to the scan, peak MB, stages',
    rows.map(({ machines, format, scan, report }) =>
      report === null
        ? [machines, format, ...Array(5).fill('failed')]
        : [
            machines,
            format,
            seconds(report.seconds),
            report.cpuSeconds === null ? '–' : seconds(report.cpuSeconds),
            report.cpuSeconds === null ? '–' : ratio(report.cpuSeconds, scan.cpuSeconds),
            report.peakMegabytes ?? '–',
            report.stages,
          ],
    ),
  )
}

/** First and second reading of a folder with a cache that was empty. */
export function cacheTable(rows: readonly Measured[]): string {
  return markdown(
    'machines, cost export, scan CPU s, first s, first CPU s, second s, second CPU s, ratio, CPU ratio, files from the cache, cache MB, peak MB',
    rows.map(({ machines, format, scan, cache }) =>
      cache === null
        ? [machines, format, seconds(scan.cpuSeconds), ...Array(9).fill('failed')]
        : [
            machines,
            format,
            seconds(scan.cpuSeconds),
            seconds(cache.first.seconds),
            seconds(cache.first.cpuSeconds),
            seconds(cache.second.seconds),
            seconds(cache.second.cpuSeconds),
            (cache.second.seconds / cache.first.seconds).toFixed(2),
            (cache.second.cpuSeconds / cache.first.cpuSeconds).toFixed(2),
            cache.second.taken,
            cache.megabytes.toFixed(0),
            cache.second.peakMegabytes ?? '–',
          ],
    ),
  )
}

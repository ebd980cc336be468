import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { monthPeriod } from '../calendar.ts'
import { type Engine, sqlText } from '../engine/engine.ts'
import { EXIT, HourwiseError } from '../errors.ts'
import type { Period } from '../types.ts'
import { type Summary, summarySchema } from './summary.ts'

/** A result of an earlier run, found by its `summary.json`. */
export interface EarlierResult {
  /** Of its `summary.json`, from the folder that was given. */
  path: string
  sha256: string
  period: Period
  summary: Summary
  /** Where its other files lie. */
  folder: string
}

/** Months of history that reports show, the period's own too. */
const MONTHS = 13

/**
 * The results beneath a folder whose period ends before that of this run, oldest first. A `summary.json` that is none of
 * this program's, and two results of one period that differ, are HourwiseErrors (exit 2): a figure must have one source.
 */
export function readEarlierResults(folder: string, period: Period): EarlierResult[] {
  if (!existsSync(folder))
    throw new HourwiseError(EXIT.usage, 'the folder of earlier results does not exist', {
      where: folder,
      next: 'Give --history a folder that holds results of earlier runs, at any depth.',
    })
  const results = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /(^|[\\/])summary\.json$/.test(path) && !/(^|[\\/])\./.test(path))
    .sort()
    .map((path) => read(folder, path))
    .filter((result) => result.period.untilDay < period.untilDay)
  const known = new Map<string, EarlierResult>()
  for (const result of results) {
    const key = `${result.period.fromDay} ${result.period.untilDay}`
    const other = known.get(key)
    if (other !== undefined && JSON.stringify(other.summary.figures) !== JSON.stringify(result.summary.figures))
      throw new HourwiseError(EXIT.usage, 'two earlier results of one period say different things', {
        where: join(folder, other.path),
        details: [
          join(folder, result.path),
          `both for ${result.period.fromDay} until before ${result.period.untilDay}`,
        ],
        next: 'Keep the one that counts in the folder of --history.',
      })
    known.set(key, other ?? result)
  }
  return [...known.values()].sort((a, b) =>
    `${a.period.untilDay} ${a.period.fromDay}` < `${b.period.untilDay} ${b.period.fromDay}` ? -1 : 1,
  )
}

function read(folder: string, path: string): EarlierResult {
  const bytes = readFileSync(join(folder, path))
  const parsed = summarySchema.safeParse(jsonOf(bytes))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new HourwiseError(EXIT.usage, 'a summary.json is none that this version can read', {
      where: join(folder, path),
      details: [`${issue?.path.join('.') || 'the file'}: ${issue?.message}`],
      next: 'Take it out of the folder of --history, or run that period again.',
    })
  }
  const { from_day: fromDay, until_day: untilDay } = parsed.data.period
  return {
    path: relative('.', path).replaceAll('\\', '/'),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    period: { fromDay, untilDay },
    summary: parsed.data,
    folder: join(folder, path, '..'),
  }
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

/**
 * Puts earlier results beside the history that the folder's own records give: figures of months that no record of this
 * run covers (`history.figure`, origin `result`), and of the last run its findings and its open actions.
 */
export async function keepEarlierResults(
  engine: Engine,
  results: readonly EarlierResult[],
  period: Period,
): Promise<void> {
  const rows = await engine.rows('select distinct cast(month as varchar) as month from history.figure')
  const known = new Set(rows.map((row) => String(row['month'])))
  const earliest = monthsBefore(period.fromDay, MONTHS - 1)
  for (const { period: past, summary } of results) {
    if (!isMonth(past) || known.has(past.fromDay) || past.fromDay < earliest || past.fromDay >= period.fromDay) continue
    await engine.insert(
      'history.figure',
      summary.figures.map(({ figure, currency, value, unit }) => [
        past.fromDay,
        figure,
        currency,
        value,
        unit,
        'result',
      ]),
    )
  }
  const last = results.at(-1)
  if (last === undefined) return
  await engine.insert('history.last_run', [[last.period.fromDay, last.period.untilDay, false]])
  await engine.insert('history.last_finding', findingsOf(last.folder))
  const actions = join(last.folder, 'action_machines.csv')
  if (!existsSync(actions)) return
  await engine.run('update history.last_run set has_actions = true')
  await engine.run(`insert into history.last_action select kind, machine_id, nullif(name, ''), nullif(owner, ''), nullif(billing_currency, ''), status,
      amount(coalesce(nullif(cost, ''), '0')), amount(coalesce(nullif(base, ''), '0'))
    from read_csv(${sqlText(actions)}, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"', nullstr = '\\0')
    where machine_id <> ''`)
}

function findingsOf(folder: string): (string | null)[][] {
  const file = join(folder, 'findings.json')
  if (!existsSync(file)) return []
  const findings = jsonOf(readFileSync(file))
  if (!Array.isArray(findings)) return []
  return findings.map((finding: Record<string, unknown>) =>
    ['check', 'severity', 'subject', 'message'].map((key) =>
      finding[key] === undefined ? null : String(finding[key]),
    ),
  )
}

function isMonth({ fromDay, untilDay }: Period): boolean {
  const month = monthPeriod(fromDay.slice(0, 7))
  return month.fromDay === fromDay && month.untilDay === untilDay
}

/** The first day of the month so many before that of a day. */
function monthsBefore(day: string, months: number): string {
  const index = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 - months
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}-01`
}

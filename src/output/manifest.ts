import { createHash } from 'node:crypto'
import { createReadStream, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { dayBefore, momentText } from '../calendar.ts'
import type { Config } from '../config.ts'
import { ENGLISH } from '../language.ts'
import type { SourceFile, UnrecognisedFile } from '../normalise/source_file.ts'
import type { Period } from '../types.ts'
import type { EarlierResult } from './earlier_result.ts'
import { SCHEMA_VERSION } from './summary.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const moment = z.iso.datetime().nullable()

/** `manifest.json` */
export const manifestSchema = z.strictObject({
  schema_version: z.literal(SCHEMA_VERSION),
  tool: z.strictObject({ name: z.literal('hourwise'), version: z.string() }),
  command: z.string().describe('The command line that gives this result; FOLDER, HISTORY and OUT stand for the paths.'),
  configuration: z.strictObject({ sha256 }).nullable().describe('The configuration file that was read.'),
  period: z.strictObject({ from_day: z.iso.date(), until_day: z.iso.date().describe('The day after the last.') }),
  data_grade: z.enum(['A', 'B', 'C', 'D']),
  inputs: z.array(
    z.strictObject({
      path: z.string(),
      kind: z.string(),
      form: z.string(),
      rows: z.number().int().nullable(),
      bytes: z.number().int(),
      sha256,
      snapshot_at: moment,
      snapshot_evidence: z.string().nullable(),
      first_at: moment,
      last_at: moment,
      is_truncated: z.boolean(),
      superseded_by: z
        .string()
        .nullable()
        .describe('Path of the file whose rows count instead: a later run, or the same records.'),
    }),
  ),
  unrecognised: z.array(z.strictObject({ path: z.string(), reason: z.string() })),
  history: z
    .array(z.strictObject({ path: z.string(), sha256 }))
    .optional()
    .describe('Earlier results that trends come from; paths from the folder of --history.'),
  outputs: z.array(z.strictObject({ path: z.string(), bytes: z.number().int(), sha256 })),
})
export type Manifest = z.output<typeof manifestSchema>

/** The JSON Schema that ships as `src/output/manifest.schema.json`. */
export function manifestJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(manifestSchema), title: 'manifest.json' }
}

/** Describes a finished folder of results; call it last, when every other file is written. No clock is in it. */
export async function manifestOf(run: {
  version: string
  config: Config
  period: Period
  grade: Manifest['data_grade']
  files: readonly SourceFile[]
  unrecognised: readonly UnrecognisedFile[]
  history: readonly EarlierResult[]
  /** Where the results are being written. */
  path: string
}): Promise<Manifest> {
  const pathOf = new Map(run.files.map((file) => [file.fileId, file.path]))
  const names = readdirSync(run.path)
    .filter((name) => !name.startsWith('.'))
    .sort()
  const outputs: Manifest['outputs'] = []
  for (const name of names) {
    const file = join(run.path, name)
    outputs.push({ path: name, bytes: statSync(file).size, sha256: await hashOf(file) })
  }
  return {
    schema_version: SCHEMA_VERSION,
    tool: { name: 'hourwise', version: run.version },
    command: commandLine(run.config, run.period),
    configuration: run.config.file === undefined ? null : { sha256: await hashOf(run.config.file) },
    period: { from_day: run.period.fromDay, until_day: run.period.untilDay },
    data_grade: run.grade,
    inputs: run.files.map((file) => ({
      path: file.path,
      kind: file.kind,
      form: file.form,
      rows: file.rowCount === null ? null : Number(file.rowCount),
      bytes: file.bytes,
      sha256: file.sha256,
      snapshot_at: momentText(file.snapshotAt),
      snapshot_evidence: file.snapshotEvidence,
      first_at: momentText(file.firstAt),
      last_at: momentText(file.lastAt),
      is_truncated: file.isTruncated,
      superseded_by: file.supersededBy === null ? null : (pathOf.get(file.supersededBy) ?? null),
    })),
    unrecognised: run.unrecognised.map(({ path, reason }) => ({ path, reason })),
    ...(run.history.length === 0 ? {} : { history: run.history.map(({ path, sha256 }) => ({ path, sha256 })) }),
    outputs,
  }
}

/**
 * The command that gives the same result again, from what was decided rather than from what was typed: no path, no
 * environment and nothing secret can be in it, and the same decisions give the same words.
 */
export function commandLine(config: Config, period: Period): string {
  const words = [
    'hourwise report FOLDER',
    `--from ${period.fromDay}`,
    `--to ${dayBefore(period.untilDay)}`,
    '--out OUT',
  ]
  words.push(`--report ${config.reports.join(',')}`, `--format ${config.formats.join(',')}`)
  for (const id of config.subscriptions) words.push(`--subscription ${id}`)
  words.push(
    `--minimum-evidence ${config.minimumEvidence}`,
    `--owner-tag '${config.ownerTag.replaceAll("'", "'\\''")}'`,
  )
  if (config.history !== undefined) words.push('--history HISTORY')
  if (config.language !== ENGLISH.tag) words.push(`--lang ${config.language}`)
  words.push(`--page-size ${config.pageSize}`)
  return words.join(' ')
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

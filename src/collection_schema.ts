import { z } from 'zod'
import { EXIT, HourwiseError } from './errors.ts'

const count = z.int().min(0)
const moment = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/, { error: 'expected a UTC time' })

const fileSchema = z.object({
  path: z.string().min(1).describe("Relative to the folder of collection.json, with '/'."),
  source: z.string().default('').describe('The source it belongs to, as `--only` takes it.'),
  snapshotAt: moment
    .nullable()
    .default(null)
    .describe('The moment that the content describes, UTC; null for what describes none, such as a bill.'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, { error: 'expected 64 hexadecimal digits' })
    .nullable()
    .default(null)
    .describe('Of the file as it lies there, so of the zipped bytes.'),
  bytes: count.nullable().default(null).describe('Size of the file as it lies there.'),
  rows: count.nullable().default(null).describe('Rows in this file; null for blobs, which are kept unread.'),
})

const listingSchema = z.object({
  listing: z.string().describe('What was read; for pages the stem of their names.'),
  source: z.string(),
  state: z
    .enum(['complete', 'incomplete', 'refused', 'failed'])
    .describe('incomplete: rows are missing or may be; refused: no right; failed: given up, the next call goes on.'),
  pages: count,
  rowsRead: count,
  rowsAnnounced: count.nullable().describe('What the service says there are; null when it does not say.'),
  requests: count.describe('Requests that this listing took, those of earlier calls included.'),
  retries: count.describe('Of them, those that were repetitions.'),
  why: z.string().nullable().describe('Why it is not complete.'),
})

const runSchema = z.object({
  beganAt: moment.describe('The moment of its snapshots, UTC. It names the run.'),
  endedAt: moment,
  calls: count.describe('How many calls of `collect` it took.'),
  scope: z.object({
    cloud: z.string(),
    tenant: z.string().nullable().describe('As `--tenant` named it; null: that of the sign-in.'),
    subscriptions: z.array(z.string()).describe('Empty: all that the identity may read.'),
    managementGroup: z.string().nullable(),
    costScopes: z.array(z.string()).describe('Empty: the subscriptions.'),
  }),
  sources: z.array(z.string()),
  days: count.describe('Days of activity log and bills that were looked back.'),
  currency: z.string().describe('Of list prices.'),
  requests: count.describe('All requests, those of earlier calls included; a kill loses those without an answer.'),
  leastRequests: count.describe('One a page and file that was written.'),
  retries: count,
  waitedSeconds: z.number().min(0).describe('Waited because a service asked for it or did not answer.'),
  listings: z.array(listingSchema),
})

/**
 * `collection.json`: every file of a folder with its hash and moment, and what each run read and could not read. `collect`
 * writes it and `report` reads it; by hand `path` and `snapshotAt` of files are enough.
 */
export const collectionSchema = z.object({
  collection: z.literal('hourwise'),
  schemaVersion: z.literal(1).default(1),
  runs: z.array(runSchema).default([]).describe('One a moment at which was collected, oldest first.'),
  files: z.array(fileSchema),
})

export type Collection = z.output<typeof collectionSchema>
export type CollectionRun = Collection['runs'][number]
export type CollectedEntry = Collection['files'][number]
export type ListingRecord = z.output<typeof listingSchema>
/** What reading a listing gives: the record without what the collection counts. */
export type ListingResult = Omit<ListingRecord, 'source' | 'requests' | 'retries'>

/** The JSON Schema that ships as `src/collection.schema.json`. */
export function collectionJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(collectionSchema, { io: 'input' }), title: 'collection.json' }
}

const MOST_PROBLEMS = 5

/** The content of a `collection.json`, checked. HourwiseError (6): what is wrong, and at which member of `where`. */
export function collectionOf(document: unknown, where: string): Collection {
  const version = (document as { schemaVersion?: unknown } | null)?.schemaVersion
  if (typeof version === 'number' && version > 1) {
    throw new HourwiseError(EXIT.input, 'the record of the collection is of a newer Hourwise', {
      where,
      details: [`schemaVersion ${version}, this version reads 1`],
      next: 'Update Hourwise.',
    })
  }
  const parsed = collectionSchema.safeParse(document)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${pathWords(path)}: ${message.replace('Invalid input: ', '')}`,
  )
  const more = problems.length - MOST_PROBLEMS
  throw new HourwiseError(EXIT.input, 'the record of the collection is not what `collect` writes', {
    where,
    details: [...problems.slice(0, MOST_PROBLEMS), ...(more > 0 ? [`and ${more} more`] : [])],
    next: 'Put back the file from a copy, or move it away: moments are then taken from the names of files. Its form is src/collection.schema.json.',
  })
}

/** `files[3].sha256` */
function pathWords(path: readonly PropertyKey[]): string {
  const words = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('')
  return words === '' ? 'the whole' : words.replace(/^\./, '')
}

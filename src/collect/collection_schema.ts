import { z } from 'zod'

/** A file that was collected, as `normalise/snapshot_time.ts` reads it. */
const fileSchema = z.object({
  /** Relative to the folder of collection.json, with '/'. */
  path: z.string(),
  source: z.string(),
  /** ISO 8601, UTC; null for what describes no moment, such as a bill. */
  snapshotAt: z.string().nullable(),
  sha256: z.string(),
  bytes: z.number(),
  /** Rows in this file; null for blobs, which are kept unread. */
  rows: z.number().nullable(),
})

const listingSchema = z.object({
  listing: z.string(),
  state: z.enum(['complete', 'incomplete', 'refused', 'failed']),
  pages: z.number(),
  rowsRead: z.number(),
  /** What the service says there are; null when it does not say. */
  rowsAnnounced: z.number().nullable(),
  why: z.string().nullable(),
})

/** `collection.json`: every file with its hash and moment, and what each run read and could not read. */
export const collectionSchema = z.object({
  collection: z.literal('hourwise'),
  schemaVersion: z.literal(1),
  runs: z.array(
    z.object({
      beganAt: z.string(),
      plan: z.string(),
      requests: z.number(),
      leastRequests: z.number(),
      retries: z.number(),
      listings: z.array(listingSchema),
    }),
  ),
  files: z.array(fileSchema),
})

export type Collection = z.infer<typeof collectionSchema>
export type CollectedEntry = z.infer<typeof fileSchema>
export type ListingResult = z.infer<typeof listingSchema>

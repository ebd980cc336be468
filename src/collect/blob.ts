import type { Store } from './store.ts'
import type { Question, Wire } from './wire.ts'

/** A file in a storage account, and where it goes in the folder. */
export interface Blob {
  readonly url: string
  /** Token scope; null for a link that carries its own right, which is kept in no file and no error. */
  readonly scope: string | null
  readonly path: string
  readonly source: string
  readonly headers?: Question['headers']
}

/**
 * Fetches a blob straight to the disk, as it is; one that lies there as it was collected is not fetched again. Gives its
 * size in bytes. Throws what {@link Wire.receive} throws; then nothing of it is in the folder.
 */
export async function fetchBlob(wire: Wire, store: Store, blob: Blob): Promise<number> {
  const { url, scope, path, source, headers } = blob
  const there = store.whole(path)
  if (there?.bytes != null) return there.bytes
  const incoming = store.receive(path)
  try {
    const bytes = await wire.receive({ method: 'GET', url, scope, ...(headers && { headers }) }, incoming.write)
    incoming.keep({ chain: `blob/${path}`, path, source, snapshotAt: null, rows: null, next: null })
    return bytes
  } catch (error) {
    incoming.discard()
    throw error
  }
}

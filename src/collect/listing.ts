import { gunzipSync } from 'node:zlib'
import type { ListingResult } from '../collection_schema.ts'
import { whyNot } from './service_error.ts'
import type { Store } from './store.ts'
import { NoTokenError, type Question, ServiceError, type Wire } from './wire.ts'

type Page = Record<string, unknown>

/** A listing of one service, page after page. */
export interface Listing {
  /** Name of the chain and stem of its files, with folders: `inventory/virtual-machines`. */
  readonly name: string
  readonly source: string
  /** What the reports lose without it. */
  readonly loss: string
  /** The right that reads it. */
  readonly right: string
  /** The question of a page; `next` is what {@link Listing.next} gave for the page before, null for the first. */
  question(next: string | null): Question
  /** The rows of a page. */
  rows(page: Page): readonly unknown[]
  /** Where it goes on, after `rowsRead` rows altogether; null: this is the last page. */
  next(page: Page, rowsRead: number): string | null
  /** What the service says there are altogether. */
  announced?(page: Page): number | null
  /** True when the service says that it left something out. */
  isCut?(page: Page): boolean
  /** Takes personal data out; without it a page is kept byte for byte. */
  withoutPersons?(page: Page): Page
  /** An answer that means: there are none. */
  readonly noneStatus?: number
}

/** Statuses by which a service says that it does not know the place any more at which a list is to go on. */
const PLACE_IS_GONE = new Set([400, 404, 410])
/** Times that an answer that is no whole JSON is asked for. */
const READINGS = 3

/** What {@link readListing} may be told while it reads. */
export type OnPage = (rowsRead: number, announced: number | null) => void

/**
 * Reads a listing from where the journal ends. A refusal or a failure is a state of the result, not an exception: other
 * listings go on. Only a sign-in that fails and a disk that does not take the page are thrown. Where the service does not
 * know the next page's token any more, as tokens run out, the listing is read from its beginning, once.
 */
export async function readListing(
  wire: Wire,
  store: Store,
  listing: Listing,
  onPage: OnPage = () => {},
): Promise<ListingResult> {
  const result = await readPages(wire, store, listing, onPage)
  if (result !== 'place is gone') return result
  store.again(listing.name)
  const again = await readPages(wire, store, listing, onPage)
  if (again !== 'place is gone') return again
  const there = store.pagesOf(listing.name)
  return {
    listing: listing.name,
    state: 'failed',
    pages: there.length,
    rowsRead: there.reduce((sum, page) => sum + (page.rows ?? 0), 0),
    rowsAnnounced: there.at(-1)?.announced ?? null,
    why: 'the service did not know its own next page, twice',
  }
}

async function readPages(
  wire: Wire,
  store: Store,
  listing: Listing,
  onPage: OnPage,
): Promise<ListingResult | 'place is gone'> {
  const there = store.pagesOf(listing.name)
  const last = there.at(-1)
  let pages = there.length
  let rowsRead = there.reduce((sum, page) => sum + (page.rows ?? 0), 0)
  let announced = last?.announced ?? null
  let isCut = there.some((page) => page.isCut === true)
  const result = (state: ListingResult['state'], why: string | null): ListingResult => ({
    listing: listing.name,
    state,
    pages,
    rowsRead,
    rowsAnnounced: announced,
    why,
  })
  let next = last?.next ?? null
  let isMoved = there.some((page) => page.announced !== there[0]?.announced)
  const ids = rememberedIds()
  for (const page of there) ids.add(listing.rows(JSON.parse(gunzipSync(store.read(page.path)).toString('utf8'))))
  const seen = new Set<string>()
  while (last === undefined || next !== null || pages === 0) {
    const question = listing.question(next)
    if (!isSameHost(question.url, listing.question(null).url))
      return result('incomplete', 'a next link leads to another host and was not followed')
    let bytes: Uint8Array
    let page: Page
    try {
      ;({ bytes, page } = await askPage(wire, question))
    } catch (error) {
      if (error instanceof SyntaxError) return result('failed', 'the answer is no whole JSON')
      if (error instanceof NoTokenError) return result('refused', whyNot(error))
      if (!(error instanceof ServiceError)) throw error
      if (error.status === listing.noneStatus) return result('complete', null)
      if (next !== null && PLACE_IS_GONE.has(error.status)) return 'place is gone'
      return result(error.isRefusal ? 'refused' : 'failed', whyNot(error))
    }
    const rows = listing.rows(page)
    ids.add(rows)
    const announcedNow = listing.announced?.(page) ?? announced
    isMoved ||= announced !== null && announcedNow !== announced
    announced = announcedNow
    isCut ||= listing.isCut?.(page) === true
    pages += 1
    rowsRead += rows.length
    next = listing.next(page, rowsRead)
    if (Object.keys(page).length > 0) {
      store.keep(
        {
          chain: listing.name,
          path: `${listing.name}_${stampOf(store.beganAt)}_${String(pages).padStart(4, '0')}.json.gz`,
          source: listing.source,
          snapshotAt: new Date(store.beganAt * 1000).toISOString(),
          rows: rows.length,
          announced,
          isCut,
          next,
        },
        listing.withoutPersons === undefined ? bytes : Buffer.from(JSON.stringify(listing.withoutPersons(page))),
      )
    }
    onPage(rowsRead, announced)
    if (next === null) break
    if (seen.has(next)) return result('incomplete', 'the service gave the same next page twice')
    seen.add(next)
  }
  if (isCut) return result('incomplete', 'the service says that it left rows out')
  // Rows that move up or down while pages are read are seen twice or not at all, though the counts agree.
  if (isMoved) return result('incomplete', 'the list changed while it was read: rows may be missing')
  if (ids.repeated() > 0) return result('incomplete', `${ids.repeated()} rows came twice: others may be missing`)
  if (announced !== null && announced !== rowsRead)
    return result(
      'incomplete',
      `${rowsRead} of ${announced} rows were read: the list changed while it was read, or pages repeat`,
    )
  return result('complete', null)
}

/** One page; an answer that was cut on its way, though its lengths agree, is asked for again. */
async function askPage(wire: Wire, question: Question): Promise<{ bytes: Uint8Array; page: Page }> {
  for (let reading = 1; ; reading++) {
    const { status, bytes } = await wire.ask(question)
    if (status === 204 || bytes.length === 0) return { bytes, page: {} }
    try {
      return { bytes, page: JSON.parse(Buffer.from(bytes).toString('utf8')) as Page }
    } catch (error) {
      if (reading >= READINGS) throw error
    }
  }
}

/** Ids of rows, to see those that come twice. */
function rememberedIds() {
  const ids = new Set<string>()
  let repeated = 0
  return {
    add: (rows: readonly unknown[]) => {
      for (const row of rows) {
        const id = (row as Page | null)?.['id']
        if (typeof id !== 'string') continue
        if (ids.has(id)) repeated += 1
        ids.add(id)
      }
    },
    repeated: () => repeated,
  }
}

/** The moment as it stands in file names. */
export const stampOf = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().slice(0, 19).replaceAll(':', '-').concat('Z')

function isSameHost(url: string, first: string): boolean {
  if (!URL.canParse(url)) return false
  const a = new URL(url)
  const b = new URL(first)
  return a.protocol === 'https:' && a.hostname === b.hostname && (a.port || '443') === (b.port || '443')
}

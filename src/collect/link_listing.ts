import type { Listing } from './listing.ts'

/**
 * A listing of a service that gives its rows under one key and a whole link to the next page. The link is checked for its
 * host before a token goes with it.
 */
export function linkListing(given: {
  name: string
  source: string
  loss: string
  right: string
  url: string
  scope: string | null
  rowsKey: string
  nextKey: string
  noneStatus?: number
  /** Rows of a full page, after which `$skip` goes on where the service gives no link; undefined: it always gives one. */
  fullPage?: number
  keep?: (row: Record<string, unknown>) => Record<string, unknown>
}): Listing {
  const { name, source, loss, right, url, scope, rowsKey, nextKey, noneStatus, fullPage, keep } = given
  const rows = (page: Record<string, unknown>) =>
    (Array.isArray(page[rowsKey]) ? page[rowsKey] : []) as Record<string, unknown>[]
  return {
    name,
    source,
    loss,
    right,
    question: (next) => ({ method: 'GET', url: next ?? url, scope }),
    rows,
    next: (page, rowsRead) => {
      if (typeof page[nextKey] === 'string' && page[nextKey] !== '') return page[nextKey]
      return fullPage !== undefined && rows(page).length >= fullPage ? `${url}&$skip=${rowsRead}` : null
    },
    ...(noneStatus === undefined ? {} : { noneStatus }),
    ...(keep === undefined ? {} : { withoutPersons: (page) => ({ ...page, [rowsKey]: rows(page).map(keep) }) }),
  }
}

/** Only these members of a record: what is not named is not kept, so that new fields with names in them stay out too. */
export const only =
  (names: readonly string[]) =>
  (row: Record<string, unknown>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name)))

import type { ListingResult } from '../collection_schema.ts'
import { fetchBlob } from './blob.ts'
import type { Cloud } from './cloud.ts'
import { whyNot } from './service_error.ts'
import type { Store } from './store.ts'
import { type Answer, NoTokenError, type Question, ServiceError, type Wire } from './wire.ts'

type Json = Record<string, unknown>

/** Where the files of an export lie. */
export interface Place {
  account: string
  container: string
}

/** Exports of costs by their definition's type, the fullest first; others are price sheets and reservations. */
const COST_TYPES: readonly string[] = ['FocusCost', 'ActualCost', 'Usage', 'AmortizedCost']
/** Statuses of a run that left files; others have none yet, or none at all. */
const COMPLETED = 'Completed'

/**
 * Existing exports of one billing scope or subscription: runs from the history, the files of each from its manifest (paths
 * are never guessed), blobs as they are. What an earlier collection fetched is not fetched again: a run does not change.
 */
export async function collectExports(
  wire: Wire,
  store: Store,
  cloud: Cloud,
  scope: string,
  from: string,
): Promise<ListingResult> {
  const name = `cost/${scope.replace(/^\/+|\/+$/g, '')}`
  const done = { pages: 0, files: 0 }
  const result = (state: ListingResult['state'], why: string | null): ListingResult => ({
    listing: name,
    state,
    pages: done.pages,
    rowsRead: done.files,
    rowsAnnounced: state === 'complete' ? done.files : null,
    why,
  })
  const base = exportsUrl(cloud, scope)
  try {
    const exports = await json(wire, cloud, `${base}?api-version=2025-03-01`)
    done.pages += 1
    for (const one of costExports(exports)) {
      const place = placeOf(one)
      if (place === null) continue
      const history = await json(
        wire,
        cloud,
        `${base}/${encodeURIComponent(String(one['name']))}/runHistory?api-version=2025-03-01`,
      )
      done.pages += 1
      for (const run of list(history).map((each) => object(each['properties']))) {
        const manifest = run['manifestFile']
        const ends = String(run['endDate'] ?? '')
        if (run['status'] !== COMPLETED || typeof manifest !== 'string' || (ends !== '' && ends.slice(0, 10) < from))
          continue
        const problem = await collectRun(wire, store, cloud, place, manifest, done)
        if (problem !== null) return result('incomplete', problem)
      }
    }
    return result('complete', null)
  } catch (error) {
    if (error instanceof NoTokenError) return result('refused', whyNot(error))
    if (!(error instanceof ServiceError)) throw error
    return result(error.isRefusal ? 'refused' : 'failed', whyNot(error))
  }
}

/** Exports of costs in an answer. Two datasets of one scope hold the same money: the fullest of them is taken. */
function costExports(exports: Json): Json[] {
  const ofCosts = list(exports).filter((one) => COST_TYPES.includes(typeOf(one)))
  const type = COST_TYPES.find((name) => ofCosts.some((one) => typeOf(one) === name))
  return ofCosts.filter((each) => typeOf(each) === type)
}

/** Where an export puts its files; null where that is no storage account. */
function placeOf(one: Json): Place | null {
  const destination = object(object(object(one['properties'])['deliveryInfo'])['destination'])
  const account = /\/storageAccounts\/([a-z0-9]{3,24})$/i.exec(String(destination['resourceId'] ?? ''))?.[1]
  const container = String(destination['container'] ?? '')
  return account === undefined || !/^[a-z0-9-]{3,63}$/.test(container)
    ? null
    : { account: account.toLowerCase(), container }
}

/** The question for the exports of a scope, the places that its answer names, and one for a file that is in none of them. */
export const exportsQuestion = (cloud: Cloud, scope: string): Question => ({
  method: 'GET',
  url: `${exportsUrl(cloud, scope)}?api-version=2025-03-01`,
  scope: cloud.arm.scope,
})
export function exportPlaces({ bytes }: Answer): Place[] {
  const exports = bytes.length === 0 ? {} : (JSON.parse(Buffer.from(bytes).toString('utf8')) as Json)
  const places = costExports(exports).flatMap((one) => placeOf(one) ?? [])
  return [...new Map(places.map((place) => [`${place.account}/${place.container}`, place])).values()]
}
export const noBlobQuestion = (cloud: Cloud, { account, container }: Place): Question => ({
  method: 'GET',
  url: `https://${account}.${cloud.blobSuffix}/${container}/hourwise-doctor-asks-for-a-file-that-is-not-there`,
  scope: cloud.storageScope,
  headers: { 'x-ms-version': '2021-08-06' },
})

const exportsUrl = (cloud: Cloud, scope: string): string =>
  `${cloud.arm.url}/${scope.replace(/^\/+/, '')}/providers/Microsoft.CostManagement/exports`

async function collectRun(
  wire: Wire,
  store: Store,
  cloud: Cloud,
  place: Place,
  manifest: string,
  done: { files: number },
): Promise<string | null> {
  const kept = await blob(wire, store, cloud, place, manifest, done)
  const parts = list(
    JSON.parse(
      store
        .read(kept.path)
        .toString('utf8')
        .replace(/^\ufeff/, ''),
    ),
    'blobs',
  )
  for (const part of parts) {
    const { path, bytes } = await blob(wire, store, cloud, place, String(part['blobName']), done)
    if (typeof part['byteCount'] === 'number' && part['byteCount'] !== bytes)
      return `${path} has ${bytes} bytes, its manifest says ${part['byteCount']}`
  }
  return null
}

/** A blob, from the folder where it is there already, else from the storage account. */
async function blob(
  wire: Wire,
  store: Store,
  cloud: Cloud,
  { account, container }: Place,
  blobName: string,
  done: { files: number },
): Promise<{ path: string; bytes: number }> {
  const path = `cost/${account}/${container}/${safePath(blobName)}`
  const bytes = await fetchBlob(wire, store, {
    url: `https://${account}.${cloud.blobSuffix}/${container}/${blobName.split('/').map(encodeURIComponent).join('/')}`,
    scope: cloud.storageScope,
    path,
    source: 'cost',
    headers: { 'x-ms-version': '2021-08-06' },
  })
  done.files += 1
  return { path, bytes }
}

/** A blob's name as a path inside the folder: no step upwards, nothing hidden. */
export function safePath(blobName: string): string {
  return blobName
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.' && segment !== '..')
    .map((segment) => segment.replace(/^\.+/, '').replaceAll(/[^\w.()=@+ -]/g, '_') || '_')
    .join('/')
}

async function json(wire: Wire, cloud: Cloud, url: string): Promise<Json> {
  const { bytes } = await wire.ask({ method: 'GET', url, scope: cloud.arm.scope })
  return bytes.length === 0 ? {} : (JSON.parse(Buffer.from(bytes).toString('utf8')) as Json)
}

const typeOf = (one: Json): string => String(object(object(one['properties'])['definition'])['type'] ?? '')
const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {})
const list = (page: Json, key = 'value'): Json[] => (Array.isArray(page[key]) ? (page[key] as Json[]) : [])

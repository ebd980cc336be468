import type { ListingResult } from '../collection_schema.ts'
import type { Cloud } from './cloud.ts'
import { safePath } from './cost_export.ts'
import type { CostMonth } from './cost_month.ts'
import { stampOf } from './listing.ts'
import { whyNot } from './service_error.ts'
import type { Store } from './store.ts'
import { askedWait } from './throttle.ts'
import { type Answer, NoTokenError, ServiceError, type Wire } from './wire.ts'

/**
 * The cost details report of a scope: every line of the bill, made on demand, in the columns of an actual-cost export.
 * Rules from Microsoft Learn, "Get small usage datasets on demand" (2025-06): Enterprise and Microsoft Customer Agreements
 * only, no management group, one month a report, thirteen months back.
 */
export interface DetailsRequest {
  readonly wire: Wire
  readonly store: Store
  readonly cloud: Cloud
  /** Without a leading slash. */
  readonly scope: string
  readonly months: readonly CostMonth[]
  sleep(seconds: number): Promise<void>
  nowSeconds(): number
}

/** What came of it. `isUnavailable`: the scope has no such report at all, and another way has to be taken. */
export interface DetailsOutcome {
  readonly result: ListingResult
  readonly isUnavailable: boolean
}

type Json = Record<string, unknown>

interface Report {
  readonly answer: Json
  readonly links: readonly { url: string; bytes: number | null }[]
}

/** How long a report is waited for; Azure makes most of them within minutes. */
const MAKING_SECONDS = 3600
const USUAL_POLL_SECONDS = 15
/** Reports that are asked for anew when the links of the one before have run out while its files were fetched. */
const REPORTS = 3

/** Fetches a report a month, files as they come; a month that is final and lies there already is not asked for again. */
export async function collectDetails(request: DetailsRequest): Promise<DetailsOutcome> {
  const { scope, months } = request
  const done = { reports: 0, files: 0 }
  const outcome = (state: ListingResult['state'], why: string | null, isUnavailable = false): DetailsOutcome => ({
    result: {
      listing: `cost-details/${scope}`,
      state,
      pages: done.reports,
      rowsRead: done.files,
      rowsAnnounced: state === 'complete' ? done.files : null,
      why,
    },
    isUnavailable,
  })
  if (isManagementGroup(scope)) return outcome('failed', 'a management group has no cost details report', true)
  try {
    for (const month of months) {
      const files = finalFiles(request, month) ?? (await collectMonth(request, month))
      done.reports += 1
      done.files += files
    }
    return outcome('complete', null)
  } catch (error) {
    if (error instanceof ReportError) return outcome('failed', error.message, error.isUnavailable)
    if (error instanceof NoTokenError) return outcome('refused', whyNot(error))
    if (!(error instanceof ServiceError)) throw error
    // Agreements without this report answer 400 or 404, before anything is made.
    const isUnavailable = done.reports === 0 && [400, 404, 405, 409, 422].includes(error.status)
    return outcome(error.isRefusal ? 'refused' : 'failed', whyNot(error), isUnavailable)
  }
}

export const isManagementGroup = (scope: string): boolean =>
  /^\/?providers\/microsoft\.management\/managementgroups\//i.test(scope)

/** The report did not come, for a reason that is no answer of HTTP. */
class ReportError extends Error {
  readonly isUnavailable: boolean
  constructor(message: string, isUnavailable: boolean) {
    super(message)
    this.name = 'ReportError'
    this.isUnavailable = isUnavailable
  }
}

const folderOf = ({ scope }: DetailsRequest, month: CostMonth): string =>
  `cost/details/${safePath(scope)}/${month.month}`

/** How many files of a month an earlier collection fetched, all of them and after its charges were final; else null. */
function finalFiles(request: DetailsRequest, month: CostMonth): number | null {
  const { store } = request
  const stem = `${folderOf(request, month)}_`
  const earlier = store.earlierFiles().map(({ path }) => path)
  for (const path of earlier) {
    if (!path.startsWith(stem) || !path.endsWith(`/${REPORT_FILE}`)) continue
    if (momentOf(path.slice(stem.length)) < month.finalFromAt) continue
    const folder = path.slice(0, -REPORT_FILE.length)
    const report = object(JSON.parse(store.read(path).toString('utf8')))
    const parts = object(report['manifest'])['blobs']
    const there = earlier.filter((other) => other.startsWith(folder)).length - 1
    if (Array.isArray(parts) && parts.length === there) return there
  }
  return null
}

/** `2026-11-06T12-00-00Z/…` in UTC seconds. */
function momentOf(rest: string): number {
  const [day = '', time = ''] = rest.slice(0, 20).split('T')
  return Date.parse(`${day}T${time.replaceAll('-', ':')}`) / 1000
}

/** The service's last answer, kept without the right to read that its links carry. */
const REPORT_FILE = 'report.json'

async function collectMonth(request: DetailsRequest, month: CostMonth): Promise<number> {
  const { store } = request
  const chain = `${folderOf(request, month)}_${stampOf(store.beganAt)}`
  const there = store.pagesOf(chain)
  if (there.at(-1)?.next === null) return new Set(there.map(({ path }) => path)).size - 1
  for (let attempt = 1; ; attempt++) {
    // What is there belongs to a report whose links nobody has any more.
    if (store.pagesOf(chain).length > 0) store.again(chain)
    const report = await makeReport(request, month)
    if (report === null) return 0
    try {
      return await fetchFiles(request, chain, report)
    } catch (error) {
      // The right in a link ends after some hours: a new report brings new links. Only its code is known, no sentence.
      if (!(error instanceof ServiceError) || !error.isRefusal) throw error
      if (attempt >= REPORTS) throw new ReportError(`its files may not be read: ${error.message}`, false)
    }
  }
}

/** Has a report made and waits for it; null: there is nothing in that month. */
async function makeReport(request: DetailsRequest, month: CostMonth): Promise<Report | null> {
  const { wire, cloud, scope } = request
  const began = request.nowSeconds()
  const arm = cloud.arm
  let answer = await wire.ask({
    method: 'POST',
    url: `${arm.url}/${scope}/providers/Microsoft.CostManagement/generateCostDetailsReport?api-version=2025-03-01`,
    scope: arm.scope,
    headers: { ClientType: 'hourwise' },
    body: { metric: 'ActualCost', timePeriod: { start: month.fromDay, end: month.lastDay } },
  })
  let slept = 0
  while (answer.status === 202) {
    const url = answer.header('location') ?? ''
    if (!url.startsWith(`${arm.url}/`))
      throw new ReportError('the report is said to come from another host, which was not asked', false)
    const wait = askedWait(answer.header, request.nowSeconds()) ?? USUAL_POLL_SECONDS
    slept += wait
    if (slept > MAKING_SECONDS || request.nowSeconds() - began > MAKING_SECONDS)
      throw new ReportError('the report was not made within an hour', false)
    await request.sleep(wait)
    answer = await wire.ask({ method: 'GET', url, scope: arm.scope, headers: { ClientType: 'hourwise' } })
  }
  return reportOf(answer, cloud)
}

function reportOf(answer: Answer, cloud: Cloud): Report | null {
  if (answer.status === 204 || answer.bytes.length === 0) return null
  const body = object(JSON.parse(Buffer.from(answer.bytes).toString('utf8')))
  if (body['status'] === 'NoDataFound') return null
  if (body['status'] !== 'Completed') {
    const code = /^[\w.-]{1,60}$/.exec(String(object(body['error'])['code'] ?? ''))?.[0] ?? 'no code'
    throw new ReportError(`the service could not make the report (${code})`, true)
  }
  const manifest = object(body['manifest'])
  const blobs = (Array.isArray(manifest['blobs']) ? manifest['blobs'] : []).map(object)
  const links = blobs.map((blob) => {
    const url = String(blob['blobLink'] ?? '')
    if (!isBlobStorage(url, cloud))
      throw new ReportError('a file of the report lies on a host that is no blob storage and was not fetched', false)
    // Of a zipped file the count may be that of its content.
    const isCounted = typeof blob['byteCount'] === 'number' && manifest['compressData'] !== true
    return { url, bytes: isCounted ? Number(blob['byteCount']) : null }
  })
  if (links.length === 0) return null
  const kept = blobs.map((blob, at) => ({
    ...blob,
    blobLink: String(blob['blobLink']).split('?')[0],
    blobName: partName(at),
  }))
  return { answer: { ...body, manifest: { ...manifest, blobs: kept } }, links }
}

const partName = (at: number): string => `part_${at}_0001.csv`

function isBlobStorage(url: string, cloud: Cloud): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname, port } = new URL(url)
  return protocol === 'https:' && (port === '' || port === '443') && hostname.endsWith(`.${cloud.blobSuffix}`)
}

/** The answer first, so that files without all their neighbours are never taken for a whole month; then each file. */
async function fetchFiles(request: DetailsRequest, chain: string, { answer, links }: Report): Promise<number> {
  const { store } = request
  const keep = (name: string, next: string | null, content: Uint8Array) =>
    store.keep({ chain, path: `${chain}/${name}`, source: 'cost', snapshotAt: null, rows: null, next }, content)
  keep(REPORT_FILE, partName(0), Buffer.from(`${JSON.stringify(answer, null, 1)}\n`))
  for (const [at, link] of links.entries())
    await fetchPart(request, chain, partName(at), at + 1 < links.length ? partName(at + 1) : null, link)
  return links.length
}

/** One file, straight to the disk. Its address carries its own right: no token is sent with it. */
async function fetchPart(
  { wire, store }: DetailsRequest,
  chain: string,
  name: string,
  next: string | null,
  { url, bytes }: Report['links'][number],
): Promise<void> {
  const path = `${chain}/${name}`
  const incoming = store.receive(path)
  let head: Uint8Array = Buffer.alloc(0)
  try {
    const question = { method: 'GET', url, scope: null, headers: { 'x-ms-version': '2021-08-06' } } as const
    const size = await wire.receive(question, (part) => {
      if (head.length < 2) head = Buffer.concat([head, part.subarray(0, 2)])
      incoming.write(part)
    })
    const isZipped = head[0] === 0x1f && head[1] === 0x8b
    if (bytes !== null && !isZipped && size !== bytes)
      throw new ReportError(`a file has ${size} bytes, the report says ${bytes}`, false)
    incoming.keep({ chain, path, source: 'cost', snapshotAt: null, rows: null, next })
  } catch (error) {
    incoming.discard()
    throw error
  }
}

const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {})

import type { SourceKind } from '../types.ts'
import { type FoldedRecord, type RecordHead, readHead } from './record_head.ts'

/**
 * What a file is, from the first 64 KB of its text (unzipped, without byte order mark), or null when it is none of the
 * record sources. Decided by the records themselves, never by the file's name.
 */
export function recogniseRecords(head: string, _path: string): { kind: SourceKind; form: string } | null {
  const read = readHead(head)
  if (read === null || isDocumentation(read)) return null
  const kind = kindOf(read)
  if (kind === null) return null
  return { kind, form: `${what(kind, read)}, ${layout(read)}` }
}

/** Why a file that looks like a record file is not read; null when there is nothing special to say. */
export function whyNotRecords(head: string, _path: string): string | null {
  if (/\bString_Id[;,]"?GUID\b/i.test(head)) return "Microsoft's list of product names, not a tenant's licences"
  if (/"@\{[A-Za-z_]+=/.test(head))
    return 'PowerShell cut its nested values; write it again with ConvertTo-Json -Depth 100'
  const read = readHead(head)
  if (read === null) return /^\s*[[{]/.test(head) ? 'its JSON breaks off, or is broken, before the first record' : null
  const [record] = read.records
  if (record === undefined && !read.isWhole) return 'its JSON breaks off, or is broken, before the first record'
  if (record === undefined) return read.shape === 'array' ? 'an empty list' : 'a page without records'
  if (isDocumentation(read)) return 'an example from API documentation, not an answer of the service'
  const error = record.get('error')
  if (typeof error === 'object' && error !== null && 'code' in error) {
    const { code, message } = error as { code?: unknown; message?: unknown }
    return `the service's error answer ${String(code)}: ${String(message ?? '')}`.trim()
  }
  if (record.has('skupartnumber') && !record.has('skuid')) {
    return 'a licence summary without SkuId; export Graph subscribedSkus instead'
  }
  if (read.pageKeys.has('totalrecords')) {
    return 'a Resource Graph result whose rows have neither id nor type; let the query project id'
  }
  if (read.shape !== 'csv') return 'JSON, but its records are of no kind that is read'
  return null
}

function kindOf(read: RecordHead): SourceKind | null {
  for (const record of read.records) {
    const kind = kindOfRecord(record)
    if (kind === 'foreign') return null
    if (kind !== null) return kind
  }
  if (read.records.length > 0) return null
  const context = String(read.pageKeys.get('odatacontext') ?? '').toLowerCase()
  if (context.includes('#machines')) return 'endpoint'
  if (context.includes('subscribedskus')) return 'licences'
  if (read.pageKeys.has('billingcurrency') && read.pageKeys.has('items')) return 'prices'
  if (read.pageKeys.has('totalrecords') || read.pageKeys.has('skiptoken')) return 'arm'
  return null
}

function kindOfRecord(record: FoldedRecord): SourceKind | 'foreign' | null {
  const has = (...keys: string[]) => keys.some((key) => record.has(key))
  if (has('computerdnsname', 'devicename') && has('healthstatus', 'sensorhealthstate', 'onboardingstatus'))
    return 'endpoint'
  if (has('skuid') && has('skupartnumber') && has('prepaidunits', 'prepaidunitsenabled', 'consumedunits'))
    return 'licences'
  if (has('retailprice') && has('metername')) return 'prices'
  if (has('metername', 'metercategory', 'billedcost', 'pretaxcost', 'costinbillingcurrency')) return 'foreign'
  if (has('resourceid') && has('starttime') && has('interval') && Array.isArray(record.get('value')))
    return 'availability'
  const type = String(record.get('type') ?? '').toLowerCase()
  if (/^microsoft\.(consumption\/|billing\/|costmanagement\/query)/.test(type)) return 'foreign'
  if (
    has('operationname', 'operationnamevalue') &&
    has('eventtimestamp', 'time', 'timegenerated', 'timegeneratedutc') &&
    has('resourceid', 'resourceuri', 'resource', 'correlationid', 'id')
  ) {
    return 'activity-log'
  }
  if (type.startsWith('microsoft.security/locations/alerts')) return 'alerts'
  const id = String(record.get('id') ?? record.get('resourceid') ?? '').toLowerCase()
  if (/^\/(subscriptions|providers|tenants)\//.test(id)) return 'arm'
  if (has('cloudname') && has('tenantid') && has('state')) return 'arm'
  if (/^microsoft\.[a-z]+\/[a-z]+/.test(type)) return 'arm'
  if (has('vmid') && has('powerstate')) return 'arm'
  return null
}

/** Request and response examples of API documentation: nobody's data. */
function isDocumentation(read: RecordHead): boolean {
  const [record] = read.records
  return record?.has('responses') === true && record.has('parameters')
}

function what(kind: SourceKind, read: RecordHead): string {
  const [record] = read.records
  switch (kind) {
    case 'endpoint':
      if (record?.has('sensorhealthstate')) {
        return record.has('timestamp') ? 'advanced hunting DeviceInfo' : 'device inventory of the portal'
      }
      return 'Defender for Endpoint machines'
    case 'activity-log':
      return record?.has('operationnamevalue') ? 'activity log from Log Analytics' : 'activity log'
    case 'availability':
      return 'metrics of Azure Monitor'
    case 'licences':
      return 'Graph subscribed SKUs'
    case 'prices':
      return 'retail prices'
    case 'alerts':
      return 'security alerts'
    default:
      return read.pageKeys.has('totalrecords') || read.pageKeys.has('skiptoken') || read.shape !== 'values'
        ? 'Resource Graph or ARM records'
        : read.pageKeys.size > 0
          ? 'ARM list'
          : 'ARM resource'
  }
}

function layout(read: RecordHead): string {
  if (read.pageKeys.has('interactions')) return 'recorded HTTP traffic'
  return { csv: 'CSV', lines: 'JSON lines', values: 'JSON', array: 'JSON' }[read.shape]
}

import { once } from 'node:events'
import { createWriteStream, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { PAGE_SIZE, writeDevicePage } from './device_pages.ts'
import {
  FROM,
  fileStamp,
  planOf,
  remainingCount,
  remainingMachine,
  SUBSCRIPTION_SIZE,
  subscriptionId,
  subscriptionOf,
  UNTIL,
} from './estate.ts'
import { activity, pricing, vmRecord } from './records.ts'

/** Records of one page of Resource Graph. */
const INVENTORY_PAGE_SIZE = 1000

/**
 * Writes inventory, plans, activity log and endpoint listings; files are gzipped JSON. Of several processes that write
 * one estate together each has its `part`, from 0: every file is written by one of them.
 */
export async function writeRecordFiles(
  folder: string,
  machines: number,
  healthHours: number,
  part = 0,
  parts = 1,
): Promise<void> {
  const listings: number[] = []
  for (let at = FROM + healthHours * 3600; at <= UNTIL; at += healthHours * 3600) listings.push(at)
  const writers: [count: number, write: (number: number) => Promise<void> | void][] = [
    [Math.ceil(machines / PAGE_SIZE), (page) => writeDevicePage(folder, machines, page, listings)],
    [subscriptionOf(machines - 1) + 1, (subscription) => writeActivity(folder, machines, subscription)],
    [Math.ceil(remainingCount(machines) / INVENTORY_PAGE_SIZE), (page) => writeInventory(folder, machines, page)],
    [1, () => writePlans(folder, machines)],
  ]
  for (const [count, write] of writers) {
    for (let number = part; number < count; number += parts) await write(number)
  }
}

async function writeInventory(folder: string, machines: number, page: number): Promise<void> {
  const all = remainingCount(machines)
  const first = page * INVENTORY_PAGE_SIZE
  const own = numbers(first, Math.min(all, first + INVENTORY_PAGE_SIZE)).map(remainingMachine)
  const path = `${folder}/inventory/resource-graph_${fileStamp(UNTIL)}_page-${page + 1}.json.gz`
  const next = first + own.length < all ? `"${page + 1}"` : 'null'
  const head = `{"count":${own.length},"total_records":${all},"skip_token":${next},"data":[\n`
  await writeJson(path, head, own.map(vmRecord), ']}')
}

async function writePlans(folder: string, machines: number): Promise<void> {
  const records = numbers(0, subscriptionOf(machines - 1) + 1).flatMap((subscription) => [
    pricing(subscription, 'VirtualMachines', { pricingTier: 'Standard', subPlan: planOf(subscription) }),
    pricing(subscription, 'CloudPosture', { pricingTier: 'Standard' }),
  ])
  const path = `${folder}/plans/pricings_${fileStamp(UNTIL)}.json.gz`
  await writeJson(path, `{"count":${records.length},"data":[\n`, records, ']}')
}

async function writeActivity(folder: string, machines: number, subscription: number): Promise<void> {
  const first = subscription * SUBSCRIPTION_SIZE
  const own = numbers(first, Math.min(machines, first + SUBSCRIPTION_SIZE))
  const path = `${folder}/activity-log/${subscriptionId(subscription)}_2026-10.json.gz`
  await writeJson(path, '[\n', activity(own), ']')
}

async function writeJson(path: string, head: string, records: Iterable<unknown>, tail: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true })
  const gzip = createGzip({ level: 1 })
  const written = pipeline(gzip, createWriteStream(path))
  let text = head
  let isFirst = true
  for (const record of records) {
    text += `${isFirst ? '' : ',\n'}${JSON.stringify(record)}`
    isFirst = false
    if (text.length < 1_000_000) continue
    if (!gzip.write(text)) await once(gzip, 'drain')
    text = ''
  }
  gzip.end(`${text}\n${tail}\n`)
  await written
}

function numbers(from: number, until: number): number[] {
  return Array.from({ length: Math.max(0, until - from) }, (_, number) => from + number)
}

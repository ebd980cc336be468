import { mkdirSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { fileStamp } from './estate.ts'
import { device, isListed, lastSeenAt, secondText } from './records.ts'

/** Machines of one page of Defender for Endpoint. */
export const PAGE_SIZE = 10_000

/** A device's text in the page, with what parts it from the next. */
interface Place {
  machine: number
  start: number
  end: number
  /** Where the moment of `lastSeen` begins. */
  lastSeen: number
}

/**
 * Writes one page of every listing of Defender for Endpoint. A hundred thousand machines are listed seventeen million
 * times a month, but from listing to listing a device changes in one moment only: its text is made once and
 * that moment written over it.
 */
export function writeDevicePage(folder: string, machines: number, page: number, listings: readonly number[]): void {
  mkdirSync(`${folder}/endpoint`, { recursive: true })
  const { text, places } = pageText(page * PAGE_SIZE, Math.min(machines, (page + 1) * PAGE_SIZE))
  const next = `"@odata.nextLink":"https://api.security.microsoft.com/api/machines?$skip=${(page + 1) * PAGE_SIZE}",`
  const isLast = (page + 1) * PAGE_SIZE >= machines
  const head = `{"@odata.context":"https://api.security.microsoft.com/api/$metadata#Machines",${isLast ? '' : next}"value":[\n`
  const written = Buffer.alloc(head.length + text.length + 4)
  for (const at of listings) {
    let length = written.write(head, 'latin1')
    const afterHead = length
    const moments = new Map<number, string>()
    for (const { machine, start, end, lastSeen } of places) {
      if (!isListed(machine, at)) continue
      text.copy(written, length, start, end)
      const seen = lastSeenAt(machine, at)
      let moment = moments.get(seen)
      if (moment === undefined) {
        moment = secondText(seen)
        moments.set(seen, moment)
      }
      written.write(moment, length + lastSeen - start, 'latin1')
      length += end - start
    }
    // The last device has no comma.
    if (length > afterHead) length -= SEPARATOR.length
    length += written.write('\n]}\n', length, 'latin1')
    const path = `${folder}/endpoint/machines_${fileStamp(at)}_page-${page + 1}.json.gz`
    writeFileSync(path, gzipSync(written.subarray(0, length), { level: 1 }))
  }
}

const SEPARATOR = ',\n'
const LAST_SEEN = '"lastSeen":"'

/** All devices of the page, each followed by a comma, with the place of each. */
function pageText(from: number, until: number): { text: Buffer; places: Place[] } {
  const places: Place[] = []
  const texts: string[] = []
  let length = 0
  for (let machine = from; machine < until; machine++) {
    if (!isListed(machine, Number.POSITIVE_INFINITY)) continue
    const one = `${JSON.stringify(device(machine, 0))}${SEPARATOR}`
    texts.push(one)
    places.push({
      machine,
      start: length,
      end: length + one.length,
      lastSeen: length + one.indexOf(LAST_SEEN) + LAST_SEEN.length,
    })
    length += one.length
  }
  return { text: Buffer.from(texts.join(''), 'latin1'), places }
}

import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { costParts } from '../cost_parts.ts'

/**
 * The job of a peer, in plain Node without a library: per day and machine what Defender for Servers cost, and what all
 * lines add up to. Streams the parts of a cost export (csv.gz) below the folder given and prints lines, groups and both
 * sums as JSON. Amounts are binary floats.
 */
const folder = process.argv[2] ?? ''
const days = new Map<string, { hours: number; cost: number }>()
let lines = 0
let total = 0

for (const path of costParts(folder)) {
  let at: Record<string, number> | null = null
  for await (const row of rows(path)) {
    if (at === null) {
      at = Object.fromEntries(row.map((name, place) => [name, place]))
      continue
    }
    const field = (name: string): string => row[(at as Record<string, number>)[name] ?? -1] ?? ''
    const cost = Number(field('CostInBillingCurrency'))
    lines += 1
    total += cost
    if (!field('ProductName').toLowerCase().startsWith('microsoft defender for servers')) continue
    const key = JSON.stringify([field('Date'), field('ResourceId').toLowerCase(), field('BillingCurrencyCode')])
    const day = days.get(key) ?? { hours: 0, cost: 0 }
    day.hours += Number(field('Quantity'))
    day.cost += cost
    days.set(key, day)
  }
}
const sum = (of: (day: { hours: number; cost: number }) => number): number =>
  [...days.values()].reduce((all, day) => all + of(day), 0)
process.stdout.write(
  JSON.stringify({ lines, groups: days.size, hours: sum((day) => day.hours), cost: sum((day) => day.cost), total }),
)

/** Records of an RFC 4180 file; a record may go over the end of a chunk. */
async function* rows(path: string): AsyncGenerator<string[]> {
  let rest = ''
  for await (const chunk of createReadStream(path).pipe(createGunzip()).setEncoding('utf8')) {
    rest += chunk
    let begin = 0
    let isQuoted = false
    let row: string[] = []
    let start = 0
    for (let place = 0; place < rest.length; place += 1) {
      const code = rest.charCodeAt(place)
      if (code === 0x22) isQuoted = !isQuoted
      else if (!isQuoted && (code === 0x2c || code === 0x0a)) {
        row.push(unquoted(rest.slice(start, place)))
        start = place + 1
        if (code !== 0x0a) continue
        yield row
        row = []
        begin = start
      }
    }
    rest = rest.slice(begin)
  }
}

function unquoted(text: string): string {
  const bare = text.endsWith('\r') ? text.slice(0, -1) : text
  return bare.startsWith('"') ? bare.slice(1, -1).replaceAll('""', '"') : bare
}

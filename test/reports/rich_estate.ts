import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { ESTATE } from '../../fixtures/estate/estate.ts'
import { guid } from '../../fixtures/estate/invented.ts'
import { sample } from '../../fixtures/estate/sample.ts'
import { METER_ID, SUBSCRIPTIONS, TEAMS, TENANT } from '../../fixtures/estate/tenant.ts'

/** A currency of each copy: with two, none and three fraction digits. */
const CURRENCIES = ['GBP', 'JPY', 'KWD', 'THB', 'NOK', 'INR', 'CHF', 'BRL'] as const

/** Folders of the sample that belong to machines; the others stand for the tenant and are there once. */
const OF_MACHINES = /^(cost|inventory|endpoint|activity-log|resource-health|assessments|plans)\//

const KEPT = new Set([TENANT.id, ...Object.values(METER_ID)])
const NAMES = new RegExp(
  `(?<![\\w-])(${[...new Set(ESTATE.map(({ name }) => name))].sort((a, b) => b.length - a.length).join('|')})(?![\\w-])`,
  'gi',
)
const WORDS = new RegExp(
  [...Object.values(TEAMS), ...Object.values(SUBSCRIPTIONS).map(({ name }) => name), 'Brindlewick Cartage']
    .sort((a, b) => b.length - a.length)
    .join('|'),
  'g',
)

/**
 * Writes the sample estate and copies of it as one tenant: each copy has subscriptions, owners, machines and a currency
 * of its own, and with them anomalies, findings and actions of every kind. Nothing of it is small.
 */
export function writeRichEstate(folder: string, copies: number): void {
  const files = sample()
  for (const [path, text] of files) write(folder, path, text)
  for (let copy = 1; copy <= copies; copy += 1) {
    const renamed = (text: string): string =>
      text
        .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, (id) =>
          KEPT.has(id.toLowerCase()) ? id : guid(`${copy} ${id.toLowerCase()}`),
        )
        .replace(/\b[0-9a-f]{40}\b/gi, (id) => createHash('sha1').update(`${copy} ${id.toLowerCase()}`).digest('hex'))
        .replace(NAMES, (name) => `${name}-${copy}`)
        .replace(WORDS, (words) => `${words} ${copy}`)
        .replace(/\b(ea-actual|focus-europe)\b/g, (name) => `${name}-${copy}`)
        .replace(/\b(73019284|6d1f3a52-ostrelle)\b/g, (account) => `${account}${copy}`)
        .replace(/^ *"byteCount": \d+,\n/gm, '')
        .replace(/\b(USD|EUR)\b/g, CURRENCIES[(copy - 1) % CURRENCIES.length] as string)
    for (const [path, text] of files)
      if (OF_MACHINES.test(path)) write(join(folder, `copy-${copy}`), renamed(path), renamed(text))
  }
}

function write(folder: string, path: string, text: string): void {
  const target = join(folder, path)
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, path.endsWith('.gz') ? gzipSync(text, { level: 1 }) : text)
}

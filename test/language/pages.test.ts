// The reports in each language, as pages: no English is left on them but names and terms, and paper says what the screen
// says. The estates are a rich one, the whole sample, its cost exports alone, one week of it, and one of which nothing is
// known.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { REPORTS } from '../../reports/reports.ts'
import { buildActions } from '../../src/actions/build.ts'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { buildForecast } from '../../src/forecast/build.ts'
import { buildIntegration } from '../../src/integration/build.ts'
import { ENGLISH, languageTags } from '../../src/language.ts'
import { buildLedgerWithHistory } from '../../src/ledger/build.ts'
import { buildLicensing } from '../../src/licensing/build.ts'
import { normalise } from '../../src/normalise/normalise.ts'
import { packageRoot } from '../../src/package_root.ts'
import type { Document } from '../../src/report/document.ts'
import { renderHtml } from '../../src/report/html.ts'
import { renderPdf } from '../../src/report/pdf.ts'
import { MOST_SHEETS } from '../../src/report/pdf_fit.ts'
import { CONTEXT, emptyEstate } from '../reports/estate.ts'
import { writeRichEstate } from '../reports/rich_estate.ts'

const OCTOBER = { fromDay: '2026-10-01', untilDay: '2026-11-01' }
const WEEK = { fromDay: '2026-10-05', untilDay: '2026-10-12' }

async function built(folder: string, period = OCTOBER): Promise<Engine> {
  const engine = await openDuckDb({ memoryLimitMegabytes: 1000 })
  await normalise(engine, resolve(packageRoot, folder))
  await buildLedgerWithHistory(engine, period)
  await buildLicensing(engine)
  await buildActions(engine)
  await buildForecast(engine)
  await buildIntegration(engine)
  return engine
}

/** Many subscriptions, owners, currencies, anomalies and findings. */
async function rich(): Promise<Engine> {
  const folder = mkdtempSync(join(tmpdir(), 'hourwise-rich-'))
  try {
    writeRichEstate(folder, 2)
    return await built(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const ESTATES = [
  { name: 'a rich estate', make: rich, period: OCTOBER },
  { name: 'the whole sample', make: () => built('fixtures/sample'), period: OCTOBER },
  { name: 'a week of it', make: () => built('fixtures/sample', WEEK), period: WEEK },
  { name: 'its cost exports alone', make: () => built('fixtures/sample/cost'), period: OCTOBER },
  { name: 'an estate of which nothing is known', make: () => emptyEstate(), period: OCTOBER },
]

/** Names and messages of strangers, as the reports print them. */
const NAMES = [
  'select distinct name from ledger.machine',
  'select distinct subscription_name from ledger.machine',
  'select distinct subscription_name from normalise.cost_line',
  'select distinct name from normalise.subscription',
  'select distinct id_resource_group(resource_id) from normalise.machine_record',
  'select distinct owner from ledger.machine',
  'select distinct location from ledger.machine',
  'select distinct managed_by from ledger.machine',
  'select distinct resource_id from ledger.machine',
  'select distinct message from normalise.extension',
  'select distinct description from normalise.assessment',
  'select distinct meter_name from normalise.cost_line',
  'select distinct product_name from normalise.cost_line',
  'select distinct path from normalise.source_file',
  'select distinct product from licensing.entitlement',
  'select distinct sku_part_number from licensing.entitlement',
  'select distinct name from licensing.offer',
  'select distinct subject from ledger.finding',
]

async function namesOf(engine: Engine): Promise<string[]> {
  const names: string[] = []
  for (const sql of NAMES)
    names.push(
      ...(await engine.rows(sql)).map((row) => String(Object.values(row)[0] ?? '')).filter((name) => name.length > 2),
    )
  // The longest first, so that a name within another leaves nothing of it behind.
  return names.sort((a, b) => b.length - a.length)
}

/** Terms that stay as they are: products, services, programs, files, settings and keys, units, formats. */
const TERMS =
  /\b(Microsoft( Azure| Graph| Customer Agreement| 365 [A-Z]\d( Security)?| 365 Business Premium| Defender XDR)?|Enterprise Agreement|Cloud Solution Provider|Azure|Arc|Graph|Defender for (Servers|Cloud|Endpoint|Business)( for servers| servers)?|for servers|MD[EB] for servers|MD[EB] servers|MD[EB]|Defender|CSPM|WDATP|Plan [12]|P[12]|FOCUS|FinOps|Hourwise|Resource Graph|Environment settings, Defender plans, Settings|Settings|Account|Retail Prices API|Product Terms|Dev\/Test|Visual Studio|Ostrelle Logistics|Windows Enterprise E5|PowerShell|ConvertTo-Json -Depth|Reader|Free|log|baseline|just-in-time|advanced hunting|DeviceInfo|agent|agents|endpoint|onboard|onboarding|offboarding|scale set|uniform|flexible|instance view|tenant|manifest|query|mirror|root|true-up|offers?|subscribedSkus|licences|agreement|price|renews_on|term_months|id|type|policy|vmId|ARM|SKUs?|subscribed|list|gzip|CSV|JSON|Parquet|HTML|PDF|EDR|API|GET|UTC|SHA|EA|MCA|USD|EUR|GBP|JPY|GB|MB|az monitor activity-log list|hourwise report (FOLDER|exports)|securityresources|GB|p95|AKS|CrowdStrike Falcon|quota)\b/g

/** What looks like a file, a flag, a path, an address, a key or an identifier. */
const CODE =
  /https?:\/\/\S+|learn\.microsoft\.com\S*|--[a-z-]+( [A-Za-z'0-9./,:-]+)?|\S*[_/\\]\S*|\S+\.(csv|json|yaml|pdf|html|xlsx|gz|com|example)\b|\b[0-9a-f]{8,}\b|\b[a-z]+[0-9]+[a-z0-9-]*\b/gi

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" }
const decoded = (text: string): string =>
  text.replace(/&([a-z]+|#\d+);/g, (found, name: string) => ENTITIES[name] ?? found)

/** Every text that a page shows or reads out. */
function shown(html: string): string[] {
  const body = html.slice(html.indexOf('<body')).replace(/<(style|script)\b[^>]*>[\s\S]*?<\/\1>/g, ' ')
  const spoken = [...body.matchAll(/ (?:aria-label|alt|title|data-tip)="([^"]*)"/g)].map(([, text = '']) => text)
  return [...body.replace(/<[^>]+>/g, '\n').split('\n'), ...spoken].map((text) => decoded(text).trim()).filter(Boolean)
}

function english(text: string, names: readonly string[]): string[] {
  let rest = text
  for (const name of names) if (rest.includes(name)) rest = rest.replaceAll(name, ' ')
  rest = rest.replace(CODE, ' ').replace(TERMS, ' ')
  return rest.match(/[A-Za-z][A-Za-z’'-]{2,}/g) ?? []
}

const hasPoppler = existsSync('/usr/bin/pdftotext')

describe.each(languageTags().filter((tag) => tag !== ENGLISH.tag))('%s', (language) => {
  describe.each(ESTATES)('$name', ({ make, period }) => {
    let engine: Engine
    let names: string[]
    const documents: Document[] = []
    beforeAll(async () => {
      engine = await make()
      names = await namesOf(engine)
      for (const report of REPORTS) documents.push(await report.document(engine, { ...CONTEXT, period, language }))
    })
    afterAll(() => engine.close())

    test('no English is left but names and terms', async () => {
      const left: string[] = []
      for (const document of documents) {
        expect(document.language).toBe(language)
        const html = await renderHtml(document)
        expect(html).toContain(`<html lang="${language}">`)
        for (const text of shown(html)) {
          const words = english(text, names)
          if (words.length > 0) left.push(`${document.id}: ${words.join(' ')} | ${text.slice(0, 160)}`)
        }
      }
      expect([...new Set(left)]).toEqual([])
    })
  })
})

describe.skipIf(!hasPoppler)('paper in Thai', () => {
  let engine: Engine
  let place: string
  beforeAll(async () => {
    engine = await built('fixtures/sample')
    place = mkdtempSync(join(tmpdir(), 'hourwise-thai-'))
  })
  afterAll(async () => {
    await engine.close()
    rmSync(place, { recursive: true })
  })

  test.each(REPORTS.map(({ id }) => id))(
    '%s: titles are whole Thai words, the language is told, nothing is a box',
    async (id) => {
      const report = REPORTS.find((candidate) => candidate.id === id)
      const document = await report?.document(engine, { ...CONTEXT, language: 'th' })
      if (document === undefined) throw new Error(`no report ${id}`)
      const pdf = await renderPdf(document, { pageSize: 'A4' })
      expect(pdf.missingCharacters).toEqual([])
      expect(pdf.pageCount).toBeLessThanOrEqual(MOST_SHEETS)
      const file = join(place, `${id}.pdf`)
      writeFileSync(file, pdf.bytes)
      const bare = (text: string): string => text.normalize('NFC').replace(/[\s\u00a0\u200b]+/g, '')
      const paper = bare(execFileSync('pdftotext', ['-raw', file, '-'], { encoding: 'utf8', maxBuffer: 1 << 26 }))
      for (const title of [document.title, ...document.pages.map((page) => page.title)])
        expect(paper).toContain(bare(title))
      expect(execFileSync('pdfinfo', [file], { encoding: 'utf8' })).toContain(
        document.title.replaceAll('\u00a0', ' ').slice(0, 12),
      )
      expect(pdf.bytes.toString('latin1')).toContain('/Lang (th)')
    },
  )
})

// Ten thousand machines in one page: small, complete, sorted and filtered at the speed of a bare loop, open day by day.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DayRun, Document, Explorer, Value } from '../../src/report/document.ts'
import { renderHtml } from '../../src/report/html.ts'
import { renderPdf } from '../../src/report/pdf.ts'

const CHROMIUM = '/usr/bin/chromium'
const hasChromium = existsSync(CHROMIUM)
if (!hasChromium) console.warn(`${CHROMIUM} is absent: the table of machines is not tried in a browser`)

const MACHINES = 10_000
const FIVE_MEGABYTES = 5_000_000

/** Numbers without chance: the next of a small generator. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state
  }
}

function explorer(machines: number): Explorer {
  const next = numbers(7)
  const rows = Array.from({ length: machines }, (_, i): Value[] => [
    { kind: 'text', text: `vm-${String(i).padStart(6, '0')}-${(next() % 9999).toString(36)}` },
    { kind: 'text', text: `Owner ${next() % 40}` },
    { kind: 'number', value: `${next() % 745}`, unit: 'h', digits: 0 },
    i % 1000 === 3
      ? { kind: 'text', text: '–' }
      : { kind: 'money', amount: `${next() % 1400}.${next() % 90}1`, currency: i % 3 === 0 ? 'EUR' : 'USD' },
  ])
  // Every day another: the largest that days can become.
  const restless = (): DayRun[] =>
    Array.from({ length: 31 }, (_, i) => ({
      firstDay: `2026-10-${String(i + 1).padStart(2, '0')}`,
      days: 1,
      minutes: [next() % 1441, next() % 1441, i % 7 === 0 ? null : next() % 1441],
      hasUnknown: i === 4,
    }))
  return {
    table: {
      id: 'machines',
      caption: 'The machines',
      columns: [
        { key: 'machine', label: 'Machine', align: 'start' },
        { key: 'owner', label: 'Owner', align: 'start' },
        { key: 'on', label: 'On', align: 'end' },
        { key: 'cost', label: 'Cost', align: 'end' },
      ],
      rows: rows.slice(0, 15),
      all: machines,
      file: 'machines.csv',
    },
    rows,
    all: machines,
    days: {
      label: 'Hours day by day (UTC) of',
      day: 'Day',
      series: ['On', 'Sensor healthy', 'Billed'],
      unknown: 'power not known for part of the day',
      of: rows.map((_, i) =>
        i === 0
          ? [
              { firstDay: '2026-10-02', days: 3, minutes: [1440, 0, null], hasUnknown: false },
              { firstDay: '2026-10-31', days: 1, minutes: [90, 45, 1440], hasUnknown: true },
            ]
          : restless(),
      ),
    },
  }
}

function documentOf(machines: number): Document {
  return {
    id: 'monthly-review',
    title: 'Machines',
    subtitle: 'ten thousand of them',
    language: 'en',
    footer: 'machines',
    createdAt: 1_793_491_200,
    keywords: [],
    pages: [
      {
        id: 'machines',
        label: 'Machines',
        title: 'All machines',
        blocks: [{ type: 'explorer', explorer: explorer(machines) }],
      },
    ],
  }
}

describe('the size of the page', () => {
  test.each([MACHINES, 60_000])(
    'stays below five megabytes with %i machines whose every day differs',
    async (machines) => {
      const html = await renderHtml(documentOf(machines))
      expect(Buffer.byteLength(html)).toBeLessThan(FIVE_MEGABYTES)
      expect(html).toContain('machines.csv')
    },
  )

  test('on paper the first rows stand for them, and the file is named', async () => {
    expect((await renderPdf(documentOf(MACHINES), { pageSize: 'A4' })).pageCount).toBe(1)
  })
})

let folder: string
let browser: Browser
beforeAll(async () => {
  if (!hasChromium) return
  folder = mkdtempSync(join(tmpdir(), 'hourwise-explorer-'))
  writeFileSync(join(folder, 'machines.html'), await renderHtml(documentOf(MACHINES)))
  writeFileSync(join(folder, 'many.html'), await renderHtml(documentOf(60_000)))
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
})
afterAll(async () => {
  await browser?.close()
  if (hasChromium) rmSync(folder, { recursive: true })
})

async function opened(
  name = 'machines.html',
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<{ page: Page; context: BrowserContext; troubles: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  const troubles: string[] = []
  page.on('console', (message) => troubles.push(message.text()))
  page.on('pageerror', (error) => troubles.push(error.message))
  await page.goto(pathToFileURL(join(folder, name)).href, { waitUntil: 'load' })
  return { page, context, troubles }
}

const status = (page: Page): Promise<string | null> => page.locator('.explorer output').textContent()
const column = (page: Page, at: number): Promise<string[]> =>
  page.locator(`.explorer tbody > tr > :nth-child(${at + 1})`).allInnerTexts()

describe.skipIf(!hasChromium)('ten thousand machines', () => {
  test('are paged, sorted by size within a currency, and those without a value come last', async () => {
    const { page, context, troubles } = await opened()
    expect(await status(page)).toBe('Rows 1 to 50 of 10,000')
    await page.getByRole('button', { name: 'Next' }).click()
    expect(await status(page)).toBe('Rows 51 to 100 of 10,000')
    const cost = page.locator('.explorer thead button', { hasText: 'Cost' })
    await cost.focus()
    await page.keyboard.press('Enter')
    const most = explorer(MACHINES).rows.flatMap(([, , , value]) =>
      value?.kind === 'money' && value.currency === 'USD' ? [Number(value.amount)] : [],
    )
    const shown = (await column(page, 3)).map((text) => Number(text.replace(/[^\d.]/g, '')))
    expect(shown[0]).toBeCloseTo(Math.max(...most), 2)
    expect(shown).toEqual([...shown].sort((a, b) => b - a))
    await page.keyboard.press('Enter')
    expect((await column(page, 3))[0]).toMatch(/^EUR/)
    expect(troubles).toEqual([])
    await context.close()
  })

  test('are found by words in any column, and none where none fits', async () => {
    const { page, context } = await opened()
    await page.locator('.explorer input').fill('vm-0042 owner')
    const found = explorer(MACHINES).rows.filter(
      ([name]) => name?.kind === 'text' && name.text.includes('vm-0042'),
    ).length
    expect(await status(page)).toBe(`Rows 1 to 50 of ${found}, filtered from 10,000`)
    for (const name of await column(page, 0)) expect(name).toContain('vm-0042')
    await page.locator('.explorer input').fill('no such machine')
    expect(await status(page)).toContain('No row of 0')
    await context.close()
  })

  test('open their days as they were', async () => {
    const { page, context } = await opened()
    const opener = page.locator('.explorer .opener').first()
    await opener.focus()
    await page.keyboard.press('Enter')
    expect(await opener.getAttribute('aria-expanded')).toBe('true')
    const lines = (await page.locator('.explorer tr.detail tbody tr').allInnerTexts()).map((line) =>
      line.replace(/\s+/g, ' ').trim(),
    )
    expect(lines).toEqual([
      '2026-10-02 24 h 0 h –',
      '2026-10-03 24 h 0 h –',
      '2026-10-04 24 h 0 h –',
      '2026-10-31 (power not known for part of the day) 1.5 h 0.75 h 24 h',
    ])
    await page.keyboard.press('Enter')
    expect(await page.locator('.explorer tr.detail').count()).toBe(0)
    await context.close()
  })

  test('sort and filter within a small multiple of a bare loop over the same rows', async () => {
    const { page, context } = await opened()
    const { bare, sorted, filtered } = (await page.evaluate(`(() => {
      const median = (act) => {
        const times = []
        for (let i = 0; i < 9; i += 1) { const from = performance.now(); act(i); times.push(performance.now() - from) }
        return times.sort((a, b) => a - b)[4]
      }
      const rows = Array.from({ length: 10000 }, (_, i) => ({ name: 'vm-' + i, cost: (i * 7919) % 10007 }))
      const bare = median(() => rows.filter((row) => row.name.toLowerCase().includes('4')).sort((a, b) => a.cost - b.cost))
      const head = document.querySelector('.explorer thead th:nth-child(3) button')
      const input = document.querySelector('.explorer input')
      const sorted = median(() => head.click())
      const filtered = median((i) => { input.value = 'vm-00' + i; input.dispatchEvent(new Event('input')) })
      return { bare, sorted, filtered }
    })()`)) as { bare: number; sorted: number; filtered: number }
    console.info(
      `10,000 rows: bare loop ${bare.toFixed(1)} ms, sort ${sorted.toFixed(1)} ms, filter ${filtered.toFixed(1)} ms`,
    )
    // Fifty lines of the page are drawn anew each time: some milliseconds that no loop has.
    expect(sorted).toBeLessThan(40 * Math.max(bare, 2))
    expect(filtered).toBeLessThan(40 * Math.max(bare, 2))
    await context.close()
  })

  test('say how many are left out when there are more than the page can hold', async () => {
    const { page, context, troubles } = await opened('many.html')
    expect(await page.locator('.explorer .more').last().textContent()).toMatch(
      /^The first [\d,]+ of 60,000 rows; the others stand in machines.csv\.$/,
    )
    expect(troubles).toEqual([])
    await context.close()
  })

  test('without script the first rows stand there, and the way to the others', async () => {
    const { page, context } = await opened('machines.html', { javaScriptEnabled: false })
    expect(await page.locator('.explorer tbody tr').count()).toBe(15)
    expect(await page.locator('.explorer .more a').getAttribute('href')).toBe('machines.csv')
    await context.close()
  })
})

// The reports of the sample estate in a real browser: no error, no request, accessible, narrow, dark, by keyboard.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { REPORT_IDS } from '../../src/config_schema.ts'
import { packageRoot } from '../../src/package_root.ts'
import { hourwise } from '../cli/hourwise.ts'

const CHROMIUM = '/usr/bin/chromium'
const hasChromium = existsSync(CHROMIUM)
if (!hasChromium) console.warn(`${CHROMIUM} is absent: the pages are not tried in a browser`)
const axe = readFileSync(join(packageRoot, 'node_modules/axe-core/axe.min.js'), 'utf8')

let place: string
let browser: Browser

beforeAll(async () => {
  if (!hasChromium) return
  place = mkdtempSync(join(tmpdir(), 'hourwise-browser-'))
  const ran = hourwise(['demo', '--out', 'out', '--format', 'html'], { cwd: place })
  if (ran.exit !== 0) throw new Error(ran.err)
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
  if (hasChromium) rmSync(place, { recursive: true })
})

interface Opened {
  page: Page
  context: BrowserContext
  /** Console errors, page errors, and requests for anything but the file itself. */
  troubles: string[]
}

async function opened(id: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Opened> {
  const url = pathToFileURL(join(place, 'out', `${id}.html`)).href
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  const troubles: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') troubles.push(message.text())
  })
  page.on('pageerror', (error) => troubles.push(error.message))
  page.on('request', (request) => {
    if (request.url() !== url && !request.url().startsWith('data:')) troubles.push(`request ${request.url()}`)
  })
  await page.goto(url, { waitUntil: 'load' })
  return { page, context, troubles }
}

describe.skipIf(!hasChromium).each(REPORT_IDS)('%s', (id) => {
  test('opens without an error and without the network', async () => {
    const { page, context, troubles } = await opened(id)
    expect(await page.locator('h1').count()).toBe(1)
    expect(await page.locator('figure svg').count()).toBeGreaterThan(0)
    expect(troubles).toEqual([])
    await context.close()
  })

  test.each(['light', 'dark'] as const)('has nothing for axe to mend, %s', async (colorScheme) => {
    const { page, context } = await opened(id, { colorScheme, bypassCSP: true })
    await page.evaluate(axe)
    const violations = await page.evaluate(async () => {
      // biome-ignore lint/suspicious/noExplicitAny: the library puts itself on the window
      const result = await (globalThis as any).axe.run({
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
      })
      return result.violations.map(
        (one: { id: string; nodes: { html: string }[] }) => `${one.id}: ${one.nodes[0]?.html.slice(0, 200)}`,
      )
    })
    expect(violations).toEqual([])
    await context.close()
  })

  test('fits 320 pixels without scrolling sideways', async () => {
    const { page, context } = await opened(id, { viewport: { width: 320, height: 640 } })
    const width = await page.evaluate('document.documentElement.scrollWidth')
    expect(width).toBeLessThanOrEqual(320)
    // The words over a table are read whole, however far the table itself reaches and is scrolled.
    const cut = await page.evaluate(`(() => {
      for (const scroll of document.querySelectorAll('.scroll')) scroll.scrollLeft = 200
      return [...document.querySelectorAll('.scroll > table > caption:not(.hidden)')]
        .filter((caption) => caption.getBoundingClientRect().left < 0 || caption.getBoundingClientRect().right > 320)
        .map((caption) => caption.textContent)
    })()`)
    expect(cut).toEqual([])
    await context.close()
  })

  test('says the same without its script', async () => {
    const { page, context } = await opened(id, { javaScriptEnabled: false })
    const { page: scripted, context: other } = await opened(id)
    expect(await page.locator('h2').allInnerTexts()).toEqual(await scripted.locator('h2').allInnerTexts())
    await context.close()
    await other.close()
  })
})

describe.skipIf(!hasChromium)('a long table', () => {
  test('sorts and filters by keyboard alone', async () => {
    const { page, context, troubles } = await opened('monthly-review')
    const place = page.locator('[data-sortable]:visible').first()
    const rows = place.locator('tbody > tr:has(> [data-key]):visible')
    const before = await rows.count()
    expect(before).toBeGreaterThan(10)

    const head = place.locator('thead th.end button.sort').first()
    await head.focus()
    await page.keyboard.press('Enter')
    const column = await head.evaluate(
      (button) => (button.closest('th') as { cellIndex: number } | null)?.cellIndex ?? -1,
    )
    const keys = await place
      .locator('tbody > tr:has(> [data-key])')
      .evaluateAll(
        (all, at) =>
          all.map(
            (row) =>
              (row as { cells?: ArrayLike<{ dataset: Record<string, string> }> }).cells?.[at]?.dataset['key'] ?? '',
          ),
        column,
      )
    const numbers = keys.filter((key) => key !== '').map(Number)
    expect(numbers).toEqual([...numbers].sort((a, b) => b - a))

    await place.locator('input[type=search]').focus()
    await page.keyboard.type('no such machine anywhere')
    expect(await rows.count()).toBe(0)
    expect(troubles).toEqual([])
    await context.close()
  })
})

describe.skipIf(!hasChromium)('a chart', () => {
  test('tells what is pointed at, in words of the data, and goes quiet again', async () => {
    const { page, context, troubles } = await opened('monthly-review')
    const mark = page.locator('#waterfall-usd [data-tip]:visible').first()
    await mark.scrollIntoViewIfNeeded()
    await mark.hover()
    expect(await page.locator('.tip').textContent()).toMatch(/^[A-Z].*: USD/)
    await page.keyboard.press('Escape')
    expect(await page.locator('.tip').isVisible()).toBe(false)
    expect(troubles).toEqual([])
    await context.close()
  })

  test('is walked through by keyboard, mark by mark, and each is told to a screen reader', async () => {
    const { page, context, troubles } = await opened('monthly-review')
    const drawing = page.locator('#waterfall-usd [role=img]')
    const tip = page.locator('.tip')
    await drawing.focus()
    const told: (string | null)[] = []
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft', 'End', 'ArrowRight', 'Home']) {
      await page.keyboard.press(key)
      expect(await tip.isVisible()).toBe(true)
      expect(await page.locator('[role=status].hidden').textContent()).toBe(await tip.textContent())
      told.push(await tip.textContent())
    }
    const [first, second, back, last, beyond, home] = told
    expect(first).toMatch(/^[A-Z].*: USD/)
    expect(new Set([first, second, last]).size).toBe(3)
    expect([back, beyond, home]).toEqual([first, last, first])
    expect(await drawing.getAttribute('aria-describedby')).toBe('chart-keys')
    await page.keyboard.press('Tab')
    expect(await tip.isVisible()).toBe(false)
    expect(troubles).toEqual([])
    await context.close()
  })

  test.each(REPORT_IDS.flatMap((id) => [320, 768, 1440].map((width) => [id, width] as const)))(
    'of %s at %i pixels has no word over another and none cut off',
    async (id, width) => {
      const { page, context } = await opened(id, { viewport: { width, height: 900 } })
      const clashes = (await page.evaluate(`(() => {
      const found = []
      for (const drawing of document.querySelectorAll('figure.chart svg')) {
        if (drawing.getClientRects().length === 0) continue
        const frame = drawing.getBoundingClientRect()
        const name = drawing.closest('figure').id
        const words = [...drawing.querySelectorAll('text')]
          .map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }))
          .filter(({ box }) => box.width > 0)
        words.forEach(({ text, box }, i) => {
          if (box.left < frame.left - 2 || box.right > frame.right + 2) found.push(name + ': cut off: ' + text)
          for (const other of words.slice(i + 1)) {
            const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left)
            const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top)
            if (across > 3 && down > 4) found.push(name + ': ' + text + ' over ' + other.text)
          }
        })
      }
      return found
    })()`)) as string[]
      expect(clashes).toEqual([])
      await context.close()
    },
  )

  test.each(REPORT_IDS)('of %s has tips and a table with its figures', async (id) => {
    const { page, context } = await opened(id)
    for (const chart of await page.locator('figure.chart').all()) {
      const name = await chart.getAttribute('id')
      expect(await chart.locator('[data-tip]').count(), String(name)).toBeGreaterThan(0)
      expect(await chart.locator('details tbody tr').count(), String(name)).toBeGreaterThan(0)
    }
    await context.close()
  })

  test('keeps the words in its cells readable in the dark', async () => {
    const { page, context } = await opened('monthly-review', { colorScheme: 'dark' })
    const lights = (await page.evaluate(`(() => {
      const lightness = (colour) => {
        const [r, g, b] = colour.match(/\\d+(\\.\\d+)?/g).map((part) => {
          const value = Number(part) / 255
          return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
        })
        return 0.2126 * r + 0.7152 * g + 0.0722 * b
      }
      const chart = document.querySelector('#owner-usd .wide svg, #owner-usd svg')
      const cells = [...chart.querySelectorAll('path[data-tip]')].map((cell) => lightness(getComputedStyle(cell).fill))
      const words = [...chart.querySelectorAll('text[data-tip]')].map((text) => lightness(getComputedStyle(text).fill))
      return { cells, words }
    })()`)) as { cells: number[]; words: number[] }
    expect(lights.cells.length).toBeGreaterThan(5)
    const contrasts = lights.cells.map((cell) => {
      const [light = 0, dark = 0] = [cell, Math.max(...lights.words)].sort((a, b) => b - a)
      return (light + 0.05) / (dark + 0.05)
    })
    expect(Math.min(...contrasts)).toBeGreaterThan(4.5)
    await context.close()
  })
})

describe.skipIf(!hasChromium).each(REPORT_IDS)('%s in print', (id) => {
  test('leaves out what only a screen can use and keeps every page', async () => {
    const { page, context, troubles } = await opened(id)
    const titles = await page.locator('h2').allTextContents()
    await page.emulateMedia({ media: 'print' })
    for (const screenOnly of ['nav', '.filter', '.pager', '.sliders form', 'figure details'])
      for (const part of await page.locator(screenOnly).all()) expect(await part.isVisible(), screenOnly).toBe(false)
    expect(await page.locator('h2:visible').allTextContents()).toEqual(titles)
    const paper = await page.pdf({ format: 'A4' })
    expect(paper.subarray(0, 5).toString()).toBe('%PDF-')
    expect(troubles).toEqual([])
    await context.close()
  })
})

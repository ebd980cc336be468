import { phrase } from '../language.ts'
import type { Block, Document, Inline, Page, Table, Value } from './document.ts'
import { formatDecimal } from './format.ts'
import { plainText } from './inline.ts'
import { shortened } from './text.ts'

/** No report is longer on paper, whatever the size of the estate: reports.md, its second paragraph. */
export const MOST_SHEETS = 20

/** What a document may hold so that it keeps to its sheets. */
interface Limits {
  /** Rows of a table, beside its total. */
  rows: number
  /** Items of a list, terms of a list of definitions. */
  items: number
  /** Characters of a text in a table or list; longer ones lose their middle. */
  characters: number
  /** Blocks of a page, beside what its title needs; all unless told. */
  blocks?: number
}

/** From whole to barest. Lists shorten first, then texts; the last two, for estates out of all measure, drop blocks. */
const STEPS: readonly Limits[] = [
  { rows: 18, items: 25, characters: 600 },
  { rows: 14, items: 20, characters: 400 },
  { rows: 11, items: 16, characters: 300 },
  { rows: 9, items: 12, characters: 240 },
  { rows: 7, items: 10, characters: 200 },
  { rows: 5, items: 8, characters: 160 },
  { rows: 4, items: 6, characters: 120 },
  { rows: 3, items: 4, characters: 100 },
  { rows: 2, items: 3, characters: 80 },
  { rows: 2, items: 2, characters: 60, blocks: 8 },
  { rows: 1, items: 1, characters: 60, blocks: 4 },
]

/**
 * The document as it fits on {@link MOST_SHEETS}: whole where it does, else with the longest lists that do. A list says
 * how many of its rows it leaves out and which file has them; totals stay. `place` lays a document out and says how many
 * sheets it takes; `html` is the file that shows on a screen what is left out here.
 */
export function fitted<Laid extends { pageCount: number }>(
  document: Document,
  place: (document: Document) => Laid,
  html: string | undefined,
): Laid {
  const whole = place(document)
  if (whole.pageCount <= MOST_SHEETS) return whole
  // The mildest step that fits; the barest where none is known to.
  let [mildest, barest] = [0, STEPS.length - 1]
  let fitting: Laid | undefined
  while (mildest < barest) {
    const middle = Math.floor((mildest + barest) / 2)
    const laid = place(limited(document, STEPS[middle] as Limits, html))
    if (laid.pageCount <= MOST_SHEETS) [barest, fitting] = [middle, laid]
    else mildest = middle + 1
  }
  return fitting ?? place(limited(document, STEPS[barest] as Limits, html))
}

/** A document within limits; `html` is the file that shows what is left out here. */
export function limited(document: Document, limits: Limits, html: string | undefined): Document {
  return { ...document, pages: document.pages.map((page) => limitedPage(page, limits, html)) }
}

function limitedPage(page: Page, limits: Limits, html: string | undefined): Page {
  const kept = page.blocks.slice(0, limits.blocks)
  const left = page.blocks.length - kept.length
  const note: Block = { type: 'paragraph', tone: 'muted', text: [partsLeft(left, html)] }
  return {
    ...page,
    blocks: [...kept.flatMap((block) => limitedBlock(block, limits, html)), ...(left === 0 ? [] : [note])],
  }
}

function limitedBlock(block: Block, limits: Limits, html: string | undefined): Block[] {
  const part = (blocks: readonly Block[]): Block[] => blocks.flatMap((each) => limitedBlock(each, limits, html))
  const cut = (text: Inline): Inline => limitedText(text, limits)
  switch (block.type) {
    case 'table':
      return [{ ...block, table: limitedTable(block.table, limits, html) }]
    case 'sliders':
      return [{ ...block, sliders: { ...block.sliders, table: limitedTable(block.sliders.table, limits, html) } }]
    case 'explorer':
      return [{ ...block, explorer: { ...block.explorer, table: limitedTable(block.explorer.table, limits, html) } }]
    case 'pair':
      return [{ ...block, left: part(block.left), right: part(block.right) }]
    case 'list': {
      const left = block.items.length - limits.items
      const items = block.items.slice(0, limits.items).map(cut)
      return [{ ...block, items: left > 0 ? [...items, [itemsLeft(left, html)]] : items }]
    }
    case 'definitions': {
      const left = block.items.length - limits.items
      const items = block.items.slice(0, limits.items).map(({ term, text }) => ({ term, text: cut(text) }))
      const note: Block = { type: 'paragraph', tone: 'muted', text: [itemsLeft(left, html)] }
      return [{ ...block, items }, ...(left > 0 ? [note] : [])]
    }
    default:
      return [block]
  }
}

function limitedTable(table: Table, limits: Limits, html: string | undefined): Table {
  const rows = table.rows.slice(0, limits.rows).map((row) => row.map((value) => limitedValue(value, limits)))
  if (rows.length === table.rows.length) return { ...table, rows }
  const { details: _details, unwritten, ...rest } = table
  // The page on the screen has all rows of a table that left none out there.
  const file = table.file ?? (table.all === undefined ? html : undefined)
  return {
    ...rest,
    rows,
    all: table.all ?? table.rows.length,
    ...(file === undefined ? {} : { file }),
    ...(file === undefined && unwritten !== undefined ? { unwritten } : {}),
  }
}

function limitedValue(value: Value, { characters }: Limits): Value {
  return value.kind === 'text' ? { ...value, text: shortened(value.text, characters) } : value
}

/** Running text loses its middle, and with it the links, only where it is out of all measure. */
function limitedText(text: Inline, { characters }: Limits): Inline {
  const plain = plainText(text)
  return plain.length <= 2 * characters ? text : [shortened(plain, 2 * characters)]
}

function itemsLeft(left: number, html: string | undefined): string {
  return leftOut(left === 1 ? phrase`${left} more item` : phrase`${formatDecimal(String(left), 0)} more items`, html)
}

function partsLeft(left: number, html: string | undefined): string {
  const parts = formatDecimal(String(left), 0)
  return leftOut(left === 1 ? phrase`${left} more part of this page` : phrase`${parts} more parts of this page`, html)
}

function leftOut(more: string, html: string | undefined): string {
  return html === undefined ? phrase`… and ${more}` : phrase`… and ${more} in ${html}`
}

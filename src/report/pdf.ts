import { inLanguage, phrase } from '../language.ts'
import { chartTheme, drawChart } from './chart.ts'
import { textOn } from './colour.ts'
import type { Block, Document, Page } from './document.ts'
import { TYPEFACE } from './font.ts'
import { pdfBlock } from './pdf_block.ts'
import { fitted } from './pdf_fit.ts'
import { type LaidOut, layOut, MARGINS } from './pdf_printer.ts'
import { svgForPdf } from './pdf_svg.ts'
import { TABLE_GAP } from './pdf_table.ts'
import { type Tag, tagIn } from './pdf_tag.ts'
import { INK, type PdfContext, type PdfNode, textNode } from './pdf_text.ts'
import { printable } from './text.ts'

/** A document on paper. */
export interface PdfFile {
  bytes: Buffer
  pageCount: number
  /** Characters that every typeface lacks, each once: they stand as boxes, and a note at the end says so. */
  missingCharacters: readonly string[]
}

const SIZES = { A4: { width: 595.28, height: 841.89 }, LETTER: { width: 612, height: 792 } } as const

/** Widths (px) at which charts are drawn for a full page and for half of it; they are printed smaller. */
const CHART_WIDTH = { full: 720, half: 340 } as const

/**
 * A document as PDF: bookmarks, page numbers, repeated table heads, a structure tree with alternative texts, vector
 * charts, embedded fonts; on at most {@link MOST_SHEETS} sheets. The same document gives the same bytes. `html` is the
 * file that shows on a screen what lists leave out on paper.
 */
export function renderPdf(document: Document, options: { pageSize: 'A4' | 'LETTER'; html?: string }): Promise<PdfFile> {
  return inLanguage(document.language, () => pdf(document, options))
}

async function pdf(
  document: Document,
  { pageSize, html }: { pageSize: 'A4' | 'LETTER'; html?: string },
): Promise<PdfFile> {
  const size = SIZES[pageSize]
  const lacking = new Set<string>()
  const charts = await drawPdfCharts(document, (character) => lacking.add(character))
  const laid = fitted(document, (draft) => placed(draft, size, charts, lacking), html)
  return { bytes: await laid.draw(), pageCount: laid.pageCount, missingCharacters: [...laid.missing] }
}

/** A document laid out on its sheets, not yet drawn. `lacking`: characters of charts that every typeface lacks. */
function placed(
  document: Document,
  size: { width: number; height: number },
  charts: ReadonlyMap<string, string>,
  lacking: ReadonlySet<string>,
): LaidOut & { missing: ReadonlySet<string> } {
  const missing = new Set(lacking)
  const root: Tag = { type: 'Document', children: [] }
  const context: PdfContext = {
    width: size.width - MARGINS.left - MARGINS.right,
    tag: root,
    pages: new Set(document.pages.map((page) => page.id)),
    missing,
    charts,
  }
  const content = [...masthead(document, context), ...document.pages.flatMap((page, i) => pdfPage(page, i, context))]
  if (missing.size > 0) content.push(missingNote(context))
  const laid = layOut({
    size,
    content,
    header: (page) => (page === 1 ? null : header(document, context)),
    footer: (page, pages) => footer(document, context, page, pages),
    defaultStyle: { font: TYPEFACE, fontSize: 9.5, lineHeight: 1.12, color: INK.ink },
    info: {
      title: document.title,
      author: 'Hourwise',
      subject: document.subtitle,
      keywords: document.keywords.join(', '),
      creator: 'Hourwise',
      producer: 'Hourwise',
      creationDate: new Date(document.createdAt * 1000),
      modDate: new Date(document.createdAt * 1000),
    },
    language: document.language,
    root,
  })
  return { ...laid, missing }
}

async function drawPdfCharts(document: Document, onMissing: (character: string) => void): Promise<Map<string, string>> {
  const drawn = new Map<string, string>()
  const draw = async (blocks: readonly Block[], width: number): Promise<void> => {
    for (const block of blocks) {
      if (block.type === 'pair') await draw([...block.left, ...block.right], CHART_WIDTH.half)
      else if (block.type === 'chart')
        drawn.set(block.chart.id, svgForPdf(await drawChart(block.chart, chartTheme, width), onMissing))
    }
  }
  for (const page of document.pages) await draw(page.blocks, CHART_WIDTH.full)
  return drawn
}

function masthead(document: Document, context: PdfContext): PdfNode[] {
  return [
    ...brandNodes(document, context),
    textNode(document.title, tagIn(context.tag, 'H1'), context, {
      bold: true,
      fontSize: 23,
      lineHeight: 1.05,
      margin: [0, 2, 0, 2],
    }),
    textNode(document.subtitle, tagIn(context.tag, 'P'), context, {
      fontSize: 11,
      color: INK.muted,
      margin: [0, 0, 0, 10],
    }),
    rule(context),
  ]
}

const BAND_PADDING = 10

/** The band of whose report it is, or this program's name. */
function brandNodes({ brand }: Document, context: PdfContext): PdfNode[] {
  if (brand?.accent === undefined && brand?.logo === undefined)
    return [textNode('Hourwise', tagIn(context.tag, 'P'), context, { bold: true, fontSize: 9, color: INK.muted })]
  const isBand = brand.accent !== undefined
  const inside = isBand ? BAND_PADDING : 0
  const name = textNode(brand.name, tagIn(context.tag, 'P'), context, {
    bold: true,
    fontSize: 10,
    color: brand.accent === undefined ? INK.muted : textOn(brand.accent),
    margin: [0, brand.logo === undefined ? 0 : 6, 0, 0],
  })
  const logo =
    brand.logo === undefined
      ? []
      : [{ image: brand.logo, fit: [120, 26], tag: tagIn(context.tag, 'Figure', { alt: brand.name }), width: 'auto' }]
  return [
    {
      table: {
        widths: [context.width - 2 * inside],
        body: [[{ columns: [...logo, name], columnGap: 10, ...(isBand ? { fillColor: brand.accent } : {}) }]],
      },
      layout: {
        hLineWidth: () => 0,
        vLineWidth: () => 0,
        paddingLeft: () => inside,
        paddingRight: () => inside,
        paddingTop: () => (isBand ? 7 : 0),
        paddingBottom: () => (isBand ? 7 : 0),
      },
      margin: [0, 0, 0, 14],
    },
  ]
}

function rule(context: PdfContext): PdfNode {
  return {
    canvas: [{ type: 'line', x1: 0, y1: 0, x2: context.width, y2: 0, lineWidth: 0.5, lineColor: INK.rule }],
    margin: [0, 0, 0, 10],
  }
}

function pdfPage(page: Page, index: number, context: PdfContext): PdfNode[] {
  const tag = tagIn(context.tag, 'Sect')
  const inside = { ...context, tag }
  return [
    textNode(page.label, tagIn(tag, 'P'), inside, {
      fontSize: 9,
      color: INK.muted,
      ...(index === 0 ? {} : { pageBreak: 'before' }),
    }),
    textNode(page.title, tagIn(tag, 'H2'), inside, {
      id: page.id,
      outline: true,
      outlineText: printable(page.label),
      bold: true,
      fontSize: 18,
      lineHeight: 1.08,
      margin: [0, 1, 0, 12],
    }),
    ...withoutGap(page.blocks.flatMap((block) => pdfBlock(block, inside))),
  ]
}

/** Room below the last block of a page is left out: where it did not fit, it would begin a sheet for nothing. */
function withoutGap(nodes: readonly PdfNode[]): readonly PdfNode[] {
  const kept = nodes.at(-1) === TABLE_GAP ? nodes.slice(0, -1) : nodes
  const last = kept.at(-1)
  if (last === undefined) return kept
  const [left = 0, top = 0, right = 0] = (last['margin'] ?? []) as number[]
  return [...kept.slice(0, -1), { ...last, margin: [left, top, right, 0] }]
}

function missingNote(context: PdfContext): PdfNode {
  const words = phrase`Characters that the typefaces of this document lack stand as boxes: ${context.missing.size} in this document. The HTML report shows them.`
  return textNode(words, tagIn(context.tag, 'P'), context, { fontSize: 7.5, color: INK.muted, margin: [0, 10, 0, 0] })
}

function header(document: Document, context: PdfContext): PdfNode {
  return {
    ...textNode(document.title, undefined, context, { fontSize: 8, color: INK.muted }),
    margin: [MARGINS.left, 28, MARGINS.right, 0],
  }
}

function footer(document: Document, context: PdfContext, page: number, pages: number): PdfNode {
  return {
    columns: [
      textNode(document.footer, undefined, context, { width: context.width - 60 }),
      textNode(`${page} / ${pages}`, undefined, context, { width: 50, alignment: 'right' }),
    ],
    columnGap: 10,
    fontSize: 7.5,
    color: INK.muted,
    margin: [MARGINS.left, 16, MARGINS.right, 0],
  }
}

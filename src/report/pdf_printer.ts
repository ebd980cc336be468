import { createRequire } from 'node:module'
import { FALLBACK_FILES, FONT_FILES, TYPEFACE } from './font.ts'
import { type Artifacts, drawTagged, type Tag } from './pdf_tag.ts'
import { BREAK } from './text.ts'

/** pdfmake's parts. Its own printer writes an empty structure tree; put together here, each drawn line finds its tag. */
const require = createRequire(import.meta.url)
const part = <T>(name: string): T => (require(`pdfmake/js/${name}.js`) as { default: T }).default

const PdfDocument = part<new (...parts: readonly unknown[]) => PdfKit>('PDFDocument')
const LayoutBuilder = part<new (...parts: readonly unknown[]) => Layout>('LayoutBuilder')
const SvgMeasure = part<new () => object>('SVGMeasure')
const Renderer = part<new (pdf: PdfKit) => PdfRenderer>('Renderer')
const { tableLayouts } = require('pdfmake/js/tableLayouts.js') as { tableLayouts: object }

/** What is used of a pdfkit document. */
export interface PdfKit {
  on(event: 'data', listener: (chunk: Buffer) => void): void
  on(event: 'end', listener: () => void): void
  on(event: 'error', listener: (error: Error) => void): void
  end(): void
  provideFont(family: string, bold: boolean, italics: boolean): PdfFont
  struct(type: string, options?: object): PdfStructure
  addStructure(structure: PdfStructure): void
  markStructureContent(type: string): object
  markContent(type: 'Artifact'): void
  /** What is drawn until the end of it reads as `actual`. */
  markContent(type: 'Span', options: { actual: string }): void
  endMarkedContent(): void
  /** An annotation that leads to an address; `structParent` takes it into the structure. */
  link(x: number, y: number, width: number, height: number, address: string, options: object): void
  /** One that leads to an anchor of the document. */
  goTo(x: number, y: number, width: number, height: number, anchor: string, options: object): void
}

export interface PdfStructure {
  add(child: object): void
  /** Nothing is added any more. */
  end(): void
}

interface PdfFont {
  widthOfString(text: string, ...rest: unknown[]): number
  encode(text: string, ...rest: unknown[]): unknown
}

interface Layout {
  registerTableLayouts(layouts: object): void
  layoutDocument(content: unknown, pdf: PdfKit, styles: object, defaultStyle: object, ...rest: unknown[]): PdfPages
}

type PdfPages = readonly { items: readonly unknown[] }[]

/** The methods of pdfmake's renderer that draw one thing each. */
export interface PdfRenderer extends Artifacts {
  renderPages(pages: PdfPages): void
}

/** What is to be laid out. */
export interface PdfLayout {
  size: { width: number; height: number }
  content: readonly object[]
  header: (page: number) => object | null
  footer: (page: number, pages: number) => object
  defaultStyle: object
  info: {
    title: string
    author: string
    subject: string
    keywords: string
    creator: string
    producer: string
    creationDate: Date
    modDate: Date
  }
  language: string
  root: Tag
}

/** White around the content, in points; header and footer stand in it. */
export const MARGINS = { left: 46, top: 58, right: 46, bottom: 54 } as const

/** A document on its sheets. */
export interface LaidOut {
  pageCount: number
  /** The file's bytes: with a structure tree, bookmarks and embedded fonts. Once only. */
  draw(): Promise<Buffer>
}

/** Lays a document out. Reads nothing but the fonts. */
export function layOut(layout: PdfLayout): LaidOut {
  const fonts = Object.fromEntries(
    Object.entries({ [TYPEFACE]: FONT_FILES, ...FALLBACK_FILES }).map(([name, { regular, bold }]) => [
      name,
      { normal: regular, bold },
    ]),
  )
  const isOwnFont = (path: string): boolean =>
    Object.values(fonts).some(({ normal, bold }) => path === normal || path === bold)
  const { title, author, subject, keywords, creator, producer, creationDate, modDate } = layout.info
  const pdf = new PdfDocument(
    fonts,
    {},
    {},
    {},
    {
      size: [layout.size.width, layout.size.height],
      pdfVersion: '1.7',
      tagged: true,
      displayTitle: true,
      compress: true,
      lang: layout.language,
      fontLayoutCache: true,
      autoFirstPage: false,
      font: null,
      info: {
        Title: title,
        Author: author,
        Subject: subject,
        Keywords: keywords,
        Creator: creator,
        Producer: producer,
        CreationDate: creationDate,
        ModDate: modDate,
      },
    },
    null,
    isOwnFont,
  )
  ignoreBreaks(pdf)

  const builder = new LayoutBuilder(layout.size, MARGINS, new SvgMeasure())
  builder.registerTableLayouts(tableLayouts)
  const pages = builder.layoutDocument(
    layout.content,
    pdf,
    {},
    layout.defaultStyle,
    null,
    layout.header,
    layout.footer,
    null,
    isLeftAlone,
  )
  return {
    pageCount: pages.length,
    draw: () => {
      const renderer = new Renderer(pdf)
      drawTagged(pdf, renderer, layout.root)
      renderer.renderPages(pages)
      return bytesOf(pdf)
    },
  }
}

/** Marks of nodes that must not part: a heading from what follows it, the last rows of a table from its total. */
export const KEEP = { heading: 1, lastRows: 2, total: 3 } as const

interface PlacedNode {
  headlineLevel?: number
  /** Names the table. */
  style?: string
  startPosition: { pageNumber: number; top: number; pageInnerHeight: number }
}

interface Around {
  getFollowingNodesOnPage(): readonly PlacedNode[]
  getNodesOnNextPage(): readonly PlacedNode[]
}

/** What must fit under a heading: the head of a table and a row of two lines. */
const HEAD_ROOM = 56

/** Height of a line in a table, in points. */
const TABLE_LINE = 15

/** True when a node has to begin on the next sheet, because what it belongs to stands there. */
function isLeftAlone(node: PlacedNode, around: Around): boolean {
  if (node.headlineLevel === KEEP.heading) {
    const [next] = around.getFollowingNodesOnPage()
    // The head of a table that moves as a whole still reports where it would have begun.
    return next === undefined || next.startPosition.top + HEAD_ROOM > MARGINS.top + next.startPosition.pageInnerHeight
  }
  if (node.headlineLevel !== KEEP.lastRows) return false
  const total = [...around.getFollowingNodesOnPage(), ...around.getNodesOnNextPage()].find(
    ({ headlineLevel, style }) => headlineLevel === KEEP.total && style === node.style,
  )
  if (total === undefined) return false
  // A row that moved as a whole still reports where it would have begun.
  const { pageNumber, top, pageInnerHeight } = total.startPosition
  return pageNumber > node.startPosition.pageNumber || top + TABLE_LINE > MARGINS.top + pageInnerHeight
}

/** Each font leaves break opportunities undrawn, from the first time it is asked for. */
function ignoreBreaks(pdf: PdfKit): void {
  const { provideFont } = pdf
  const known = new Set<PdfFont>()
  pdf.provideFont = (family, bold, italics) => {
    const font = provideFont.call(pdf, family, bold, italics)
    if (known.has(font)) return font
    known.add(font)
    const { widthOfString, encode } = font
    font.widthOfString = (text, ...rest) => widthOfString.call(font, text.replaceAll(BREAK, ''), ...rest)
    font.encode = (text, ...rest) => encode.call(font, text.replaceAll(BREAK, ''), ...rest)
    return font
  }
}

function bytesOf(pdf: PdfKit): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    pdf.on('data', (chunk) => chunks.push(chunk))
    pdf.on('end', () => resolve(Buffer.concat(chunks)))
    pdf.on('error', reject)
    pdf.end()
  })
}

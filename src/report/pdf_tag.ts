import type { PdfKit, PdfStructure } from './pdf_printer.ts'
import { BREAK } from './text.ts'

/** An element of the document's logical structure, by PDF's standard names; what is drawn refers to it. */
export interface Tag {
  type:
    | 'Document'
    | 'Sect'
    | 'H1'
    | 'H2'
    | 'H3'
    | 'P'
    | 'L'
    | 'LI'
    | 'LBody'
    | 'Table'
    | 'Caption'
    | 'THead'
    | 'TBody'
    | 'TR'
    | 'TH'
    | 'TD'
    | 'Figure'
    | 'Div'
    | 'Link'
  /** What a reader who cannot see a figure is told. */
  alt?: string
  scope?: 'Column' | 'Row'
  /** Drawn again at the head of each sheet; only the first time is content. */
  repeats?: boolean
  children: Tag[]
}

/** A new element within another. */
export function tagIn(parent: Tag, type: Tag['type'], more: Pick<Tag, 'alt' | 'scope' | 'repeats'> = {}): Tag {
  const tag: Tag = { type, ...more, children: [] }
  parent.children.push(tag)
  return tag
}

/** A piece of a line in one style. */
interface Piece {
  tag?: Tag
  text: string
  /** Left edge within the line, in points. */
  x: number
  width: number
  /** An https address; pdfmake says NULL for none. */
  link?: string | null
  /** Id of a page of the document. */
  linkToDestination?: string | null
}

interface Line {
  inlines: readonly Piece[]
  getHeight(): number
  getAscenderHeight(): number
}

/** What pdfmake draws: lines of text, vectors, drawings. */
export interface Artifacts {
  renderLine(line: Line, x: number, y: number): void
  renderVector(vector: object): void
  renderSVG(drawing: { tag?: Tag }): void
  renderImage(picture: { tag?: Tag }): void
}

/**
 * Makes pdfmake's renderer mark what it draws: text and drawings with a tag become content of their element, all else
 * (rules, page headers, repeated table heads) becomes an artifact that readers skip.
 */
export function drawTagged(pdf: PdfKit, renderer: Artifacts, root: Tag): void {
  const elements = new Map<Tag, PdfStructure>()
  const build = (tag: Tag): PdfStructure => {
    const element = pdf.struct(tag.type, { alt: tag.alt, scope: tag.scope })
    elements.set(tag, element)
    for (const child of tag.children) element.add(build(child))
    return element
  }
  pdf.addStructure(build(root))

  // A repeated head is the same tag on another sheet.
  const firstPage = new Map<Tag, unknown>()
  const marked = (tag: Tag | undefined, draw: () => void): void => {
    const page = (pdf as { page?: unknown }).page
    const element = tag === undefined ? undefined : elements.get(tag)
    const isAgain = tag?.repeats === true && firstPage.has(tag) && firstPage.get(tag) !== page
    if (tag === undefined || element === undefined || isAgain) pdf.markContent('Artifact')
    else {
      firstPage.set(tag, page)
      element.add(pdf.markStructureContent(tag.type))
    }
    draw()
    pdf.endMarkedContent()
  }
  const { renderLine, renderVector, renderSVG, renderImage } = renderer
  const write = (run: readonly Piece[], line: Line, x: number, y: number, isFirst: boolean): void => {
    for (const [i, part] of byReading(run).entries()) {
      const actual = part[0] !== undefined && isReadOtherwise(part[0]) ? part[0].text.replaceAll(BREAK, '') : undefined
      if (actual !== undefined) pdf.markContent('Span', { actual })
      renderLine.call(renderer, partOf(line, part, isFirst && i === 0), x, y)
      if (actual !== undefined) pdf.endMarkedContent()
    }
  }
  const linked = (run: readonly Piece[], line: Line, x: number, y: number): void => {
    const [first] = run
    const parent = first?.tag === undefined ? undefined : elements.get(first.tag)
    if (first === undefined || parent === undefined) return
    const element = pdf.struct('Link')
    parent.add(element)
    element.add(pdf.markStructureContent('Link'))
    const drawn = run.map(({ link: _link, linkToDestination: _page, ...piece }) => piece)
    write(drawn, line, x, y, false)
    pdf.endMarkedContent()
    const right = run.reduce((end, piece) => Math.max(end, piece.x + piece.width), first.x)
    const words = run.map((piece) => piece.text.replaceAll(BREAK, '')).join('')
    const options = { structParent: element, Contents: Object(words.trim()) as object }
    const place = [x + first.x, y, right - first.x, line.getHeight()] as const
    if (first.link) pdf.link(...place, first.link, options)
    else pdf.goTo(...place, first.linkToDestination as string, options)
    // Ended on its sheet: the reference to the annotation names the sheet that is open.
    element.end()
  }
  renderer.renderLine = (line, x, y) => {
    for (const [i, run] of runsByLink(line.inlines).entries()) {
      if (isLink(run[0])) linked(run, line, x, y)
      else marked(run[0]?.tag, () => write(run, line, x, y, i === 0))
    }
  }
  renderer.renderVector = (vector) => marked(undefined, () => renderVector.call(renderer, vector))
  renderer.renderImage = (picture) => marked(picture.tag, () => renderImage.call(renderer, picture))
  renderer.renderSVG = (drawing) => marked(drawing.tag, () => renderSVG.call(renderer, drawing))
}

function isLink(piece: Piece | undefined): boolean {
  return Boolean(piece?.link ?? piece?.linkToDestination)
}

/**
 * Thai sara am is drawn by two glyphs, of which the second is that of another vowel, with a tone mark in between: read
 * back glyph by glyph the word would be misspelt, so it is told as a whole.
 */
function isReadOtherwise(piece: Piece): boolean {
  return piece.text.includes('\u0e33')
}

/** Words that have to be told as a whole by themselves, what lies between them together. */
function byReading(pieces: readonly Piece[]): (readonly Piece[])[] {
  if (!pieces.some(isReadOtherwise)) return [pieces]
  const parts: Piece[][] = []
  let isOpen = false
  for (const piece of pieces) {
    const last = parts.at(-1)
    const isAlone = isReadOtherwise(piece)
    if (isOpen && !isAlone && last !== undefined) last.push(piece)
    else parts.push([piece])
    isOpen = !isAlone
  }
  return parts
}

/** Neighbours that lead to the same place, or nowhere, together: a link over several words is one to click on. */
function runsByLink(pieces: readonly Piece[]): Piece[][] {
  const runs: Piece[][] = []
  for (const piece of pieces) {
    const last = runs.at(-1)
    const before = last?.[0]
    if (before?.link === piece.link && before?.linkToDestination === piece.linkToDestination && last !== undefined)
      last.push(piece)
    else runs.push([piece])
  }
  return runs.length === 0 ? [[]] : runs
}

/** A line with some of its pieces, at the height of the whole; bookmark and anchor go with the first. */
function partOf(line: Line, pieces: readonly Piece[], isFirst: boolean): Line {
  if (isFirst && pieces.length === line.inlines.length) return line
  return Object.assign(Object.create(line) as Line, {
    inlines: pieces,
    getHeight: () => line.getHeight(),
    getAscenderHeight: () => line.getAscenderHeight(),
    ...(isFirst ? {} : { id: undefined, _outline: undefined, _pageNodeRef: undefined }),
  })
}

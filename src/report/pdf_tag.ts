import type { PdfKit, PdfStructure } from './pdf_printer.ts'

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

interface Line {
  inlines: readonly { tag?: Tag }[]
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
  renderer.renderLine = (line, x, y) => marked(line.inlines[0]?.tag, () => renderLine.call(renderer, line, x, y))
  renderer.renderVector = (vector) => marked(undefined, () => renderVector.call(renderer, vector))
  renderer.renderImage = (picture) => marked(picture.tag, () => renderImage.call(renderer, picture))
  renderer.renderSVG = (drawing) => marked(drawing.tag, () => renderSVG.call(renderer, drawing))
}

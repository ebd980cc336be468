import type { Inline } from './document.ts'
import { fontRuns, TYPEFACE } from './font.ts'
import { runsOf } from './inline.ts'
import type { Tag } from './pdf_tag.ts'
import { BREAK, printable } from './text.ts'

/** What blocks need to be drawn. */
export interface PdfContext {
  /** Room in points. */
  width: number
  /** Where the block belongs in the structure. */
  tag: Tag
  /** Ids of pages that links may lead to. */
  pages: ReadonlySet<string>
  missing: Set<string>
  /** Drawings of charts by chart id. */
  charts: ReadonlyMap<string, string>
}

/** A node of pdfmake. */
export type PdfNode = Record<string, unknown>

/** Colours on paper; those of charts stand in the chart theme. */
export const INK = {
  ink: '#1b2430',
  muted: '#566070',
  rule: '#d9dee4',
  wash: '#f4f6f8',
  blue: '#15457f',
  red: '#b52a3f',
  amber: '#8a5704',
  bar: '#7da3d0',
  barLoss: '#d9808d',
} as const

/** Plain text as a node with its tag. Text of strangers becomes printable, drawable and breakable. */
export function textNode(text: string, tag: Tag | undefined, context: PdfContext, style: PdfNode = {}): PdfNode {
  return { text: settled(text, context).map((run) => ({ ...run, tag })), ...style }
}

/** Running text as a node. */
export function inlineNode(inline: Inline, tag: Tag, context: PdfContext, style: PdfNode = {}): PdfNode {
  return {
    text: runsOf(inline).flatMap((run) =>
      settled(run.text, context).map((piece) => ({
        ...piece,
        tag,
        ...(run.style === 'strong' ? { bold: true } : {}),
        ...linkOf(run.to, context),
      })),
    ),
    ...style,
  }
}

/** Files beside the report are named, not linked: a PDF travels alone. */
function linkOf(to: string | undefined, context: PdfContext): PdfNode {
  if (to?.startsWith('https://')) return { link: to, color: INK.blue }
  const page = to?.startsWith('#') ? to.slice(1) : undefined
  return page !== undefined && context.pages.has(page) ? { linkToDestination: page, color: INK.blue } : {}
}

/** Text that the page can hold: printable, with places to break, cut where another typeface takes over. */
export function settled(text: string, context: Pick<PdfContext, 'missing'>): { text: string; font?: string }[] {
  return fontRuns(breakable(printable(text)), (character) => context.missing.add(character)).map((run) =>
    run.typeface === TYPEFACE ? { text: run.text } : { text: run.text, font: run.typeface },
  )
}

/** Break opportunities within long names after their joints, and between the words of Thai, which has no spaces. */
export function breakable(text: string): string {
  const jointed = text.replace(/[^\s]{16,}/g, (token) =>
    token.replace(/[/_.:@=&?](?=[^\s])/g, (joint) => joint + BREAK),
  )
  return jointed.replace(/\p{Script=Thai}+/gu, (words) =>
    [...new Intl.Segmenter('th', { granularity: 'word' }).segment(words)].map(({ segment }) => segment).join(BREAK),
  )
}

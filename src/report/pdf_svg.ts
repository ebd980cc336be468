import { fontRuns, needsShaping, textOutline, textWidth } from './font.ts'

/**
 * A drawing as the PDF can show it: characters that every typeface lacks become boxes, and text whose letters combine or
 * belong to another typeface becomes outlines, because the PDF's drawing engine places letters one by one.
 */
export function svgForPdf(svg: string, onMissing: (character: string) => void): string {
  return svg.replace(/<text([^>]*)>([^<]*)<\/text>/g, (_, attributes: string, content: string) => {
    const text = fontRuns(decoded(content), onMissing)
      .map((run) => run.text)
      .join('')
    return needsShaping(text) ? outlined(attributes, text) : `<text${attributes}>${encoded(text)}</text>`
  })
}

function outlined(attributes: string, text: string): string {
  const attribute = (name: string): string | undefined => new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1]
  const size = Number.parseFloat(attribute('font-size') ?? '11')
  const weight = ['bold', '600', '700'].includes(attribute('font-weight') ?? '') ? 'bold' : 'regular'
  const width = textWidth(text, size, weight)
  const anchor = attribute('text-anchor')
  const shift = anchor === 'end' ? -width : anchor === 'middle' ? -width / 2 : 0
  const place = [attribute('transform'), `translate(${shift.toFixed(2)},0)`].filter(Boolean).join(' ')
  return `<path transform="${place}" fill="${attribute('fill') ?? '#000'}" d="${textOutline(text, size, weight)}"/>`
}

function decoded(text: string): string {
  return text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')
}

function encoded(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}

import { printable } from './text.ts'

/** Text that is HTML already. Made by {@link markup} only, so that everything else is escaped. */
export interface Markup {
  readonly html: string
}

type Child = Markup | string | number | undefined | readonly Child[]

/** HTML from a template: what is put in is escaped, unless it came from this function. */
export function markup(strings: TemplateStringsArray, ...children: readonly Child[]): Markup {
  return { html: strings.map((text, i) => text + (i < children.length ? htmlOf(children[i]) : '')).join('') }
}

/** HTML that this program wrote itself: style sheet, script, a drawn chart. */
export function trusted(html: string): Markup {
  return { html }
}

function htmlOf(child: Child): string {
  if (child === undefined) return ''
  if (typeof child === 'number') return String(child)
  if (typeof child === 'string') return escaped(child)
  return 'html' in child ? child.html : child.map(htmlOf).join('')
}

/** Text for element content and quoted attributes of HTML and SVG, without unprintable characters. */
export function escaped(text: string): string {
  return printable(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;')
}

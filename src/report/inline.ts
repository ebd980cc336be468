import type { Inline, Span } from './document.ts'
import { formatValue } from './format.ts'
import { printable } from './text.ts'

/** A piece of running text as every format draws it. */
export interface Run {
  text: string
  style: 'plain' | 'strong' | 'code' | 'value'
  /** Where it leads, checked by {@link linkTarget}. */
  to?: string
}

/** Running text with its values written out. The reason why a value cannot be computed follows in brackets. */
export function runsOf(inline: Inline): Run[] {
  return inline.map(runOf)
}

/** Running text without any style. */
export function plainText(inline: Inline): string {
  return runsOf(inline)
    .map((run) => run.text)
    .join('')
}

function runOf(span: Span): Run {
  if (typeof span === 'string') return { text: printable(span), style: 'plain' }
  if ('strong' in span) return { text: printable(span.strong), style: 'strong' }
  if ('code' in span) return { text: printable(span.code), style: 'code' }
  if ('link' in span) {
    const to = linkTarget(span.to)
    return { text: printable(span.link), style: 'plain', ...(to === undefined ? {} : { to }) }
  }
  if (span.kind === 'unknown') return { text: `${formatValue(span)} (${printable(span.reason)})`, style: 'value' }
  return { text: formatValue(span), style: span.kind === 'text' ? 'plain' : 'value' }
}

/**
 * A link that may be followed: a page of the document (`#actions`), a file beside the report (`machines.csv`), an https
 * address. Undefined for anything else, such as `javascript:` or a path that leaves the folder.
 */
export function linkTarget(to: string): string | undefined {
  if (/^#[A-Za-z0-9_-]+$/.test(to) || /^[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$/.test(to)) return to
  return /^https:\/\/[A-Za-z0-9.-]+(:\d+)?(\/[^\s"<>\\^`{|}]*)?$/.test(to) ? to : undefined
}

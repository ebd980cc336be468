/** The JSON values at the start of a text that may break off: whole ones, and the last as far as it goes. */
export function leadingValues(text: string): { values: unknown[]; firstEnd: number } {
  const values: unknown[] = []
  let firstEnd = 0
  let start = 0
  while (values.length < 50) {
    while (start < text.length && /\s/.test(text[start] ?? '')) start += 1
    if (text[start] !== '{' && text[start] !== '[') break
    const value = oneValue(text, start)
    if (value === null) break
    values.push(value.value)
    if (!value.whole) break
    if (firstEnd === 0) firstEnd = value.end
    start = value.end
  }
  return { values, firstEnd }
}

/** The value that begins at `start`, or as much of it as can be read before the text breaks off or is broken. */
function oneValue(text: string, start: number): { value: unknown; end: number; whole: boolean } | null {
  const open: string[] = []
  const cuts: { at: number; closers: string }[] = []
  let inString = false
  for (let at = start; at < text.length; at += 1) {
    const char = text[at]
    if (inString) {
      if (char === '\\') at += 1
      else if (char === '"') inString = false
    } else if (char === '"') inString = true
    else if (char === '{' || char === '[') {
      open.push(char === '{' ? '}' : ']')
      cuts.push({ at: at + 1, closers: [...open].reverse().join('') })
    } else if (char === '}' || char === ']') {
      if (open.pop() !== char) break
      cuts.push({ at: at + 1, closers: [...open].reverse().join('') })
      if (open.length === 0) break
    } else if (char === ',') cuts.push({ at, closers: [...open].reverse().join('') })
  }
  const last = cuts.at(-1)
  if (last !== undefined && last.closers === '') {
    const value = parsed(text.slice(start, last.at))
    if (value !== null) return { value: value.value, end: last.at, whole: true }
  }
  // Text that merely breaks off is readable up to its last cut.
  const longest = last === undefined ? null : parsed(text.slice(start, last.at) + last.closers)
  if (longest !== null) return { value: longest.value, end: text.length, whole: false }
  // A longer prefix is only readable when every shorter one is.
  let low = 0
  let high = cuts.length
  let best: { value: unknown } | null = null
  while (low < high) {
    const middle = (low + high) >> 1
    const cut = cuts[middle]
    const value = cut === undefined ? null : parsed(text.slice(start, cut.at) + cut.closers)
    if (value === null) high = middle
    else {
      best = value
      low = middle + 1
    }
  }
  return best === null ? null : { value: best.value, end: text.length, whole: false }
}

function parsed(json: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(json) }
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

import { isWord, lineOf, type Token, tokensOf } from './sql_token.ts'

/** One small change of a model's text. */
export interface Mutant {
  file: string
  line: number
  /** What was changed: `comparison`, `join`, `boundary`, … */
  kind: string
  /** The changed words, before and after. */
  change: string
  /** The source line without blanks at its ends: with `change` it tells mutants apart when lines move. */
  source: string
  /** The whole text after the change. */
  text: string
}

interface Edit {
  kind: string
  from: number
  until: number
  replacement: string
}

const SWAPS: Readonly<Record<string, readonly [kind: string, other: string]>> = {
  '<': ['boundary', '<='],
  '<=': ['boundary', '<'],
  '>': ['boundary', '>='],
  '>=': ['boundary', '>'],
  '=': ['comparison', '<>'],
  '<>': ['comparison', '='],
  '+': ['arithmetic', '-'],
  '-': ['arithmetic', '+'],
  and: ['boolean', 'or'],
  or: ['boolean', 'and'],
  min: ['extreme', 'max'],
  max: ['extreme', 'min'],
  greatest: ['extreme', 'least'],
  least: ['extreme', 'greatest'],
  lag: ['order', 'lead'],
  lead: ['order', 'lag'],
  desc: ['order', ''],
  true: ['constant', 'false'],
  false: ['constant', 'true'],
}

/** Every mutant of a model's text. */
export function mutantsOf(file: string, sql: string): Mutant[] {
  const tokens = tokensOf(sql)
  const edits = [
    ...tokens.flatMap((_, at) => editsAt(tokens, at)),
    ...conjunctEdits(sql, tokens),
    ...coalesceEdits(sql, tokens),
  ].sort((a, b) => a.from - b.from || a.until - b.until)
  return edits.map((edit) => {
    const line = lineOf(sql, edit.from)
    return {
      file,
      line,
      kind: edit.kind,
      change: `${oneLine(sql.slice(edit.from, edit.until))} → ${oneLine(edit.replacement) || '(nothing)'}`,
      source: (sql.split('\n')[line - 1] ?? '').trim(),
      text: sql.slice(0, edit.from) + edit.replacement + sql.slice(edit.until),
    }
  })
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

function editsAt(tokens: readonly Token[], at: number): Edit[] {
  const token = tokens[at]
  if (token === undefined) return []
  const { from, until } = token
  const word = token.text.toLowerCase()
  const edit = (kind: string, replacement: string, end = until): Edit[] => [{ kind, from, until: end, replacement }]
  if (token.kind === 'number') return isPlace(tokens, at) ? [] : edit('constant', String(Number(token.text) + 1))
  if (token.kind === 'string') return isValue(tokens, at) ? edit('constant', `${token.text.slice(0, -1)}~'`) : []
  const next = tokens[at + 1]
  if (word === 'join') return joinEdits(tokens, at)
  if (word === 'union') {
    return isWord(next, 'all') ? edit('set', 'union', next?.until) : edit('set', 'union all')
  }
  if (word === 'is' && isWord(next, 'null')) return edit('null', 'is not null', next?.until)
  if (word === 'is' && isWord(next, 'not')) return edit('null', 'is null', tokens[at + 2]?.until)
  if (word === 'not' && isWord(next, 'in', 'exists', 'like')) return edit('boolean', '')
  if (word === 'in' && !isWord(tokens[at - 1], 'not')) return edit('boolean', 'not in')
  if (word === 'distinct') return edit('set', '')
  if (word === 'and' && isBetween(tokens, at)) return []
  if ((word === '-' || word === '+') && !isBinary(tokens[at - 1])) return []
  if (['min', 'max', 'lag', 'lead', 'greatest', 'least'].includes(word) && next?.text !== '(') return []
  const swap = SWAPS[word]
  return swap === undefined ? [] : edit(swap[0], swap[1])
}

function joinEdits(tokens: readonly Token[], at: number): Edit[] {
  const [token, before] = [tokens[at], tokens[at - 1]]
  if (token === undefined || isWord(before, 'cross')) return []
  if (isWord(before, 'left'))
    return [{ kind: 'join', from: before?.from ?? token.from, until: token.until, replacement: 'join' }]
  return [{ kind: 'join', from: token.from, until: token.until, replacement: 'left join' }]
}

const isBinary = (before: Token | undefined): boolean =>
  before !== undefined && (before.kind === 'word' || before.kind === 'number' || before.text === ')')

/** A number that stands for a type's width or for a column's place. */
function isPlace(tokens: readonly Token[], at: number): boolean {
  for (let back = at - 1; back >= 0; back -= 1) {
    const token = tokens[back]
    if (token?.kind === 'number' || token?.text === ',') continue
    if (token?.text === '(') return isWord(tokens[back - 1], 'decimal')
    return isWord(token, 'by')
  }
  return false
}

/** A text that is compared or chosen by, not one that words are put together from. */
function isValue(tokens: readonly Token[], at: number): boolean {
  const [before, after] = [tokens[at - 1], tokens[at + 1]]
  return before?.text !== '||' && after?.text !== '||' && !isWord(before, 'escape')
}

/** Whether an `and` belongs to a `between`. */
function isBetween(tokens: readonly Token[], at: number): boolean {
  for (let back = at - 1; back >= Math.max(0, at - 12); back -= 1) {
    if (isWord(tokens[back], 'between')) return true
    if (isWord(tokens[back], 'and', 'or', 'where', 'on', 'when')) return false
  }
  return false
}

const ENDS = ['group', 'order', 'having', 'window', 'union', 'join', 'left', 'cross', 'where', 'limit', 'qualify']

/** Leaves one conjunct of a `where`, an `on` or a `having` out. */
function conjunctEdits(sql: string, tokens: readonly Token[]): Edit[] {
  return tokens.flatMap((token, at) => {
    if (!isWord(token, 'where', 'on', 'having')) return []
    const parts: { from: number; until: number }[] = []
    let depth = 0
    let from = at + 1
    let end = from
    let hasOr = false
    const close = (until: number) => parts.push({ from: tokens[from]?.from ?? 0, until: tokens[until - 1]?.until ?? 0 })
    for (; end < tokens.length; end += 1) {
      const here = tokens[end]
      if (here?.text === '(' || isWord(here, 'case')) depth += 1
      if (here?.text === ')' || isWord(here, 'end')) depth -= 1
      if (depth < 0 || (depth === 0 && isWord(here, ...ENDS))) break
      if (depth === 0 && isWord(here, 'or')) hasOr = true
      if (depth === 0 && isWord(here, 'and') && !isBetween(tokens, end)) {
        close(end)
        from = end + 1
      }
    }
    close(end)
    const chosen = hasOr ? [{ from: tokens[at + 1]?.from ?? 0, until: tokens[end - 1]?.until ?? 0 }] : parts
    return chosen
      .filter(({ from: start, until }) => sql.slice(start, until).trim() !== 'true')
      .map(({ from: start, until }) => ({ kind: 'conjunct', from: start, until, replacement: 'true' }))
  })
}

/** Turns the order of the first two of what `coalesce` chooses from. */
function coalesceEdits(sql: string, tokens: readonly Token[]): Edit[] {
  return tokens.flatMap((token, at) => {
    if (!isWord(token, 'coalesce') || tokens[at + 1]?.text !== '(') return []
    const commas: number[] = []
    let depth = 0
    let end = at + 1
    for (; end < tokens.length; end += 1) {
      const text = tokens[end]?.text
      if (text === '(') depth += 1
      if (text === ')') depth -= 1
      if (depth === 0) break
      if (depth === 1 && text === ',') commas.push(end)
    }
    const [first, second = end] = commas
    if (first === undefined) return []
    const part = (from: number, until: number) => sql.slice(tokens[from]?.from, tokens[until - 1]?.until)
    const [one, other] = [part(at + 2, first), part(first + 1, second)]
    const range = { from: tokens[at + 2]?.from ?? 0, until: tokens[second - 1]?.until ?? 0 }
    return [{ kind: 'coalesce', ...range, replacement: `${other}, ${one}` }]
  })
}

/** A piece of SQL text: comments and blanks are left out. */
export interface Token {
  kind: 'word' | 'number' | 'string' | 'operator' | 'punctuation'
  text: string
  /** Place in the text, `[from, until)`. */
  from: number
  until: number
}

const PATTERN =
  /(?<blank>\s+|--[^\n]*)|(?<string>'(?:[^']|'')*')|(?<number>\d+(?:\.\d+)?)|(?<word>"[^"]+"|[A-Za-z_][A-Za-z0-9_]*)|(?<operator><>|<=|>=|!=|\|\||::|[=<>+\-*/%])|(?<punctuation>[(),.;[\]{}:~\\])/y

/** The tokens of SQL text in order. Throws at a character that no token begins with. */
export function tokensOf(sql: string): Token[] {
  const tokens: Token[] = []
  PATTERN.lastIndex = 0
  while (PATTERN.lastIndex < sql.length) {
    const from = PATTERN.lastIndex
    const match = PATTERN.exec(sql)
    if (match === null) throw new Error(`no SQL token at ${JSON.stringify(sql.slice(from, from + 20))}`)
    const [kind] = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined) ?? []
    if (kind !== 'blank') tokens.push({ kind: kind as Token['kind'], text: match[0], from, until: PATTERN.lastIndex })
  }
  return tokens
}

/** Whether a token is the keyword, whatever its case. */
export function isWord(token: Token | undefined, ...words: readonly string[]): boolean {
  return token?.kind === 'word' && words.includes(token.text.toLowerCase())
}

/** The line of a place in the text, from 1. */
export function lineOf(sql: string, at: number): number {
  return sql.slice(0, at).split('\n').length
}

export type KqlExpression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'column'; readonly name: string }
  | { readonly kind: 'member'; readonly of: KqlExpression; readonly key: KqlExpression }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly KqlExpression[] }
  | { readonly kind: 'and' | 'or'; readonly left: KqlExpression; readonly right: KqlExpression }
  | {
      readonly kind: 'compare'
      readonly operator: string
      readonly left: KqlExpression
      readonly right: readonly KqlExpression[]
    }

interface NamedColumn {
  readonly name: string
  readonly value: KqlExpression
}

export type KqlOperator =
  | { readonly kind: 'where'; readonly condition: KqlExpression }
  | { readonly kind: 'extend' | 'project'; readonly columns: readonly NamedColumn[] }
  | { readonly kind: 'order'; readonly keys: readonly { by: KqlExpression; descending: boolean }[] }
  | { readonly kind: 'limit'; readonly count: number }

const TOKEN =
  /\s*(?:(\/\/[^\n]*)|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(\d+(?:\.\d+)?)|([A-Za-z_][A-Za-z0-9_]*~?)|(\.\.|==|!=|=~|!~|>=|<=|[|().,=<>[\]]))/y

const WORD_OPERATORS = ['in', 'in~', 'has', 'has_any', 'contains', 'startswith', 'endswith', 'between']
const SIGNS = ['==', '!=', '=~', '!~', '>=', '<=', '>', '<']

/** Reads a query; throws a SyntaxError that names what it could not read. */
export function parseKql(query: string): { table: string; operators: KqlOperator[] } {
  const tokens = tokenise(query)
  let position = 0
  const peek = (): string => tokens[position] ?? ''
  const next = (): string => tokens[position++] ?? ''
  const expect = (token: string): void => {
    const found = next()
    if (found !== token) throw new SyntaxError(`'${token}' expected, '${found}' found`)
  }
  const list = <T>(read: () => T): T[] => {
    const items = [read()]
    while (peek() === ',') {
      next()
      items.push(read())
    }
    return items
  }

  function primary(): KqlExpression {
    const token = next()
    let result: KqlExpression
    if (token === '(') {
      result = disjunction()
      expect(')')
    } else if (/^['"]/.test(token)) {
      result = { kind: 'literal', value: token.slice(1, -1).replaceAll(/\\(.)/g, '$1') }
    } else if (/^\d/.test(token)) {
      result = { kind: 'literal', value: Number(token) }
    } else if (token === 'datetime') {
      // The one literal without quotes: datetime(2026-08-01).
      expect('(')
      let text = ''
      while (peek() !== ')') text += next().replaceAll(/['"]/g, '')
      expect(')')
      result = { kind: 'call', name: 'datetime', arguments: [{ kind: 'literal', value: text }] }
    } else if (/^(true|false|null)$/.test(token)) {
      result = { kind: 'literal', value: token === 'null' ? null : token === 'true' }
    } else if (/^[A-Za-z_]/.test(token)) {
      if (peek() === '(') {
        next()
        const given = peek() === ')' ? [] : list(disjunction)
        expect(')')
        result = { kind: 'call', name: token.toLowerCase(), arguments: given }
      } else result = { kind: 'column', name: token }
    } else throw new SyntaxError(`'${token}' is not understood`)
    for (;;) {
      if (peek() === '.') {
        next()
        result = { kind: 'member', of: result, key: { kind: 'literal', value: next() } }
      } else if (peek() === '[') {
        next()
        result = { kind: 'member', of: result, key: disjunction() }
        expect(']')
      } else return result
    }
  }

  function comparison(): KqlExpression {
    const left = primary()
    const operator = peek()
    if (!SIGNS.includes(operator) && !WORD_OPERATORS.includes(operator)) return left
    next()
    if (!/^(in|in~|has_any|between)$/.test(operator)) return { kind: 'compare', operator, left, right: [primary()] }
    expect('(')
    const first = disjunction()
    const right = [first]
    while (peek() === ',' || peek() === '..') {
      next()
      right.push(disjunction())
    }
    expect(')')
    return { kind: 'compare', operator, left, right }
  }

  function conjunction(): KqlExpression {
    let left = comparison()
    while (peek() === 'and') {
      next()
      left = { kind: 'and', left, right: comparison() }
    }
    return left
  }

  function disjunction(): KqlExpression {
    let left = conjunction()
    while (peek() === 'or') {
      next()
      left = { kind: 'or', left, right: conjunction() }
    }
    return left
  }

  function column(): NamedColumn {
    const name = peek()
    if (tokens[position + 1] === '=') {
      position += 2
      return { name, value: disjunction() }
    }
    // A path without a name is called by its last step, after the path: properties.vmId becomes properties_vmId.
    return { name: name + pathBehind(), value: disjunction() }
  }
  function pathBehind(): string {
    let name = ''
    for (let i = position + 1; tokens[i] === '.'; i += 2) name += `_${tokens[i + 1]}`
    return name
  }

  function operator(): KqlOperator {
    const word = next()
    switch (word) {
      case 'where':
        return { kind: 'where', condition: disjunction() }
      case 'extend':
      case 'project':
        return { kind: word, columns: list(column) }
      case 'order':
      case 'sort':
        expect('by')
        return {
          kind: 'order',
          keys: list(() => {
            const by = primary()
            const direction = /^(asc|desc)$/.test(peek()) ? next() : 'desc'
            return { by, descending: direction === 'desc' }
          }),
        }
      case 'limit':
      case 'take':
        return { kind: 'limit', count: Number(next()) }
      default:
        throw new SyntaxError(`'${word}' is no operator that is known here`)
    }
  }

  const table = next().toLowerCase()
  const operators: KqlOperator[] = []
  while (peek() === '|') {
    next()
    operators.push(operator())
  }
  if (position < tokens.length) throw new SyntaxError(`'${peek()}' is not understood`)
  return { table, operators }
}

function tokenise(query: string): string[] {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < query.length) {
    const from = TOKEN.lastIndex
    const match = TOKEN.exec(query)
    if (match === null) {
      if (/^\s*$/.test(query.slice(from))) break
      // Dates stand without quotes inside datetime(…): 2026-08-01T00:00:00Z.
      const date = /^\s*[-:+]/.exec(query.slice(from))
      if (date === null) throw new SyntaxError(`'${query.slice(from, from + 20)}' is not understood`)
      tokens.push(date[0].trim())
      TOKEN.lastIndex = from + date[0].length
      continue
    }
    const [, comment, ...rest] = match
    if (comment === undefined) tokens.push(rest.find((part) => part !== undefined) ?? '')
  }
  return tokens
}

// The SQL of models, checks and queries keeps to what DuckDB and Spark SQL both have: an allow-list of functions, held to
// the tokens of each file. What differs between engines is a macro of src/engine/duckdb.macros.sql.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { packageRoot } from '../src/package_root.ts'
import { type Token, tokensOf } from './mutation/sql_token.ts'

const MACROS = 'src/engine/duckdb.macros.sql'
const text = (file: string) => readFileSync(join(packageRoot, file), 'utf8')
const files = ['src', 'reports']
  .flatMap((folder) =>
    readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(folder, name).replaceAll('\\', '/'),
    ),
  )
  .filter((file) => file.endsWith('.sql') && file !== MACROS)
  .sort()
const macros = [...text(MACROS).matchAll(/^create macro ([a-z_0-9]+)\(/gm)].map(([, name]) => String(name))

const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/))

const FUNCTIONS = words(`
  sum min max count max_by min_by row_number lag lead first_value coalesce nullif greatest least abs round cast lower
  upper trim replace substr date_trunc concat_ws exists decimal`)

/** Reading text is the border's: `src/normalise` may use what other engines spell with other arguments. */
const READING = words(
  'regexp_extract regexp_replace regexp_matches ltrim rtrim left starts_with strpos try_cast length',
)

const KEYWORDS = words(`
  and as by case else from in join not on or over select then values when where with using having between like`)

/** Words that the other engine does not have, or means otherwise; functions are held to the list above. */
const FORBIDDEN = words(`
  qualify asof ignore pivot unpivot positional exclude ilike glob similar lateral recursive tablesample
  interval timestamp timestamptz hugeint double float real semi anti natural`)

/** What stands outside the subset for now, and why; an entry that is not needed any more fails the test. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  // each licence is taken after the one before it: a recursive step, which Spark SQL has from version 4 on
  'src/licensing/mix_chain.sql': ['recursive'],
}

const OPERATORS = words(`( ) , . = <> < <= > >= + - * || % ; '`)

const lower = (token: Token | undefined): string => token?.text.toLowerCase() ?? ''

/** What in a text lies outside the subset, each with its line. */
function outsideOf(sql: string, isReading: boolean): string[] {
  const tokens = tokensOf(sql)
  const found = (token: Token, what: string) => `${what} in line ${sql.slice(0, token.from).split('\n').length}`
  return tokens.flatMap((token, at) => {
    const word = lower(token)
    const isCalled = tokens[at + 1]?.text === '('
    if (token.kind === 'operator' || token.kind === 'punctuation') {
      return OPERATORS.has(token.text) ? [] : [found(token, `operator ${token.text}`)]
    }
    if (token.kind !== 'word' || tokens[at - 1]?.text === '.') return []
    if (!isCalled) return FORBIDDEN.has(word) && tokens[at + 1]?.text !== '.' ? [found(token, word)] : []
    if (word === 'unnest') {
      return macros.includes(lower(tokens[at + 2])) ? [] : [found(token, 'unnest of anything but a macro')]
    }
    // columns of a table that is written down: values (…) v(a, b)
    const isAlias = tokens[at - 1]?.text === ')' || (lower(tokens[at - 1]) === 'as' && tokens[at - 2]?.text === ')')
    const isKnown = FUNCTIONS.has(word) || KEYWORDS.has(word) || macros.includes(word)
    return isAlias || isKnown || (isReading && READING.has(word)) ? [] : [found(token, `${word}()`)]
  })
}

test('the macros are there', () => {
  expect(macros).toEqual(expect.arrayContaining(['amount', 'day_at', 'days_between', 'whole_numbers', 'arm_id']))
})

test.each(files)('%s keeps to the allow-list of the portable subset', (file) => {
  const known = EXCEPTIONS[file] ?? []
  const outside = outsideOf(text(file), file.startsWith('src/normalise/'))
  expect(outside.filter((one) => !known.some((word) => one.startsWith(`${word} `)))).toEqual([])
  expect(known.filter((word) => !outside.some((one) => one.startsWith(`${word} `)))).toEqual([])
})

describe('the list notices', () => {
  test.each([
    ['select a // b from t', ['operator /', 'operator /']],
    ['select a::int from t', ['operator ::']],
    ['select list_sum(a) from t', ['list_sum()']],
    ['select unnest(range(1, 2)) as n', ['unnest of anything but a macro', 'range()']],
    ["select a from t where b > now() - interval '1 day'", ['now()', 'interval']],
    ['select * exclude (a) from t', ['exclude()']],
    ['select a from t qualify row_number() over (order by a) = 1', ['qualify']],
    ["select regexp_extract(a, 'b') from t", ['regexp_extract()']],
    ['select [1, 2] as a', ['operator [', 'operator ]']],
  ])('%s', (sql, expected) => {
    expect(outsideOf(sql, false).map((one) => one.replace(/ in line 1$/, ''))).toEqual(expected)
  })

  test('not what the subset has', () => {
    const sql = `with x as (select max_by(a, b) as a, sum(case when c <= 1 then 1 else 0 end) over (order by d rows unbounded preceding) as n
      from s.t left join u on u.a = t.a where exists (select 1 from v) and e in ('p', 'q'))
      select x.range, amount(n) from x join (values (1, 2)) as v(a, b) on v.a = x.n`
    expect(outsideOf(sql, false)).toEqual([])
  })
})

/**
 * The language that people read. English stands in the code, in its place; the English text is the key under which a
 * language file has its own: `reports/languages/th.json`. Which language holds is never a global that one report could
 * leave behind for the next: it holds within {@link inLanguage}, also across `await`, and outside of it is English.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from './package_root.ts'

/** A language file. */
export interface Language {
  /** BCP 47, also the name of the file. */
  tag: string
  /** What the language calls itself. */
  name: string
  /** For dates and numbers: with calendar and digits, such as `th-TH-u-ca-gregory-nu-latn`. */
  locale: string
  /** Texts of the code by their English; `{1}` is the first value in the English, and a language may put it elsewhere. */
  texts: Readonly<Record<string, string>>
  /**
   * Sentences that SQL makes, or the parts of them between semicolons, commas and colons; `{1}` stands for what differs
   * from row to row, `{1w}` for a single word of it.
   */
  messages: Readonly<Record<string, string>>
}

const FOLDER = join(packageRoot, 'reports/languages')

/** The language of the code itself. */
export const ENGLISH: Language = { tag: 'en', name: 'English', locale: 'en', texts: {}, messages: {} }

/** Languages that reports can be written in: English, and each one that has a file. */
export function languageTags(): string[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))
  return [ENGLISH.tag, ...files.map((name) => name.slice(0, -'.json'.length)).sort()]
}

const read = new Map<string, Language>([[ENGLISH.tag, ENGLISH]])

/** The language of a tag. Throws where there is no such file: tags are checked where they come in. */
export function languageOf(tag: string): Language {
  const language = read.get(tag) ?? (JSON.parse(readFileSync(join(FOLDER, `${tag}.json`), 'utf8')) as Language)
  read.set(tag, language)
  return language
}

const scope = new AsyncLocalStorage<Language>()

/** What `act` writes, and what follows from it, is in that language. */
export function inLanguage<Result>(tag: string, act: () => Result): Result {
  return scope.run(languageOf(tag), act)
}

/** The language that holds here. */
export function currentLanguage(): Language {
  return scope.getStore() ?? ENGLISH
}

/** A text of the code in the language that holds; the text itself where the language has none. */
export function translated(text: string): string {
  const { texts } = currentLanguage()
  return Object.hasOwn(texts, text) ? (texts[text] as string) : text
}

/** A text with numbers or names in it: `` phrase`${shown} of ${all} rows` ``. */
export function phrase(strings: readonly string[], ...parts: readonly (string | number)[]): string {
  return arranged(strings)
    .map((piece) => (typeof piece === 'string' ? piece : String(parts[piece])))
    .join('')
}

/** Words by name; each is in the language that holds where it is looked up, not where it was written down. */
export function phrases<Name extends string>(words: Readonly<Record<Name, string>>): Readonly<Record<Name, string>> {
  const looked = {}
  for (const [name, text] of Object.entries<string>(words))
    Object.defineProperty(looked, name, { enumerable: true, get: () => translated(text) })
  return looked as Record<Name, string>
}

/** The key of a text with values in it: `At {1} a month`. */
export function keyOf(strings: readonly string[]): string {
  return strings.map((text, i) => (i === 0 ? text : `{${i}}${text}`)).join('')
}

/** A template's texts, and the places (from 0) of its values, in the order that the language wants them. */
export function arranged(strings: readonly string[]): (string | number)[] {
  const { texts } = currentLanguage()
  const key = keyOf(strings)
  if (!Object.hasOwn(texts, key)) return strings.flatMap((text, i) => (i === 0 ? [text] : [i - 1, text]))
  return piecesOf(texts[key] as string)
}

function piecesOf(text: string): (string | number)[] {
  return text.split(/\{(\d+)\}/).map((piece, i) => (i % 2 === 0 ? piece : Number(piece) - 1))
}

interface Pattern {
  expression: RegExp
  pieces: (string | number)[]
}

/** Patterns of a language's messages, those with most text of their own first. */
const patterns = new Map<Language, Pattern[]>()

function patternsOf(language: Language): Pattern[] {
  const made = patterns.get(language)
  if (made !== undefined) return made
  const ownLength = (key: string): number => key.replace(/\{\d+w?\}/g, '').length
  const list = Object.entries(language.messages)
    .filter(([key]) => /\{\d+w?\}/.test(key))
    .sort(([a], [b]) => ownLength(b) - ownLength(a))
    .map(([key, text]) => ({ expression: expressionOf(key), pieces: piecesOf(text) }))
  patterns.set(language, list)
  return list
}

function expressionOf(key: string): RegExp {
  const parts = key
    .split(/(\{\d+w?\})/)
    .map((part, i) =>
      i % 2 === 0 ? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : part.endsWith('w}') ? '(\\S+)' : '(.+?)',
    )
  return new RegExp(`^${parts.join('')}$`, 's')
}

/** Where a message may be cut when the whole of it is not known. */
const MARKS = ['; ', ', ', ': '] as const

/**
 * A sentence that SQL made, in the language that holds. Where the whole is not known, its parts between semicolons,
 * commas and colons are looked for; what is not known at all, such as a name, stays as it is.
 */
export function translatedMessage(message: string): string {
  const language = currentLanguage()
  return language === ENGLISH ? message : inParts(message, language, 0)
}

function inParts(message: string, language: Language, marks: number): string {
  const whole = known(message, language)
  const mark = MARKS[marks]
  if (whole !== undefined || mark === undefined) return whole ?? message
  return message
    .split(mark)
    .map((part) => inParts(part, language, marks + 1))
    .join(mark)
}

function known(message: string, language: Language): string | undefined {
  if (Object.hasOwn(language.messages, message)) return language.messages[message]
  if (Object.hasOwn(language.texts, message)) return language.texts[message]
  for (const { expression, pieces } of patternsOf(language)) {
    const found = expression.exec(message)
    if (found !== null)
      return pieces
        .map((piece) => (typeof piece === 'string' ? piece : translatedMessage(found[piece + 1] ?? '')))
        .join('')
  }
  return undefined
}

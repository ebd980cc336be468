// The texts that a language file must have, read from the code itself: what the tests compare the files with.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from 'oxc-parser'
import { plural } from '../../reports/value.ts'
import { ACTION_KINDS } from '../../src/actions/kinds.ts'
import { keyOf } from '../../src/language.ts'
import { packageRoot } from '../../src/package_root.ts'

/** A text of the code: where it stands, and the places (from 1) of values that a translation may leave out. */
export interface CodeText {
  file: string
  optional: ReadonlySet<number>
}

type Node = { type: string; start: number; end: number; [key: string]: unknown }

/** Files below a folder, as paths from the package root. */
export function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name).replaceAll('\\', '/'))
    .filter((name) => name.endsWith(ending))
    .sort()
}

export const source = (file: string): string => readFileSync(join(packageRoot, file), 'utf8')

/** Every text of reports and of what draws them, by its key. */
export function codeTexts(): Map<string, CodeText> {
  const texts = new Map<string, CodeText>()
  const add = (file: string, key: string, optional: readonly number[] = []): void => {
    if (/\p{L}/u.test(key.replace(/\{\d+\}/g, '')) || key === '{1}.')
      texts.set(key, { file, optional: new Set(optional) })
  }
  for (const file of [...filesBelow('reports', '.ts'), ...filesBelow('src/report', '.ts')])
    for (const { key, optional } of textsOf(file)) add(file, key, optional)
  for (const file of filesBelow('reports', '.vl.json'))
    for (const title of titlesOf(JSON.parse(source(file)))) add(file, title)
  for (const [, text = ''] of source('templates/report.js').matchAll(/\bsay\(\s*'([^']+)'/g))
    add('templates/report.js', text)
  for (const { title, ask, state, how, effort, risk, dependsOn } of ACTION_KINDS)
    for (const text of [title, ask, state, how, effort, risk, dependsOn]) add('src/actions/kinds.ts', text)
  return texts
}

function titlesOf(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(titlesOf)
  if (typeof part !== 'object' || part === null) return []
  return Object.entries(part).flatMap(([key, value]) =>
    key === 'title' && typeof value === 'string' ? [value] : titlesOf(value),
  )
}

/** Places of the arguments that a function translates by itself. */
const TRANSLATING: Readonly<Record<string, readonly number[]>> = {
  words: [1],
  figures: [1],
  counted: [1],
  number: [1],
  unknown: [0],
  message: [0],
  translated: [0],
  translatedMessage: [0],
}

const TAGS = ['say', 'sentence', 'phrase']

function textsOf(file: string): { key: string; optional: readonly number[] }[] {
  const code = source(file)
  const found: { key: string; optional: readonly number[] }[] = []
  const literals = (node: Node | undefined, keep: (text: string) => void): void => {
    if (node === undefined) return
    if (node.type === 'Literal' && typeof node['value'] === 'string') keep(node['value'])
    if (node.type === 'ConditionalExpression' || node.type === 'LogicalExpression')
      for (const part of ['consequent', 'alternate', 'left', 'right']) literals(node[part] as Node | undefined, keep)
  }
  walk(parseSync(file, code).program as unknown as Node, (node) => {
    if (node.type === 'TaggedTemplateExpression' && TAGS.includes(nameOf(node['tag']))) {
      const { quasis, expressions } = node['quasi'] as { quasis: { value: { cooked: string } }[]; expressions: Node[] }
      found.push({
        key: keyOf(quasis.map(({ value }) => value.cooked)),
        optional: expressions.flatMap(({ start, end }, i) => (/^plural\(/.test(code.slice(start, end)) ? [i + 1] : [])),
      })
    }
    if (node.type === 'AssignmentPattern' && nameOf(node['left']) === 'reason')
      literals(node['right'] as Node, (text) => found.push({ key: text, optional: [] }))
    if (node.type !== 'CallExpression') return
    const name = nameOf(node['callee'])
    const parameters = node['arguments'] as Node[]
    if (name === 'phrases') {
      for (const property of (parameters[0]?.['properties'] ?? []) as { value: { value: string } }[])
        found.push({ key: property.value.value, optional: [] })
    }
    for (const place of TRANSLATING[name] ?? [])
      literals(parameters[place], (text) => {
        found.push({ key: text, optional: [] })
        if (name === 'counted') found.push({ key: plural(2, text), optional: [] })
      })
  })
  return found
}

function nameOf(node: unknown): string {
  return String((node as { name?: unknown } | undefined)?.name ?? '')
}

/** Every node of a syntax tree. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node)
  for (const [key, value] of Object.entries(node)) {
    if (key === 'parent') continue
    for (const part of Array.isArray(value) ? value : [value])
      if (typeof part === 'object' && part !== null && typeof (part as Node).type === 'string')
        walk(part as Node, visit)
  }
}

/** Folders whose SQL speaks to people through reports. */
const SPEAKING = ['ledger', 'licensing', 'actions', 'forecast', 'integration', 'normalise/checks'] as const

/** Columns of lists that reports print. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  'src/ledger/extension_error.csv': ['words', 'remedy'],
  'src/licensing/offers.csv': ['prerequisite', 'does_not_give'],
  'src/integration/location_fact.csv': ['fact'],
}

/** SQL literals that are values to compare with or names, not words to a reader. */
const NO_WORDS =
  /^(microsoft|security center|advanced (threat|data) |standard |trial |threat |azure |free |virtual |defender-|device:|all_)|[%\\]|^(power off|stop|money per hour|no verdict|device only)/i

/** What SQL, the lists of the program and its own findings say, by the file that says it. */
export function messageTexts(): Map<string, string> {
  const texts = new Map<string, string>()
  for (const file of [
    ...SPEAKING.flatMap((folder) => filesBelow(`src/${folder}`, '.sql')),
    ...filesBelow('reports', '.sql'),
  ]) {
    const code = source(file).replace(/--[^\n]*/g, '')
    for (const [, before = '', raw = '', after = ''] of code.matchAll(/(\|\|\s*)?'((?:[^']|'')*)'(?=(\s*\|\|)?)/g)) {
      const text = raw.replaceAll("''", "'")
      const isPart = before !== '' || after !== ''
      if (!/[a-z]{2}/.test(text) || NO_WORDS.test(text.trim())) continue
      if (isPart ? /^[a-z0-9%;:,.() ]*[a-z]{2}/i.test(text) : /[a-z] [a-z]/i.test(text)) texts.set(text, file)
    }
  }
  for (const [file, columns] of Object.entries(LISTS)) {
    const [head = [], ...rows] = parseCsv(source(file))
    for (const column of columns)
      for (const row of rows) {
        const text = row[head.indexOf(column)] ?? ''
        if (text !== '' && !NO_WORDS.test(text)) texts.set(text, file)
      }
  }
  for (const file of ['ledger', 'licensing', 'actions', 'integration', 'normalise'].flatMap((folder) =>
    filesBelow(`src/${folder}/checks`, '.sql'),
  ))
    texts.set(file.replace(/^.*\/|\.sql$/g, '').replaceAll('_', ' '), file)
  for (const file of ['src/period.ts', ...filesBelow('src/normalise', '.ts')].filter((name) => !/relations/.test(name)))
    for (const { text } of findingTexts(file)) texts.set(text, file)
  for (const word of WORDS) texts.set(word, 'a closed set')
  return texts
}

/** Words of closed sets that reports print as they are. */
const WORDS = [
  ...['observed', 'inferred', 'assumed', 'none', 'high', 'medium', 'low', 'info', 'warning', 'error'],
  ...['matched', 'under', 'over', 'phantom', 'unbilled', 'not expected', 'allocated', 'unknown'],
  ...[
    'installation',
    'heartbeat',
    'healthy',
    'unhealthy',
    'evidence',
    'name',
    'enablement',
    'alert',
    'a price is not known',
  ],
  ...['impaired communication', 'no sensor data', 'Resource Graph or ARM records', 'activity log', 'security alerts'],
  ...['Defender for Endpoint machines', 'Graph subscribed SKUs', 'retail prices'],
]

function findingTexts(file: string): { text: string }[] {
  const found: { text: string }[] = []
  const code = source(file)
  if (!/severity:/.test(code)) return found
  walk(parseSync(file, code).program as unknown as Node, (node) => {
    if (node.type !== 'Property') return
    const name = nameOf(node['key'])
    if (!['check', 'message', 'evidence'].includes(name)) return
    walk(node['value'] as Node, (inner) => {
      if (inner.type === 'Literal' && typeof inner['value'] === 'string')
        found.push({ text: name === 'check' ? inner['value'].replaceAll('_', ' ') : inner['value'] })
      if (inner.type === 'TemplateElement') found.push({ text: (inner['value'] as { cooked: string }).cooked })
    })
  })
  return found.filter(({ text }) => /[a-z]{2,} [a-z]|[a-z]{3,}/i.test(text))
}

function parseCsv(text: string): string[][] {
  return text
    .trim()
    .split('\n')
    .map((line) =>
      [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell = '']) =>
        cell.replace(/^"|"$/g, '').replaceAll('""', '"'),
      ),
    )
}

import { readFileSync } from 'node:fs'
import { type Document, isScalar, LineCounter, type Node, type Pair, parseDocument, visit } from 'yaml'
import type { z } from 'zod'
import { type ConfigFile, configSchema } from './config_schema.ts'
import { EXIT, HourwiseError } from './errors.ts'
import { suggestion } from './suggestion.ts'

/**
 * Reads `hourwise.yaml`. Whatever is wrong is a HourwiseError that names file, line and column, what was expected, and
 * the key that was probably meant.
 */
export function readConfigFile(file: string): ConfigFile {
  let source: string
  try {
    source = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new HourwiseError(EXIT.usage, 'the configuration file cannot be read', {
      where: file,
      details: [cause instanceof Error ? cause.message : String(cause)],
      next: 'Give another file with --config, or leave it out.',
      cause,
    })
  }
  return parseConfig(source, file)
}

/** As {@link readConfigFile}, from its text; `file` is for messages. */
export function parseConfig(source: string, file: string): ConfigFile {
  const lines = new LineCounter()
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false })
  const place = (offset: number | undefined): string => {
    if (offset === undefined) return file
    const { line, col } = lines.linePos(offset)
    return `${file}:${line}:${col}`
  }
  if (document.errors.length > 0) {
    throw configError(
      document.errors.map((error) => ({ where: place(error.pos[0]), message: `this is not YAML: ${error.message}` })),
    )
  }
  keepNumbersAsWritten(document)
  const parsed = configSchema.safeParse(document.toJS() ?? {}, { reportInput: true })
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.flatMap(complaints).map((complaint) => {
    const { path, message, isKey } = complaint
    const key = path.findLast((step) => typeof step === 'string')
    return {
      offset: offsetOf(document, path, isKey),
      message: isKey || key === undefined ? message : `${String(key)}: ${message}`,
    }
  })
  problems.sort((a, b) => (a.offset ?? 0) - (b.offset ?? 0))
  throw configError(problems.map(({ offset, message }) => ({ where: place(offset), message })))
}

/** `1.10` stays `1.10` and keeps every digit: an amount never passes through a binary float. */
function keepNumbersAsWritten(document: Document): void {
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'number' || typeof node.value === 'bigint')
        node.value = node.source ?? String(node.value)
    },
  })
}

interface Complaint {
  path: readonly PropertyKey[]
  message: string
  /** Points at the key rather than at its value. */
  isKey: boolean
}

/** What is wrong, in words; used for flags and environment variables too. */
export function complaints(issue: z.core.$ZodIssue): Complaint[] {
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysAt(issue.path)
      return issue.keys.map((key) => ({
        path: [...issue.path, key],
        message: `unknown key ${key}${suggestion(key, known)}`,
        isKey: true,
      }))
    }
    case 'invalid_value': {
      const given = typeof issue.input === 'string' ? issue.input : ''
      const values = issue.values.map(String)
      const found = issue.input === undefined ? 'nothing' : describe(issue.input)
      return [
        {
          path: issue.path,
          message: `expected ${oneOf(values)}, found ${found}${suggestion(given, values)}`,
          isKey: false,
        },
      ]
    }
    case 'invalid_type': {
      const expected = { array: 'a list, such as [a, b]', object: 'keys and values', boolean: 'true or false' }[
        issue.expected as string
      ]
      if (expected === undefined) break
      return [{ path: issue.path, message: `expected ${expected}, found ${describe(issue.input)}`, isKey: false }]
    }
    case 'too_small':
      if (issue.origin !== 'array') break
      return [{ path: issue.path, message: 'expected at least one entry', isKey: false }]
  }
  const found = issue.input === undefined ? 'nothing' : describe(issue.input)
  const message = issue.message.startsWith('expected') ? `${issue.message}, found ${found}` : issue.message
  return [{ path: issue.path, message, isKey: false }]
}

function describe(input: unknown): string {
  if (input === null || input === undefined) return 'nothing'
  if (Array.isArray(input)) return 'a list'
  if (typeof input === 'object') return 'keys and values'
  return JSON.stringify(input)
}

function oneOf(values: readonly string[]): string {
  return values.length === 1 ? String(values[0]) : `one of ${values.join(', ')}`
}

/** The keys that may stand at a path of the configuration. */
function keysAt(path: readonly PropertyKey[]): string[] {
  let schema: unknown = configSchema
  for (const step of path) {
    const inner = unwrapped(schema)
    schema =
      typeof step === 'number'
        ? (inner as { element?: unknown }).element
        : (inner as { shape?: Record<string, unknown> }).shape?.[String(step)]
  }
  return Object.keys((unwrapped(schema) as { shape?: object } | undefined)?.shape ?? {})
}

function unwrapped(schema: unknown): unknown {
  const optional = schema as { unwrap?: () => unknown; def?: { type?: string } } | undefined
  return optional?.def?.type === 'optional' && optional.unwrap ? optional.unwrap() : schema
}

/** Where the value at a path, its key, or its nearest parent begins. */
function offsetOf(document: Document, path: readonly PropertyKey[], isKey: boolean): number | undefined {
  if (isKey) {
    const parent = document.getIn(path.slice(0, -1), true) as { items?: Pair<Node, Node>[] } | undefined
    const pair = parent?.items?.find((item) => isScalar(item.key) && item.key.value === path.at(-1))
    if (pair?.key.range) return pair.key.range[0]
  }
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as Node | undefined
    if (node?.range) return node.range[0]
  }
  return undefined
}

function configError(problems: readonly { where: string; message: string }[]): HourwiseError {
  const next = 'The keys are described in the README and in src/config.schema.json.'
  const [first] = problems
  if (problems.length === 1 && first) {
    return new HourwiseError(EXIT.usage, 'the configuration cannot be used', {
      where: first.where,
      details: [first.message],
      next,
    })
  }
  return new HourwiseError(EXIT.usage, 'the configuration cannot be used', {
    details: problems.map((problem) => `${problem.where}  ${problem.message}`),
    next,
  })
}

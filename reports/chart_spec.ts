import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { translated } from '../src/language.ts'
import { packageRoot } from '../src/package_root.ts'
import type { Chart } from '../src/report/document.ts'

type Spec = Readonly<Record<string, unknown>>

/** The Vega-Lite specification of a chart, without data; path from the package root. */
export function chartSpec(file: string): Spec {
  return JSON.parse(readFileSync(join(packageRoot, file), 'utf8')) as Spec
}

/**
 * The specification with the categories of its scales in the language that holds, as `phrases` gives them to the data:
 * their order and colours stand in the specification by name.
 */
export function wordedSpec(spec: Spec): Spec {
  const worded = (value: unknown, key: string): unknown => {
    if (Array.isArray(value))
      return value.map((item) =>
        typeof item === 'string' && (key === 'domain' || key === 'sort') ? translated(item) : worded(item, ''),
      )
    return typeof value === 'object' && value !== null ? wordedSpec(value as Spec) : value
  }
  return Object.fromEntries(Object.entries(spec).map(([key, value]) => [key, worded(value, key)]))
}

/** The specification without the layers and parts whose data set is empty: a scale over nothing has no extent. */
export function filledSpec(spec: Spec, data: Chart['data']): Spec {
  const isFilled = (part: Spec): boolean => {
    const name = (part['data'] as { name?: string } | undefined)?.name
    return name === undefined || (data[name]?.length ?? 0) > 0
  }
  const filled = (part: Spec): Spec[] => {
    if (!isFilled(part)) return []
    const layers = part['layer'] as Spec[] | undefined
    if (layers === undefined) return [part]
    const kept = layers.flatMap(filled)
    return kept.length === 0 ? [] : [{ ...part, layer: kept }]
  }
  const parts = spec['vconcat'] as Spec[] | undefined
  if (parts === undefined) return filled(spec)[0] ?? spec
  const kept = parts.flatMap(filled)
  return { ...spec, vconcat: kept }
}

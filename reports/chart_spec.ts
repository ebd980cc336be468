import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../src/package_root.ts'
import type { Chart } from '../src/report/document.ts'

type Spec = Readonly<Record<string, unknown>>

/** The Vega-Lite specification of a chart, without data; path from the package root. */
export function chartSpec(file: string): Spec {
  return JSON.parse(readFileSync(join(packageRoot, file), 'utf8')) as Spec
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

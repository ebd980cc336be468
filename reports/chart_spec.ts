import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../src/package_root.ts'

/** The Vega-Lite specification of a chart, without data; path from the package root. */
export function chartSpec(file: string): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(join(packageRoot, file), 'utf8')) as Record<string, unknown>
}

import { readList } from '../../src/engine/list_file.ts'
import type { Mutant } from './mutant.ts'

/** A change that no estate can tell from the model as it stands, and why. */
export interface Equivalent {
  file: string
  change: string
  /** The source line; `*` stands for any line. */
  source: string
  reason: string
}

export const EQUIVALENTS: readonly Equivalent[] = readList('test/mutation/equivalent.csv', [
  'file',
  'change',
  'source',
  'reason',
]).map((row): Equivalent => {
  const [file = '', change = '', source = '', reason = ''] = row.map((field) => String(field ?? ''))
  return { file, change, source, reason }
})

/** Why a mutant is equivalent to the model; null when it is not known to be. */
export function equivalentReason({ file, change, source }: Pick<Mutant, 'file' | 'change' | 'source'>): string | null {
  const found = EQUIVALENTS.find(
    (one) =>
      (one.file === '*' || one.file === file) && one.change === change && (one.source === '*' || one.source === source),
  )
  return found?.reason ?? null
}

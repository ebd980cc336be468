import type { GateResult } from '../gate.ts'
import { formatDecimal, minorDigits } from '../report/format.ts'
import type { Summary } from './summary.ts'

/** A number with its unit, for the terminal. */
export function valueWords(value: string, unit: string, currency: string | null): string {
  switch (unit) {
    case 'percent':
      return `${formatDecimal(value, 1)} %`
    case 'money':
      return `${currency} ${formatDecimal(value, minorDigits(String(currency)))}`
    case 'hours':
      return `${formatDecimal(value, 1)} hours`
    case 'grade':
      return value
    default:
      return formatDecimal(value, 0)
  }
}

/** What a gate measured: `it is 71.4 %`, `it cannot be computed: no sensor health is known`. */
export function gateWords(gate: GateResult): string {
  if (gate.value === null) return `it cannot be computed: ${gate.reason}`
  return `it is ${valueWords(gate.value, gate.unit, gate.currency)}`
}

/** `2 errors, 5 warnings, 12 notes` */
export function countWords(count: Summary['findings']): string {
  const words = (n: number, one: string): string[] => (n === 0 ? [] : [`${n} ${one}${n === 1 ? '' : 's'}`])
  return (
    [...words(count.error, 'error'), ...words(count.warning, 'warning'), ...words(count.info, 'note')].join(', ') ||
    'none'
  )
}

/** The grade, and the criteria that keep it from being an A. */
export function gradeWords({ data_grade: { grade, criteria } }: Summary): string {
  const worst = criteria.filter((criterion) => criterion.grade === grade).map(({ criterion }) => criterion)
  return grade === 'A' ? grade : `${grade}, because of: ${worst.join(', ')}`
}

import type { GateResult } from '../gate.ts'
import type { Finding } from '../types.ts'
import { currenciesOf, figureOf, type Summary } from './summary.ts'
import { drawTable, type Listing } from './terminal.ts'
import { countWords, gateWords, valueWords } from './value_words.ts'

/** What a check found: identities by name, the figures, gates and findings. */
export interface CheckResult {
  identities: readonly string[]
  summary: Summary
  gates: readonly GateResult[]
  findings: readonly Finding[]
}

/** Findings that are printed to a person; the rest is counted. */
const SHOWN = 20

/** What `check` says to a person. */
export function checkWords({ identities, summary, gates, findings }: CheckResult): string {
  const currencies = currenciesOf(summary)
  const money = (figure: string) =>
    currencies.map((code) => {
      const value = figureOf(summary, figure, code)
      return value === null ? 'not given' : valueWords(value, 'money', code).slice(code.length + 1)
    })
  const reconciliation = drawTable({
    columns: [
      { key: '', label: 'Reconciliation' },
      ...currencies.map((code) => ({ key: code, label: code, align: 'end' as const })),
    ],
    rows: [
      ['  cost of the charges', ...money('total_cost')],
      ['  control total', ...money('control_total')],
      ['  explained', ...money('explained_cost')],
      ['  residual', ...money('residual')],
    ],
  })
  const days = summary.figures.filter((entry) => entry.figure.startsWith('machine_days_'))
  const shown = findings.filter((finding) => finding.severity !== 'info').slice(0, SHOWN)
  return [
    `Identities hold: ${identities.map((name) => name.replace('identity_', '').replaceAll('_', ' ')).join(', ')}\n`,
    reconciliation,
    `Machine-days: ${days.map((entry) => `${valueWords(entry.value ?? '0', '', null)} ${entry.figure.replace('machine_days_', '')}`).join(', ')}\n`,
    `Data grade ${summary.data_grade.grade}\n`,
    ...summary.data_grade.criteria.map(
      ({ criterion, grade, reason }) => `  ${grade}  ${criterion.padEnd(20)} ${reason}\n`,
    ),
    ...(gates.length > 0 ? ['Conditions\n'] : []),
    ...gates.map(
      (gate) =>
        `  ${gate.failed ? 'failed' : 'passed'}  ${gate.gate}${gate.currency === null ? '' : ` ${gate.currency}`}: ${gateWords(gate)}\n`,
    ),
    `Findings: ${countWords(summary.findings)}\n`,
    ...shown.map(
      ({ severity, subject, message, evidence }) =>
        `  ${severity}: ${message}\n    ${subject}${evidence === '' ? '' : `\n    ${evidence}`}\n`,
    ),
    ...(shown.length < findings.length
      ? [`  ${shown.length === 0 ? '' : 'and '}${findings.length - shown.length} more with -o json\n`]
      : []),
  ].join('')
}

/** What `check` says to a script: identities, reconciliation, data grade, gates and findings, one a row. */
export function checkListing({ identities, summary, gates, findings }: CheckResult): Listing {
  const figures = summary.figures.filter(
    ({ figure }) =>
      ['total_cost', 'control_total', 'explained_cost', 'residual'].includes(figure) ||
      figure.startsWith('machine_days_'),
  )
  return {
    columns: ['check', 'subject', 'currency', 'result', 'detail'].map((key) => ({ key, label: key })),
    rows: [
      ...identities.map((name) => ['identity', name, null, 'holds', null]),
      ...figures.map((entry) => ['reconciliation', entry.figure, entry.currency, entry.value, entry.reason]),
      ...summary.data_grade.criteria.map(({ criterion, grade, reason }) => [
        'data_grade',
        criterion,
        null,
        grade,
        reason,
      ]),
      ['data_grade', 'all', null, summary.data_grade.grade, 'the worst of them'],
      ...gates.map((gate) => [
        'gate',
        gate.gate,
        gate.currency,
        gate.failed ? 'failed' : 'passed',
        gate.value ?? gate.reason,
      ]),
      ...findings.map(({ check, severity, subject, message, evidence }) => [
        severity,
        subject,
        null,
        check,
        `${message} ${evidence}`.trim(),
      ]),
    ],
  }
}

import { phrases, translatedMessage } from '../../src/language.ts'
import type { Block, Page } from '../../src/report/document.ts'
import type { ReportContext } from '../context.ts'
import { figures, table, words } from '../table.ts'
import { count, counted, hours, message, money, say, sentence, text, unitPrice } from '../value.ts'
import { checkWords } from '../words.ts'
import { outlookBlocks } from './outlook.ts'
import type { MonthlyReviewRows } from './queries.ts'

/** Page 6: the months ahead with a band, and what is odd in the bill and in the data. */
export function forecastPage(rows: MonthlyReviewRows, context: ReportContext): Page {
  return {
    id: 'forecast-and-anomalies',
    label: sentence`Forecast and anomalies`,
    title: anomalyTitle(rows),
    blocks: [
      ...outlookBlocks(rows),
      ...billAnomalyBlocks(rows),
      anomalyBlock(rows),
      ...(context.findings.info === 0
        ? []
        : [
            {
              type: 'paragraph',
              tone: 'muted',
              text: say`Beside these, ${counted(context.findings.info, 'note')} in findings.json.`,
            } satisfies Block,
          ]),
    ],
  }
}

function anomalyTitle(rows: MonthlyReviewRows): string {
  const errors = rows.finding.filter((row) => row.severity === 'error').reduce((sum, row) => sum + row.findings, 0)
  const warnings = rows.finding.filter((row) => row.severity === 'warning').reduce((sum, row) => sum + row.findings, 0)
  if (errors + warnings === 0) return sentence`No anomaly was found in the data`
  if (errors === 0) return sentence`The data gave ${counted(warnings, 'warning')} and no error`
  return sentence`The data gave ${counted(errors, 'error')} and ${counted(warnings, 'warning')}`
}

function anomalyBlock(rows: MonthlyReviewRows): Block {
  if (rows.finding.length === 0)
    return { type: 'paragraph', text: say`No check of the data found an error or a reason to warn.` }
  return {
    type: 'table',
    table: table(
      'anomalies',
      sentence`Errors and warnings: what each check found, with one example`,
      [
        words('severity', 'Severity', 0.1),
        figures('findings', 'Findings', 0.1),
        words('check', 'What should be true', 0.22),
        words('subject', 'Example', 0.2),
        words('message', 'What was found'),
      ],
      rows.finding.map((row) => [
        message(row.severity),
        count(row.findings),
        message(checkWords(row.check_name)),
        text(subjectWords(row.subject)),
        text(
          row.evidence === ''
            ? translatedMessage(row.message)
            : `${translatedMessage(row.message)} (${translatedMessage(row.evidence)})`,
        ),
      ]),
      { all: rows.finding.length, file: 'findings.json' },
    ),
  }
}

/** What stands for a name where a check has none. */
const SUBJECT_WORDS: Readonly<Record<string, string>> = phrases({
  'unknown subscription': 'unknown subscription',
  'no meter name': 'no meter name',
  'any action': 'any action',
})

/** Names stay as they are. */
function subjectWords(subject: string): string {
  return /^billing period from /.test(subject) ? translatedMessage(subject) : (SUBJECT_WORDS[subject] ?? subject)
}

const ANOMALY_WORDS: Readonly<Record<string, string>> = phrases({
  billed_while_off: 'Billed while off',
  jump_in_hours: 'Jump in hours',
  new_subscription: 'New subscription',
  price_change: 'Price changed',
})

/** What is odd in the bill itself, against the month before. */
function billAnomalyBlocks(rows: MonthlyReviewRows): Block[] {
  if (rows.anomaly.length === 0) return []
  const measured = (row: MonthlyReviewRows['anomaly'][number], value: string | null) =>
    value === null
      ? text(null)
      : row.kind === 'price_change'
        ? unitPrice(value, row.billing_currency)
        : row.kind === 'new_subscription'
          ? money(value, row.billing_currency)
          : hours(value)
  return [
    {
      type: 'table',
      table: table(
        'bill-anomalies',
        sentence`Odd in the bill, against the month before`,
        [
          words('kind', 'What', 0.17),
          words('name', 'Where', 0.19),
          figures('then', 'Before', 0.13),
          figures('now', 'Now', 0.13),
          figures('cost', 'Money', 0.13),
          words('cause', 'Cause, as far as records tell'),
        ],
        rows.anomaly.map((row) => [
          text(ANOMALY_WORDS[row.kind] ?? row.kind),
          text(row.name),
          measured(row, row.value_then),
          measured(row, row.value_now),
          money(row.cost, row.billing_currency),
          message(row.cause),
        ]),
        { all: rows.anomaly[0]?.rows_in_all ?? 0 },
      ),
    },
  ]
}

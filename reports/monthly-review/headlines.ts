import type { Block, Inline, Page, Span, Value } from '../../src/report/document.ts'
import type { ReportContext } from '../context.ts'
import { detailed, isHealthKnown, type MoneyRow, only } from '../figures.ts'
import { moneyHeadline } from '../headline.ts'
import { table, words } from '../table.ts'
import { counted, isPositive, isZero, listed, money, percent, sentence, text } from '../value.ts'
import type { MonthlyReviewRows } from './queries.ts'
import { tileBlocks } from './tiles.ts'
import { evidenceText } from './uptime.ts'

/** Page 1: six tiles, one ask, the data grade and what the bill leaves unexplained. */
export function headlinesPage(rows: MonthlyReviewRows, context: ReportContext): Page {
  const coverage = only(rows.coverage, 'coverage')
  return {
    id: 'headlines',
    label: 'Headlines',
    title: moneyHeadline(rows.money, coverage, context),
    blocks: [
      ...tileBlocks(rows, context),
      askBlock(rows),
      { type: 'heading', text: 'How far these numbers carry' },
      { type: 'paragraph', text: residualText(rows.money) },
      ...notKnownBlocks(rows.money),
      { type: 'paragraph', text: evidenceText(rows) },
      {
        type: 'table',
        table: table(
          'data-grade',
          sentence('Data grade ', context.dataGrade, ': the worst of its criteria'),
          [words('criterion', 'Criterion', 0.22), words('grade', 'Grade', 0.1), words('reason', 'Reason')],
          rows.dataGrade.map((row) => [text(row.criterion), text(row.grade), text(row.reason)]),
        ),
      },
    ],
  }
}

function askBlock(rows: MonthlyReviewRows): Block {
  const coverage = only(rows.coverage, 'coverage')
  const first = rows.money[0]
  const action = rows.action.find((row) => row.billing_currency === first?.billing_currency && isPositive(row.stake))
  if (first !== undefined && !isHealthKnown(coverage)) {
    return {
      type: 'callout',
      tone: 'ask',
      title: 'One ask: let the sensors speak',
      text: [
        'Add a listing of the Defender for Endpoint machines (GET /api/machines, or the device inventory of the portal) to the folder: until then ',
        money(first.total_cost, first.billing_currency),
        ' a period is paid for protection that nobody has seen.',
      ],
    }
  }
  const known = rows.actionKind.find((row) => row.kind === action?.action)
  if (first === undefined || action === undefined || known === undefined) {
    return {
      type: 'callout',
      tone: 'ask',
      title: 'Nothing to ask for',
      text: ['No money was paid for anything but protected time.'],
    }
  }
  return {
    type: 'callout',
    tone: 'ask',
    title: `One ask: ${known.ask}`,
    text: [
      money(action.stake, action.billing_currency),
      ' was paid in the period for ',
      action.machines > 0
        ? counted(action.machines, 'machine')
        : action.action === 'pre_purchase'
          ? 'hours'
          : 'machines that no source knows',
      ` ${known.state}. `,
      known.how,
    ],
  }
}

function notKnownBlocks(all: readonly MoneyRow[]): Block[] {
  const open = detailed(all).filter((row) => !isZero(row.not_known))
  if (open.length === 0) return []
  return [
    {
      type: 'paragraph',
      text: [
        'Counted neither as protected nor as without protection: ',
        ...listed(
          open.map((row) => [
            money(row.not_known, row.billing_currency),
            ...(row.not_known_percent === null ? [] : [' (', percent(row.not_known_percent), ')']),
          ]),
        ),
        ', because no source says how the sensor was, whether the machine was on, or whose the charge is.',
      ],
    },
  ]
}

function residualText(money_: readonly MoneyRow[]): Inline {
  if (money_.length === 0) return ['There is no bill to reconcile.']
  const parts = detailed(money_).map((row): Span[] => {
    const residual: Value = money(row.residual, row.billing_currency)
    if (isZero(row.residual)) return ['Every charge in ', row.billing_currency, ' is tied to a known machine. ']
    return [
      'Residual: ',
      residual,
      ...(row.residual_percent === null ? [] : [' (', percent(row.residual_percent), ' of the bill)']),
      row.control_total === null
        ? ' belongs to machines that no source knows. '
        : ' lies between the control total and the charges of known machines. ',
    ]
  })
  return parts.flat()
}

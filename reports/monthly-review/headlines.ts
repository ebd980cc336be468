import { translated } from '../../src/language.ts'
import type { Block, Inline, Page, Value } from '../../src/report/document.ts'
import type { ReportContext } from '../context.ts'
import { detailed, isHealthKnown, type MoneyRow, only } from '../figures.ts'
import { moneyHeadline } from '../headline.ts'
import { table, words } from '../table.ts'
import { counted, isPositive, isZero, listed, message, money, percent, say, sentence, text } from '../value.ts'
import type { MonthlyReviewRows } from './queries.ts'
import { tileBlocks } from './tiles.ts'
import { evidenceText } from './uptime.ts'

/** Page 1: six tiles, one ask, the data grade and what the bill leaves unexplained. */
export function headlinesPage(rows: MonthlyReviewRows, context: ReportContext): Page {
  const coverage = only(rows.coverage, 'coverage')
  return {
    id: 'headlines',
    label: sentence`Headlines`,
    title: moneyHeadline(rows.money, coverage, context),
    blocks: [
      ...tileBlocks(rows, context),
      askBlock(rows),
      { type: 'heading', text: sentence`How far these numbers carry` },
      { type: 'paragraph', text: residualText(rows.money) },
      ...notKnownBlocks(rows.money),
      { type: 'paragraph', text: evidenceText(rows) },
      {
        type: 'table',
        table: table(
          'data-grade',
          sentence`Data grade ${context.dataGrade}: the worst of its criteria`,
          [words('criterion', 'Criterion', 0.22), words('grade', 'Grade', 0.1), words('reason', 'Reason')],
          rows.dataGrade.map((row) => [message(row.criterion), text(row.grade), message(row.reason)]),
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
      title: sentence`One ask: let the sensors speak`,
      text: say`Add a listing of the Defender for Endpoint machines (GET /api/machines, or the device inventory of the portal) to the folder: until then ${money(first.total_cost, first.billing_currency)} a period is paid for protection that nobody has seen.`,
    }
  }
  const known = rows.actionKind.find((row) => row.kind === action?.action)
  if (first === undefined || action === undefined || known === undefined) {
    return {
      type: 'callout',
      tone: 'ask',
      title: sentence`Nothing to ask for`,
      text: say`No money was paid for anything but protected time.`,
    }
  }
  return {
    type: 'callout',
    tone: 'ask',
    title: sentence`One ask: ${translated(known.ask)}`,
    text: say`${money(action.stake, action.billing_currency)} was paid in the period for ${
      action.machines > 0
        ? counted(action.machines, 'machine')
        : action.action === 'pre_purchase'
          ? sentence`hours`
          : sentence`machines that no source knows`
    } ${translated(known.state)}. ${translated(known.how)}`,
  }
}

function notKnownBlocks(all: readonly MoneyRow[]): Block[] {
  const open = detailed(all).filter((row) => !isZero(row.not_known))
  if (open.length === 0) return []
  return [
    {
      type: 'paragraph',
      text: say`Counted neither as protected nor as without protection: ${listed(
        open.map(
          (row) =>
            say`${money(row.not_known, row.billing_currency)}${row.not_known_percent === null ? [] : [' (', percent(row.not_known_percent), ')']}`,
        ),
      )}, because no source says how the sensor was, whether the machine was on, or whose the charge is.`,
    },
  ]
}

function residualText(money_: readonly MoneyRow[]): Inline {
  if (money_.length === 0) return say`There is no bill to reconcile.`
  const parts = detailed(money_).map((row): Inline => {
    const residual: Value = money(row.residual, row.billing_currency)
    if (isZero(row.residual)) return say`Every charge in ${row.billing_currency} is tied to a known machine. `
    return say`Residual: ${residual}${row.residual_percent === null ? [] : say` (${percent(row.residual_percent)} of the bill)`}${
      row.control_total === null
        ? sentence` belongs to machines that no source knows. `
        : sentence` lies between the control total and the charges of known machines. `
    }`
  })
  return parts.flat()
}

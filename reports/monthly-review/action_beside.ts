import { translated } from '../../src/language.ts'
import type { Block } from '../../src/report/document.ts'
import { figures, table, words } from '../table.ts'
import { count, day, hours, isZero, message, money, say, sentence, text, unknown } from '../value.ts'
import { BUCKET_QUESTION, BUCKET_WORDS } from '../words.ts'
import { titleOf } from './action_tables.ts'
import type { MonthlyReviewRows } from './queries.ts'

/** What is not on the bill: gaps that cost money to close, licences that can be returned. */
export function besideBlocks(rows: MonthlyReviewRows): Block[] {
  const beside = rows.actionOwner.filter((row) => row.basis !== 'bill' && row.status === 'open')
  if (beside.length === 0) return []
  return [
    {
      type: 'table',
      table: table(
        'actions-beside',
        sentence`Beside the bill: not in the sums above`,
        [
          words('action', 'Action', 0.2),
          words('where', 'Owner, subscription', 0.24),
          figures('machines', 'Machines', 0.1),
          figures('money', 'In the period', 0.2),
          words('why', 'What is known'),
        ],
        beside.map((row) => [
          text(titleOf(row.kind, rows)),
          text([row.owner, row.subscription_name].filter((part) => part !== null).join(', ') || sentence`the tenant`),
          row.machines === 0 ? text(null) : count(row.machines),
          row.basis === 'licence'
            ? isZero(row.base)
              ? unknown(sentence`the price of the licence is not known`)
              : text(sentence`saves ${money(row.base, row.billing_currency)}`)
            : row.added_cost === null
              ? unknown(sentence`no price is known`)
              : text(sentence`costs ${money(row.added_cost, row.billing_currency)}`),
          message(row.detail),
        ]),
      ),
    },
  ]
}

/** What a waiver keeps out of the sums. */
export function waivedBlocks(rows: MonthlyReviewRows): Block[] {
  const waived = rows.actionOwner.filter((row) => row.waived_machines > 0 || row.status === 'waived')
  if (waived.length === 0) return []
  return [
    {
      type: 'table',
      table: table(
        'actions-waived',
        sentence`Put off by a waiver: paid on purpose, in no sum of savings`,
        [
          words('action', 'Action', 0.18),
          words('where', 'Owner, subscription', 0.22),
          figures('machines', 'Machines', 0.09),
          figures('cost', 'Paid', 0.12),
          words('who', 'By', 0.12),
          words('until', 'Until', 0.1),
          words('reason', 'Reason'),
        ],
        waived.map((row) => [
          text(titleOf(row.kind, rows)),
          text([row.owner, row.subscription_name].filter((part) => part !== null).join(', ') || sentence`the tenant`),
          count(row.waived_machines),
          row.billing_currency === null ? text(null) : money(row.waived_cost, row.billing_currency),
          text(row.waiver_author),
          day(row.waiver_expires_day),
          text(row.waiver_reason),
        ]),
      ),
    },
  ]
}

/** What each kind of action asks for. */
export function kindBlocks(rows: MonthlyReviewRows): Block[] {
  if (rows.actionKind.length === 0) return []
  return [
    { type: 'heading', text: sentence`First step, effort and risk` },
    {
      type: 'definitions',
      items: rows.actionKind.map((kind) => ({
        term: translated(kind.title),
        text:
          kind.depends_on === 'nothing'
            ? say`${translated(kind.how)} Effort: ${translated(kind.effort)}. Risk: ${translated(kind.risk)}.`
            : say`${translated(kind.how)} Effort: ${translated(kind.effort)}. Risk: ${translated(kind.risk)}. Needs: ${translated(kind.depends_on)}.`,
      })),
    },
  ]
}

/** States without a charge, and what to find out about them. */
export function unbilledBlocks(rows: MonthlyReviewRows): Block[] {
  const open = rows.unbilled.filter((row) => row.bucket !== 'out_of_scope' && !isZero(row.hours))
  if (open.length === 0) return []
  return [
    {
      type: 'table',
      table: table(
        'unbilled',
        sentence`Time without a charge: gaps and questions without money`,
        [
          words('state', 'State', 0.26),
          figures('machines', 'Machines', 0.11),
          figures('hours', 'Hours', 0.12),
          words('question', 'What to find out'),
        ],
        open.map((row) => [
          text(BUCKET_WORDS[row.bucket] ?? row.bucket),
          count(row.machines),
          hours(row.hours),
          text(BUCKET_QUESTION[row.bucket] ?? ''),
        ]),
      ),
    },
  ]
}

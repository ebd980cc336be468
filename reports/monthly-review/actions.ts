import type { Block, Inline, Page } from '../../src/report/document.ts'
import { isCalendarMonth, type ReportContext } from '../context.ts'
import { detailed, moreCurrencies } from '../figures.ts'
import { counted, listed, money, plural, say, sentence } from '../value.ts'
import { besideBlocks, kindBlocks, unbilledBlocks, waivedBlocks } from './action_beside.ts'
import { actionMachineTable } from './action_machines.ts'
import { ownerTable, rankedTable } from './action_tables.ts'
import type { MonthlyReviewRows } from './queries.ts'

/** Page 5: what to do, ranked by what is in question; claims exclude each other, so that the list adds up to the tile. */
export function actionsPage(rows: MonthlyReviewRows, context: ReportContext): Page {
  const currencies = detailed(rows.money).map((row) => row.billing_currency)
  return {
    id: 'actions',
    label: sentence`Actions`,
    title: actionTitle(rows),
    blocks: [
      ...(rows.action.length === 0
        ? [
            {
              type: 'paragraph',
              text: say`Every unit of money paid bought protected time: there is nothing to rank.`,
            } satisfies Block,
          ]
        : []),
      ...currencies.flatMap((code): Block[] => actionBlocks(code, rows, context)),
      ...besideBlocks(rows),
      ...waivedBlocks(rows),
      ...kindBlocks(rows),
      ...unbilledBlocks(rows),
      { type: 'paragraph', tone: 'muted', text: countingRule(context) },
    ],
  }
}

function actionTitle(rows: MonthlyReviewRows): string {
  const currencies = detailed(rows.money).map((row) => row.billing_currency)
  const totals = currencies.flatMap((code) => {
    const first = rows.action.find((row) => row.billing_currency === code)
    return first === undefined ? [] : [say`${money(first.total_base, code)} of ${money(first.total_stake, code)}`]
  })
  const kinds = new Set(rows.action.map((row) => row.action)).size
  if (totals.length === 0) return sentence`No money calls for an action`
  return sentence`${counted(kinds, 'kind')} of action ${plural(kinds, 'is')} worth looking at: ${listed(totals)} in question can likely be saved${moreCurrencies(rows.money)}`
}

function actionBlocks(code: string, rows: MonthlyReviewRows, context: ReportContext): Block[] {
  const actions = rows.action.filter((row) => row.billing_currency === code)
  if (actions.length === 0) return []
  const owners = rows.actionOwner.filter(
    (row) => row.billing_currency === code && row.basis === 'bill' && row.status === 'open' && row.position !== null,
  )
  const machines = rows.actionMachine.filter((row) => row.billing_currency === code)
  return [
    { type: 'table', table: rankedTable(code, actions, rows, context) },
    { type: 'table', table: ownerTable(code, owners, rows, context) },
    ...(machines.length === 0
      ? []
      : [{ type: 'table', table: actionMachineTable(code, machines, rows, context) } satisfies Block]),
  ]
}

function countingRule(context: ReportContext): Inline {
  return say`Every unit of money is claimed by one action at most: in question is all that was not paid for protected time, and of protected time what a cheaper way of paying would save at most. A machine may stand in two actions, with the money of each. ${
    isCalendarMonth(context.period)
      ? sentence`A year is twelve times this month, no forecast. `
      : sentence`The period is no calendar month, so nothing is projected to a year. `
  }Repairing a sensor saves no money: it makes the money buy protection. Low is what records prove and nobody would miss, high what could be left unpaid at most; likely lies between them, by the rule of each kind.`
}

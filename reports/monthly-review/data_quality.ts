import type { Block, Page } from '../../src/report/document.ts'
import type { ReportContext } from '../context.ts'
import { deviceTable, machineDayTable, matchTable, sourceTable } from '../evidence.ts'
import { detailed, moreCurrencies } from '../figures.ts'
import { explainedTable, explainedWords, unrecognisedBlock } from '../reconciliation.ts'
import { isPositive, listed, sentence } from '../value.ts'
import type { MonthlyReviewRows } from './queries.ts'

/** Page 7: what was read, what of the bill is explained, and how the bill agrees with the hours on. */
export function dataQualityPage(rows: MonthlyReviewRows, _context: ReportContext): Page {
  const devices = deviceTable(rows)
  return {
    id: 'reconciliation',
    label: sentence`Reconciliation and data quality`,
    title: reconciliationTitle(rows),
    blocks: [
      ...(rows.money.length === 0
        ? []
        : [{ type: 'table', table: explainedTable(detailed(rows.money)) } satisfies Block]),
      ...unrecognisedBlock(rows.unrecognised),
      { type: 'table', table: sourceTable(rows) },
      { type: 'table', table: machineDayTable(rows) },
      {
        type: 'pair',
        left: [{ type: 'table', table: matchTable(rows) }],
        right: [
          devices === undefined
            ? {
                type: 'unavailable',
                what: sentence`The pairing with Defender for Endpoint`,
                why: sentence`No listing of its machines is in the folder.`,
                remedy: sentence`Add GET /api/machines pages, advanced-hunting DeviceInfo, or the portal’s device inventory.`,
              }
            : { type: 'table', table: devices },
        ],
      },
    ],
  }
}

function reconciliationTitle(rows: MonthlyReviewRows): string {
  const billed = detailed(rows.money.filter((row) => isPositive(row.bill_total)))
  if (billed.length === 0) return sentence`There is no bill to reconcile`
  return sentence`${listed(billed.map((row) => [explainedWords(row, rows.money.length)]))}${billed.length === 1 ? sentence` is tied to known machines` : sentence` are tied to known machines`}${moreCurrencies(rows.money)}`
}

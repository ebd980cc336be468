import type { Page } from '../../src/report/document.ts'
import type { ReportContext } from '../context.ts'
import { definitions, priceTable, runBlocks } from '../method.ts'
import { counted, sentence } from '../value.ts'
import type { MonthlyReviewRows } from './queries.ts'

/** Page 8: definitions, prices, and how the report was made. */
export function methodPage(rows: MonthlyReviewRows, context: ReportContext): Page {
  return {
    id: 'method',
    label: sentence`Method`,
    title: sentence`Every number follows from ${counted(context.inputs.length, 'file')} by the rules below`,
    blocks: [
      { type: 'definitions', items: definitions() },
      { type: 'table', table: priceTable(rows.offer, ['hourly', 'server']) },
      ...runBlocks(context, 12),
    ],
  }
}

import type { Engine } from '../src/engine/engine.ts'
import { runQueries } from '../src/engine/query.ts'
import type { Document } from '../src/report/document.ts'
import type { ReportContext } from './context.ts'
import { queries as executiveSummaryQueries, executiveSummaryReport } from './executive-summary/report.ts'
import { queries as monthlyReviewQueries, monthlyReviewReport } from './monthly-review/report.ts'
import { queries as trueUpQueries, trueUpReport } from './true-up/report.ts'

/** A report: its name, and the document that it makes of the ledger in the engine. */
export interface Report {
  id: Document['id']
  /** Runs the report's queries and builds its document; the document is a pure function of rows and context. */
  document(engine: Engine, context: ReportContext): Promise<Document>
}

/** The three reports in the order they are written. */
export const REPORTS: readonly Report[] = [
  {
    id: 'monthly-review',
    document: async (engine, context) => monthlyReviewReport(await runQueries(engine, monthlyReviewQueries), context),
  },
  {
    id: 'true-up',
    document: async (engine, context) => trueUpReport(await runQueries(engine, trueUpQueries), context),
  },
  {
    id: 'executive-summary',
    document: async (engine, context) =>
      executiveSummaryReport(await runQueries(engine, executiveSummaryQueries), context),
  },
]

import type { Engine } from '../src/engine/engine.ts'
import { runQueries } from '../src/engine/query.ts'
import { ENGLISH, inLanguage } from '../src/language.ts'
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

function written<Rows>(
  context: ReportContext,
  report: (rows: Rows, context: ReportContext) => Document,
  rows: Rows,
): Document {
  return inLanguage(context.language ?? ENGLISH.tag, () => report(rows, context))
}

/** The three reports in the order they are written. */
export const REPORTS: readonly Report[] = [
  {
    id: 'monthly-review',
    document: async (engine, context) =>
      written(context, monthlyReviewReport, await runQueries(engine, monthlyReviewQueries)),
  },
  {
    id: 'true-up',
    document: async (engine, context) => written(context, trueUpReport, await runQueries(engine, trueUpQueries)),
  },
  {
    id: 'executive-summary',
    document: async (engine, context) =>
      written(context, executiveSummaryReport, await runQueries(engine, executiveSummaryQueries)),
  },
]

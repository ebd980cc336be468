import { currentLanguage } from '../../src/language.ts'
import type { Document } from '../../src/report/document.ts'
import { footerWords, periodWords, type ReportContext } from '../context.ts'
import { sentence } from '../value.ts'
import { breakEvenPage } from './break_even.ts'
import { calendarPage } from './calendar.ts'
import { comingYearPage } from './coming_year.ts'
import { decisionPage } from './decision.ts'
import { doubleCoveragePage } from './double_coverage.ts'
import { evidenceAnnex } from './evidence_annex.ts'
import { positionPage } from './position.ts'
import { queries, type TrueUpRows } from './queries.ts'
import { scenariosPage } from './scenarios.ts'

export { queries }

/** The licence true-up plan: what is owned, what is needed, from where a licence pays, and the evidence. */
export function trueUpReport(rows: TrueUpRows, context: ReportContext): Document {
  const currencies = rows.money.map((row) => row.billing_currency)
  return {
    id: 'true-up',
    title: sentence`Defender licence true-up plan, ${periodWords(context.period)}`,
    subtitle:
      context.brandName === undefined
        ? sentence`Owned, needed, and from how many hours on a licence pays`
        : sentence`${context.brandName} · owned, needed, and from how many hours on a licence pays`,
    language: currentLanguage().tag,
    footer: footerWords(context, currencies),
    createdAt: context.createdAt,
    keywords: ['licence true-up', 'Microsoft Defender for Endpoint', periodWords(context.period), ...currencies],
    pages: [
      decisionPage(rows, context),
      positionPage(rows, context),
      breakEvenPage(rows, context),
      scenariosPage(rows, context),
      comingYearPage(rows, context),
      doubleCoveragePage(rows, context),
      calendarPage(rows, context),
      evidenceAnnex(rows, context),
    ],
  }
}

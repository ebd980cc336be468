import { currentLanguage } from '../../src/language.ts'
import type { Document } from '../../src/report/document.ts'
import { footerWords, periodWords, type ReportContext } from '../context.ts'
import { sentence } from '../value.ts'
import { alertPage } from './alerts_page.ts'
import { coveragePage, summarySubtitle } from './coverage_page.ts'
import { gapsPage } from './gaps_page.ts'
import { locationPage } from './location_page.ts'
import { type ExecutiveSummaryRows, queries } from './queries.ts'
import { deploymentPage } from './sensors_page.ts'

export { queries }

/** Coverage on two pages for those who decide, and an annex: sensors, alerts, data location. */
export function executiveSummaryReport(rows: ExecutiveSummaryRows, context: ReportContext): Document {
  const currencies = rows.money.map((row) => row.billing_currency)
  return {
    id: 'executive-summary',
    title: sentence`Defender executive summary, ${periodWords(context.period)}`,
    subtitle: summarySubtitle(context),
    language: currentLanguage().tag,
    footer: footerWords(context, currencies),
    createdAt: context.createdAt,
    keywords: ['coverage', 'Microsoft Defender for Servers', periodWords(context.period), ...currencies],
    pages: [
      coveragePage(rows, context),
      gapsPage(rows, context),
      deploymentPage(rows, context),
      alertPage(rows),
      locationPage(rows),
    ],
  }
}

import { currentLanguage } from '../../src/language.ts'
import type { Document } from '../../src/report/document.ts'
import { footerWords, periodWords, type ReportContext } from '../context.ts'
import { sentence } from '../value.ts'
import { actionsPage } from './actions.ts'
import { changePage } from './change.ts'
import { dataQualityPage } from './data_quality.ts'
import { forecastPage } from './forecast.ts'
import { headlinesPage } from './headlines.ts'
import { methodPage } from './method_page.ts'
import { type MonthlyReviewRows, queries } from './queries.ts'
import { uptimePage } from './uptime.ts'
import { wherePage } from './where.ts'

export { queries }

/** The monthly review for those who run the money: eight pages, from the headlines to the method. */
export function monthlyReviewReport(rows: MonthlyReviewRows, context: ReportContext): Document {
  const currencies = rows.money.map((row) => row.billing_currency)
  return {
    id: 'monthly-review',
    title: sentence`Defender monthly review, ${periodWords(context.period)}`,
    subtitle:
      context.brandName === undefined
        ? sentence`What the hourly licence of Microsoft Defender for Servers bought`
        : sentence`${context.brandName} · what the hourly licence of Microsoft Defender for Servers bought`,
    language: currentLanguage().tag,
    footer: footerWords(context, currencies),
    createdAt: context.createdAt,
    keywords: ['FinOps', 'Microsoft Defender for Servers', periodWords(context.period), ...currencies],
    pages: [
      headlinesPage(rows, context),
      changePage(rows, context),
      wherePage(rows, context),
      uptimePage(rows, context),
      actionsPage(rows, context),
      forecastPage(rows, context),
      dataQualityPage(rows, context),
      methodPage(rows, context),
    ],
  }
}

import { currentLanguage } from '../../src/language.ts'
import type { Document, Page } from '../../src/report/document.ts'
import { footerWords, periodWords, type ReportContext } from '../context.ts'
import { say, sentence } from '../value.ts'
import { breakEvenPage } from './break_even.ts'
import { doubleCoveragePage } from './double_coverage.ts'
import { evidenceAnnex } from './evidence_annex.ts'
import { decisionPage, positionPage } from './position.ts'
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
      doubleCoveragePage(rows, context),
      calendarPage(),
      evidenceAnnex(rows, context),
    ],
  }
}

function calendarPage(): Page {
  return {
    id: 'calendar',
    label: sentence`Calendar`,
    title: sentence`When to order cannot be told without the renewal dates`,
    blocks: [
      {
        type: 'unavailable',
        what: sentence`Order dates and reduction windows`,
        why: sentence`No export of Azure, Graph or Defender holds the anniversary of the licence agreement.`,
        remedy: sentence`Renewal dates in hourwise.yaml come with a later version; until then take them from the agreement.`,
      },
      {
        type: 'paragraph',
        text: say`For orientation, check against your own paper: under many enterprise agreements a true-up order is due 30 to 60 days before the anniversary and counts the highest number used since the last one; reductions count from the anniversary only.`,
      },
    ],
  }
}

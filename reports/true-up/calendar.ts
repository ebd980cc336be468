import { phrases } from '../../src/language.ts'
import type { Block, Inline, Page } from '../../src/report/document.ts'
import type { ReportContext } from '../context.ts'
import { table, words } from '../table.ts'
import { counted, day, money, say, sentence, text } from '../value.ts'
import type { TrueUpRows } from './queries.ts'

const KINDS: Readonly<Record<string, string>> = phrases({
  order_from: 'Window for the order opens',
  order_until: 'Last day of the order',
  renewal: 'Renewal: from this day the quantity can be less',
  buy: 'The best mix buys',
  price: 'A price begins to hold',
  price_end: 'Last day of a price',
})

const AGREEMENTS: Readonly<Record<string, string>> = phrases({
  ea: 'Enterprise Agreement',
  'mca-e': 'Microsoft Customer Agreement',
  csp: 'Cloud Solution Provider',
})

/** Page 7: the days of the coming year on which something must or can be done. */
export function calendarPage(rows: TrueUpRows, context: ReportContext): Page {
  const dates = rows.calendar
  const isDated = dates.some((row) => row.kind === 'renewal')
  return {
    id: 'calendar',
    label: sentence`Calendar`,
    title: calendarTitle(rows, context),
    blocks: [
      ...(dates.length === 0 ? [] : [calendarTable(rows)]),
      ...(isDated || !rows.entitlement.some((row) => row.covers !== null)
        ? []
        : [
            {
              type: 'unavailable',
              what: sentence`Order dates and reduction windows`,
              why: sentence`No export of Azure, Graph or Defender holds the anniversary of the licence agreement.`,
              remedy: sentence`Give renews_on and agreement under licences in hourwise.yaml.`,
            } satisfies Block,
          ]),
      { type: 'paragraph', text: orientation() },
    ],
  }
}

function calendarTitle(rows: TrueUpRows, context: ReportContext): string {
  const next =
    rows.calendar.find((row) => row.kind === 'order_until') ?? rows.calendar.find((row) => row.kind === 'renewal')
  if (next === undefined)
    return rows.entitlement.length === 0
      ? sentence`No licence is known that would have to be renewed`
      : sentence`When to order cannot be told without the renewal dates`
  if (next.day < context.period.untilDay) return sentence`The last day of an order, ${day(next.day)}, has passed`
  return next.kind === 'order_until'
    ? sentence`The next order is due by ${day(next.day)}`
    : sentence`The next licences renew on ${day(next.day)}`
}

function calendarTable(rows: TrueUpRows): Block {
  return {
    type: 'table',
    table: table(
      'calendar-days',
      sentence`Days of the coming year that licences and prices hang on`,
      [
        words('day', 'Day', 0.13),
        words('kind', 'What happens', 0.24),
        words('what', 'Licence or offer', 0.27),
        words('detail', 'Units or price', 0.16),
        words('source', 'Source'),
      ],
      rows.calendar.map((row) => [
        day(row.day),
        text(KINDS[row.kind] ?? row.kind),
        text(row.what),
        text(detailWords(row)),
        text(row.detail === null ? row.source : sentence`${row.source}, ${AGREEMENTS[row.detail] ?? row.detail}`),
      ]),
      { all: rows.calendar.length },
    ),
  }
}

function detailWords(row: TrueUpRows['calendar'][number]): string | null {
  if (row.units !== null) return sentence`${counted(row.units, 'unit')}`
  return row.price === null || row.currency === null ? null : sentence`${money(row.price, row.currency)}`
}

function orientation(): Inline {
  return say`For orientation, check against your own paper: under many enterprise agreements a true-up order is due 30 to 60 days before the anniversary and counts the highest number used since the last one; reductions count from the anniversary only.`
}

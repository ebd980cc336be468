import type { RowOf } from '../src/engine/query.ts'
import type { Block, Inline, Table, Value } from '../src/report/document.ts'
import { periodWords, type ReportContext } from './context.ts'
import { inputTable } from './evidence.ts'
import type { offerQuery } from './shared_queries.ts'
import { figures, table, words } from './table.ts'
import { day, money, text, unitPrice } from './value.ts'
import { planWords, TOOL } from './words.ts'

const UNIT_WORDS: Readonly<Record<string, string>> = {
  hour: 'a server and hour',
  'server-month': 'a server and month',
  'user-month': 'a user and month',
}

const ORIGIN_WORDS: Readonly<Record<string, string>> = {
  override: 'your price',
  bill: 'this bill',
  retail: 'retail price page',
  list: 'list price',
}

const CONFIDENCE_WORDS: Readonly<Record<string, string>> = {
  A: 'confirmed',
  B: 'seen in public data',
  C: 'one source or old',
  D: 'a guess',
}

export const DEFINITIONS: readonly { term: string; text: Inline }[] = [
  {
    term: 'Time coverage',
    text: [
      'Running time with a healthy sensor ÷ running time of machines to which a sensor applies. Time of which nothing is known counts as not covered, and is shown.',
    ],
  },
  {
    term: 'Paid coverage',
    text: ['Cost of protected time ÷ all cost.'],
  },
  {
    term: 'Cost per protected machine-hour',
    text: ['All cost ÷ hours running, billed and healthy.'],
  },
  {
    term: 'Billable',
    text: [
      'Running, or stopped but allocated; an Arc machine while it is connected. Deallocated machines are not billed.',
    ],
  },
  {
    term: 'Healthy',
    text: [
      'Onboarded to Defender for Endpoint and active. A listing speaks for the four hours before it (observed); between two listings at most a day apart the earlier holds (inferred); further away the nearest holds (assumed).',
    ],
  },
  {
    term: 'Matched',
    text: [
      'Billed hours of a machine-day between the elapsed hours and the clock hours that it was on, give or take one hour.',
    ],
  },
  {
    term: 'Residual',
    text: ['The control total, or else the charges, less the charges of known machines.'],
  },
]

/** Prices with their dates and sources; of user licences only those whose price is known. */
export function priceTable(offers: readonly RowOf<typeof offerQuery>[], routes: readonly string[]): Table {
  const rows = offers.filter(
    (offer) => routes.includes(offer.route) && (offer.price !== null || offer.route !== 'user'),
  )
  return table(
    'prices',
    'Prices used',
    [
      words('offer', 'Offer'),
      words('plan', 'Plan', 0.07),
      figures('price', 'Price', 0.17),
      words('unit', 'For', 0.14),
      words('origin', 'From', 0.16),
      words('valid', 'Valid from', 0.12),
      words('seen', 'Seen on', 0.12),
    ],
    rows.map((offer) => [
      text(offer.name),
      text(planWords(offer.plan)),
      priceValue(offer),
      text(UNIT_WORDS[offer.unit] ?? offer.unit),
      text(originWords(offer)),
      offer.valid_from === null ? text('–') : day(offer.valid_from),
      offer.source_day === null ? text('–') : day(offer.source_day),
    ]),
    { all: rows.length, file: 'scenarios.csv' },
  )
}

function priceValue(offer: RowOf<typeof offerQuery>): Value {
  const reason = `${offer.currency}: ${offer.reason ?? 'no price is known'}`
  return offer.unit === 'hour'
    ? unitPrice(offer.price, offer.currency, reason)
    : money(offer.price, offer.currency, reason)
}

function originWords(offer: RowOf<typeof offerQuery>): string {
  if (offer.price_origin === null) return `${offer.currency}: none`
  const origin = ORIGIN_WORDS[offer.price_origin] ?? offer.price_origin
  const confidence = offer.confidence === null ? undefined : CONFIDENCE_WORDS[offer.confidence]
  return offer.price_origin === 'list' && confidence !== undefined ? `${origin}, ${confidence}` : origin
}

/** How the report was made: tool, command line, period, inputs. */
export function runBlocks(context: ReportContext, mostInputs = 25): Block[] {
  return [
    {
      type: 'definitions',
      items: [
        { term: 'Tool', text: [`${TOOL} ${context.toolVersion}`] },
        { term: 'Command line', text: [{ code: context.commandLine }] },
        {
          term: 'Period',
          text: [
            `${periodWords(context.period)}: from ${context.period.fromDay} 00:00 UTC until before ${context.period.untilDay} 00:00 UTC`,
          ],
        },
        { term: 'Exchange rates', text: ['None is used: amounts in different currencies are never added.'] },
        {
          term: 'Files beside this report',
          text: [context.files.length === 0 ? 'none' : context.files.join(', ')],
        },
      ],
    },
    ...(context.inputs.length === 0 ? [] : [{ type: 'table', table: inputTable(context, mostInputs) } satisfies Block]),
  ]
}

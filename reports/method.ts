import type { RowOf } from '../src/engine/query.ts'
import { phrases, translatedMessage } from '../src/language.ts'
import type { Block, Inline, Table, Value } from '../src/report/document.ts'
import { periodWords, type ReportContext } from './context.ts'
import { inputTable } from './evidence.ts'
import type { offerQuery } from './shared_queries.ts'
import { figures, table, words } from './table.ts'
import { day, money, say, sentence, text, unitPrice } from './value.ts'
import { planWords, TOOL } from './words.ts'

const UNIT_WORDS: Readonly<Record<string, string>> = phrases({
  hour: 'a server and hour',
  'server-month': 'a server and month',
  'user-month': 'a user and month',
})

const ORIGIN_WORDS: Readonly<Record<string, string>> = phrases({
  override: 'your price',
  bill: 'this bill',
  retail: 'retail price page',
  list: 'list price',
})

const CONFIDENCE_WORDS: Readonly<Record<string, string>> = phrases({
  A: 'confirmed',
  B: 'seen in public data',
  C: 'one source or old',
  D: 'a guess',
})

export function definitions(): { term: string; text: Inline }[] {
  return [
    {
      term: sentence`Time coverage`,
      text: say`Running time with a healthy sensor ÷ running time of machines to which a sensor applies. Time of which nothing is known counts as not covered, and is shown.`,
    },
    {
      term: sentence`Paid coverage`,
      text: say`Cost of protected time ÷ all cost.`,
    },
    {
      term: sentence`Cost per protected machine-hour`,
      text: say`All cost ÷ hours running, billed and healthy.`,
    },
    {
      term: sentence`Billable`,
      text: say`Running, or stopped but allocated; an Arc machine while it is connected. Deallocated machines are not billed.`,
    },
    {
      term: sentence`Healthy`,
      text: say`Onboarded to Defender for Endpoint and active. A listing speaks for the four hours before it (observed); between two listings at most a day apart the earlier holds (inferred); further away the nearest holds (assumed).`,
    },
    {
      term: sentence`Matched`,
      text: say`Billed hours of a machine-day between the elapsed hours and the clock hours that it was on, give or take one hour.`,
    },
    {
      term: sentence`Residual`,
      text: say`The control total, or else the charges, less the charges of known machines.`,
    },
  ]
}

/** Prices with their dates and sources; of user licences only those whose price is known. */
export function priceTable(offers: readonly RowOf<typeof offerQuery>[], routes: readonly string[]): Table {
  const rows = offers.filter(
    (offer) => routes.includes(offer.route) && (offer.price !== null || offer.route !== 'user'),
  )
  return table(
    'prices',
    sentence`Prices used`,
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
  const reason = `${offer.currency}: ${translatedMessage(offer.reason ?? 'no price is known')}`
  return offer.unit === 'hour'
    ? unitPrice(offer.price, offer.currency, reason)
    : money(offer.price, offer.currency, reason)
}

function originWords(offer: RowOf<typeof offerQuery>): string {
  if (offer.price_origin === null) return sentence`${offer.currency}: none`
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
        { term: sentence`Tool`, text: [`${TOOL} ${context.toolVersion}`] },
        { term: sentence`Command line`, text: [{ code: context.commandLine }] },
        {
          term: sentence`Period`,
          text: say`${periodWords(context.period)}: from ${context.period.fromDay} 00:00 UTC until before ${context.period.untilDay} 00:00 UTC`,
        },
        { term: sentence`Exchange rates`, text: say`None is used: amounts in different currencies are never added.` },
        {
          term: sentence`Files beside this report`,
          text: say`${context.files.length === 0 ? sentence`none` : context.files.join(', ')}`,
        },
      ],
    },
    ...(context.inputs.length === 0 ? [] : [{ type: 'table', table: inputTable(context, mostInputs) } satisfies Block]),
  ]
}

import { phrases } from '../../src/language.ts'
import type { Block, Inline, Page, Table } from '../../src/report/document.ts'
import { monthWords, type ReportContext } from '../context.ts'
import { detailed, moreCurrencies } from '../figures.ts'
import { figures, table, words } from '../table.ts'
import { count, day, isPositive, isZero, listed, money, say, sentence, text, unknown, unsigned } from '../value.ts'
import { decisionTable, positionSentence } from './position.ts'
import type { TrueUpRows } from './queries.ts'

type YearRow = TrueUpRows['scenarioYear'][number]

const DECISIONS: Readonly<Record<string, string>> = phrases({
  buy: 'Buy',
  use: 'Use what is paid already',
  keep: 'Keep at renewal',
  return: 'Give back at renewal',
  undated: 'Find out the renewal date',
})

const REASONS: Readonly<Record<string, string>> = phrases({
  buy: 'the servers with the most hours cost more by the hour than on this licence',
  use: 'paid until the term ends: a server on it needs no hourly charge until then',
  keep: 'from then on still cheaper than the hours of the servers that it covers',
  return: 'from then on the servers that it covers cost less by the hour',
  undated: 'without its renewal date it counts as paid for the whole year, and none can be given back',
})

/** Page 1: what to buy, keep and give back, by when, and what that does to the money of the coming year. */
export function decisionPage(rows: TrueUpRows, context: ReportContext): Page {
  return {
    id: 'decision',
    label: sentence`Decision`,
    title: decisionTitle(rows, context),
    blocks: [
      { type: 'table', table: orderTable(rows, context) },
      ...effectBlocks(rows),
      { type: 'table', table: decisionTable(rows, context) },
      ...undatedBlocks(rows),
      { type: 'paragraph', tone: 'muted', text: confidenceWords(rows, context) },
      ...detailed(rows.money).flatMap((row) => cashBlocks(row.billing_currency, rows)),
    ],
  }
}

/** Scenario of the coming year in a currency. */
function yearOf(rows: TrueUpRows, scenario: string, currency: string): YearRow | undefined {
  return rows.scenarioYear.find((row) => row.scenario === scenario && row.billing_currency === currency)
}

function decisionTitle(rows: TrueUpRows, context: ReportContext): string {
  const known = detailed(rows.money).flatMap((row) => {
    const mix = yearOf(rows, 'best_mix', row.billing_currency)
    return mix?.difference == null ? [] : [{ difference: mix.difference, currency: row.billing_currency }]
  })
  const saving = known.filter((row) => !isPositive(row.difference) && !isZero(row.difference))
  if (saving.length === 0) return positionSentence(rows, context)
  return sentence`The best mix of licences and hours costs ${listed(
    saving.map((row) => [money(unsigned(row.difference), row.currency)]),
  )} less in the coming year than the bill going on, before what is lost${moreCurrencies(rows.money)}`
}

function orderTable(rows: TrueUpRows, context: ReportContext): Table {
  const shown = rows.licenceDecision
  return table(
    'licence-decisions',
    sentence`Server licences in the coming year: what to do, and by when`,
    [
      words('decision', 'Decision', 0.15),
      words('licence', 'Licence', 0.18),
      figures('units', 'Units', 0.06),
      words('day', 'From', 0.11),
      words('deadline', 'Order until', 0.11),
      figures('price', 'A unit and month', 0.1),
      words('reason', 'Why'),
    ],
    shown.length === 0
      ? [
          [
            text(sentence`Nothing to buy`),
            text(null),
            count(0),
            text(null),
            text(null),
            text(null),
            text(
              rows.scenarioYear.some((row) => row.scenario === 'best_mix' && row.year_cost !== null)
                ? sentence`no server licence whose price is known is cheaper than the hours of a server`
                : sentence`the best mix cannot be computed: see Scenarios`,
            ),
          ],
        ]
      : shown.map((row) => [
          text(DECISIONS[row.decision] ?? row.decision),
          text(row.name),
          count(row.units),
          row.day === null ? unknown(sentence`no renewal date is given under licences in hourwise.yaml`) : day(row.day),
          row.decision === 'use' || row.decision === 'buy'
            ? text(sentence`any day`)
            : row.deadline !== null && row.deadline < context.period.untilDay
              ? text(sentence`${day(row.deadline)}, has passed`)
              : day(row.deadline, sentence`the agreement of this licence names no window for orders`),
          row.decision === 'use' ? money('0', row.billing_currency) : money(row.monthly_price, row.billing_currency),
          text(REASONS[row.decision] ?? ''),
        ]),
  )
}

function effectBlocks(rows: TrueUpRows): Block[] {
  const items = detailed(rows.money).map((row): Inline => {
    const code = row.billing_currency
    const billed = yearOf(rows, 'as_billed', code)
    const mix = yearOf(rows, 'best_mix', code)
    if (billed?.year_cost == null || mix?.year_cost == null || mix.difference === null)
      return say`${code}: the cash effect cannot be computed: ${unknown(mix?.reason ?? billed?.reason ?? sentence`not known`)}.`
    return isPositive(mix.difference)
      ? say`${code}, twelve months: ${money(billed.year_cost, code)} as the bill goes on, ${money(mix.year_cost, code)} with the best mix (${money(mix.low_year_cost, code)} to ${money(mix.high_year_cost, code)}): ${money(unsigned(mix.difference), code)} more, because it covers machines that nothing covers today.`
      : say`${code}, twelve months: ${money(billed.year_cost, code)} as the bill goes on, ${money(mix.year_cost, code)} with the best mix (${money(mix.low_year_cost, code)} to ${money(mix.high_year_cost, code)}): ${money(unsigned(mix.difference), code)} less, before what is lost (see ${{ link: sentence`Scenarios`, to: '#scenarios' }}).`
  })
  return items.length === 0 ? [] : [{ type: 'list', items }]
}

function undatedBlocks(rows: TrueUpRows): Block[] {
  if (!rows.licenceDecision.some((row) => row.decision === 'undated')) return []
  return [
    {
      type: 'unavailable',
      what: sentence`Deadline and cash effect of giving licences back`,
      why: sentence`No renewal date of the server licences is known.`,
      remedy: sentence`Give renews_on, agreement and price under licences in hourwise.yaml.`,
    },
  ]
}

function confidenceWords(rows: TrueUpRows, context: ReportContext): Inline {
  const guesses = rows.offer.filter(
    (offer) => offer.route === 'server' && offer.confidence === 'D' && offer.price !== null,
  )
  const isForecast = rows.mixReason.some((row) => row.reason === null)
  return say`Confidence: data grade ${context.dataGrade}. ${
    isForecast
      ? sentence`Low and high: the band of the forecast, records that could not be paired and unknown hours.`
      : sentence`Low and high: records that could not be paired and unknown hours only, for there is no forecast.`
  }${
    guesses.length === 0
      ? []
      : say` Prices of server licences that are a guess: ${listed(guesses.map((offer) => [money(offer.price, offer.currency)]))} a month; give your own under offers in hourwise.yaml.`
  } Licences paid already cost nothing in any scenario until their term ends.`
}

/** The money of the coming year, month by month. */
function cashBlocks(code: string, rows: TrueUpRows): Block[] {
  const months = rows.cashMonth.filter((row) => row.billing_currency === code)
  if (months.length === 0) return []
  return [
    {
      type: 'table',
      table: table(
        `cash-${code.toLowerCase()}`,
        sentence`Cash effect by month, ${code}: the bill going on against the best mix`,
        [
          words('month', 'Month', 0.17),
          figures('billed', 'As billed'),
          figures('hours', 'Mix: hours'),
          figures('licences', 'Mix: licences'),
          figures('mix', 'Mix in all'),
          figures('difference', 'Difference'),
          figures('so-far', 'Since the beginning'),
        ],
        months.map((row) => [
          text(monthWords(row.month)),
          money(row.billed_cost, code),
          money(row.mix_hourly_cost, code),
          money(row.mix_licence_cost, code),
          money(row.mix_cost, code),
          money(row.difference, code),
          money(row.difference_so_far, code),
        ]),
      ),
    },
  ]
}

import { phrases } from '../../src/language.ts'
import type { Block, Inline, Page, Table } from '../../src/report/document.ts'
import type { ReportContext } from '../context.ts'
import { detailed } from '../figures.ts'
import { outlookBlocks } from '../monthly-review/outlook.ts'
import { figures, table, words } from '../table.ts'
import {
  count,
  day,
  hours,
  isZero,
  listed,
  message,
  money,
  number,
  percent,
  say,
  sentence,
  text,
  unknown,
} from '../value.ts'
import { planWords } from '../words.ts'
import type { TrueUpRows } from './queries.ts'
import { SCENARIO_WORDS } from './scenario_words.ts'

const KINDS: Readonly<Record<string, string>> = phrases({
  sunk: 'Owned, paid until its term ends',
  kept: 'Owned, renewed',
  minimum: 'Bought: the least order',
  new: 'Bought',
})

/** Months that the forecast is shown for. */
const AHEAD = 12

/** Page 5: the coming year under each scenario, what the best mix is made of, and the forecast behind low and high. */
export function comingYearPage(rows: TrueUpRows, _context: ReportContext): Page {
  const codes = detailed(rows.money).map((row) => row.billing_currency)
  return {
    id: 'coming-year',
    label: sentence`Coming year`,
    title: yearTitle(rows),
    blocks: [
      ...codes.flatMap((code) => yearBlocks(code, rows)),
      ...codes.flatMap((code) => tierBlocks(code, rows)),
      { type: 'paragraph', tone: 'muted', text: ruleWords() },
      { type: 'heading', text: sentence`Forecast` },
      ...outlookBlocks(rows, AHEAD),
    ],
  }
}

function yearTitle(rows: TrueUpRows): string {
  const mixes = detailed(rows.money).flatMap((row) => {
    const mix = rows.scenarioYear.find(
      (year) => year.scenario === 'best_mix' && year.billing_currency === row.billing_currency,
    )
    return mix?.year_cost == null ? [] : [mix]
  })
  if (mixes.length === 0) return sentence`What the coming year costs cannot be computed`
  return sentence`The coming year costs at least ${listed(
    mixes.map((mix): Inline => say`${money(mix.year_cost, mix.billing_currency)}`),
  )} by the best mix at the pace of the period`
}

function yearBlocks(code: string, rows: TrueUpRows): Block[] {
  const years = rows.scenarioYear.filter((row) => row.billing_currency === code)
  const parts = rows.mixPart.filter((row) => row.billing_currency === code)
  const mix = years.find((row) => row.scenario === 'best_mix')
  return [
    { type: 'table', table: yearTable(code, years) },
    ...(parts.length === 0 ? [] : [{ type: 'table', table: partTable(code, parts) } satisfies Block]),
    ...(mix?.year_cost == null || mix.gap === null
      ? []
      : [{ type: 'paragraph', text: proofWords(code, mix) } satisfies Block]),
  ]
}

function yearTable(code: string, years: TrueUpRows['scenarioYear']): Table {
  return table(
    `scenarios-year-${code.toLowerCase()}`,
    sentence`Twelve months after the period at its pace, ${code}`,
    [
      words('scenario', 'Scenario', 0.2),
      figures('low', 'Low', 0.12),
      figures('base', 'Base', 0.12),
      figures('high', 'High', 0.12),
      words('possible', 'Possible from', 0.12),
      words('reversible', 'Can be undone'),
    ],
    years.map((row) => {
      const why = row.reason ?? sentence`not known`
      const name = SCENARIO_WORDS[row.scenario] ?? row.scenario
      return [
        text(row.permitted ? name : sentence`${name} (not permitted)`),
        row.low_year_cost === null ? text(null) : money(row.low_year_cost, code),
        money(row.year_cost, code, why),
        row.high_year_cost === null ? text(null) : money(row.high_year_cost, code),
        day(row.possible_from),
        message(row.reversible),
      ]
    }),
  )
}

function partTable(code: string, parts: TrueUpRows['mixPart']): Table {
  return table(
    `best-mix-${code.toLowerCase()}`,
    sentence`What the best mix is made of, ${code}`,
    [
      words('from', 'From', 0.13),
      words('until', 'Until before', 0.13),
      words('what', 'What'),
      figures('licences', 'Licences', 0.1),
      figures('machines', 'Machines', 0.1),
      figures('hours', 'Hours on', 0.12),
      figures('cost', 'Cost', 0.14),
    ],
    parts.map((row) => [
      day(row.from_day),
      day(row.until_day),
      text(partWords(row)),
      row.part === 'licence' ? count(row.places) : text(null),
      count(row.machines),
      hours(row.hours),
      money(row.cost, code, sentence`the price of Plan 2 is not known`),
    ]),
  )
}

function partWords(row: TrueUpRows['mixPart'][number]): string {
  if (row.part === 'hourly') return sentence`By the hour on ${planWords(row.offer_id)}`
  if (row.part === 'pinned') return sentence`Pinned to P2, by the hour`
  if (row.part === 'idle') return sentence`Licences paid and idle until or since they are needed`
  return `${row.name ?? row.offer_id}: ${KINDS[row.kind] ?? row.kind}`
}

function proofWords(code: string, mix: TrueUpRows['scenarioYear'][number]): Inline {
  const gap = mix.gap ?? '0'
  return say`${
    isZero(gap)
      ? say`${code}: this mix is exact; no other permitted assignment is cheaper.`
      : say`${code}: no permitted assignment is more than ${money(gap, code)} cheaper than this mix.`
  }${
    mix.single_cost === null || mix.single_cost === mix.year_cost
      ? []
      : say` Servers that follow each other share a licence, since licences are counted and not assigned; with one for each machine it would cost ${money(mix.single_cost, code)}.`
  }`
}

function tierBlocks(code: string, rows: TrueUpRows): Block[] {
  const tiers = rows.commitment.filter((row) => row.billing_currency === code)
  const [first] = tiers
  if (first === undefined || first.reason !== null) return []
  return [
    {
      type: 'table',
      table: table(
        `tiers-${code.toLowerCase()}`,
        sentence`Pre-purchase tiers at ${money(first.list_year_cost, code)} a year of consumption at list price, ${code}`,
        [
          figures('units', 'Units', 0.12),
          figures('discount', 'Less', 0.09),
          figures('price', 'Paid in advance', 0.15),
          figures('year', 'Year in all', 0.15),
          figures('unused', 'Units left unused', 0.15),
          words('range', 'Cheapest way at a consumption of'),
        ],
        tiers.map((row) => [
          count(row.units),
          percent(row.discount_percent, sentence`not known`, 0),
          money(row.year_price, code),
          money(row.year_cost, code),
          row.unused_in_a_year === null ? unknown(sentence`not known`) : number(row.unused_in_a_year, '', 0),
          text(
            row.best_from === null
              ? sentence`none: what the bill pays now is less`
              : row.best_until === null
                ? sentence`${money(row.best_from, code)} a year and more`
                : sentence`${money(row.best_from, code)} to ${money(row.best_until, code)} a year`,
          ),
        ]),
      ),
    },
  ]
}

function ruleWords(): Inline {
  return say`Base: hours, machines and prices of the period go on for twelve months. Licences owned cost nothing until their term ends; afterwards they are paid for where a scenario needs them. A licence bought is bound for the year. Pre-purchase units burn down at list price and are not added to a negotiated discount; of their tiers only those named are public. Low leaves out machines that only Defender for Endpoint knows; high counts unknown hours as on and each ambiguous record as a server; both follow the band of the forecast where there is one.`
}

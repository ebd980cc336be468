import { translatedMessage } from '../../src/language.ts'
import type { Block, Chart, Inline, Page, Table } from '../../src/report/document.ts'
import { chartSpec, filledSpec } from '../chart_spec.ts'
import { isCalendarMonth, type ReportContext } from '../context.ts'
import { detailed } from '../figures.ts'
import { shortOffer } from '../fleet.ts'
import { figures, table, words } from '../table.ts'
import {
  count,
  counted,
  drawn,
  hours,
  listed,
  money,
  number,
  say,
  sentence,
  text,
  unitPrice,
  unknown,
} from '../value.ts'
import { planWords } from '../words.ts'
import type { TrueUpRows } from './queries.ts'

type BreakEvenRow = TrueUpRows['breakEven'][number]

const SPEC = chartSpec('reports/true-up/break_even.vl.json')

/** The server licence that the title speaks of: the one for any size of tenant, else the first with a price. */
const MAIN_OFFER = 'mde-for-servers'

/** Page 3: from how many hours on a monthly licence is cheaper than the hourly plans. */
export function breakEvenPage(rows: TrueUpRows, context: ReportContext): Page {
  const currencies = detailed(rows.money).map((row) => row.billing_currency)
  return {
    id: 'break-even',
    label: sentence`Break-even`,
    title: breakEvenTitle(rows),
    blocks: [
      ...(currencies.length === 0
        ? [
            {
              type: 'unavailable',
              what: sentence`Break-even hours`,
              why: sentence`No charge tells the currency to compare in.`,
              remedy: sentence`Add a cost export with Defender for Servers charges.`,
            } satisfies Block,
          ]
        : currencies.flatMap((code) => currencyBlocks(code, rows, context))),
      {
        type: 'paragraph',
        tone: 'muted',
        text: say`Break-even hours = monthly price ÷ hourly price. Beyond 744 h, the longest month, the licence never wins. Licences are bought for the peak and for one to three years; hours are paid on what is on. P1 has the same sensor as a server licence; P2 gives more, which a comparison in money does not show.`,
      },
    ],
  }
}

function breakEvenTitle(rows: TrueUpRows): string {
  const priced = rows.breakEven.filter((row) => row.break_even_hours !== null)
  const main = priced.filter((row) => row.offer_id === MAIN_OFFER)
  const shown = main.length > 0 ? main : priced.filter((row) => row.offer_id === priced[0]?.offer_id)
  const [first] = shown
  if (first === undefined)
    return rows.money.length === 0
      ? sentence`No charge tells the currency to compare in`
      : sentence`No break-even can be computed: no server licence has a known price in the currency of the bill`
  const sameCurrency = shown.filter((row) => row.billing_currency === first.billing_currency)
  return sentence`At ${money(first.monthly_price, first.billing_currency)} a month a server licence ${listed(
    sameCurrency.map(
      (row): Inline =>
        row.never_pays === true
          ? say`never beats ${planWords(row.plan)}`
          : say`beats ${planWords(row.plan)} after ${hours(row.break_even_hours)}`,
    ),
  )}${first.confidence === 'D' ? sentence`; that price is a guess` : ''}`
}

function currencyBlocks(code: string, rows: TrueUpRows, context: ReportContext): Block[] {
  const lines = rows.breakEvenLine.filter((row) => row.currency === code)
  const pairs = rows.breakEven.filter((row) => row.billing_currency === code)
  const priced = pairs.filter((row) => row.monthly_price !== null)
  return [
    ...(lines.some((line) => line.route === 'server')
      ? [{ type: 'chart', chart: breakEvenChart(code, lines, priced, rows, context) } satisfies Block]
      : []),
    priced.length === 0
      ? {
          type: 'unavailable',
          what: sentence`Server licences against hourly plans in ${code}`,
          why: sentence`No price of a server licence in ${code} is known.`,
          remedy: sentence`Give your price under offers in hourwise.yaml; until then the table below answers for any price.`,
        }
      : { type: 'table', table: pairTable(code, priced) },
    ...stepBlocks(code, rows, context),
  ]
}

function breakEvenChart(
  code: string,
  lines: TrueUpRows['breakEvenLine'],
  pairs: readonly BreakEvenRow[],
  rows: TrueUpRows,
  context: ReportContext,
): Chart {
  const crossings = pairs.filter((row) => row.break_even_hours !== null && row.never_pays === false)
  const label = (line: TrueUpRows['breakEvenLine'][number]): string =>
    line.route === 'hourly' ? planWords(line.plan) : shortOffer(line.name)
  const costAt744 = (line: TrueUpRows['breakEvenLine'][number]): string =>
    lines.find((other) => other.offer_id === line.offer_id && other.hours > 0)?.cost ?? line.cost
  const data = {
    lines: lines.map((line) => ({
      line: `${line.route} ${line.offer_id}`,
      kind: line.route === 'hourly' ? (line.plan ?? 'p2') : 'licence',
      hours: line.hours,
      cost: drawn(line.cost),
      tip: sentence`${label(line)}: ${money(costAt744(line), code)} at 744 h`,
    })),
    hourly_labels: lines
      .filter((line) => line.hours > 0 && line.route === 'hourly')
      .map((line) => ({ label: label(line), hours: line.hours, cost: drawn(line.cost) })),
    licence_labels: lines
      .filter((line) => line.hours > 0 && line.route !== 'hourly')
      .map((line) => ({ label: label(line), hours: 8, cost: drawn(line.cost) })),
    crossings: crossings.map((row) => ({
      hours: drawn(row.break_even_hours),
      cost: drawn(row.monthly_price),
      label: sentence`${hours(row.break_even_hours)}`,
      tip: sentence`${shortOffer(row.name)} crosses ${planWords(row.plan)} at ${hours(row.break_even_hours)}`,
    })),
    steps: isCalendarMonth(context.period) ? serverSteps(code, rows) : [],
  }
  return {
    id: `break-even-${code.toLowerCase()}`,
    title: sentence`Cost of one machine by its hours on, and the fleet beneath, ${code}`,
    alt: sentence`Lines of cost against hours. ${
      crossings.length === 0
        ? say`No licence line crosses an hourly line within 744 h.`
        : listed(
            crossings.map(
              (row) => say`${shortOffer(row.name)} crosses ${planWords(row.plan)} at ${hours(row.break_even_hours)}`,
            ),
          )
    }`,
    spec: filledSpec(SPEC, data),
    data,
    table: table(
      `break-even-lines-${code.toLowerCase()}`,
      sentence`Cost of one machine in a month, ${code}`,
      [words('offer', 'Offer'), figures('at0', 'At 0 h', 0.2), figures('at744', 'At 744 h', 0.2)],
      lines
        .filter((line) => line.hours > 0)
        .map((line) => [
          text(line.route === 'hourly' ? `${line.name} (${planWords(line.plan)})` : line.name),
          money(lines.find((other) => other.offer_id === line.offer_id && other.hours === 0)?.cost ?? null, code),
          money(line.cost, code),
        ]),
    ),
    narrow: 'scroll',
    ratio: 1.7,
  }
}

/** The servers of a currency in steps of 24 hours. */
function serverSteps(
  code: string,
  rows: TrueUpRows,
): { from_hour: number; until_hour: number; middle: number; machines: number; tip: string }[] {
  const steps = new Map<number, number>()
  for (const row of rows.serverHours.filter((server) => server.billing_currency === code))
    steps.set(row.step, (steps.get(row.step) ?? 0) + row.machines)
  return [...steps].map(([step, machines]) => ({
    from_hour: step * 24,
    until_hour: step * 24 + 24,
    middle: step * 24 + 12,
    machines,
    tip: sentence`${number(String(step * 24), '')} to ${number(String(step * 24 + 24), 'h')} on: ${counted(machines, 'server')}`,
  }))
}

function pairTable(code: string, pairs: readonly BreakEvenRow[]): Table {
  return table(
    `break-even-pairs-${code.toLowerCase()}`,
    sentence`Server licences against hourly plans, ${code}`,
    [
      words('offer', 'Licence'),
      figures('monthly', 'A month', 0.12),
      words('plan', 'Against', 0.09),
      figures('hourly', 'An hour', 0.15),
      figures('break-even', 'Break-even', 0.13),
      figures('above', 'Servers longer on', 0.12),
      figures('below', 'Shorter on', 0.11),
    ],
    pairs.map((row) => {
      const why = `${shortOffer(row.name)}: ${translatedMessage(row.reason ?? 'a price is not known')}`
      return [
        text(row.name),
        money(row.monthly_price, code, why),
        text(planWords(row.plan)),
        unitPrice(row.hourly_price, code, why),
        row.never_pays === true
          ? text(sentence`never (${hours(row.break_even_hours)})`)
          : hours(row.break_even_hours, 0, why),
        row.machines_above === null ? unknown(why) : count(row.machines_above),
        row.machines_below === null ? unknown(why) : count(row.machines_below),
      ]
    }),
  )
}

/** The answer for any price: sliders where they can move, a table on paper. */
function stepBlocks(code: string, rows: TrueUpRows, context: ReportContext): Block[] {
  const steps = rows.priceStep.filter((row) => row.currency === code)
  if (steps.length === 0) {
    return [
      {
        type: 'unavailable',
        what: sentence`Break-even hours in ${code}`,
        why: sentence`No hourly price in ${code} is known.`,
        remedy: sentence`Add a page of the Retail Prices API for this currency, or give the price under offers in hourwise.yaml.`,
      },
    ]
  }
  const plans = [...new Map(steps.map((row) => [row.plan, row])).values()]
  const answer = stepTable(code, steps)
  if (!isCalendarMonth(context.period)) return [{ type: 'table', table: answer }]
  return [
    {
      type: 'sliders',
      sliders: {
        id: `prices-${code.toLowerCase()}`,
        caption: sentence`If a server licence costs … a month, it pays from … hours on, ${code}`,
        currency: code,
        offers: plans.map((row) => ({
          label: sentence`Server licence against ${planWords(row.plan)}`,
          hourly: { from: row.hourly_from, to: row.hourly_to, step: row.hourly_step, start: row.hourly_price },
          monthly: { from: row.monthly_from, to: row.monthly_to, step: row.monthly_step, start: row.monthly_start },
        })),
        machines: rows.serverHours
          .filter((row) => row.billing_currency === code)
          .map((row) => ({ hours: row.hours, count: row.machines })),
        table: answer,
      },
    },
  ]
}

function stepTable(code: string, steps: TrueUpRows['priceStep']): Table {
  const plans = [...new Set(steps.map((row) => row.plan))]
  const prices = [...new Set(steps.map((row) => row.monthly_price))]
  return table(
    `price-steps-${code.toLowerCase()}`,
    sentence`If a server licence costs … a month, it pays from … hours on, ${code}`,
    [
      words('price', 'A month and server', 0.3),
      ...plans.map((plan) => figures(plan, sentence`Against ${planWords(plan)}, from`)),
    ],
    prices.map((price) => [
      money(price, code),
      ...plans.map((plan) =>
        hours(steps.find((row) => row.plan === plan && row.monthly_price === price)?.break_even_hours ?? null),
      ),
    ]),
  )
}

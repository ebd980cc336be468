import { translatedMessage } from '../../src/language.ts'
import type { Block, Inline, Page, Table, Value } from '../../src/report/document.ts'
import type { ReportContext } from '../context.ts'
import { detailed, moreCurrencies } from '../figures.ts'
import { figures, table, words } from '../table.ts'
import { isPositive, listed, message, money, number, say, sentence, text, unknown, unsigned } from '../value.ts'
import { capital } from '../words.ts'
import type { TrueUpRows } from './queries.ts'
import { SCENARIO_WORDS } from './scenario_words.ts'

type ScenarioRow = TrueUpRows['scenario'][number]

/** Page 4: the same machines and hours under each way of licensing. */
export function scenariosPage(rows: TrueUpRows, _context: ReportContext): Page {
  return {
    id: 'scenarios',
    label: sentence`Scenarios`,
    title: cheapestSentence(rows),
    blocks: [
      ...(rows.scenario.length === 0
        ? [
            {
              type: 'unavailable',
              what: sentence`Scenarios`,
              why: sentence`There is neither a charge nor a machine in the period.`,
              remedy: sentence`Add a cost export and the inventory of the period.`,
            } satisfies Block,
          ]
        : detailed(rows.money).map(
            (row): Block => ({ type: 'table', table: scenarioTable(row.billing_currency, rows.scenario) }),
          )),
      ...lossBlocks(rows),
      ...benefitBlocks(rows),
      { type: 'paragraph', tone: 'muted', text: ruleText(rows) },
    ],
  }
}

/** The cheapest permitted scenario of each currency in the order of the bill; currencies left without a cost are left out. */
export function cheapestOf(rows: TrueUpRows): readonly ScenarioRow[] {
  return detailed(rows.money).flatMap(
    (row) =>
      rows.scenario.find(
        (scenario) => scenario.cheapness === 1 && scenario.billing_currency === row.billing_currency,
      ) ?? [],
  )
}

/** `Cheapest permitted: all machines on P1, at USD 1.00 and EUR 2.00, before what it loses`. */
export function cheapestSentence(rows: TrueUpRows): string {
  const cheapest = cheapestOf(rows)
  if (cheapest.length === 0) return sentence`No scenario has a cost that can be computed`
  const names = [...new Set(cheapest.map((row) => row.scenario))]
  if (names.length === 1 && names[0] === 'as_billed') return sentence`No permitted scenario is cheaper than the bill`
  return sentence`Cheapest permitted: ${listed(
    names.map(
      (name): Inline =>
        say`${scenarioWords(name)} at ${listed(
          cheapest.filter((row) => row.scenario === name).map((row) => [money(row.cost, row.billing_currency)]),
        )}`,
    ),
  )}, before what is lost${moreCurrencies(rows.money)}`
}

/** A scenario's name inside a sentence. */
export function scenarioWords(scenario: string): string {
  const name = SCENARIO_WORDS[scenario] ?? scenario
  return name.charAt(0).toLowerCase() + name.slice(1)
}

function scenarioTable(code: string, all: readonly ScenarioRow[]): Table {
  const scenarios = all.filter((row) => row.billing_currency === code)
  return table(
    `scenarios-${code.toLowerCase()}`,
    sentence`Scenarios, ${code}`,
    [
      words('scenario', 'Scenario', 0.15),
      figures('quantity', 'Quantity', 0.1),
      figures('cost', 'Cost in the period', 0.12),
      figures('difference', 'Against the bill', 0.14),
      words('note', 'What it stands on'),
    ],
    scenarios.map((row) => [
      text(
        row.permitted
          ? (SCENARIO_WORDS[row.scenario] ?? row.scenario)
          : sentence`${SCENARIO_WORDS[row.scenario] ?? row.scenario} (not permitted)`,
      ),
      row.quantity === null
        ? unknown(row.reason ?? sentence`not known`)
        : number(row.quantity, row.quantity_unit === 'hours' ? 'h' : (row.quantity_unit ?? ''), 0),
      money(row.cost, code, row.reason ?? sentence`not known`),
      differenceValue(row, code),
      message(row.note),
    ]),
  )
}

function differenceValue(row: ScenarioRow, code: string): Value {
  if (row.scenario === 'as_billed') return text(null)
  if (row.difference === null || row.cost === null) return unknown(row.reason ?? sentence`not known`)
  return text(
    sentence`${money(unsigned(row.difference), code)}${isPositive(row.difference) ? sentence` more` : sentence` less`}`,
  )
}

function lossBlocks(rows: TrueUpRows): Block[] {
  const losses = new Map(
    rows.scenario.flatMap((row): [string, string][] => (row.loses === null ? [] : [[row.scenario, row.loses]])),
  )
  if (losses.size === 0) return []
  return [
    { type: 'heading', text: sentence`What is lost` },
    {
      type: 'definitions',
      items: [...losses].map(([scenario, loses]) => ({
        term: SCENARIO_WORDS[scenario] ?? scenario,
        text: say`${capital(translatedMessage(loses))}.`,
      })),
    },
  ]
}

/** What the log data that only Plan 2 includes is worth: it goes with Plan 2. */
function benefitBlocks(rows: TrueUpRows): Block[] {
  if (rows.logBenefit.length === 0) return []
  return [
    {
      type: 'list',
      items: rows.logBenefit.map((row): Inline => {
        const code = row.billing_currency
        if (row.value_low === null || row.gigabytes === null)
          return say`${code}: what the 500 MB of log data a machine and day of Plan 2 are worth cannot be computed: ${translatedMessage(row.reason ?? sentence`not known`)}.`
        return row.value_low === row.value_high
          ? say`${code}: without Plan 2, ${number(row.gigabytes, 'GB', 1)} of log data that it included in the period would cost ${money(row.value_low, code)}, at ${money(row.price, code)} a gigabyte.`
          : say`${code}: without Plan 2, ${number(row.gigabytes, 'GB', 1)} of log data that it included in the period would cost ${money(row.value_low, code)} to ${money(row.value_high, code)}, at ${money(row.price, code)} a gigabyte.`
      }),
    },
  ]
}

function ruleText(rows: TrueUpRows): Inline {
  const left = rows.scenario.find((row) => row.billing_currency === null && row.quantity !== null)
  return say`Each scenario is for the same machines and the same period. Plans: hours on (running or stopped but allocated) × price an hour. Licences: peak of servers that exist at once × monthly price. Best mix: each machine at the cheapest permitted offer, a bought licence at its full price for the period. What is lost is not priced. ${
    left?.quantity === undefined || left.quantity === null
      ? []
      : say`In no scenario: ${number(left.quantity, 'h', 0)} on of machines whose currency no charge tells.`
  }`
}

import type { Block, Page, Table } from '../../src/report/document.ts'
import type { ReportContext } from '../context.ts'
import { figures, table, words } from '../table.ts'
import { isPositive, listed, money, number, sentence, text, unknown, unsigned } from '../value.ts'
import type { TrueUpRows } from './queries.ts'
import { SCENARIO_WORDS } from './scenario_words.ts'

type ScenarioRow = TrueUpRows['scenario'][number]

/** Page 4: the same machines and hours under each way of licensing. */
export function scenariosPage(rows: TrueUpRows, _context: ReportContext): Page {
  const currencies = [...new Set(rows.scenario.map((row) => row.billing_currency))]
  return {
    id: 'scenarios',
    label: 'Scenarios',
    title: scenarioTitle(rows),
    blocks: [
      ...(rows.scenario.length === 0
        ? [
            {
              type: 'unavailable',
              what: 'Scenarios',
              why: 'there is neither a charge nor a machine in the period',
              remedy: 'Add a cost export and the inventory of the period.',
            } satisfies Block,
          ]
        : currencies.map(
            (code): Block => ({
              type: 'table',
              table: scenarioTable(
                code,
                rows.scenario.filter((row) => row.billing_currency === code),
              ),
            }),
          )),
      {
        type: 'paragraph',
        tone: 'muted',
        text: [
          'Each scenario is for the same machines and the same period. Hours by plan: hours on (running or stopped but allocated) × price. Licences: peak of servers that exist at once × monthly price. What a scenario loses is not priced here.',
        ],
      },
      {
        type: 'unavailable',
        what: 'Commitment and best mix',
        why: 'this version does not compute them',
        remedy: 'They come with a later version; scenarios.csv has the inputs.',
      },
    ],
  }
}

function scenarioTitle(rows: TrueUpRows): string {
  const cheapest = rows.scenario.filter((row) => row.cheapness === 1 && row.billing_currency !== null)
  if (cheapest.length === 0) return 'No scenario has a cost that can be computed'
  return sentence(
    'Cheapest permitted: ',
    ...listed(
      cheapest.map((row) => [
        `${(SCENARIO_WORDS[row.scenario] ?? row.scenario).replace(/^[AS]/, (letter) => letter.toLowerCase())} at `,
        money(row.cost, row.billing_currency),
      ]),
    ),
    ', before what it loses',
  )
}

function scenarioTable(code: string | null, scenarios: readonly ScenarioRow[]): Table {
  return table(
    `scenarios-${(code ?? 'none').toLowerCase()}`,
    code === null ? 'Machines whose bill has no known currency' : `Scenarios, ${code}`,
    [
      words('scenario', 'Scenario', 0.15),
      figures('quantity', 'Quantity', 0.13),
      figures('cost', 'Cost in the period', 0.13),
      figures('difference', 'Against the bill', 0.14),
      words('permitted', 'Permitted', 0.1),
      words('loses', 'What it loses, what it stands on'),
    ],
    scenarios.map((row) => [
      text(SCENARIO_WORDS[row.scenario] ?? row.scenario),
      row.quantity === null
        ? unknown(row.reason ?? 'not known')
        : number(row.quantity, row.quantity_unit === 'hours' ? 'h' : (row.quantity_unit ?? ''), 0),
      money(row.cost, code, row.reason ?? 'not known'),
      differenceValue(row, code),
      text(row.permitted ? 'yes' : 'no'),
      text(
        [row.loses === null ? null : `Loses: ${row.loses}`, row.note].filter((part) => part !== null).join('. ') || '–',
      ),
    ]),
  )
}

function differenceValue(row: ScenarioRow, code: string | null): ReturnType<typeof text> | ReturnType<typeof money> {
  if (row.scenario === 'as_billed') return text('–')
  if (row.difference === null || row.cost === null) return unknown(row.reason ?? 'not known')
  return text(sentence(money(unsigned(row.difference), code), isPositive(row.difference) ? ' more' : ' less'))
}

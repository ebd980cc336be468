import { phrases } from '../../src/language.ts'
import type { Block, Inline, Value } from '../../src/report/document.ts'
import { periodWords } from '../context.ts'
import { detailed } from '../figures.ts'
import { figures, table, words } from '../table.ts'
import { counted, listed, message, money, number, plural, say, sentence, text } from '../value.ts'
import type { MonthlyReviewRows } from './queries.ts'

type SinceRow = MonthlyReviewRows['sinceLast'][number]

const OUTCOME_WORDS: Readonly<Record<string, string>> = phrases({
  fixed: 'off the list',
  new: 'new on the list',
  open: 'still open',
})

const FINDING_WORDS: Readonly<Record<string, string>> = phrases({ fixed: 'fixed', new: 'new', open: 'still open' })

/** Machines of each outcome that the page names. */
const NAMED = 5

/** What became of the last run's actions and findings; how to find out where no earlier result was given. */
export function sinceLastBlocks(rows: MonthlyReviewRows): Block[] {
  const [run] = rows.lastRun
  if (run === undefined) {
    return [
      {
        type: 'unavailable',
        what: sentence`What is new, fixed and still open since the last run`,
        why: sentence`No result of an earlier run was given.`,
        remedy: sentence`Keep the folder of each run and name the folder that holds them: --history results/.`,
      },
    ]
  }
  const title = sentence`Since the run of ${periodWords({ fromDay: run.from_day, untilDay: run.until_day })}`
  const items: Inline[] = [
    ...detailed(rows.money).flatMap(({ billing_currency: code }) => actionWords(code, rows)),
    findingWords(rows),
  ]
  const named = detailed(rows.money).flatMap(({ billing_currency: code }) => namedRows(code, rows))
  return [
    { type: 'heading', text: title },
    { type: 'list', items: items.filter((item) => item.length > 0) },
    ...(named.length === 0
      ? []
      : [
          {
            type: 'table',
            table: table(
              'since-last',
              sentence`Machines that left the list of actions, and that came to it`,
              [
                words('outcome', 'Outcome', 0.15),
                words('machine', 'Machine'),
                words('owner', 'Owner', 0.18),
                words('action', 'Action', 0.28),
                figures('cost', 'Paid in that month', 0.16),
              ],
              named,
              { file: 'action_machines.csv' },
            ),
          } satisfies Block,
        ]),
  ]
}

function actionWords(code: string, rows: MonthlyReviewRows): Inline[] {
  const of = (outcome: string): SinceRow | undefined =>
    rows.sinceLast.find((row) => row.outcome === outcome && row.billing_currency === code)
  const parts = ['fixed', 'new', 'open'].flatMap((outcome): Inline[] => {
    const row = of(outcome)
    if (row === undefined) return []
    const held: Inline =
      outcome === 'fixed'
        ? say` (likely saving ${money(row.all_base, code)})`
        : say` (${money(row.all_cost, code)} paid)`
    return [[counted(row.items, 'machine'), ` ${plural(row.items, 'is')} ${OUTCOME_WORDS[outcome]}`, ...held]]
  })
  return parts.length === 0 ? [] : [[`${code}: `, ...listed(parts), '.']]
}

function findingWords(rows: MonthlyReviewRows): Inline {
  const parts = ['fixed', 'new', 'open'].map((outcome): Inline => {
    const found = rows.sinceLastFinding.filter((row) => row.outcome === outcome)
    const findings = found.reduce((sum, row) => sum + row.findings, 0)
    return [number(String(findings), FINDING_WORDS[outcome] ?? outcome)]
  })
  return say`Errors and warnings of the checks: ${listed(parts)}.`
}

function namedRows(code: string, rows: MonthlyReviewRows): Value[][] {
  return ['fixed', 'new'].flatMap((outcome) =>
    rows.sinceLast
      .filter((row) => row.outcome === outcome && row.billing_currency === code && row.position <= NAMED)
      .map((row) => [
        text(sentence`${OUTCOME_WORDS[outcome] ?? outcome}`),
        text(row.name),
        text(row.owner),
        message(row.action),
        money(row.cost, code),
      ]),
  )
}

import type { Block, Chart, Inline, Page } from '../../src/report/document.ts'
import { chartSpec, wordedSpec } from '../chart_spec.ts'
import type { ReportContext } from '../context.ts'
import { detailed, isHealthKnown, type MoneyRow, moreCurrencies, only } from '../figures.ts'
import { chartTable, figures, table, words } from '../table.ts'
import {
  count,
  counted,
  drawn,
  isPositive,
  isZero,
  listed,
  money,
  percent,
  plural,
  say,
  sentence,
  text,
} from '../value.ts'
import { billWords, capital, MONEY_CLASS_MEANING, MONEY_CLASS_WORDS, MONEY_CLASSES, type MoneyClass } from '../words.ts'
import type { MonthlyReviewRows } from './queries.ts'

type SubscriptionRow = MonthlyReviewRows['bySubscription'][number]
type OwnerRow = MonthlyReviewRows['byOwner'][number]

const STACK = chartSpec('reports/monthly-review/money.vl.json')
const HEAT_MAP = chartSpec('reports/monthly-review/owner.vl.json')

/** Page 3: the bill by subscription and by owner, by what it was paid for. */
export function wherePage(rows: MonthlyReviewRows, _context: ReportContext): Page {
  return {
    id: 'where-the-money-goes',
    label: sentence`Where the money goes`,
    title: whereTitle(rows),
    blocks:
      rows.money.length === 0
        ? [
            {
              type: 'unavailable',
              what: sentence`The bill by subscription and owner`,
              why: sentence`There is no Defender for Servers charge in the period.`,
              remedy: sentence`Export the cost of every billing scope for this period and run again.`,
            },
          ]
        : [
            ...detailed(rows.money).flatMap((currency) => moneyBlocks(currency, rows)),
            {
              type: 'definitions',
              items: MONEY_CLASSES.map((name) => ({
                term: MONEY_CLASS_WORDS[name],
                text: say`${MONEY_CLASS_MEANING[name]}.`,
              })),
            },
          ],
  }
}

function whereTitle(rows: MonthlyReviewRows): string {
  const charged = detailed(rows.money.filter((row) => isPositive(row.total_cost)))
  if (charged.length === 0) return sentence`No money was paid in the period`
  const isKnown = isHealthKnown(only(rows.coverage, 'coverage'))
  const parts = charged.map((row): Inline => {
    const bill = billWords(row.billing_currency, rows.money.length)
    if (!isKnown) return say`${percent(row.not_known_percent)} of ${bill}`
    return say`${percent(row.paid_coverage, sentence`nothing was billed`)} of ${bill}`
  })
  return capital(
    sentence`${listed(parts)}${isKnown ? sentence` bought protected time` : sentence` cannot be tied to a known state of the sensor`}${moreCurrencies(rows.money)}`,
  )
}

function moneyBlocks(currency: MoneyRow, rows: MonthlyReviewRows): Block[] {
  const code = currency.billing_currency
  const subscriptions = rows.bySubscription.filter((row) => row.billing_currency === code)
  const owners = rows.byOwner.filter((row) => row.billing_currency === code)
  const hasOwners = owners.some((row) => row.label !== null)
  return [
    { type: 'chart', chart: subscriptionChart(code, subscriptions) },
    ...(hasOwners
      ? [{ type: 'chart', chart: ownerChart(code, owners) } satisfies Block]
      : [
          {
            type: 'unavailable',
            what: sentence`The ${code} bill by owner`,
            why: sentence`No machine that was billed carries the owner tag.`,
            remedy: sentence`Name the tag that holds the owner in hourwise.yaml (owner_tag), or add the inventory, whose tags are current.`,
          } satisfies Block,
        ]),
  ]
}

function subscriptionWords(row: SubscriptionRow): string {
  return row.label ?? sentence`the other subscriptions`
}

function subscriptionChart(code: string, rows: readonly SubscriptionRow[]): Chart {
  const subscriptions = [...new Map(rows.map((row) => [row.position, row])).values()]
  const cost = (position: number, name: MoneyClass): SubscriptionRow | undefined =>
    rows.find((row) => row.position === position && row.class === name)
  return {
    id: `money-${code.toLowerCase()}`,
    title: sentence`Cost by subscription and what it was paid for, ${code}`,
    alt: sentence`Stacked bars; largest: ${listed(
      subscriptions.slice(0, 3).map((row) => [`${subscriptionWords(row)} `, money(row.subscription_cost, code)]),
    )}.`,
    spec: wordedSpec(STACK),
    data: {
      money: subscriptions.flatMap((subscription) =>
        MONEY_CLASSES.map((name, index) => ({
          order: subscription.position,
          label: subscriptionWords(subscription),
          class: MONEY_CLASS_WORDS[name],
          class_order: index,
          cost: drawn(cost(subscription.position, name)?.cost ?? '0'),
          cost_text: sentence`${money(cost(subscription.position, name)?.cost ?? '0', code)}`,
          tip: sentence`${subscriptionWords(subscription)}, ${MONEY_CLASS_WORDS[name].toLowerCase()}: ${money(cost(subscription.position, name)?.cost ?? '0', code)} of ${money(subscription.subscription_cost, code)}`,
          largest: drawn(subscriptions[0]?.subscription_cost ?? '0'),
          total: drawn(subscription.subscription_cost),
          total_text: sentence`${money(subscription.subscription_cost, code)}`,
        })),
      ),
    },
    table: table(
      `money-by-subscription-${code.toLowerCase()}`,
      sentence`Cost by subscription, ${code}`,
      [
        words('subscription', 'Subscription', 0.22),
        ...MONEY_CLASSES.map((name) => figures(name, MONEY_CLASS_WORDS[name], 0.13)),
        figures('total', 'All', 0.13),
      ],
      subscriptions.map((subscription) => [
        text(subscriptionWords(subscription)),
        ...MONEY_CLASSES.map((name) => money(cost(subscription.position, name)?.cost ?? '0', code)),
        money(subscription.subscription_cost, code),
      ]),
    ),
    narrow: 'scroll',
    ratio: Math.max(1.3, Math.min(4, 22 / (subscriptions.length + 3))),
  }
}

function ownerWords(row: OwnerRow, rows: readonly OwnerRow[]): string {
  if (row.label !== null) return row.label
  if (row.position === 12) return sentence`no owner tag`
  const most = Math.max(...rows.filter((other) => other.position === row.position).map((other) => other.owners))
  return sentence`at least ${most} other ${plural(most, 'owner')}`
}

function ownerChart(code: string, rows: readonly OwnerRow[]): Chart {
  const cells = rows.filter((row) => !isZero(row.cost) || row.machines > 0)
  const machines = (row: OwnerRow): string =>
    row.machines === 0 ? sentence`unknown` : sentence`${counted(row.machines, 'machine')}`
  return {
    id: `owner-${code.toLowerCase()}`,
    title: sentence`Cost and machines by owner and what was paid for, ${code}`,
    alt: sentence`Heat map with amounts in its cells; ${counted(new Set(cells.map((row) => row.position)).size, 'row')}, one for each owner.`,
    spec: wordedSpec(HEAT_MAP),
    data: {
      cells: cells.map((row) => ({
        order: row.position,
        label: ownerWords(row, rows),
        class: MONEY_CLASS_WORDS[row.class as MoneyClass],
        cost: drawn(row.cost),
        amount: sentence`${money(row.cost, code)}`,
        machines: machines(row),
        tip: `${ownerWords(row, rows)}, ${MONEY_CLASS_WORDS[row.class as MoneyClass].toLowerCase()}: ${sentence`${money(row.cost, code)}`}, ${row.machines === 0 ? sentence`machine unknown` : machines(row)}`,
      })),
    },
    table: chartTable(
      `money-by-owner-${code.toLowerCase()}`,
      sentence`Cost by owner and what was paid for, ${code}`,
      [
        words('owner', 'Owner'),
        words('class', 'Paid for', 0.24),
        figures('machines', 'Machines', 0.14),
        figures('cost', 'Cost', 0.2),
      ],
      cells.map((row) => [
        text(ownerWords(row, rows)),
        text(MONEY_CLASS_WORDS[row.class as MoneyClass]),
        count(row.machines),
        money(row.cost, code),
      ]),
    ),
    narrow: 'scroll',
    ratio: Math.max(0.9, Math.min(3, 18 / (new Set(cells.map((row) => row.position)).size + 2))),
  }
}

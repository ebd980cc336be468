import type { Block } from '../../src/report/document.ts'
import { shortened } from '../../src/report/text.ts'
import { isHealthKnown, only } from '../figures.ts'
import { figures, table, words } from '../table.ts'
import { count, counted, hours, money, say, sentence, text } from '../value.ts'
import type { ExecutiveSummaryRows } from './queries.ts'

/** The three largest gaps by owner, or by subscription where nobody has an owner tag. */
export function gapBlock(rows: ExecutiveSummaryRows): Block {
  if (!isHealthKnown(only(rows.coverage, 'coverage'))) {
    return {
      type: 'unavailable',
      what: sentence`The three largest gaps`,
      why: sentence`No sensor health is known, and not known is not the same as unprotected.`,
      remedy: sentence`Add Defender for Endpoint GET /api/machines pages, one listing a day if you can.`,
    }
  }
  const positions = [...new Set(rows.gapTop.map((row) => row.position))]
  if (positions.length === 0)
    return { type: 'paragraph', text: say`No machine was seen running with an unhealthy sensor.` }
  const byOwner = rows.gapTop.some((row) => row.has_owners)
  return {
    type: 'table',
    table: table(
      'largest-gaps',
      byOwner ? sentence`The largest gaps by owner` : sentence`The largest gaps by subscription`,
      [
        words('owner', byOwner ? 'Owner' : 'Subscription'),
        figures('machines', 'Machines', 0.2),
        figures('hours', 'Unhealthy', 0.2),
        figures('money', 'Paid for it', 0.3),
      ],
      positions.map((position) => {
        const same = rows.gapTop.filter((row) => row.position === position)
        const [first] = same
        const rank = rows.money.map((row) => row.billing_currency)
        const paid = same
          .filter((row) => row.billing_currency !== null)
          .sort((a, b) => rank.indexOf(a.billing_currency ?? '') - rank.indexOf(b.billing_currency ?? ''))
        return [
          // Half a page wide: a long name would push the page onto a second sheet. The next page has it whole.
          text(shortened(first?.owner ?? sentence`no owner tag`, 22)),
          count(first?.machines ?? 0),
          hours(first?.hours ?? '0'),
          text(
            paid.length === 0
              ? sentence`nothing`
              : amountWords(paid.map((row) => sentence`${money(row.cost, row.billing_currency)}`)),
          ),
        ]
      }),
    ),
  }
}

/** Two amounts, or the first of more: else the page would not keep to one sheet. */
function amountWords(amounts: readonly string[]): string {
  const [first = '', ...others] = amounts
  return others.length <= 1 ? amounts.join(', ') : sentence`${first} (and ${count(others.length)} more)`
}

/** The one thing that is asked of the reader: to close the largest gap. */
export function askBlock(rows: ExecutiveSummaryRows): Block {
  const coverage = only(rows.coverage, 'coverage')
  const top = rows.gapTop[0]
  if (!isHealthKnown(coverage)) {
    return {
      type: 'callout',
      tone: 'ask',
      title: sentence`One ask: let us see the sensors`,
      text: say`Let someone with read access export the Defender for Endpoint machine list every day. Without it nobody can say what the money buys.`,
    }
  }
  if (top === undefined)
    return {
      type: 'callout',
      tone: 'ask',
      title: sentence`Nothing to ask for`,
      text: say`No sensor was unhealthy while its machine ran.`,
    }
  return {
    type: 'callout',
    tone: 'ask',
    title: sentence`One ask: close the gap of ${top.owner ?? sentence`the machines without an owner`}`,
    text: say`${counted(top.machines, 'machine')} ran ${hours(top.hours)} without a healthy sensor, ${shareWords(rows, coverage.unhealthy_hours)}`,
  }
}

/** The share of the largest gap in words: all, or how much there is in all. */
function shareWords(rows: ExecutiveSummaryRows, all: string): string {
  const owners = new Set(rows.gapTop.map((row) => row.position)).size
  return owners === 1 ? sentence`the only gap there is.` : sentence`out of ${hours(all)} in all.`
}

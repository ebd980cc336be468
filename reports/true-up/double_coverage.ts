import { phrases } from '../../src/language.ts'
import type { Block, Inline, Page } from '../../src/report/document.ts'
import type { ReportContext } from '../context.ts'
import { figures, table, words } from '../table.ts'
import { count, counted, hours, listed, money, plural, say, sentence, text } from '../value.ts'
import { isOwnershipKnown, ownedServers } from './position.ts'
import type { TrueUpRows } from './queries.ts'

/** What a rule is about. */
const RULE_NAMES: Readonly<Record<string, string>> = phrases({
  client: 'Client systems charged by the hour',
  service: 'Nodes of a service charged by the hour',
  scale_set: 'Other machines on which no sensor can be',
  server_in_scope: 'Servers charged by the hour while server licences are owned',
  benefit: 'Hours on the licence-benefit meter',
  trial: 'Hours on the trial meter',
  two_plans: 'Machines charged for both plans on one day',
})

const RULES: Readonly<Record<string, string>> = phrases({
  client:
    'A client system needs a user licence (Defender for Endpoint P2, Microsoft 365 E5 or the like; five devices a user). Where its users have one, switch the plan off on the machine.',
  service:
    'The sensor cannot be installed by the user; what remains is scanning without an agent. Excluded from coverage, not from the bill: a decision.',
  scale_set:
    'Uniform scale sets and unsupported systems are billed without the sensor. Flexible scale sets can have it.',
  server_in_scope:
    'A licence and an hourly charge for the same server pay twice, until Microsoft applies the discount on request; it does not work back and does not carry over when licences are renewed.',
  benefit: 'Owned server licences already reduce these hours. The discount ends at renewal unless asked for again.',
  trial: 'Free for 30 days after a plan is switched on, then charged: not a saving that lasts.',
  two_plans: 'Right on the day of a change between P1 and P2; on other days the same hours are paid twice.',
})

/** Page 5: charges that another right may already cover, with the rule applied. */
export function doubleCoveragePage(rows: TrueUpRows, context: ReportContext): Page {
  const owned = ownedServers(rows)
  const shown = rows.doubleCoverage.filter((row) => row.rule !== 'server_in_scope' || owned > 0)
  return {
    id: 'double-coverage',
    label: sentence`Double coverage and exclusions`,
    title: doubleTitle(rows, owned, context),
    blocks: [
      ...(shown.length === 0
        ? [
            {
              type: 'paragraph',
              text: say`No charge of the period falls under a rule of double coverage.`,
            } satisfies Block,
          ]
        : [
            {
              type: 'table',
              table: table(
                'double-coverage-rules',
                sentence`Charges that another right may cover, or that cannot buy the sensor`,
                [
                  words('what', 'What', 0.2),
                  figures('machines', 'Machines', 0.1),
                  figures('hours', 'Billed', 0.12),
                  figures('cost', 'Cost in the period', 0.14),
                  words('rule', 'Rule applied'),
                ],
                shown.map((row) => [
                  text(RULE_NAMES[row.rule] ?? row.rule),
                  count(row.machines),
                  hours(row.billed_hours),
                  money(row.cost, row.billing_currency),
                  text(RULES[row.rule] ?? ''),
                ]),
              ),
            } satisfies Block,
          ]),
      { type: 'paragraph', text: ownedText(rows, owned, context) },
      ...paidTwiceBlocks(rows),
      {
        type: 'paragraph',
        tone: 'muted',
        text: say`A charge can fall under more than one rule: the rows do not add up to a total, and none is given.`,
      },
    ],
  }
}

function doubleTitle(rows: TrueUpRows, owned: number, context: ReportContext): string {
  const charged = rows.doubleCoverage.filter((row) => row.rule === 'server_in_scope')
  const machines = charged.reduce((sum, row) => sum + row.machines, 0)
  if (owned > 0 && machines > 0)
    return sentence`${counted(owned, 'server licence')} ${plural(owned, 'is')} owned beside hourly charges for ${counted(machines, 'server')}`
  if (!isOwnershipKnown(rows, context))
    return sentence`Whether a server is paid for twice cannot be told: what is owned is not known`
  const clients = rows.doubleCoverage.filter((row) => row.rule === 'client')
  if (clients.length > 0)
    return sentence`Client systems were charged ${listed(clients.map((row) => [money(row.cost, row.billing_currency)]))}, which user licences may cover`
  return sentence`No server is paid for twice by what is known`
}

function ownedText(rows: TrueUpRows, owned: number, context: ReportContext): Inline {
  if (!isOwnershipKnown(rows, context))
    return say`Licences owned are not known: add Microsoft Graph GET /subscribedSkus to the folder to check for double payment.`
  if (owned === 0) return say`The tenant owns no server licence in force, so no server is licensed twice.`
  return say`Which server a licence stands for is recorded nowhere: server licences are not assigned. Of the servers charged by the hour at most ${counted(owned, 'server')} can be covered by the licences owned.`
}

/** How many machines are licensed and billed, and what they cost by the hour at least and at most. */
function paidTwiceBlocks(rows: TrueUpRows): Block[] {
  return rows.doublePayment
    .filter((row) => row.paid_twice > 0)
    .map((row): Block => {
      const low = money(row.cost_low, row.billing_currency)
      const high = money(row.cost_high, row.billing_currency)
      const cost = row.cost_low === row.cost_high ? say`${low}` : say`${low} to ${high}`
      return {
        type: 'paragraph',
        text:
          row.kind === 'server_licence'
            ? say`Of ${counted(row.owned, 'server licence')} ${count(row.used)} go to servers that nothing else licenses. With the rest ${counted(row.paid_twice, 'server')} of ${count(row.billed_machines)} billed in ${row.billing_currency} would be paid twice: ${cost} in the period.`
            : say`The user licences owned cover ${counted(row.owned, 'device')}: ${counted(row.paid_twice, 'client system')} billed by the hour may be paid twice, ${cost} in the period.`,
      }
    })
}

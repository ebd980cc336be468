import { phrases, translatedMessage } from '../../src/language.ts'
import type { Block, Page } from '../../src/report/document.ts'
import type { ReportContext } from '../context.ts'
import { only } from '../figures.ts'
import { figures, table, words } from '../table.ts'
import { count, counted, hours, message, money, plural, say, sentence, text, unknown } from '../value.ts'
import { planWords } from '../words.ts'
import type { ExecutiveSummaryRows } from './queries.ts'

const PROVISIONING_WORDS: Readonly<Record<string, string>> = phrases({
  within_4_hours: 'protected within 4 hours',
  within_12_hours: 'protected within 4 to 12 hours',
  on_time: 'protected within 12 to 24 hours',
  late: 'protected after more than a day',
  never: 'not protected since it began',
  in_grace: 'younger than a day',
  not_watched: 'no listing after its first day',
})

const NOTE_WORDS: Readonly<Record<string, string>> = phrases({
  disagreement: 'Recommendation and sensor disagree',
  own_image: 'Image of your own',
  move: 'Moved',
})

/** Annex: what decides whether sensors come onto machines: prerequisites, issues with their remedies, new machines, moves. */
export function deploymentPage(rows: ExecutiveSummaryRows, context: ReportContext): Page {
  return {
    id: 'annex-sensors',
    label: sentence`Annex: sensors`,
    title: deploymentTitle(rows),
    blocks: [
      ...subscriptionBlocks(rows, context),
      ...issueBlocks(rows),
      ...provisioningBlocks(rows),
      freshnessBlock(rows),
      ...noteBlocks(rows),
      {
        type: 'paragraph',
        tone: 'muted',
        text: say`Defender for Cloud shows sensor health with Plan 2, or with Plan 1 and Defender CSPM, and refreshes it every four hours. After a move between subscriptions the extension has to be deleted, so that it is deployed again; after a move between tenants the machine is a new one, and only Microsoft support can move what the old one knew.`,
      },
    ],
  }
}

function deploymentTitle(rows: ExecutiveSummaryRows): string {
  const off = rows.annexSubscription.filter((row) => row.is_deployment_on === false)
  const hidden = rows.annexSubscription.filter((row) => row.is_health_shown === false)
  if (rows.annexSubscription.length === 0) return sentence`No subscription with machines is known`
  if (rows.annexSubscription.every((row) => row.is_deployment_on === null && row.plan === null))
    return sentence`Whether settings keep sensors away cannot be told: none is in the folder`
  if (off.length === 0 && hidden.length === 0)
    return sentence`No setting of a subscription is known to keep sensors away or out of sight`
  return sentence`${
    off.length === 0
      ? []
      : say`${counted(off.length, 'subscription')} ${plural(off.length, 'keeps')} sensors from being deployed`
  }${off.length > 0 && hidden.length > 0 ? [', '] : []}${
    hidden.length === 0
      ? []
      : say`${counted(hidden.length, 'subscription')} ${plural(hidden.length, 'does')} not show their health`
  }`
}

function yesNo(value: boolean | null) {
  return value === null ? unknown(sentence`no setting is in the folder`) : text(value ? sentence`yes` : sentence`no`)
}

function subscriptionBlocks(rows: ExecutiveSummaryRows, context: ReportContext): Block[] {
  if (rows.annexSubscription.length === 0) return []
  return [
    {
      type: 'table',
      table: table(
        'annex-subscriptions',
        sentence`Prerequisites, subscription by subscription`,
        [
          words('subscription', 'Subscription', 0.28),
          figures('machines', 'Machines', 0.1),
          figures('unhealthy', 'Unhealthy', 0.11),
          words('plan', 'Plan', 0.09),
          words('posture', 'Defender CSPM', 0.14),
          words('deployment', 'May deploy (WDATP)', 0.15),
          words('shown', 'Health shown'),
        ],
        rows.annexSubscription.map((row) => [
          text(row.name),
          count(row.machines),
          count(row.unhealthy),
          text(row.plan === null ? null : row.plan === 'none' ? sentence`off` : planWords(row.plan)),
          yesNo(row.has_posture),
          yesNo(row.is_deployment_on),
          yesNo(row.is_health_shown),
        ]),
        { all: rows.annexSubscription[0]?.rows_in_all ?? 0, file: 'machines.csv', files: context.files },
      ),
    },
  ]
}

function freshnessBlock(rows: ExecutiveSummaryRows): Block {
  const fresh = only(rows.annexFreshness, 'annexFreshness')
  return {
    type: 'paragraph',
    text: say`The service refreshes sensor health every four hours and keeps no history: ${counted(fresh.listings, 'listing')} of the period ${plural(fresh.listings, 'speaks')} for ${counted(fresh.windows_listed, 'window')} of four hours, of ${counted(fresh.windows, 'window')} that it has; the longest time without a listing was ${hours(fresh.longest_gap_hours)}.`,
  }
}

function issueBlocks(rows: ExecutiveSummaryRows): Block[] {
  if (rows.annexIssue.length === 0) return []
  return [
    {
      type: 'table',
      table: table(
        'annex-issues',
        sentence`Why sensors were not healthy at the end, and what to do`,
        [
          words('state', 'State', 0.14),
          words('reason', 'What is said', 0.3),
          figures('machines', 'Machines', 0.1),
          words('example', 'Such as', 0.14),
          words('remedy', 'Remedy'),
        ],
        rows.annexIssue.map((row) => [
          text(row.health === 'not_applicable' ? sentence`does not apply` : translatedMessage(row.issue)),
          text(
            row.service_message === null
              ? translatedMessage(row.reason)
              : `${translatedMessage(row.reason)}: ${row.service_message}`,
          ),
          count(row.machines),
          text(row.example),
          row.remedy === null ? text(sentence`none needed`) : message(row.remedy),
        ]),
        { all: rows.annexIssue[0]?.rows_in_all ?? 0 },
      ),
    },
  ]
}

function provisioningBlocks(rows: ExecutiveSummaryRows): Block[] {
  if (rows.annexProvisioning.length === 0)
    return [
      { type: 'paragraph', text: say`No machine to which a sensor applies is known to have begun in the period.` },
    ]
  return [
    {
      type: 'table',
      table: table(
        'annex-provisioning',
        sentence`New machines: time without a healthy sensor, at most, from their first running time to the listing that shows it`,
        [
          words('subscription', 'Subscription', 0.3),
          words('state', 'State', 0.3),
          figures('machines', 'Machines', 0.12),
          figures('shortest', 'Shortest', 0.12),
          figures('median', 'Median', 0.12),
          figures('longest', 'Longest'),
        ],
        rows.annexProvisioning.map((row) => [
          text(row.subscription_name),
          text(PROVISIONING_WORDS[row.state] ?? row.state),
          count(row.machines),
          row.shortest_hours === null ? text(null) : hours(row.shortest_hours, 1),
          row.median_hours === null ? text(null) : hours(row.median_hours, 1),
          row.longest_hours === null ? text(null) : hours(row.longest_hours, 1),
        ]),
      ),
    },
  ]
}

function noteBlocks(rows: ExecutiveSummaryRows): Block[] {
  if (rows.annexNote.length === 0) return []
  return [
    {
      type: 'table',
      table: table(
        'annex-notes',
        sentence`Machines that need a word of their own`,
        [
          words('kind', 'What', 0.2),
          words('machine', 'Machine', 0.14),
          words('owner', 'Owner', 0.16),
          words('detail', 'What is known', 0.3),
          words('cost', 'Paid before and after'),
        ],
        rows.annexNote.map((row) => [
          text(NOTE_WORDS[row.kind] ?? row.kind),
          text(row.name),
          text(row.owner),
          message(row.detail),
          row.billing_currency === null
            ? text(null)
            : text(
                sentence`${money(row.cost_before, row.billing_currency, sentence`nothing`)}, then ${money(row.cost_after, row.billing_currency, sentence`nothing`)}`,
              ),
        ]),
        { all: rows.annexNote[0]?.rows_in_all ?? 0 },
      ),
    },
  ]
}

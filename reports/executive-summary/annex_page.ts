import type { Block, Page } from '../../src/report/document.ts'
import type { ReportContext } from '../context.ts'
import { only } from '../figures.ts'
import { figures, table, words } from '../table.ts'
import { count, counted, day, hours, money, number, sentence, text, unknown } from '../value.ts'
import { planWords } from '../words.ts'
import type { ExecutiveSummaryRows } from './queries.ts'

const PROVISIONING_WORDS: Readonly<Record<string, string>> = {
  within_4_hours: 'protected within 4 hours',
  within_12_hours: 'protected within 4 to 12 hours',
  on_time: 'protected within 12 to 24 hours',
  late: 'protected after more than a day',
  never: 'not protected since it began',
  in_grace: 'younger than a day',
  not_watched: 'no listing after its first day',
}

const NOTE_WORDS: Readonly<Record<string, string>> = {
  disagreement: 'Recommendation and sensor disagree',
  own_image: 'Image of your own',
  move: 'Moved',
}

const HOUR_WORDS: Readonly<Record<string, string>> = {
  protected: 'Sensor healthy',
  unprotected: 'Billed, sensor not healthy or not known',
  uncovered: 'Not billed, no healthy sensor',
  unknown_machine: 'Machine not known',
}

const HEALTH_WORDS: Readonly<Record<string, string>> = {
  healthy: 'healthy',
  unhealthy: 'unhealthy',
  not_applicable: 'does not apply',
  unknown: 'not known',
}

const PLACE_WORDS: Readonly<Record<string, string>> = {
  EU: 'the European Union',
  UK: 'the United Kingdom',
  US: 'the United States',
  AU: 'Australia',
  CH: 'Switzerland',
  IN: 'India',
}

/** Annex: what decides whether sensors come onto machines: prerequisites, issues with their remedies, new machines, moves. */
export function deploymentPage(rows: ExecutiveSummaryRows, context: ReportContext): Page {
  return {
    id: 'annex-sensors',
    label: 'Annex: sensors',
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
        text: [
          'Defender for Cloud shows sensor health with Plan 2, or with Plan 1 and Defender CSPM, and refreshes it every four hours. After a move between subscriptions the extension has to be deleted, so that it is deployed again; after a move between tenants the machine is a new one, and only Microsoft support can move what the old one knew.',
        ],
      },
    ],
  }
}

function deploymentTitle(rows: ExecutiveSummaryRows): string {
  const off = rows.annexSubscription.filter((row) => row.is_deployment_on === false)
  const hidden = rows.annexSubscription.filter((row) => row.is_health_shown === false)
  if (rows.annexSubscription.length === 0) return 'No subscription with machines is known'
  if (rows.annexSubscription.every((row) => row.is_deployment_on === null && row.plan === null))
    return 'Whether settings keep sensors away cannot be told: none is in the folder'
  if (off.length === 0 && hidden.length === 0)
    return 'No setting of a subscription is known to keep sensors away or out of sight'
  return sentence(
    ...(off.length === 0
      ? []
      : [counted(off.length, 'subscription'), ` ${off.length === 1 ? 'keeps' : 'keep'} sensors from being deployed`]),
    ...(off.length > 0 && hidden.length > 0 ? [', '] : []),
    ...(hidden.length === 0
      ? []
      : [counted(hidden.length, 'subscription'), ` ${hidden.length === 1 ? 'does' : 'do'} not show their health`]),
  )
}

function yesNo(value: boolean | null) {
  return value === null ? unknown('no setting is in the folder') : text(value ? 'yes' : 'no')
}

function subscriptionBlocks(rows: ExecutiveSummaryRows, context: ReportContext): Block[] {
  if (rows.annexSubscription.length === 0) return []
  return [
    {
      type: 'table',
      table: table(
        'annex-subscriptions',
        'Prerequisites, subscription by subscription',
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
          text(row.plan === null ? null : row.plan === 'none' ? 'off' : planWords(row.plan)),
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
    text: [
      'The service refreshes sensor health every four hours and keeps no history: ',
      counted(fresh.listings, 'listing'),
      ' of the period ',
      fresh.listings === 1 ? 'speaks' : 'speak',
      ' for ',
      counted(fresh.windows_listed, 'window'),
      ' of four hours, of ',
      counted(fresh.windows, 'window'),
      ' that it has; the longest time without a listing was ',
      hours(fresh.longest_gap_hours),
      '.',
    ],
  }
}

function issueBlocks(rows: ExecutiveSummaryRows): Block[] {
  if (rows.annexIssue.length === 0) return []
  return [
    {
      type: 'table',
      table: table(
        'annex-issues',
        'Why sensors were not healthy at the end, and what to do',
        [
          words('state', 'State', 0.14),
          words('reason', 'What is said', 0.3),
          figures('machines', 'Machines', 0.1),
          words('example', 'Such as', 0.14),
          words('remedy', 'Remedy'),
        ],
        rows.annexIssue.map((row) => [
          text(row.health === 'not_applicable' ? 'does not apply' : row.issue),
          text(row.service_message === null ? row.reason : `${row.reason}: ${row.service_message}`),
          count(row.machines),
          text(row.example),
          text(row.remedy ?? 'none needed'),
        ]),
        { all: rows.annexIssue[0]?.rows_in_all ?? 0 },
      ),
    },
  ]
}

function provisioningBlocks(rows: ExecutiveSummaryRows): Block[] {
  if (rows.annexProvisioning.length === 0)
    return [{ type: 'paragraph', text: ['No machine to which a sensor applies is known to have begun in the period.'] }]
  return [
    {
      type: 'table',
      table: table(
        'annex-provisioning',
        'New machines: time without a healthy sensor, at most, from their first running time to the listing that shows it',
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
        'Machines that need a word of their own',
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
          text(row.detail),
          row.billing_currency === null
            ? text(null)
            : text(
                sentence(
                  money(row.cost_before, row.billing_currency, 'nothing'),
                  ', then ',
                  money(row.cost_after, row.billing_currency, 'nothing'),
                ),
              ),
        ]),
        { all: rows.annexNote[0]?.rows_in_all ?? 0 },
      ),
    },
  ]
}

/** Annex: security alerts beside the hours in which they fell. */
export function alertPage(rows: ExecutiveSummaryRows): Page {
  const total = rows.annexAlertRate.reduce((sum, row) => sum + row.alerts, 0)
  const bare = rows.annexAlertMachine.filter(
    (row) => row.last_health !== 'healthy' && row.last_health !== 'not_applicable',
  )
  if (!only(rows.annexSource, 'annexSource').has_alerts) {
    return {
      id: 'annex-alerts',
      label: 'Annex: alerts',
      title: 'Whether alerts fell into unprotected hours cannot be told',
      blocks: [
        {
          type: 'unavailable',
          what: 'Alerts by machine and hour',
          why: 'No security alert is in the folder.',
          remedy:
            'Export the security alerts of Defender for Cloud (Resource Graph, securityresources, type microsoft.security/locations/alerts).',
        },
      ],
    }
  }
  return {
    id: 'annex-alerts',
    label: 'Annex: alerts',
    title: sentence(
      counted(total, 'alert'),
      ' in the period',
      ...(bare.length === 0
        ? []
        : [
            ', ',
            counted(bare.length, 'machine'),
            ` named by them ${bare.length === 1 ? 'has' : 'have'} no sensor known to be healthy`,
          ]),
    ),
    blocks: [
      {
        type: 'table',
        table: table(
          'annex-alert-rates',
          'Alerts by the state of the hour in which they began',
          [
            words('state', 'State of the hour', 0.36),
            figures('alerts', 'Alerts', 0.1),
            figures('high', 'High', 0.1),
            figures('machines', 'Machines', 0.12),
            figures('hours', 'Running hours', 0.16),
            figures('rate', 'Per 1,000 hours'),
          ],
          rows.annexAlertRate.map((row) => [
            text(HOUR_WORDS[row.hour_state] ?? row.hour_state),
            count(row.alerts),
            count(row.high_alerts),
            row.hour_state === 'unknown_machine' ? text(null) : count(row.machines),
            row.hours === null ? text(null) : hours(row.hours),
            row.per_thousand === null ? text(null) : number(row.per_thousand, '', 2),
          ]),
        ),
      },
      {
        type: 'table',
        table: table(
          'annex-alert-machines',
          'Machines that alerts name, those without a healthy sensor first',
          [
            words('machine', 'Machine', 0.16),
            words('owner', 'Owner, subscription', 0.28),
            words('health', 'Sensor at the end', 0.16),
            figures('alerts', 'Alerts', 0.09),
            figures('high', 'High', 0.08),
            figures('open', 'Open', 0.08),
            figures('outside', 'In hours without a healthy sensor'),
          ],
          rows.annexAlertMachine.map((row) => [
            text(row.name),
            text([row.owner, row.subscription_name].filter((part) => part !== null).join(', ') || null),
            text(HEALTH_WORDS[row.last_health] ?? row.last_health),
            count(row.alerts),
            count(row.high_alerts),
            count(row.alerts_open),
            count(row.alerts_unprotected + row.alerts_uncovered),
          ]),
          { all: rows.annexAlertMachine[0]?.rows_in_all ?? 0 },
        ),
      },
      {
        type: 'paragraph',
        tone: 'muted',
        text: [
          'An alert in an hour is no claim of cause: a sensor also makes alerts that would not be seen without it, so fewer alerts without a sensor are no good sign.',
        ],
      },
    ],
  }
}

/** Annex: where the endpoint service keeps data, beside where the machines stand. */
export function locationPage(rows: ExecutiveSummaryRows): Page {
  const given = only(rows.annexSource, 'annexSource').endpoint_region
  const region = given === null ? null : (PLACE_WORDS[given] ?? given)
  const elsewhere = rows.annexLocation
    .filter((row) => row.is_same === false)
    .reduce((sum, row) => sum + row.with_sensor, 0)
  return {
    id: 'annex-location',
    label: 'Annex: data location',
    title:
      region === null
        ? 'Where the sensors send their data is not known to this report'
        : elsewhere === 0
          ? `No sensor outside ${region} is known to send its data to ${region}`
          : sentence(
              counted(elsewhere, 'sensor'),
              ` outside ${region} ${elsewhere === 1 ? 'sends its' : 'send their'} data to ${region}, where the tenant’s endpoint service keeps them`,
            ),
    blocks: [
      ...(region === null
        ? [
            {
              type: 'unavailable',
              what: 'The place of the tenant’s endpoint data',
              why: 'No export tells it.',
              remedy:
                'Read it in the Defender portal (Settings, Microsoft Defender XDR, Account) and give endpoint_region in hourwise.yaml.',
            } satisfies Block,
          ]
        : []),
      ...(rows.annexLocation.length === 0
        ? []
        : [
            {
              type: 'table',
              table: table(
                'annex-locations',
                'Machines by region',
                [
                  words('location', 'Azure region', 0.3),
                  words('geography', 'Lies in', 0.16),
                  figures('machines', 'Machines', 0.15),
                  figures('sensors', 'With a sensor', 0.17),
                  words('same', 'Data stay in that place'),
                ],
                rows.annexLocation.map((row) => [
                  text(row.location),
                  row.geography === null ? unknown('the region is not in the list') : text(row.geography),
                  count(row.machines),
                  count(row.with_sensor),
                  row.is_same === null ? unknown('not known') : text(row.is_same ? 'yes' : 'no'),
                ]),
                { all: rows.annexLocation[0]?.rows_in_all ?? 0 },
              ),
            } satisfies Block,
          ]),
      {
        type: 'table',
        table: table(
          'annex-location-facts',
          'What is known of it',
          [words('fact', 'Fact', 0.62), words('source', 'Source', 0.24), words('day', 'As of')],
          rows.annexLocationFact.map((row) => [
            text(row.fact),
            row.source_url === null
              ? text('not confirmed by a public page')
              : text(row.source_url.replace('https://', '')),
            day(row.source_day),
          ]),
        ),
      },
    ],
  }
}

import { phrases } from '../../src/language.ts'
import type { Page } from '../../src/report/document.ts'
import { only } from '../figures.ts'
import { figures, table, words } from '../table.ts'
import { count, counted, hours, number, plural, say, sentence, text } from '../value.ts'
import type { ExecutiveSummaryRows } from './queries.ts'

const HOUR_WORDS: Readonly<Record<string, string>> = phrases({
  protected: 'Sensor healthy',
  unprotected: 'Billed, sensor not healthy or not known',
  uncovered: 'Not billed, no healthy sensor',
  unknown_machine: 'Machine not known',
})

const HEALTH_WORDS: Readonly<Record<string, string>> = phrases({
  healthy: 'healthy',
  unhealthy: 'unhealthy',
  not_applicable: 'does not apply',
  unknown: 'not known',
  'unknown machine': 'unknown machine',
})

/** Annex: security alerts beside the hours in which they fell. */
export function alertPage(rows: ExecutiveSummaryRows): Page {
  const total = rows.annexAlertRate.reduce((sum, row) => sum + row.alerts, 0)
  const bare = rows.annexAlertMachine.filter(
    (row) => row.last_health !== 'healthy' && row.last_health !== 'not_applicable',
  )
  if (!only(rows.annexSource, 'annexSource').has_alerts) {
    return {
      id: 'annex-alerts',
      label: sentence`Annex: alerts`,
      title: sentence`Whether alerts fell into unprotected hours cannot be told`,
      blocks: [
        {
          type: 'unavailable',
          what: sentence`Alerts by machine and hour`,
          why: sentence`No security alert is in the folder.`,
          remedy: sentence`Export the security alerts of Defender for Cloud (Resource Graph, securityresources, type microsoft.security/locations/alerts).`,
        },
      ],
    }
  }
  return {
    id: 'annex-alerts',
    label: sentence`Annex: alerts`,
    title: sentence`${counted(total, 'alert')} in the period${
      bare.length === 0
        ? []
        : say`, ${counted(bare.length, 'machine')} named by them ${plural(bare.length, 'has')} no sensor known to be healthy`
    }`,
    blocks: [
      {
        type: 'table',
        table: table(
          'annex-alert-rates',
          sentence`Alerts by the state of the hour in which they began`,
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
          sentence`Machines that alerts name, those without a healthy sensor first`,
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
        text: say`An alert in an hour is no claim of cause: a sensor also makes alerts that would not be seen without it, so fewer alerts without a sensor are no good sign.`,
      },
    ],
  }
}

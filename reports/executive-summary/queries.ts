import { defineQuery, type RowsOf } from '../../src/engine/query.ts'
import { figureQueries } from '../figures.ts'

const FOLDER = 'reports/executive-summary'

export const queries = {
  ...figureQueries,
  funnel: defineQuery({
    file: `${FOLDER}/funnel.sql`,
    columns: { position: 'int', step: 'text', machines: 'int' },
  }),
  gapByOwner: defineQuery({
    file: `${FOLDER}/gap_by_owner.sql`,
    columns: {
      position: 'int',
      label: 'text?',
      kind: 'text',
      has_owners: 'boolean',
      machines: 'int',
      owners: 'int',
      hours: 'amount',
    },
  }),
  gapTop: defineQuery({
    file: `${FOLDER}/gap_top.sql`,
    columns: {
      position: 'int',
      owner: 'text?',
      has_owners: 'boolean',
      machines: 'int',
      hours: 'amount',
      billing_currency: 'text?',
      cost: 'amount?',
    },
  }),
  gapAge: defineQuery({
    file: `${FOLDER}/gap_age.sql`,
    columns: { age: 'text', evidence: 'text', machines: 'int', at_least: 'int', longest_days: 'int' },
  }),
  gapClosed: defineQuery({
    file: `${FOLDER}/gap_closed.sql`,
    columns: { closed: 'int', opened: 'int', open_at_end: 'int', judged_machines: 'int' },
  }),
  annexFreshness: defineQuery({
    file: `${FOLDER}/annex_freshness.sql`,
    columns: { listings: 'int', windows_listed: 'int', windows: 'int', longest_gap_hours: 'amount' },
  }),
  annexSubscription: defineQuery({
    file: `${FOLDER}/annex_subscription.sql`,
    columns: {
      subscription_id: 'text',
      position: 'int',
      rows_in_all: 'int',
      name: 'text',
      machines: 'int',
      healthy: 'int',
      unhealthy: 'int',
      not_applicable: 'int',
      plan: 'text?',
      has_posture: 'boolean?',
      is_deployment_on: 'boolean?',
      is_health_shown: 'boolean?',
    },
  }),
  annexIssue: defineQuery({
    file: `${FOLDER}/annex_issue.sql`,
    columns: {
      position: 'int',
      rows_in_all: 'int',
      health: 'text',
      issue: 'text',
      reason: 'text',
      remedy: 'text?',
      machines: 'int',
      example: 'text',
      service_message: 'text?',
    },
  }),
  annexProvisioning: defineQuery({
    file: `${FOLDER}/annex_provisioning.sql`,
    columns: {
      subscription_name: 'text',
      state: 'text',
      machines: 'int',
      shortest_hours: 'amount?',
      median_hours: 'amount?',
      longest_hours: 'amount?',
    },
  }),
  annexNote: defineQuery({
    file: `${FOLDER}/annex_note.sql`,
    columns: {
      position: 'int',
      rows_in_all: 'int',
      kind: 'text',
      name: 'text',
      owner: 'text?',
      detail: 'text',
      billing_currency: 'text?',
      cost_before: 'amount?',
      cost_after: 'amount?',
    },
  }),
  annexAlertRate: defineQuery({
    file: `${FOLDER}/annex_alert_rate.sql`,
    columns: {
      hour_state: 'text',
      position: 'int',
      alerts: 'int',
      machines: 'int',
      high_alerts: 'int',
      hours: 'amount?',
      per_thousand: 'amount?',
    },
  }),
  annexAlertMachine: defineQuery({
    file: `${FOLDER}/annex_alert_machine.sql`,
    columns: {
      position: 'int',
      rows_in_all: 'int',
      name: 'text',
      owner: 'text?',
      subscription_name: 'text?',
      alerts: 'int',
      high_alerts: 'int',
      alerts_open: 'int',
      alerts_protected: 'int',
      alerts_unprotected: 'int',
      alerts_uncovered: 'int',
      last_health: 'text',
    },
  }),
  annexSource: defineQuery({
    file: `${FOLDER}/annex_source.sql`,
    columns: {
      has_alerts: 'boolean',
      has_settings: 'boolean',
      endpoint_region: 'text?',
    },
  }),
  annexLocation: defineQuery({
    file: `${FOLDER}/annex_location.sql`,
    columns: {
      position: 'int',
      rows_in_all: 'int',
      location: 'text',
      geography: 'text?',
      machines: 'int',
      with_sensor: 'int',
      endpoint_region: 'text?',
      is_same: 'boolean?',
    },
  }),
  annexLocationFact: defineQuery({
    file: `${FOLDER}/annex_location_fact.sql`,
    columns: {
      position: 'int',
      fact: 'text',
      confidence: 'text',
      source_url: 'text?',
      source_day: 'date',
    },
  }),
} as const

export type ExecutiveSummaryRows = RowsOf<typeof queries>

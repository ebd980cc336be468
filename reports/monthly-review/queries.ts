import { defineQuery, type RowsOf } from '../../src/engine/query.ts'
import { evidenceQueries } from '../evidence.ts'
import { figureQueries } from '../figures.ts'
import { breakEvenQuery, histogramQuery, offerQuery, unrecognisedQuery } from '../shared_queries.ts'

const FOLDER = 'reports/monthly-review'

export const queries = {
  ...figureQueries,
  ...evidenceQueries,
  offer: offerQuery,
  histogram: histogramQuery,
  breakEven: breakEvenQuery,
  unrecognised: unrecognisedQuery,
  change: defineQuery({
    file: `${FOLDER}/change.sql`,
    columns: {
      row_kind: 'text',
      billing_currency: 'text',
      position: 'int',
      rank: 'int',
      step: 'text',
      cost: 'amount',
      from_cost: 'amount',
      until_cost: 'amount',
      machines: 'int',
      machine_id: 'text?',
      name: 'text?',
      subscription_name: 'text?',
      owner: 'text?',
    },
  }),
  bySubscription: defineQuery({
    file: `${FOLDER}/money_by_subscription.sql`,
    columns: {
      billing_currency: 'text',
      position: 'int',
      label: 'text?',
      class: 'text',
      machines: 'int',
      subscriptions: 'int',
      cost: 'amount',
      subscription_cost: 'amount',
    },
  }),
  byOwner: defineQuery({
    file: `${FOLDER}/money_by_owner.sql`,
    columns: {
      billing_currency: 'text',
      position: 'int',
      label: 'text?',
      class: 'text',
      machines: 'int',
      owners: 'int',
      cost: 'amount',
    },
  }),
  uptimeHour: defineQuery({
    file: `${FOLDER}/uptime_hour.sql`,
    columns: { day: 'date', hour: 'int', machine_hours: 'amount' },
  }),
  uptime: defineQuery({
    file: `${FOLDER}/uptime.sql`,
    columns: {
      unplaced_hours: 'amount',
      unplaced_machines: 'int',
      unknown_hours: 'amount',
      unknown_machines: 'int',
      billed_machines: 'int',
      flat_hours: 'amount',
      machines: 'int',
      period_hours: 'int',
    },
  }),
  action: defineQuery({
    file: `${FOLDER}/action.sql`,
    columns: {
      billing_currency: 'text',
      position: 'int',
      action: 'text',
      machines: 'int',
      owners: 'int',
      owner: 'text?',
      billed_hours: 'amount?',
      cost: 'amount',
      cost_per_year: 'amount',
      proved_cost: 'amount',
      proved_percent: 'amount?',
      low: 'amount',
      base: 'amount',
      high: 'amount',
      total_low: 'amount',
      total_base: 'amount',
      total_high: 'amount',
      total_cost: 'amount',
    },
  }),
  actionMachine: defineQuery({
    file: `${FOLDER}/action_machine.sql`,
    columns: {
      billing_currency: 'text',
      position: 'int',
      rows_in_all: 'int',
      action: 'text',
      machine_id: 'text',
      name: 'text',
      subscription_name: 'text?',
      owner: 'text?',
      managed_by: 'text?',
      os_class: 'text?',
      billed_hours: 'amount?',
      cost: 'amount',
      strongest_evidence: 'text',
      weakest_evidence: 'text',
      message: 'text?',
    },
  }),
  actionMachineDay: defineQuery({
    file: `${FOLDER}/action_machine_day.sql`,
    columns: {
      billing_currency: 'text',
      machine_id: 'text',
      day: 'date',
      running_hours: 'amount',
      stopped_hours: 'amount',
      billed_hours: 'amount?',
      cost: 'amount?',
    },
  }),
  unbilled: defineQuery({
    file: `${FOLDER}/unbilled.sql`,
    columns: { bucket: 'text', machines: 'int', hours: 'amount' },
  }),
  finding: defineQuery({
    file: `${FOLDER}/finding.sql`,
    columns: {
      check_name: 'text',
      severity: 'text',
      findings: 'int',
      subject: 'text',
      message: 'text',
      evidence: 'text',
    },
  }),
} as const

export type MonthlyReviewRows = RowsOf<typeof queries>

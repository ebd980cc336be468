/**
 * Every SQL model in the order it runs: the table of contents of the ledger. A model is a bare `select` in a file of the
 * same name; the relation is `<folder>.<file>`. What a relation means, its grain and its key stand at the head of its file.
 */
export interface Model {
  /** `schema.relation` */
  relation: string
  /** Path of the `.sql` file, from the package root. */
  file: string
  /** Worked out anew by each who reads it, as it says little that another relation does not hold. */
  isView?: boolean
}

const ledger = (name: string): Model => ({ relation: `ledger.${name}`, file: `src/ledger/${name}.sql` })

export const LEDGER_MODELS: readonly Model[] = [
  // Machines: who is who
  ledger('endpoint_snapshot'),
  ledger('listing'),
  ledger('listing_day'),
  ledger('endpoint_group'),
  ledger('billed_wording'),
  ledger('billed_id'),
  ledger('machine_source'),
  ledger('resource_owner'),
  ledger('machine_number'),
  ledger('machine_identity'),
  ledger('machine_listing'),
  ledger('latest_listing'),
  ledger('endpoint_claim'),
  ledger('endpoint_contested'),
  ledger('endpoint_contest'),
  ledger('endpoint_match'),
  ledger('endpoint_silence'),
  ledger('power_event'),
  ledger('machine_life'),
  ledger('machine_direct'),
  ledger('latest_match'),
  ledger('current_id'),
  ledger('machine'),
  // Power: what ran when
  ledger('compute_day'),
  ledger('power_by_event'),
  ledger('power_snapshot'),
  ledger('power_by_compute'),
  ledger('power_metric'),
  ledger('power_by_snapshot'),
  ledger('power_life'),
  ledger('power'),
  ledger('power_day'),
  // Charges and the plan they prove
  ledger('defender_kind'),
  ledger('defender_line'),
  ledger('unrecognised_defender_line'),
  ledger('charge'),
  ledger('plan'),
  // Health
  ledger('grace'),
  ledger('sensor_extension'),
  ledger('health_moment'),
  ledger('verdict'),
  ledger('health'),
  // The ledger: time, then money laid on it
  ledger('state'),
  ledger('state_change'),
  ledger('state_segment'),
  ledger('state_time'),
  ledger('time_slice'),
  ledger('subscription_share'),
  ledger('machine_charge'),
  ledger('charge_split'),
  ledger('charge_share'),
  ledger('slice_charge'),
  ledger('billed_day'),
  ledger('ledger'),
  ledger('machine_total'),
  // What it says
  ledger('machine_day'),
  ledger('reconciliation'),
  ledger('cost_per_hour'),
  ledger('flat_month'),
  ledger('machine_counted'),
  ledger('denominator'),
  { ...ledger('counted_entry'), isView: true },
  ledger('money'),
  ledger('hours'),
  ledger('figure'),
  ledger('data_grade'),
]

/** Kept per month, beside the ledger of the period. */
export const HISTORY_MODELS: readonly Model[] = ['figure', 'machine_month', 'bucket_month'].map((name) => ({
  relation: `history.${name}`,
  file: `src/ledger/history/${name}.sql`,
}))

const licensing = (name: string): Model => ({ relation: `licensing.${name}`, file: `src/licensing/${name}.sql` })

/** What the same machines cost under other licences, what is owned and what would have to be. */
export const LICENSING_MODELS: readonly Model[] = [
  licensing('machine_currency'),
  licensing('machine_hours'),
  licensing('month_share'),
  licensing('offer'),
  licensing('log_use'),
  licensing('log_benefit'),
  // What is owned
  licensing('listed_licence'),
  licensing('configured_licence'),
  licensing('entitlement'),
  licensing('licence_term'),
  // What would have to be
  licensing('pinned_machine'),
  licensing('machine_count'),
  licensing('peak'),
  licensing('machine_route'),
  licensing('requirement_hour'),
  licensing('requirement_day'),
  licensing('requirement'),
  licensing('requirement_at'),
  licensing('double_payment'),
  // What it would cost
  licensing('server_option'),
  licensing('user_option'),
  licensing('server_route'),
  // The best mix of the period and of the coming year
  licensing('mix_phase'),
  licensing('mix_month'),
  licensing('mix_estimate'),
  licensing('mix_machine'),
  licensing('mix_chain'),
  licensing('mix_peak'),
  licensing('mix_place'),
  licensing('mix_block'),
  licensing('mix_stack'),
  licensing('mix_part'),
  licensing('mix_bound'),
  licensing('mix_total'),
  licensing('best_mix'),
  licensing('best_mix_total'),
  // The scenarios, and what follows for the coming year
  licensing('commitment'),
  licensing('scenario'),
  licensing('scenario_year'),
  licensing('licence_decision'),
  licensing('cash_month'),
  licensing('licence_calendar'),
  licensing('break_even'),
  licensing('break_even_offer'),
]

const actions = (name: string): Model => ({ relation: `actions.${name}`, file: `src/actions/${name}.sql` })

/** What to do about it: what was paid, who claims it, one model a kind of action, the list. */
export const ACTION_MODELS: readonly Model[] = [
  actions('spending'),
  actions('machine_fact'),
  actions('price'),
  // One a kind, in the order of kinds.ts
  actions('find_machine'),
  actions('query_charge'),
  actions('deallocate'),
  actions('verify_power'),
  actions('remove_duplicate'),
  actions('exclude_unsupported'),
  actions('use_user_licence'),
  actions('decide_sensor'),
  actions('switch_on_deployment'),
  actions('install_sensor'),
  actions('revive_sensor'),
  actions('decide_exclusion'),
  actions('verify_health'),
  actions('direct_on_plan_1'),
  actions('claim_benefit'),
  actions('use_plan_1'),
  actions('pre_purchase'),
  actions('switch_on_plan'),
  actions('return_licences'),
  // The list
  actions('waived'),
  actions('claim'),
  actions('action_machine'),
  actions('action'),
]

const integration = (name: string): Model => ({ relation: `integration.${name}`, file: `src/integration/${name}.sql` })

/** What beside the bill decides whether a paid hour protects. */
export const INTEGRATION_MODELS: readonly Model[] = [
  integration('freshness'),
  integration('subscription_state'),
  integration('sensor_issue'),
  integration('sensor_disagreement'),
  integration('machine_image'),
  integration('provisioning'),
  integration('custom_image'),
  integration('move'),
  integration('data_location'),
  integration('alert_state'),
  integration('alert_rate'),
  integration('alert_machine'),
  integration('anomaly'),
]

/** Machine-hours of the months to come, from schema `history`. */
export const FORECAST_MODELS: readonly Model[] = ['whole_month', 'method_value', 'trial', 'outlook', 'month_ahead'].map(
  (name) => ({ relation: `forecast.${name}`, file: `src/forecast/${name}.sql` }),
)

/** What each figure is the sum of; built only when a figure is to be explained. */
export const EXPLAIN_MODELS: readonly Model[] = [
  { relation: 'explain.figure_part', file: 'src/explain/figure_part.sql' },
]

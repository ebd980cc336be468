/**
 * Every SQL model in the order it runs: the table of contents of the ledger. A model is a bare `select` in a file of the
 * same name; the relation is `<folder>.<file>`. What a relation means, its grain and its key stand at the head of its file.
 */
export interface Model {
  /** `schema.relation` */
  relation: string
  /** Path of the `.sql` file, from the package root. */
  file: string
}

const ledger = (name: string): Model => ({ relation: `ledger.${name}`, file: `src/ledger/${name}.sql` })

export const LEDGER_MODELS: readonly Model[] = [
  // Machines: who is who
  ledger('machine_source'),
  ledger('machine_identity'),
  ledger('machine_listing'),
  ledger('endpoint_snapshot'),
  ledger('endpoint_match'),
  ledger('power_event'),
  ledger('machine_life'),
  ledger('machine_direct'),
  ledger('machine'),
  // Power: what ran when
  ledger('compute_day'),
  ledger('power_by_event'),
  ledger('power_snapshot'),
  ledger('power_by_compute'),
  ledger('power_by_snapshot'),
  ledger('power_life'),
  ledger('power'),
  ledger('power_day'),
  // Charges and the plan they prove
  ledger('defender_line'),
  ledger('unrecognised_defender_line'),
  ledger('charge'),
  ledger('plan'),
  // Health
  ledger('verdict'),
  ledger('health'),
  // The ledger: time, then money laid on it
  ledger('state_segment'),
  ledger('time_slice'),
  ledger('subscription_share'),
  ledger('machine_charge'),
  ledger('charge_share'),
  ledger('ledger'),
  // What it says
  ledger('machine_day'),
  ledger('reconciliation'),
  ledger('cost_per_hour'),
  ledger('denominator'),
  ledger('counted_entry'),
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

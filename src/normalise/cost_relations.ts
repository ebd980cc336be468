import type { ColumnType } from './column_type.ts'

type Columns = Record<string, ColumnType>

/** Where a line stands, what it is in short, and when it was charged. */
const PLACE = {
  cost_line_id: 'bigint', // unique; order of file_id, row_number
  file_id: 'int',
  row_number: 'bigint', // data row in the file, the first after the header is 1
  line_class: 'text', // 'defender' (any Defender-like line; the ledger decides which plan) | 'compute' | 'log'
  dataset: 'text', // 'actual' | 'amortized' | 'usage' | 'focus'
  charge_day: 'date',
} as const satisfies Columns

/** What a line is. */
const KIND = {
  billing_period_start: 'date',
  invoice_id: 'text',
  charge_category: 'text', // lower case: usage | purchase | refund | credit | adjustment | tax | unusedreservation | … as the file says
  is_correction: 'boolean', // FOCUS ChargeClass = Correction, or an MCA line with a previous invoice
  product_name: 'text', // ProductName / Product / ChargeDescription
  meter_category: 'text',
  meter_sub_category: 'text',
  meter_name: 'text',
  meter_id: 'text',
  consumed_service: 'text',
  unit_of_measure: 'text',
  hours_per_unit: 'amount', // block size when the unit is hours ('1 Hour' 1, '10 Hours' 10, '1/Hour', 'Units/Hour' 1, localised), else NULL
  unit_price: 'amount', // contracted price per unit of measure
  list_unit_price: 'amount',
  billing_currency: 'text', // upper case
  pricing_model: 'text',
  benefit_id: 'text',
  cost_allocation_rule_name: 'text',
} as const satisfies Columns

/** What a line is for. */
const RESOURCE = {
  resource_id: 'text', // lower-cased, NULL when the line names none
  resource_id_display: 'text',
  resource_name: 'text',
  resource_group: 'text', // lower-cased
  subscription_id: 'text',
  subscription_name: 'text',
  tags: 'text', // JSON object text, or NULL
  additional_info: 'text',
} as const satisfies Columns

const AMOUNTS = {
  quantity: 'amount',
  billed_cost: 'amount', // actual, usage: Cost; FOCUS: BilledCost; amortised: NULL
  effective_cost: 'amount', // amortised: Cost; FOCUS: EffectiveCost; actual, usage: NULL
} as const satisfies Columns

/** The relations that come from cost exports. */
export const COST_RELATIONS = {
  /** Per cost file and currency: what all of its lines add up to, foreign lines included. */
  cost_total: {
    file_id: 'int',
    dataset: 'text', // as in cost_line
    billing_currency: 'text',
    line_count: 'bigint',
    billed_cost: 'amount',
    effective_cost: 'amount',
    first_day: 'date',
    last_day: 'date',
  },
  /** What lines are, each combination once: a few hundred. */
  cost_kind: { kind_key: 'int', line_class: 'text', ...KIND },
  /** What lines are for, each combination once: some for each resource, for spellings and tags change. */
  cost_resource: { resource_key: 'int', ...RESOURCE },
  /** Each line of `cost_line` by the keys of its words. */
  cost_charge: { ...PLACE, kind_key: 'int', resource_key: 'int', ...AMOUNTS },
  /**
   * Lines of cost exports that the ledger may need: anything that could be a Defender charge, virtual-machine compute
   * hours (the second witness of uptime), ingestion of logs (what the 500 MB a day of Plan 2 are worth). Other lines count
   * in `cost_total` only. Superseded files are left out. A view; a relation with a row per line and no need of words reads
   * `cost_charge`.
   */
  cost_line: { ...PLACE, ...KIND, ...RESOURCE, ...AMOUNTS },
} as const satisfies Record<string, Columns>

/** What must be true of cost files and need not stop the run; each is a query for counter-examples in `checks/`. */
export const COST_CHECKS: readonly string[] = [
  'cost_row_count_is_no_page_size',
  'cost_last_page_is_present',
  'cost_last_day_is_as_full_as_others',
  'cost_days_are_in_one_export',
  'cost_dataset_is_stated',
  'cost_resource_id_is_an_arm_id',
  'cost_unit_is_hours',
  'cost_unit_is_stated',
  'cost_hours_agree_with_price',
  'cost_quantity_is_readable',
  'cost_allocation_lines_are_left_out',
  'cost_amounts_fit_24_decimals',
]

/** Those of them that tell of a file that is not all there. */
export const COST_TRUNCATION_CHECKS: readonly string[] = COST_CHECKS.slice(0, 3)

import { defineQuery } from '../src/engine/query.ts'

/** Offers valid in the period. */
export const offerQuery = defineQuery({
  file: 'reports/offer.sql',
  columns: {
    offer_id: 'text',
    name: 'text',
    route: 'text',
    plan: 'text?',
    price: 'amount?',
    currency: 'text',
    unit: 'text',
    valid_from: 'date?',
    valid_until: 'date?',
    source_url: 'text?',
    source_day: 'date?',
    confidence: 'text?',
    price_origin: 'text?',
    prerequisite: 'text?',
    reason: 'text?',
    note: 'text?',
  },
})

/** Machines by hours on. */
export const histogramQuery = defineQuery({
  file: 'reports/hours_histogram.sql',
  columns: { from_hour: 'int', until_hour: 'int', machines: 'int', machines_in_scope: 'int' },
})

/** Break-even of monthly licences against hourly plans. */
export const breakEvenQuery = defineQuery({
  file: 'reports/break_even.sql',
  columns: {
    offer_id: 'text',
    name: 'text',
    plan: 'text',
    billing_currency: 'text',
    monthly_price: 'amount?',
    confidence: 'text?',
    hourly_price: 'amount?',
    price_origin: 'text?',
    break_even_hours: 'amount?',
    never_pays: 'boolean?',
    machines_above: 'int?',
    machines_below: 'int?',
    machines_undecided: 'int?',
    reason: 'text?',
  },
})

/** Licences owned, with the file that says so. */
export const entitlementQuery = defineQuery({
  file: 'reports/entitlement.sql',
  columns: {
    sku_id: 'text?',
    sku_part_number: 'text',
    product: 'text',
    covers: 'text?',
    enabled_units: 'int',
    warning_units: 'int',
    suspended_units: 'int',
    consumed_units: 'int?',
    snapshot_day: 'date?',
    path: 'text?',
    sha256: 'text?',
  },
})

/** Defender lines that no rule recognises. */
export const unrecognisedQuery = defineQuery({
  file: 'reports/unrecognised.sql',
  columns: { billing_currency: 'text?', meter_name: 'text', product_name: 'text', lines: 'int', cost: 'amount?' },
})

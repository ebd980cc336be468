import type { CurrencyCode, DayText, DecimalText } from '../types.ts'

/** A price of the user's own: it replaces the bundled offer of the same id and currency, or adds one. */
export interface OfferOverride {
  offer_id: string
  name?: string | undefined
  /** As the bundled offer's where absent. */
  route?: 'hourly' | 'server' | 'user' | 'log' | undefined
  plan?: 'p1' | 'p2' | undefined
  /** Decimal text; absent: unknown. */
  price?: DecimalText | number | undefined
  currency: CurrencyCode
  unit?: 'hour' | 'server-month' | 'user-month' | 'gigabyte' | undefined
  /** Both days count; absent: no bound. */
  valid_from?: DayText | undefined
  valid_until?: DayText | undefined
  source_url?: string | undefined
  source_day?: DayText | undefined
  covers?: 'server' | 'client' | 'both' | undefined
  devices_per_user?: number | undefined
  minimum_quantity?: number | undefined
  maximum_quantity?: number | undefined
  prerequisite?: string | undefined
  gives?: string | undefined
  does_not_give?: string | undefined
  term_months?: number | undefined
  reversible?: string | undefined
  note?: string | undefined
}

/** A term of licences that the tenant owns: an entry of `licences`. */
export interface LicenceTerm {
  /** SKU id or part number; or an offer instead. */
  sku?: string | undefined
  offer_id?: string | undefined
  /** Absent: all units that Graph lists and that no other entry names. */
  quantity?: number | undefined
  /** Negotiated, of a unit and month: decimal text. */
  price?: DecimalText | number | undefined
  currency?: CurrencyCode | undefined
  starts_on?: DayText | undefined
  /** First day of the next term. */
  renews_on?: DayText | undefined
  term_months?: number | undefined
  agreement?: string | undefined
  note?: string | undefined
}

/** Machines that must keep a plan: a tag, with any value or one. */
export interface Pin {
  plan: 'p2'
  tag: string
  value?: string | undefined
  reason?: string | undefined
}

export interface LicensingSettings {
  offers?: readonly OfferOverride[]
  licences?: readonly LicenceTerm[]
  pins?: readonly Pin[]
  onModel?(relation: string): void
}

import { CLASSIC_COLUMNS, type CostColumn, columnPlaces, FOCUS_COLUMNS, foldedName } from './cost_column.ts'

/** Which layout of columns a cost file has; files of two layouts over the same days are two exports of one month. */
export interface CostSchema {
  /** `EA 2021`, `EA`, `MCA`, `pay-as-you-go`, `FOCUS 1.0`, `FOCUS 1.2`, `usage details`, `cost query`. */
  name: string
  family: 'focus' | 'classic'
  /** Where each canonical column stands; -1 when the file has none. */
  places: Record<CostColumn, number>
}

/** The schema of a header, or null when it is none of a cost file's: no cost, no day, or no meter. */
export function costSchema(names: readonly string[]): CostSchema | null {
  const folded = new Set(names.map(foldedName))
  const has = (...wanted: string[]) => wanted.some((name) => folded.has(foldedName(name)))
  if (has('BilledCost') && has('ChargePeriodStart')) {
    const places = columnPlaces(names, FOCUS_COLUMNS)
    const version = has('SkuMeter', 'SkuPriceDetails', 'BillingAccountType', 'CapacityReservationId') ? '1.2' : '1.0'
    const extended = [...folded].some((name) => name.startsWith('xsku') || name.startsWith('xpricing'))
    return { name: `FOCUS ${version}${extended ? '' : ' without x_ columns'}`, family: 'focus', places }
  }
  const places = columnPlaces(names, CLASSIC_COLUMNS)
  if (places.cost < 0 || places.charge_date < 0) return null
  if (places.meter_category < 0 && places.meter_name < 0 && places.meter_id < 0 && places.product_name < 0) return null
  return { name: classicName(has), family: 'classic', places }
}

function classicName(has: (...names: string[]) => boolean): string {
  if (has('UsageDateTime', 'SubscriptionGuid', 'PreTaxCost')) return 'pay-as-you-go'
  if (has('CostInPricingCurrency', 'PricingCurrency', 'ExchangeRatePricingToBilling')) return 'MCA'
  if (has('CostInBillingCurrency')) return 'EA'
  return has('Product', 'BillingPeriodStartDate', 'PartNumber') ? 'EA 2021' : 'pay-as-you-go'
}

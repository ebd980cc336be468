/**
 * The columns of cost exports by the names they bear in the versions of Azure's files. Names are compared without case,
 * blanks and punctuation; of several aliases in one file the first in the list counts. Sources: the dataset schemas of
 * Cost Management (EA, MCA, pay-as-you-go, FOCUS 1.0 to 1.2-preview), the Consumption usage-details API and the
 * dimensions of the query API.
 */
export const CLASSIC_COLUMNS = {
  charge_date: ['Date', 'UsageDateTime', 'UsageDate', 'UsageStart'],
  billing_period_start: ['BillingPeriodStartDate', 'BillingPeriodStart'],
  billing_period_end: ['BillingPeriodEndDate', 'BillingPeriodEnd'],
  product_name: ['ProductName', 'Product'],
  meter_category: ['MeterCategory'],
  meter_sub_category: ['MeterSubCategory'],
  meter_name: ['MeterName', 'Meter'],
  meter_id: ['MeterId'],
  service_name: ['ServiceName'],
  consumed_service: ['ConsumedService'],
  resource_id: ['ResourceId', 'InstanceId', 'InstanceName'],
  resource_name: ['ResourceName'],
  resource_group: ['ResourceGroup', 'ResourceGroupName'],
  subscription_id: ['SubscriptionId', 'SubscriptionGuid'],
  subscription_name: ['SubscriptionName'],
  quantity: ['Quantity', 'UsageQuantity', 'ConsumedQuantity'],
  unit_of_measure: ['UnitOfMeasure', 'Unit'],
  cost: ['CostInBillingCurrency', 'Cost', 'PreTaxCost'],
  effective_cost: [],
  unit_price: ['UnitPrice', 'ResourceRate', 'EffectivePrice'],
  list_unit_price: ['PayGPrice', 'MarketPrice'],
  billing_currency: ['BillingCurrency', 'BillingCurrencyCode', 'Currency'],
  pricing_currency: ['PricingCurrency', 'PricingCurrencyCode'],
  exchange_rate: ['ExchangeRatePricingToBilling', 'ExchangeRate'],
  charge_category: ['ChargeType'],
  charge_class: [],
  invoice_id: ['InvoiceId'],
  previous_invoice_id: ['PreviousInvoiceId'],
  pricing_model: ['PricingModel'],
  benefit_id: ['BenefitId', 'ReservationId'],
  cost_allocation_rule_name: ['CostAllocationRuleName'],
  tags: ['Tags'],
  additional_info: ['AdditionalInfo'],
} as const satisfies Record<string, readonly string[]>

/** A column of `raw.cost_file`: the text of one field of a line. */
export type CostColumn = keyof typeof CLASSIC_COLUMNS

export const COST_COLUMNS = Object.keys(CLASSIC_COLUMNS) as CostColumn[]

/** The same for FOCUS; without the `x_` columns the charge description carries what the meter's name would say. */
export const FOCUS_COLUMNS: Record<CostColumn, readonly string[]> = {
  charge_date: ['ChargePeriodStart'],
  billing_period_start: ['BillingPeriodStart'],
  billing_period_end: ['BillingPeriodEnd'],
  product_name: ['ChargeDescription'],
  meter_category: ['x_SkuMeterCategory'],
  meter_sub_category: ['x_SkuMeterSubcategory'],
  meter_name: ['x_SkuMeterName', 'SkuMeter'],
  meter_id: ['x_SkuMeterId'],
  service_name: ['ServiceName'],
  consumed_service: [],
  resource_id: ['ResourceId'],
  resource_name: ['ResourceName'],
  resource_group: ['x_ResourceGroupName'],
  subscription_id: ['SubAccountId'],
  subscription_name: ['SubAccountName'],
  quantity: ['ConsumedQuantity'],
  unit_of_measure: ['x_PricingUnitDescription', 'ConsumedUnit'],
  cost: ['BilledCost'],
  effective_cost: ['EffectiveCost'],
  unit_price: ['ContractedUnitPrice'],
  list_unit_price: ['ListUnitPrice'],
  billing_currency: ['BillingCurrency'],
  pricing_currency: [],
  exchange_rate: [],
  charge_category: ['ChargeCategory'],
  charge_class: ['ChargeClass'],
  invoice_id: ['InvoiceId', 'x_InvoiceId'],
  previous_invoice_id: [],
  pricing_model: ['x_PricingSubcategory', 'PricingCategory'],
  benefit_id: ['CommitmentDiscountId'],
  cost_allocation_rule_name: ['x_CostAllocationRuleName'],
  tags: ['Tags'],
  additional_info: ['x_SkuDetails', 'SkuPriceDetails'],
}

/** German names of EA usage files, for files whose header does not repeat the English name in brackets. */
const GERMAN: Record<string, string> = {
  'abonnement-guid': 'SubscriptionGuid',
  'abonnement-id': 'SubscriptionId',
  abonnementname: 'SubscriptionName',
  'name des abonnements': 'SubscriptionName',
  datum: 'Date',
  ressourcengruppe: 'ResourceGroup',
  ressourcenstandort: 'ResourceLocation',
  'ressourcen-id': 'ResourceId',
  ressourcenname: 'ResourceName',
  'instanz-id': 'InstanceId',
  produkt: 'Product',
  produktname: 'ProductName',
  'kategorie der verbrauchseinheit': 'MeterCategory',
  'unterkategorie der verbrauchseinheit': 'MeterSubCategory',
  'id der verbrauchseinheit': 'MeterId',
  'name der verbrauchseinheit': 'MeterName',
  'region der verbrauchseinheit': 'MeterRegion',
  'verbrauchte menge': 'Quantity',
  menge: 'Quantity',
  ressourcensatz: 'ResourceRate',
  kosten: 'Cost',
  währung: 'Currency',
  'genutzter dienst': 'ConsumedService',
  maßeinheit: 'UnitOfMeasure',
  'zusätzliche informationen': 'AdditionalInfo',
}

/** A header name as it is compared: the English name in brackets, else the name; without case and punctuation. */
export function foldedName(name: string): string {
  const english = /\(([A-Za-z][A-Za-z0-9_ ]*)\)\s*$/.exec(name)?.[1]
  const known = GERMAN[name.trim().toLowerCase()]
  return (english ?? known ?? name).toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

/** Where each canonical column stands in a header; -1 when the file has none. */
export function columnPlaces(
  names: readonly string[],
  aliases: Record<CostColumn, readonly string[]>,
): Record<CostColumn, number> {
  const folded = names.map(foldedName)
  const place = (column: CostColumn) => {
    for (const alias of aliases[column]) {
      const at = folded.indexOf(foldedName(alias))
      if (at >= 0) return at
    }
    return -1
  }
  return Object.fromEntries(COST_COLUMNS.map((column) => [column, place(column)])) as Record<CostColumn, number>
}

/** Header names that stand twice, as compared: which of the two counts cannot be known. */
export function repeatedNames(names: readonly string[]): string[] {
  const folded = names.map(foldedName)
  return names.filter((name, at) => foldedName(name) !== '' && folded.indexOf(foldedName(name)) !== at)
}

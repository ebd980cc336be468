/** A record as a service gives it: JSON, keys in the service's own spelling. */
export type JsonRecord = Record<string, unknown>

/** One line of the bill, as Cost Management's query sums it and a details report lists it. */
export interface CostLine {
  /** The billing account, without a leading slash: `providers/Microsoft.Billing/billingAccounts/…`. */
  readonly billingScope: string
  readonly day: string
  readonly subscriptionId: string
  /** In Azure's own spelling; '' for a line that names no resource. */
  readonly resourceId: string
  readonly meterCategory: string
  readonly meterSubCategory: string
  readonly meter: string
  readonly meterId: string
  readonly quantity: string
  readonly unitPrice: string
  readonly listPrice: string
  /** First and last day of the billing period. */
  readonly periodFrom: string
  readonly periodLast: string
  readonly cost: string
  readonly currency: string
  readonly unit: string
  readonly product: string
  readonly consumedService: string
  readonly tags: string
  readonly additionalInfo: string
  readonly chargeType: string
}

/** A scheduled export and what its runs left in a storage account. */
export interface CostExport {
  /** Without a leading slash: `subscriptions/…` or `providers/Microsoft.Billing/billingAccounts/…`. */
  readonly scope: string
  readonly name: string
  readonly type: 'ActualCost' | 'AmortizedCost' | 'FocusCost'
  readonly format: 'Csv' | 'Parquet'
  readonly dataVersion: string
  readonly account: string
  readonly accountId: string
  readonly container: string
  readonly rootFolder: string
  readonly runs: readonly CostExportRun[]
}

export interface CostExportRun {
  readonly id: string
  readonly submittedAt: string
  readonly startDay: string
  readonly endDay: string
  /** Blob name of the manifest. */
  readonly manifest: string
}

/** An event of the activity log with all that the service knows, personal data included. */
export interface ActivityEvent {
  readonly subscriptionId: string
  readonly at: string
  readonly record: JsonRecord
}

/** Everything behind the simulated services. Mutable: a test may change it between two requests. */
export interface AzureTenant {
  readonly id: string
  readonly subscriptions: readonly { readonly id: string; readonly name: string }[]
  /** Ids of the subscriptions below a management group, by the group's lower-cased id. */
  readonly managementGroups: ReadonlyMap<string, readonly string[]>
  /** Rows of Resource Graph's tables, in no particular order. */
  tables: Record<GraphTable, JsonRecord[]>
  /** Plans that can be asked for one resource, by lower-cased id of the resource. */
  resourcePricings: Map<string, JsonRecord>
  /** `settings/WDATP` by lower-cased subscription id. */
  settings: Map<string, JsonRecord>
  alerts: JsonRecord[]
  events: ActivityEvent[]
  devices: JsonRecord[]
  licences: JsonRecord[]
  /** Retail prices, with `currencyCode`. */
  prices: JsonRecord[]
  costLines: CostLine[]
  exports: CostExport[]
  /** Content of storage accounts: `account/container/blob name`. */
  blobs: Map<string, Buffer>
  /** Average of VmAvailabilityMetric of an hour, by lower-cased resource id: 1 up, 0 down; null: no data. */
  availability: (resourceId: string, hourAt: number) => number | null
}

export const GRAPH_TABLES = [
  'resources',
  'resourcecontainers',
  'computeresources',
  'securityresources',
  'healthresources',
  'resourcechanges',
] as const
export type GraphTable = (typeof GRAPH_TABLES)[number]

/** A tenant with nothing in it. */
export function emptyTenant(id: string): AzureTenant {
  return {
    id,
    subscriptions: [],
    managementGroups: new Map(),
    tables: {
      resources: [],
      resourcecontainers: [],
      computeresources: [],
      securityresources: [],
      healthresources: [],
      resourcechanges: [],
    },
    resourcePricings: new Map(),
    settings: new Map(),
    alerts: [],
    events: [],
    devices: [],
    licences: [],
    prices: [],
    costLines: [],
    exports: [],
    blobs: new Map(),
    availability: () => null,
  }
}

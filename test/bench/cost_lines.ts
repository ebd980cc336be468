import { sqlText } from '../../src/engine/engine.ts'
import { DAY, FROM, guidSql, iso, SUBSCRIPTION_SIZE, subscriptionOf } from './estate.ts'

export type CostFormat = 'csv.gz' | 'parquet'

/** Foreign lines for each Defender line, the machine's own compute line among them. */
export const FOREIGN_LINES = 20

const COLUMNS = [
  'InvoiceSectionName,AccountName,AccountOwnerId,SubscriptionId,SubscriptionName,ResourceGroup,ResourceLocation,Date,ProductName',
  'MeterCategory,MeterSubCategory,MeterId,MeterName,MeterRegion,UnitOfMeasure,Quantity,EffectivePrice,CostInBillingCurrency,CostCenter',
  'ConsumedService,ResourceId,Tags,OfferId,AdditionalInfo,ServiceInfo1,ServiceInfo2,ResourceName,ReservationId,ReservationName,UnitPrice',
  'ProductOrderId,ProductOrderName,Term,PublisherType,PublisherName,ChargeType,Frequency,PricingModel,AvailabilityZone,BillingAccountId',
  'BillingAccountName,BillingCurrencyCode,BillingPeriodStartDate,BillingPeriodEndDate,BillingProfileId,BillingProfileName,InvoiceSectionId',
  'IsAzureCreditEligible,PartNumber,PayGPrice,PlanName,ServiceFamily,CostAllocationRuleName,benefitId,benefitName,ResourceLocationNormalized,AccountId',
]
  .join(',')
  .split(',')

interface Meter {
  product: string
  category: string
  subcategory: string
  meter: string
  unit: string
  price: string
  listPrice?: string
  /** Resource provider and type. */
  provider: string
  /** What a resource's name has after the machine's; foreign lines add their number to it. */
  suffix: string
}

const VM = 'Microsoft.Compute/virtualMachines'

/** By number: Defender for Servers of either plan, the machine's own compute hours, and from `FIRST_FOREIGN` what else is billed. */
const METERS: readonly Meter[] = [
  defender('P1', '0.00625', '0.00672'),
  defender('P2', '0.0186', '0.02'),
  meter(
    'Virtual Machines Dsv5 Series - D2s v5',
    'Virtual Machines',
    'Dsv5 Series',
    'D2s v5',
    '1 Hour',
    '0.096',
    VM,
    '',
  ),
  meter(
    'Premium SSD Managed Disks - P10 LRS Disk',
    'Storage',
    'Premium SSD Managed Disks',
    'P10 LRS Disk',
    '1/Month',
    '17.92',
    'Microsoft.Compute/disks',
    'disk',
  ),
  meter('Bandwidth - Inter-Region', 'Bandwidth', '', 'Standard Data Transfer Out', '1 GB', '0.02', VM, 'nic'),
  meter(
    'IP Addresses - Standard IPv4',
    'Virtual Network',
    'IP Addresses',
    'Standard IPv4 Static Public IP',
    '1 Hour',
    '0.005',
    'Microsoft.Network/publicIPAddresses',
    'ip',
  ),
  meter(
    'Backup - Azure VM Protected Instance',
    'Backup',
    'Azure VM',
    'Azure VM Protected Instance',
    '1/Month',
    '10',
    'Microsoft.RecoveryServices/vaults',
    'vault',
  ),
  meter(
    'Log Analytics - Pay-as-you-go Data Ingestion',
    'Log Analytics',
    '',
    'Pay-as-you-go Data Ingestion',
    '1 GB',
    '2.3',
    'Microsoft.OperationalInsights/workspaces',
    'logs',
  ),
  meter(
    'General Block Blob v2 - Hot LRS',
    'Storage',
    'General Block Blob v2',
    'Hot LRS Write Operations',
    '10K',
    '0.05',
    'Microsoft.Storage/storageAccounts',
    'store',
  ),
  meter('Key Vault - Operations', 'Key Vault', '', 'Operations', '10K', '0.03', 'Microsoft.KeyVault/vaults', 'keys'),
]
const FIRST_FOREIGN = 3

function defender(plan: string, price: string, listPrice: string): Meter {
  const name = `Standard ${plan} Node`
  const product = `Microsoft Defender for Servers - ${name}`
  return { ...meter(product, 'Microsoft Defender for Cloud', '', name, '1 Hour', price, VM, ''), listPrice }
}

function meter(
  product: string,
  category: string,
  subcategory: string,
  name: string,
  unit: string,
  price: string,
  provider: string,
  suffix: string,
): Meter {
  return { product, category, subcategory, meter: name, unit, price, provider, suffix }
}

/**
 * Small tables that the lines of every day look up. What few values have is an ENUM: it is written as the same text,
 * for a fraction of the time.
 */
export function lookupSql(machines: number): string[] {
  const word = (of: (meter: Meter) => string): string => enumSql(METERS.map(of))
  const rows = METERS.map((one, number) => [
    String(number),
    ...[one.product, one.category, one.subcategory, one.meter, one.unit].map(sqlText),
    one.price,
    one.listPrice ?? one.price,
    ...[one.provider, one.suffix].map(sqlText),
  ])
  return [
    `create or replace temp table meter as
     select number, product::${word(({ product }) => product)} as product, category::${word(({ category }) => category)} as category,
       nullif(subcategory, '')::${word(({ subcategory }) => subcategory)} as subcategory,
       meter::${word(({ meter }) => meter)} as meter, ${guidSql('meter')} as meter_id, unit::${word(({ unit }) => unit)} as unit,
       price::decimal(18, 6) as price, list_price::decimal(18, 6) as list_price, provider, suffix,
       split_part(provider, '/', 1)::${word(({ provider }) => provider.replace(/\/.*/, ''))} as service
     from (values ${rows.map((row) => `(${row.join(', ')})`).join(', ')})
       m (number, product, category, subcategory, meter, unit, price, list_price, provider, suffix)`,
    `create or replace temp table subscription as
     select number, ${guidSql(`'subscription ' || number`)} as id, 'Subscription ' || number as name
     from range(${subscriptionOf(machines - 1) + 1}) s (number)`,
  ]
}

function enumSql(values: readonly string[]): string {
  return `enum(${[...new Set(values.filter((value) => value !== ''))].map(sqlText).join(', ')})`
}

/** A column that has the same text in every line. */
function constant(value: string): string {
  return `${sqlText(value)}::${enumSql([value])}`
}

/**
 * The lines of one day: for each machine that was on one Defender line and its foreign lines. The lives are those of
 * `lifeOf`. Reads the tables of `lookupSql`.
 */
export function daySql(machines: number, day: number, format: CostFormat): string {
  const at = FROM + day * DAY
  const isWeekday = new Date(at * 1000).getUTCDay() % 6 !== 0
  const [year, month, date] = iso(at).slice(0, 10).split('-')
  const given: Record<string, string> = {
    InvoiceSectionName: constant('IT Operations'),
    AccountName: constant('Bench'),
    SubscriptionId: 'subscription_id',
    SubscriptionName: 'subscription_name',
    ResourceGroup: 'resource_group',
    ResourceLocation: constant('westeurope'),
    Date: format === 'parquet' ? `timestamp '${year}-${month}-${date} 00:00:00'` : constant(`${month}/${date}/${year}`),
    ProductName: 'product',
    MeterCategory: 'category',
    MeterSubCategory: 'subcategory',
    MeterId: 'meter_id',
    MeterName: 'meter',
    UnitOfMeasure: 'unit',
    Quantity: 'quantity',
    EffectivePrice: 'price',
    CostInBillingCurrency: 'cast(quantity * price as decimal(38, 12))',
    ConsumedService: 'service',
    ResourceId: `case (machine + line) % 3 when 0 then id when 1 then upper(id) else lower(id) end`,
    Tags: `'"owner": "team-' || machine % 12 || '","env": "prod"'`,
    OfferId: constant('MS-AZR-0017P'),
    AdditionalInfo: `case when line = 1 then ${constant('{"ServiceType":"Standard_D2s_v5","VMProperties":"","UsageType":"ComputeHR"}')} end`,
    ResourceName: 'resource_name',
    UnitPrice: 'price',
    PublisherType: constant('Azure'),
    PublisherName: constant('Microsoft'),
    ChargeType: constant('Usage'),
    Frequency: constant('UsageBased'),
    PricingModel: constant('OnDemand'),
    BillingAccountId: constant('73019284'),
    BillingAccountName: constant('Bench'),
    BillingCurrencyCode: constant('USD'),
    BillingPeriodStartDate: constant('10/01/2026'),
    BillingPeriodEndDate: constant('10/31/2026'),
    BillingProfileId: constant('73019284'),
    BillingProfileName: constant('Bench'),
    IsAzureCreditEligible: constant('True'),
    PayGPrice: 'list_price',
    ServiceFamily: constant('Compute'),
    ResourceLocationNormalized: constant('westeurope'),
  }
  const columns = COLUMNS.map((name) => `${given[name] ?? 'cast(null as varchar)'} as "${name}"`)
  return `
    with line as (
      select g // ${FOREIGN_LINES + 1} as machine, g % ${FOREIGN_LINES + 1} as line, g // ${(FOREIGN_LINES + 1) * SUBSCRIPTION_SIZE} as subscription
      from range(${machines * (FOREIGN_LINES + 1)}) t(g)
    ),
    hours as (
      select *,
        case when machine % 10 < 6 then 24
             when machine % 10 < 8 then ${isWeekday ? 13 : 0}
             when machine % 10 = 8 then case when machine % 28 < ${day} then 24 when machine % 28 = ${day} then 15 else 0 end
             else case when 3 + machine % 25 > ${day} then 24 when 3 + machine % 25 = ${day} then 15 else 0 end end as billed,
        case when machine % 10 in (6, 7) then cast(12 as decimal(18, 6)) + cast(cast((5 + machine % 50) * 1000000 // 60 as decimal(18, 0)) * cast(0.000001 as decimal(7, 6)) as decimal(18, 6))
             when machine % 10 = 8 and machine % 28 = ${day} then 14.5
             when machine % 10 = 9 and 3 + machine % 25 = ${day} then 14.333333
             else 24 end as computed,
        case when line = 0 then case when subscription % 5 = 4 then 0 else 1 end
             when line = 1 then 2
             else ${FIRST_FOREIGN} + (line + machine) % ${METERS.length - FIRST_FOREIGN} end as meter_number
      from line
    ),
    priced as (
      select h.machine, h.line, m.*, s.id as subscription_id, s.name as subscription_name,
        'rg-' || lpad(cast(h.machine % 40 as varchar), 2, '0') as resource_group,
        'vm-' || lpad(cast(h.machine as varchar), 7, '0') || case when h.line < 2 then '' else m.suffix || h.line end as resource_name,
        cast(case when h.line = 0 then h.billed when h.line = 1 then h.computed else (h.machine * 7 + h.line * 13) % 1000 * cast(0.001 as decimal(4, 3)) end as decimal(18, 6)) as quantity
      from hours h
      join meter m on m.number = h.meter_number
      join subscription s on s.number = h.subscription
      where h.billed > 0
    ),
    final as (
      select *, '/subscriptions/' || subscription_id || '/resourceGroups/' || resource_group || '/providers/' || provider || '/' || resource_name as id
      from priced
    )
    select ${columns.join(', ')} from final`
}

import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Engine, sqlText } from '../../src/engine/engine.ts'
import { DAY, FROM, guid, guidSql, iso, MONTH, SUBSCRIPTION_SIZE } from './estate.ts'

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

/** Meters of the foreign lines: product, category, subcategory, meter, unit, price, provider and type, kind of name. */
const FOREIGN = [
  [
    'Premium SSD Managed Disks - P10 LRS Disk',
    'Storage',
    'Premium SSD Managed Disks',
    'P10 LRS Disk',
    '1/Month',
    '17.92',
    'Microsoft.Compute/disks',
    'disk',
  ],
  [
    'Bandwidth - Inter-Region',
    'Bandwidth',
    '',
    'Standard Data Transfer Out',
    '1 GB',
    '0.02',
    'Microsoft.Compute/virtualMachines',
    'nic',
  ],
  [
    'IP Addresses - Standard IPv4',
    'Virtual Network',
    'IP Addresses',
    'Standard IPv4 Static Public IP',
    '1 Hour',
    '0.005',
    'Microsoft.Network/publicIPAddresses',
    'ip',
  ],
  [
    'Backup - Azure VM Protected Instance',
    'Backup',
    'Azure VM',
    'Azure VM Protected Instance',
    '1/Month',
    '10',
    'Microsoft.RecoveryServices/vaults',
    'vault',
  ],
  [
    'Log Analytics - Pay-as-you-go Data Ingestion',
    'Log Analytics',
    '',
    'Pay-as-you-go Data Ingestion',
    '1 GB',
    '2.3',
    'Microsoft.OperationalInsights/workspaces',
    'logs',
  ],
  [
    'General Block Blob v2 - Hot LRS',
    'Storage',
    'General Block Blob v2',
    'Hot LRS Write Operations',
    '10K',
    '0.05',
    'Microsoft.Storage/storageAccounts',
    'store',
  ],
  ['Key Vault - Operations', 'Key Vault', '', 'Operations', '10K', '0.03', 'Microsoft.KeyVault/vaults', 'keys'],
] as const

/**
 * Writes the month's cost export, one part a day with the export's manifest: EA actual cost, daily, with ids in changing
 * case. Each day is one statement that the engine streams to its file, so memory does not grow with the estate.
 */
export async function writeCostFiles(
  engine: Engine,
  folder: string,
  machines: number,
  format: CostFormat,
): Promise<void> {
  const run = guid(`run ${machines}`)
  const place = join('ea-actual', '20261001-20261031', '202611050610', run)
  mkdirSync(join(folder, place), { recursive: true })
  const blobs: { blobName: string; byteCount?: number; dataRowCount: number }[] = []
  for (let day = 0; day < MONTH.days; day++) {
    const path = join(place, `part_${day}_0001.${format}`)
    const options = format === 'parquet' ? 'format parquet' : "format csv, header, compression 'gzip'"
    await engine.run(`copy (${daySql(machines, day, format)}) to ${sqlText(join(folder, path))} (${options})`)
    const [counted] = await engine.rows(`select count(*) as lines from (${daySql(machines, day, format)}) d`)
    const size = format === 'parquet' ? { byteCount: statSync(join(folder, path)).size } : {}
    blobs.push({ blobName: path.replaceAll('\\', '/'), ...size, dataRowCount: Number(counted?.['lines']) })
  }
  writeFileSync(join(folder, place, 'manifest.json'), JSON.stringify(manifest(run, blobs, format), null, 1))
}

function manifest(
  run: string,
  blobs: readonly { blobName: string; dataRowCount: number }[],
  format: CostFormat,
): unknown {
  return {
    manifestVersion: '2024-04-01',
    blobCount: blobs.length,
    dataRowCount: blobs.reduce((sum, blob) => sum + blob.dataRowCount, 0),
    exportConfig: {
      exportName: 'ea-actual',
      dataVersion: '2024-08-01',
      type: 'ActualCost',
      timeFrame: 'TheLastMonth',
      granularity: 'Daily',
    },
    deliveryConfig: {
      partitionData: true,
      dataOverwriteBehavior: 'CreateNewReport',
      fileFormat: format === 'parquet' ? 'Parquet' : 'Csv',
      compressionMode: format === 'parquet' ? 'Snappy' : 'Gzip',
    },
    runInfo: {
      executionType: 'Scheduled',
      submittedTime: '2026-11-05T06:10:00Z',
      runId: run,
      startDate: '2026-10-01T00:00:00',
      endDate: '2026-10-31T00:00:00',
    },
    blobs,
  }
}

/** The lines of one day: for each machine that was on one Defender line and its foreign lines. The lives are those of `lifeOf`. */
function daySql(machines: number, day: number, format: CostFormat): string {
  const at = FROM + day * DAY
  const isWeekday = new Date(at * 1000).getUTCDay() % 6 !== 0
  const [year, month, date] = iso(at).slice(0, 10).split('-')
  const given: Record<string, string> = {
    InvoiceSectionName: `'IT Operations'`,
    AccountName: `'Bench'`,
    SubscriptionId: 'subscription_id',
    SubscriptionName: `'Subscription ' || subscription`,
    ResourceGroup: 'resource_group',
    ResourceLocation: `'westeurope'`,
    Date: format === 'parquet' ? `timestamp '${year}-${month}-${date} 00:00:00'` : `'${month}/${date}/${year}'`,
    ProductName: 'product',
    MeterCategory: 'category',
    MeterSubCategory: 'subcategory',
    MeterId: guidSql('meter'),
    MeterName: 'meter',
    UnitOfMeasure: 'unit',
    Quantity: 'quantity',
    EffectivePrice: 'price',
    CostInBillingCurrency: 'cast(quantity * price as decimal(38, 12))',
    ConsumedService: `split_part(provider, '/', 1)`,
    ResourceId: `case (machine + line) % 3 when 0 then id when 1 then upper(id) else lower(id) end`,
    Tags: `'"owner": "team-' || machine % 12 || '","env": "prod"'`,
    OfferId: `'MS-AZR-0017P'`,
    AdditionalInfo: `case when line = 1 then '{"ServiceType":"Standard_D2s_v5","VMProperties":"","UsageType":"ComputeHR"}' end`,
    ResourceName: 'resource_name',
    UnitPrice: 'price',
    PublisherType: `'Azure'`,
    PublisherName: `'Microsoft'`,
    ChargeType: `'Usage'`,
    Frequency: `'UsageBased'`,
    PricingModel: `'OnDemand'`,
    BillingAccountId: `'73019284'`,
    BillingAccountName: `'Bench'`,
    BillingCurrencyCode: `'USD'`,
    BillingPeriodStartDate: `'10/01/2026'`,
    BillingPeriodEndDate: `'10/31/2026'`,
    BillingProfileId: `'73019284'`,
    BillingProfileName: `'Bench'`,
    IsAzureCreditEligible: `'True'`,
    PayGPrice: 'list_price',
    ServiceFamily: `'Compute'`,
    ResourceLocationNormalized: `'westeurope'`,
  }
  const columns = COLUMNS.map((name) => `${given[name] ?? 'cast(null as varchar)'} as "${name}"`)
  const foreign = (at: number): string =>
    `case (line + machine) % ${FOREIGN.length} ${FOREIGN.map((meter, number) => `when ${number} then ${sqlText(String(meter[at]))}`).join(' ')} end`
  const pick = (own: string, compute: string, at: number): string =>
    `case when line = 0 then ${own} when line = 1 then ${compute} else ${foreign(at)} end`
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
        case when subscription % 5 = 4 then 'P1' else 'P2' end as plan
      from line
    ),
    named as (
      select *, ${guidSql(`'subscription ' || subscription`)} as subscription_id,
        'rg-' || lpad(cast(machine % 40 as varchar), 2, '0') as resource_group,
        'vm-' || lpad(cast(machine as varchar), 7, '0') as machine_name,
        ${pick(`'Microsoft.Compute/virtualMachines'`, `'Microsoft.Compute/virtualMachines'`, 6)} as provider
      from hours
      where billed > 0
    ),
    priced as (
      select *, machine_name || case when line < 2 then '' else ${foreign(7)} || line end as resource_name,
        ${pick(`'Microsoft Defender for Servers - Standard ' || plan || ' Node'`, `'Virtual Machines Dsv5 Series - D2s v5'`, 0)} as product,
        ${pick(`'Microsoft Defender for Cloud'`, `'Virtual Machines'`, 1)} as category,
        nullif(${pick(`''`, `'Dsv5 Series'`, 2)}, '') as subcategory,
        ${pick(`'Standard ' || plan || ' Node'`, `'D2s v5'`, 3)} as meter,
        ${pick(`'1 Hour'`, `'1 Hour'`, 4)} as unit,
        cast(case when line = 0 then billed when line = 1 then computed else (machine * 7 + line * 13) % 1000 * cast(0.001 as decimal(4, 3)) end as decimal(18, 6)) as quantity,
        cast(${pick(`case plan when 'P1' then '0.00625' else '0.0186' end`, `'0.096'`, 5)} as decimal(18, 6)) as price,
        cast(${pick(`case plan when 'P1' then '0.00672' else '0.02' end`, `'0.096'`, 5)} as decimal(18, 6)) as list_price
      from named
    ),
    final as (
      select *, '/subscriptions/' || subscription_id || '/resourceGroups/' || resource_group || '/providers/' || provider || '/' || resource_name as id
      from priced
    )
    select ${columns.join(', ')} from final`
}

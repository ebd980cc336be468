import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import { sqlText } from '../../src/engine/engine.ts'

/**
 * The bare scan: reads and hashes the columns that a report needs from the same files, and does nothing else. Run as a
 * process of its own with the folder; prints rows, seconds and processor seconds as JSON.
 */
const folder = process.argv[2] ?? ''
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path))
const list = (pattern: RegExp): string =>
  `[${files
    .filter((path) => pattern.test(path))
    .map(sqlText)
    .join(', ')}]`

const COST = [
  ...[
    'SubscriptionId',
    'SubscriptionName',
    'ResourceGroup',
    'Date',
    'ProductName',
    'MeterCategory',
    'MeterSubCategory',
    'MeterId',
    'MeterName',
  ],
  ...[
    'UnitOfMeasure',
    'Quantity',
    'CostInBillingCurrency',
    'ConsumedService',
    'ResourceId',
    'Tags',
    'AdditionalInfo',
    'ResourceName',
  ],
  ...[
    'UnitPrice',
    'ChargeType',
    'PricingModel',
    'BillingCurrencyCode',
    'PayGPrice',
    'CostAllocationRuleName',
    'benefitId',
  ],
].map((name) => `"${name}"`)

const DEVICE = `value: 'STRUCT(id VARCHAR, mergedIntoMachineId VARCHAR, isPotentialDuplication VARCHAR, isExcluded VARCHAR, computerDnsName VARCHAR,
  firstSeen VARCHAR, lastSeen VARCHAR, osPlatform VARCHAR, agentVersion VARCHAR, healthStatus VARCHAR, onboardingStatus VARCHAR, machineTags JSON,
  vmMetadata STRUCT(vmId VARCHAR, cloudProvider VARCHAR, resourceId VARCHAR, subscriptionId VARCHAR))[]'`
const EVENT = `correlationId: 'VARCHAR', eventTimestamp: 'VARCHAR', operationName: 'STRUCT(value VARCHAR)', resourceId: 'VARCHAR', status: 'STRUCT(value VARCHAR)'`
const RECORD = `data: 'STRUCT(id VARCHAR, name VARCHAR, type VARCHAR, location VARCHAR, subscriptionId VARCHAR, tags JSON, properties JSON)[]'`
const JSON_OPTIONS = 'maximum_object_size = 268435456'

const isParquet = files.some((path) => path.endsWith('.parquet'))
const cost = isParquet
  ? `read_parquet(${list(/\.parquet$/)})`
  : `read_csv(${list(/part_.*\.csv\.gz$/)}, all_varchar = true, header = true, delim = ',', quote = '"', escape = '"', strict_mode = true, auto_detect = true, sample_size = 1)`

const queries = [
  `select count(*) as rows, bit_xor(hash(${COST.join(', ')})) from ${cost}`,
  `select count(*) as rows, bit_xor(hash(d)) from (select unnest(value) as d from read_json(${list(/\/endpoint\//)}, columns = {${DEVICE}}, ${JSON_OPTIONS})) t`,
  `select count(*) as rows, bit_xor(hash(correlationId, eventTimestamp, operationName, resourceId, status)) from read_json(${list(/\/activity-log\//)}, format = 'array', columns = {${EVENT}}, ${JSON_OPTIONS})`,
  `select count(*) as rows, bit_xor(hash(d)) from (select unnest(data) as d from read_json(${list(/\/(inventory|plans)\//)}, columns = {${RECORD}}, ${JSON_OPTIONS})) t`,
]

const engine = await openDuckDb()
const cpuBefore = process.cpuUsage()
const rows: number[] = []
const seconds: number[] = []
for (const query of queries) {
  const begun = process.hrtime.bigint()
  const [row] = await engine.rows(query)
  rows.push(Number(row?.['rows']))
  seconds.push(Number(process.hrtime.bigint() - begun) / 1e9)
}
const cpu = process.cpuUsage(cpuBefore)
await engine.close()
process.stdout.write(JSON.stringify({ rows, seconds, cpuSeconds: (cpu.user + cpu.system) / 1e6 }))

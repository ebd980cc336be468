import { openDuckDb } from '../../../src/engine/duckdb.ts'
import { sqlText } from '../../../src/engine/engine.ts'
import { costParts } from '../cost_parts.ts'

/**
 * The job and nothing else with the engine of Hourwise (DuckDB): the columns it needs, amounts exact, none of the checks
 * of `hourwise.ts`. The peer of those that do no more either.
 */
const parts = costParts(process.argv[2] ?? '')
const list = `[${parts.map(sqlText).join(', ')}]`
const source = parts[0]?.endsWith('.parquet')
  ? `read_parquet(${list})`
  : `read_csv(${list}, all_varchar = true, header = true, delim = ',', quote = '"', escape = '"', strict_mode = true, auto_detect = true, sample_size = 1)`
const engine = await openDuckDb({ memoryLimitMegabytes: 1000 })
const [row] = await engine.rows(
  `with line as (
     select "Date" as day, lower("ResourceId") as machine, "BillingCurrencyCode" as currency,
       lower("ProductName") like 'microsoft defender for servers%' as is_defender,
       cast("Quantity" as decimal(38, 12)) as quantity, cast("CostInBillingCurrency" as decimal(38, 12)) as cost
     from ${source}
   ),
   -- Foreign lines are one group: they are needed for the sum of all lines only.
   day as (
     select case when is_defender then day end as day, case when is_defender then machine end as machine,
       case when is_defender then currency end as currency, is_defender, count(*) as lines, sum(quantity) as hours, sum(cost) as cost
     from line
     group by all
   )
   select sum(lines) as lines, count(*) filter (where is_defender) as groups, sum(hours) filter (where is_defender) as hours,
     sum(cost) filter (where is_defender) as cost, sum(cost) as total
   from day`,
)
await engine.close()
process.stdout.write(JSON.stringify({ ...row, lines: Number(row?.['lines']), groups: Number(row?.['groups']) }))

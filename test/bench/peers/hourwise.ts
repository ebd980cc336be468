import { openDuckDb } from '../../../src/engine/duckdb.ts'
import { normalise } from '../../../src/normalise/normalise.ts'

/**
 * The same job with Hourwise's own reader: the folder is normalised with all its checks (every line counted against the
 * manifest, amounts exact, actual against amortised, days exported twice), then summed per day and machine.
 */
const engine = await openDuckDb({ memoryLimitMegabytes: 1000 })
await normalise(engine, process.argv[2] ?? '')
const [days] = await engine.rows(
  `select count(*) as groups, sum(hours) as hours, sum(cost) as cost
   from (select charge_day, resource_id, billing_currency, sum(quantity * hours_per_unit_number) as hours, sum(billed_cost) as cost
         from (select *, cast(hours_per_unit as integer) as hours_per_unit_number from normalise.cost_line where line_class = 'defender'
                 and lower(product_name) like 'microsoft defender for servers%') l
         group by charge_day, resource_id, billing_currency) d`,
)
const [all] = await engine.rows('select sum(line_count) as lines, sum(billed_cost) as total from normalise.cost_total')
await engine.close()
process.stdout.write(
  JSON.stringify({
    lines: Number(all?.['lines']),
    groups: Number(days?.['groups']),
    hours: days?.['hours'],
    cost: days?.['cost'],
    total: all?.['total'],
  }),
)

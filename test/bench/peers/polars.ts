import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { costParts } from '../cost_parts.ts'

/**
 * The job of a peer, in nodejs-polars: no column is read that it does not need. Amounts are binary floats.
 * nodejs-polars is no dependency of Hourwise: `BENCH_POLARS` names a folder it is installed in.
 */
interface Expression {
  alias(name: string): Expression
  cast(type: unknown): Expression
  sum(): Expression
  count(): Expression
  str: { toLowerCase(): Expression; startsWith(text: string): Expression }
}
interface Frame {
  select(...columns: (string | Expression)[]): Frame
  groupBy(columns: (string | Expression)[]): { agg(...columns: Expression[]): Frame }
  filter(condition: Expression): Frame
  /** Of an eager frame the same, lazy. */
  lazy(): Frame
  collect(): Promise<Frame>
  getColumn(name: string): { sum(): number }
  height: number
}
interface Polars {
  scanParquet(path: string): Frame
  readCSV(text: Buffer, options: { columns: string[]; inferSchemaLength: number }): Frame
  concat(frames: Frame[]): Frame
  col(name: string): Expression
  lit(value: null): Expression
  when(condition: Expression): { then(value: Expression): { otherwise(value: Expression): Expression } }
  Float64: unknown
}

const AMOUNTS = ['Quantity', 'CostInBillingCurrency']
const NEEDED = ['Date', 'ProductName', 'ResourceId', 'BillingCurrencyCode', ...AMOUNTS]

const pl = installed()
const isOurs = pl.col('isDefender')
const parts = costParts(process.argv[2] ?? '')
// From Parquet all parts are one lazy frame. From CSV each is unzipped, read and summed before the next: nodejs-polars is
// built without gzip.
const sums: Frame[] = []
if (parts[0]?.endsWith('.parquet')) sums.push(await summed(pl.concat(parts.map((path) => pl.scanParquet(path)))))
else
  for (const path of parts) {
    const part = pl.readCSV(gunzipSync(readFileSync(path)), { columns: NEEDED, inferSchemaLength: 0 })
    sums.push(await summed(part.lazy()))
  }
const sum = (of: (part: Frame) => number): number => sums.reduce((all, part) => all + of(part), 0)
const ours = await pl
  .concat(sums)
  .lazy()
  .filter(isOurs)
  .groupBy(['Date', 'machine', 'BillingCurrencyCode'])
  .agg(pl.col('hours').sum(), pl.col('cost').sum())
  .collect()
process.stdout.write(
  JSON.stringify({
    lines: sum((part) => part.getColumn('lines').sum()),
    groups: ours.height,
    hours: ours.getColumn('hours').sum(),
    cost: ours.getColumn('cost').sum(),
    total: sum((part) => part.getColumn('cost').sum()),
  }),
)

/** Sums per day and machine; foreign lines are one group, for they are needed for the sum of all lines only. */
async function summed(lines: Frame): Promise<Frame> {
  const ofDefender = (name: string): Expression =>
    pl.when(isOurs).then(pl.col(name)).otherwise(pl.lit(null)).alias(name)
  return lines
    .select(
      'Date',
      pl.col('ProductName').str.toLowerCase().str.startsWith('microsoft defender for servers').alias('isDefender'),
      pl.col('ResourceId').str.toLowerCase().alias('machine'),
      'BillingCurrencyCode',
      ...AMOUNTS.map((name) => pl.col(name).cast(pl.Float64)),
    )
    .groupBy(['isDefender', ...['Date', 'machine', 'BillingCurrencyCode'].map(ofDefender)])
    .agg(
      pl.col('Quantity').sum().alias('hours'),
      pl.col('CostInBillingCurrency').sum().alias('cost'),
      pl.col('CostInBillingCurrency').count().alias('lines'),
    )
    .collect()
}

function installed(): Polars {
  try {
    const found = createRequire(join(process.env['BENCH_POLARS'] ?? process.cwd(), 'package.json'))('nodejs-polars')
    return found.default ?? found
  } catch (error) {
    process.stderr.write(`${(error as Error).message.split('\n')[0]}\n`)
    process.exit(3)
  }
}

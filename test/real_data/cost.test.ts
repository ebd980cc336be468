// Reads ../shared/data/cost, real exports that are not part of the project; skipped where they are absent.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { EXIT } from '../../src/errors.ts'
import { packageRoot } from '../../src/package_root.ts'
import { errorOf, exactSum, plain, readFiles, readFolder, withFolder } from '../normalise/cost_folder.ts'

const DATA = join(packageRoot, '../shared/data/cost')
const SAMPLE = join(packageRoot, 'fixtures/sample')

/** What each file must be: its totals per currency with the days they span, or the words of its refusal. */
type Expected =
  | { form: string; rows: string; totals: string[][]; classes: Record<string, string>; checks: string[] }
  | { error: string }
  | { unrecognised: string }

const TABLE = 'a table whose columns are of no kind that is read'

const EXPECTED: Record<string, Expected> = {
  'finops-toolkit/EA-Reservations-Recommendations.csv': { unrecognised: TABLE },
  'finops-toolkit/EA_ActualCost_Small.csv': {
    form: 'EA 2021, CSV',
    rows: '11',
    totals: [['actual', 'USD', '11', '8.5450077867419368', 'null', '2023-09-04', '2023-09-21']],
    classes: { defender: '2' },
    checks: [],
  },
  'finops-toolkit/EA_AmortizedCost_Small.csv': {
    form: 'EA 2021, CSV',
    rows: '28',
    totals: [['amortized', 'USD', '28', 'null', '16.296932136636644627485419', '2023-09-03', '2023-09-22']],
    classes: { compute: '2', defender: '3' },
    checks: [],
  },
  'finops-toolkit/EA_NoRows.csv': {
    form: 'EA 2021, CSV',
    rows: '0',
    totals: [],
    classes: {},
    checks: ['cost_dataset_is_stated'],
  },
  'finops-toolkit/PricingUnits.csv': { unrecognised: TABLE },
  'finops-toolkit/Regions.csv': { unrecognised: TABLE },
  'finops-toolkit/ResourceTypes.csv': { unrecognised: TABLE },
  'finops-toolkit/Services.csv': { unrecognised: TABLE },
  'focus-sample/focus_sample.csv': {
    form: 'FOCUS 1.0 without x_ columns, CSV',
    rows: '1000',
    totals: [['focus', 'USD', '1000', '20.52022672899', '14.97651418586', '2024-09-01', '2024-09-30']],
    classes: { defender: '10' },
    checks: ['cost_row_count_is_no_page_size'],
  },
  'focus_converters/sample-anonymous-ea-export-dataset.csv': {
    form: 'EA, CSV',
    rows: '27',
    totals: [['actual', 'CAD', '27', '1.26136926505726', 'null', '2023-09-02', '2023-09-02']],
    classes: { compute: '7' },
    checks: ['cost_dataset_is_stated', 'cost_resource_id_is_an_arm_id'],
  },
  'opencost/headersets/BOM.csv': { error: 'a line of the cost file has no cost' },
  'opencost/headersets/Enterprise.csv': {
    form: 'EA, CSV',
    rows: '1',
    totals: [['actual', 'CAD', '1', '0', 'null', '2021-02-02', '2021-02-02']],
    classes: { compute: '1' },
    checks: ['cost_dataset_is_stated'],
  },
  'opencost/headersets/EnterpriseCamel.csv': {
    form: 'MCA, CSV',
    rows: '1',
    totals: [['actual', 'USD', '1', '0.012', 'null', '2021-02-02', '2021-02-02']],
    classes: {},
    checks: ['cost_dataset_is_stated'],
  },
  'opencost/headersets/German.csv': {
    form: 'pay-as-you-go, CSV',
    rows: '1',
    totals: [['usage', 'USD', '1', '0.075', 'null', '2021-02-02', '2021-02-02']],
    classes: {},
    checks: [],
  },
  'opencost/headersets/PayAsYouGo.csv': {
    form: 'pay-as-you-go, CSV',
    rows: '1',
    totals: [['usage', 'USD', '1', '0.075', 'null', '2021-02-02', '2021-02-02']],
    classes: {},
    checks: [],
  },
  'opencost/headersets/YA.csv': {
    form: 'EA, CSV',
    rows: '1',
    totals: [['actual', 'USD', '1', '0.075', 'null', '2021-02-02', '2021-02-02']],
    classes: {},
    checks: ['cost_dataset_is_stated'],
  },
  'opencost/values/MissingBrackets.csv': { error: 'the cost file names no currency' },
  'opencost/values/Template.csv': { error: 'the cost file names no currency' },
  'opencost/values/VirtualMachine.csv': { error: 'the cost file names no currency' },
  'optscale/expenses_by_service.json': { unrecognised: 'JSON, but its records are of no kind that is read' },
}

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((path) => /\.(csv|json|parquet)(\.gz)?$/.test(path))
    .sort()

describe.skipIf(!existsSync(DATA))('real cost files', () => {
  it('are all accounted for', () => {
    expect(filesOf(DATA)).toEqual(Object.keys(EXPECTED).sort())
  })

  it.each(Object.entries(EXPECTED))('%s', async (path, expected) => {
    const content = readFileSync(join(DATA, path))
    await withFolder({ [path]: content }, async (folder) => {
      if ('error' in expected || 'unrecognised' in expected) {
        const { code, text } = await errorOf(folder)
        expect(code).toBe(EXIT.input)
        if ('error' in expected)
          expect(text.split('\n').slice(0, 2).join('\n')).toContain(`hourwise: ${expected.error}\n  ${path}`)
        else expect(text).toContain(`${path}   ${expected.unrecognised}`)
        return
      }
      await readFolder(folder, async ({ files, findings, sql }) => {
        const totals = await sql(
          `select dataset, billing_currency, line_count, billed_cost, effective_cost, first_day, last_day
           from normalise.cost_total order by 1, 2`,
        )
        const classes = await sql('select line_class, count(*) as lines from normalise.cost_line group by 1 order by 1')
        expect({
          form: files[0]?.form,
          rows: files[0]?.rowCount,
          totals: totals.map((row) =>
            Object.values(row).map((value) => (/\./.test(String(value)) ? plain(value) : String(value))),
          ),
          classes: Object.fromEntries(classes.map((row) => [row['line_class'], row['lines']])),
          checks: findings.map(({ check }) => check).sort(),
        }).toEqual(expected)
      })
    })
  })

  it('sums agree with a sum of the text by integers', async () => {
    const columns: Record<string, [string, string]> = {
      'finops-toolkit/EA_ActualCost_Small.csv': ['Cost', 'billed_cost'],
      'finops-toolkit/EA_AmortizedCost_Small.csv': ['Cost', 'effective_cost'],
      'focus-sample/focus_sample.csv': ['BilledCost', 'billed_cost'],
      'focus_converters/sample-anonymous-ea-export-dataset.csv': ['CostInBillingCurrency', 'billed_cost'],
    }
    for (const [path, [column, total]] of Object.entries(columns)) {
      const text = readFileSync(join(DATA, path), 'utf8')
      const amounts = columnOf(text, column)
      const sum = await readFiles({ 'a.csv': text }, ({ sql }) =>
        sql(`select sum(${total}) as sum, count(*) from normalise.cost_total`),
      )
      expect([path, plain(sum[0]?.['sum'])]).toEqual([path, exactSum(amounts)])
    }
  })

  it('the Defender line of the FOCUS sample has its hours, and negative lines their sign', async () => {
    const text = readFileSync(join(DATA, 'focus-sample/focus_sample.csv'), 'utf8')
    await readFiles({ 'a.csv': text }, async ({ sql }) => {
      const lines = await sql('select * from normalise.cost_line order by row_number')
      const containers = lines.find((line) => String(line['product_name']).includes('Containers'))
      expect(containers).toMatchObject({
        subscription_id: 'ed570627-0265-4620-bb42-bae06bcfa914',
        charge_category: 'usage',
      })
      expect(
        [containers?.['quantity'], containers?.['hours_per_unit'], containers?.['billed_cost']].map(plain),
      ).toEqual(['168', '1', '1.58088'])
      expect(
        lines.filter((line) => String(line['billed_cost']).startsWith('-')).map((line) => plain(line['billed_cost'])),
      ).toEqual(['-0.000026'])
    })
  })
})

describe('the sample estate', () => {
  it('gives the Defender totals of fixtures/README.md, of the runs that count', async () => {
    const page = readFileSync(join(packageRoot, 'fixtures/README.md'), 'utf8')
    const written = [
      ...page.matchAll(/^\| (2026-\d\d) \| (USD|EUR)\s*\| \*\*all\*\*\s*\| (\d+)\s*\| (\d+)\s*\| ([\d.]+)\s*\|$/gm),
    ].map((match) => match.slice(1, 6))
    expect(written).toHaveLength(4)
    await readFolder(SAMPLE, async ({ sql, files }) => {
      const rows = await sql(
        `select left(cast(charge_day as varchar), 7) as month, billing_currency, count(*) as lines,
                sum(quantity * cast(hours_per_unit as integer)) as hours, sum(billed_cost) as cost
         from normalise.cost_line where product_name like 'Microsoft Defender for Servers%' and charge_day >= date '2026-09-01'
         group by all order by 1, 2 desc`,
      )
      expect(
        rows.map((row) => [
          row['month'],
          row['billing_currency'],
          row['lines'],
          plain(row['hours']),
          plain(row['cost']),
        ]),
      ).toEqual(written)
      expect(files.filter(({ supersededBy }) => supersededBy !== null).map(({ path }) => path.split('/')[1])).toEqual([
        '2026-09',
      ])
    })
  })
})

/** Values of a column, by the letter of RFC 4180. */
function columnOf(text: string, column: string): string[] {
  const rows: string[][] = [[]]
  let cell = ''
  let quoted = false
  for (const char of text
    .replace(/^\ufeff/, '')
    .replaceAll('\r\n', '\n')
    .replaceAll('""', '\u0001')) {
    if (char === '"') quoted = !quoted
    else if (!quoted && (char === ',' || char === '\n')) {
      rows.at(-1)?.push(cell)
      cell = ''
      if (char === '\n') rows.push([])
    } else cell += char
  }
  if (cell !== '') rows.at(-1)?.push(cell)
  const [header = [], ...lines] = rows.filter((row) => row.length > 0)
  const at = header.indexOf(column)
  return lines.map((row) => row[at] ?? '')
}

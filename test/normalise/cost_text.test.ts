import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HourwiseError } from '../../src/errors.ts'
import { EA_COLUMNS, type EaLine, eaCsv, exactSum, plain, readFiles } from './cost_folder.ts'

const LINES = 'select * from normalise.cost_line order by cost_line_id'

describe('the text of a CSV', () => {
  const WITNESS: EaLine[] = [
    { Date: '10/03/2026', Tags: '"note": "two\nlines, and ""quotes"""' },
    {
      ProductName: 'Blob',
      MeterCategory: 'Storage',
      MeterName: 'Reads',
      CostInBillingCurrency: '-0.000000000000000001',
    },
    { Date: '10/14/2026', CostInBillingCurrency: '1E-5', MeterName: 'Standard P1 Node' },
  ]
  const read = (files: Record<string, string | Buffer>) =>
    readFiles(files, async ({ sql, findings }) => ({
      lines: await sql(LINES),
      totals: await sql('select * from normalise.cost_total'),
      findings: findings.map(({ check }) => check),
    }))

  it('edge case 66: says the same in any order and case of its header, with a byte order mark, CRLF, semicolons, gzip', async () => {
    const expected = await read({ 'a.csv': eaCsv(WITNESS) })
    expect(expected.lines).toHaveLength(2)
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...EA_COLUMNS], { minLength: EA_COLUMNS.length }),
        fc.infiniteStream(fc.boolean()),
        fc.record({
          mark: fc.boolean(),
          crlf: fc.boolean(),
          gzip: fc.boolean(),
          ends: fc.boolean(),
          semicolons: fc.boolean(),
        }),
        async (columns, coins, form) => {
          let text = eaCsv(WITNESS, columns)
          const header = text.indexOf('\n')
          const mixed = [...text.slice(0, header)].map((char) =>
            coins.next().value ? char.toUpperCase() : char.toLowerCase(),
          )
          text = mixed.join('') + text.slice(header)
          if (form.semicolons) text = outsideQuotes(text, ',', ';')
          if (form.crlf) text = outsideQuotes(text, '\n', '\r\n')
          if (!form.ends) text = text.replace(/\r?\n$/, '')
          if (form.mark) text = `\ufeff${text}`
          expect(await read(form.gzip ? { 'a.csv.gz': gzipSync(text) } : { 'a.csv': text })).toEqual(expected)
        },
      ),
      { numRuns: 25 },
    )
  }, 60_000)

  it('adds up to the last digit, whatever the amounts', async () => {
    const amount = fc.oneof(
      fc
        .tuple(fc.integer({ min: -99999, max: 99999 }), fc.stringMatching(/^\d{0,24}$/))
        .map(([whole, rest]) => `${whole}.${rest}`),
      fc
        .tuple(fc.integer({ min: -9, max: 9 }), fc.stringMatching(/^\d{1,12}$/), fc.integer({ min: 1, max: 12 }))
        .map(([whole, rest, exponent]) => `${whole}.${rest}E-0${exponent}`.replace(/E-0(\d\d)/, 'E-$1')),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(amount, { minLength: 1, maxLength: 40 }), async (amounts) => {
        const lines = amounts.map((cost, at) => ({
          CostInBillingCurrency: cost,
          ...(at % 2 ? { ProductName: 'Blob', MeterCategory: 'Storage', MeterName: 'Reads' } : {}),
        }))
        await readFiles({ 'a.csv': eaCsv(lines) }, async ({ sql }) => {
          const [total] = await sql('select billed_cost from normalise.cost_total')
          expect(plain(total?.['billed_cost'])).toBe(exactSum(amounts))
          const ours = await sql('select sum(billed_cost) as cost from normalise.cost_line')
          expect(plain(ours[0]?.['cost'])).toBe(exactSum(amounts.filter((_, at) => at % 2 === 0)))
        })
      }),
      { numRuns: 20 },
    )
  }, 60_000)

  it('is never read in part: cut anywhere, it is refused, or holds whole lines only', async () => {
    const text = eaCsv(WITNESS)
    const costs = ['0', '0.48', '0.479999999999999999', '0.480009999999999999']
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: text.indexOf('\n') + 1, max: text.length }), async (at) => {
        try {
          const { totals } = await read({ 'a.csv': text.slice(0, at) })
          const rest = text.slice(at)
          expect(costs).toContain(plain(totals[0]?.['billed_cost'] ?? '0'))
          // what is missing begins with a line, or is only the end of the last one
          expect(rest === '' || rest.startsWith('\n') || text[at - 1] === '\n').toBe(true)
        } catch (error) {
          if (!(error instanceof HourwiseError)) throw error
          // the second: between the lines of a quoted field
          expect(['the CSV ends inside a line', 'a quoted field of the CSV is broken']).toContain(error.message)
        }
      }),
      { numRuns: 40 },
    )
  }, 60_000)

  it('takes 31 significant digits and rounds beyond 24 decimals once, with a finding', async () => {
    const amounts = ['1234567.123456789012345678901234', '0.0000000000000000000000005', '9.34E-07', '1.5E+03']
    await readFiles(
      { 'a.csv': eaCsv(amounts.map((cost) => ({ CostInBillingCurrency: cost }))) },
      async ({ sql, findings }) => {
        const rows = await sql('select billed_cost from normalise.cost_line order by row_number')
        expect(rows.map((row) => row['billed_cost'])).toEqual([
          '1234567.123456789012345678901234',
          '0.000000000000000000000001',
          '0.000000934000000000000000',
          '1500.000000000000000000000000',
        ])
        expect(findings).toContainEqual(
          expect.objectContaining({
            check: 'cost_amounts_fit_24_decimals',
            severity: 'info',
            evidence: '1 of 4 lines',
          }),
        )
      },
    )
  })
})

function outsideQuotes(text: string, what: string, by: string): string {
  let quoted = false
  return [...text]
    .map((char) => {
      if (char === '"') quoted = !quoted
      return char === what && !quoted ? by : char
    })
    .join('')
}

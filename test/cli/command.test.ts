import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { chargeLine, daysOf, exportsOf, hourwise, octoberExports, scratch } from './hourwise.ts'

describe('the command line', () => {
  test('a misspelt command and a misspelt flag say what was meant', () => {
    const command = hourwise(['reprot', 'x'])
    expect(command).toMatchObject({ exit: 2, out: '' })
    expect(command.err).toBe("hourwise: unknown command 'reprot'\n(Did you mean report?)\n")
    const flag = hourwise(['report', 'x', '--perod', '2026-10'])
    expect(flag).toMatchObject({ exit: 2, out: '' })
    expect(flag.err).toBe("hourwise: unknown option '--perod'\n(Did you mean --period?)\n")
  })

  test('--version prints the version of the package', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
    expect(hourwise(['--version'])).toEqual({ exit: 0, out: `${version}\n`, err: '' })
  })

  test('without a command, help and exit 2', () => {
    const bare = hourwise([])
    expect(bare).toMatchObject({ exit: 2, out: '' })
    expect(bare.err).toContain('Usage: hourwise')
  })

  test('too many folders are refused', () => {
    expect(hourwise(['report', 'a', 'b'])).toMatchObject({ exit: 2, out: '' })
  })
})

describe('report', () => {
  test('-o json --quiet prints one JSON document on stdout and nothing on stderr', () => {
    const folder = octoberExports()
    const ran = hourwise(['report', folder, '--out', join(folder, 'out'), '--format', 'json', '-o', 'json', '--quiet'])
    expect(ran).toMatchObject({ exit: 0, err: '' })
    const { summary, files } = JSON.parse(ran.out)
    expect(summary.period).toEqual({ from_day: '2026-10-01', until_day: '2026-11-01' })
    expect(summary.figures).toContainEqual({
      figure: 'total_cost',
      value: '14.88',
      unit: 'money',
      currency: 'EUR',
      reason: null,
    })
    expect(files).toEqual(readdirSync(join(folder, 'out')).sort())
  })

  test('-o tsv prints a row a figure; the table is for people', () => {
    const folder = octoberExports()
    const out = join(folder, 'out')
    const tsv = hourwise(['report', folder, '--out', out, '--format', 'json', '-o', 'tsv']).out.split('\n')
    expect(tsv[0]).toBe('figure\tcurrency\tvalue\tunit\treason')
    expect(tsv).toContain('total_cost\tEUR\t14.88\tmoney\t')
    const table = hourwise(['report', folder, '--out', out, '--format', 'json']).out
    expect(table).toMatch(/^2026-10-01 to 2026-10-31 +EUR\nCost of Defender for Servers +14\.88\n/)
    expect(table).toContain(`Results in ${out}\n`)
  })

  test('only what was asked for is written, and the manifest always', () => {
    const folder = octoberExports()
    const out = join(scratch(), 'out')
    hourwise(['report', folder, '--out', out, '--format', 'csv'])
    expect(readdirSync(out).sort()).toEqual([
      'action_machines.csv',
      'actions.csv',
      'charges.csv',
      'ledger.csv',
      'machines.csv',
      'manifest.json',
      'scenarios.csv',
    ])
  })

  test('variables and hourwise.yaml count, flags count more', () => {
    const folder = octoberExports()
    writeFileSync(join(folder, 'hourwise.yaml'), 'formats: [csv]\nout: results\n')
    expect(hourwise(['report', folder]).exit).toBe(0)
    expect(existsSync(join(folder, 'results/ledger.csv'))).toBe(true)
    const away = scratch()
    expect(hourwise(['report', folder, '--format', 'json'], { env: { HOURWISE_OUT: join(away, 'env') } }).exit).toBe(0)
    expect(readdirSync(join(away, 'env')).sort()).toEqual([
      'findings.json',
      'manifest.json',
      'summary.json',
      'tickets.jsonl',
    ])
  })

  test('results of an earlier run within the folder are no input', () => {
    const folder = octoberExports()
    const run = () => hourwise(['report', '.', '--format', 'csv,json', '-o', 'json'], { cwd: folder })
    const first = run()
    expect(first).toMatchObject({ exit: 0, err: '' })
    expect(run().out).toBe(first.out)
    expect(
      JSON.parse(readFileSync(join(folder, 'out/manifest.json'), 'utf8')).inputs.map(
        (input: { path: string }) => input.path,
      ),
    ).toEqual(['cost.csv'])
  })
})

describe('the period', () => {
  test('the latest month that is covered to its end, not the one that has begun', () => {
    const folder = exportsOf(
      [...daysOf('2026-09', 1, 30), ...daysOf('2026-10'), ...daysOf('2026-11', 1, 3)].map((day) =>
        chargeLine(day, 'web-01'),
      ),
    )
    expect(JSON.parse(hourwise(['check', folder, '-o', 'json']).out).summary.period).toEqual({
      from_day: '2026-10-01',
      until_day: '2026-11-01',
    })
  })

  test('no whole month: the days of the newest one, said on stderr and in a finding', () => {
    const folder = exportsOf([...daysOf('2026-10', 3, 12)].map((day) => chargeLine(day, 'web-01')))
    const ran = hourwise(['check', folder, '-o', 'json'])
    const { summary, findings } = JSON.parse(ran.out)
    expect(ran.exit).toBe(0)
    expect(summary.period).toEqual({ from_day: '2026-10-03', until_day: '2026-10-13' })
    expect(ran.err).toContain('covers no calendar month to its end')
    expect(findings).toContainEqual(
      expect.objectContaining({ check: 'the_cost_data_covers_a_whole_month', severity: 'warning' }),
    )
  })

  test('a month that the data covers only to its end begins late: a finding', () => {
    const days = [...daysOf('2026-09', 20, 30), ...daysOf('2026-10', 1, 12)]
    const ran = hourwise(['check', exportsOf(days.map((day) => chargeLine(day, 'web-01'))), '-o', 'json'])
    const { summary, findings } = JSON.parse(ran.out)
    expect(ran.exit).toBe(0)
    expect(summary.period).toEqual({ from_day: '2026-09-01', until_day: '2026-10-01' })
    expect(findings).toContainEqual(expect.objectContaining({ check: 'the_cost_data_covers_the_period' }))
  })

  test('a period without data is exit 2 and says what the data covers', () => {
    const ran = hourwise(['report', octoberExports(), '--period', '2026-08'])
    expect(ran).toMatchObject({ exit: 2, out: '' })
    expect(ran.err).toMatch(/asked for {7}2026-08-01 to 2026-08-31\n {4}the data covers 2026-10-01 to 2026-10-31\n/)
  })

  test('a period that the data covers in part is done with exit 4 and a finding', () => {
    const ran = hourwise(['check', octoberExports(), '--from', '2026-10-20', '--to', '2026-11-05', '-o', 'json'])
    expect(ran.exit).toBe(4)
    expect(ran.err).toContain('hourwise: the cost data does not cover the whole period\n')
    expect(JSON.parse(ran.out).findings).toContainEqual(
      expect.objectContaining({ check: 'the_cost_data_covers_the_period' }),
    )
  })
})

describe('gates and grades', () => {
  test('a condition that holds is exit 3 and says the number; the results are written all the same', () => {
    const folder = octoberExports()
    const out = join(scratch(), 'out')
    const ran = hourwise([
      'report',
      folder,
      '--out',
      out,
      '--format',
      'json',
      '--fail-on',
      'coverage<95',
      '--fail-on',
      'errors>1000',
    ])
    expect(ran.exit).toBe(3)
    expect(ran.err).toMatch(/^hourwise: coverage<95: it cannot be computed: .+\n$/)
    expect(existsSync(join(out, 'summary.json'))).toBe(true)
    expect(hourwise(['check', folder, '--fail-on', 'errors>1000']).exit).toBe(0)
  })

  test('an unknown metric is exit 2 with the list', () => {
    const ran = hourwise(['check', octoberExports(), '--fail-on', 'uptime<95'])
    expect(ran).toMatchObject({ exit: 2, out: '' })
    expect(ran.err).toContain('machine_coverage  machines healthy at the end')
  })

  test('a grade below the demanded one is exit 4, and a gate goes before it', () => {
    const folder = octoberExports()
    const ran = hourwise(['check', folder, '--minimum-grade', 'A'])
    expect(ran.exit).toBe(4)
    expect(ran.err).toMatch(/^hourwise: the data grade is [B-D], and A was demanded\n$/)
    expect(hourwise(['check', folder, '--minimum-grade', 'A', '--fail-on', 'grade<A']).exit).toBe(3)
  })
})

describe('sources', () => {
  test('what was recognised, and what was not and why', () => {
    const folder = octoberExports()
    writeFileSync(join(folder, 'notes.txt'), 'remember the milk\n')
    const { files, unrecognised } = JSON.parse(hourwise(['sources', folder, '-o', 'json']).out)
    expect(files).toMatchObject([{ path: 'cost.csv', kind: 'cost', rowCount: '31' }])
    expect(unrecognised).toMatchObject([{ path: 'notes.txt' }])
    const words = hourwise(['sources', folder]).out
    expect(words).toContain('cost.csv')
    expect(words).toMatch(/not recognised, and left out\n {2}notes\.txt\n {4}\S/)
  })

  test('a file name that would move the cursor is printed without effect', () => {
    const folder = octoberExports()
    writeFileSync(join(folder, 'a\u001b[2Jb.txt'), 'x\n')
    for (const form of ['table', 'tsv']) {
      expect(hourwise(['sources', folder, '-o', form]).out).not.toContain('\u001b')
    }
  })
})

describe('what is refused', () => {
  test('a subscription that the data does not know', () => {
    const ran = hourwise(['check', octoberExports(), '--subscription', '99999999-2222-3333-4444-555555555555'])
    expect(ran).toMatchObject({ exit: 2, out: '' })
    expect(ran.err).toContain('11111111-2222-3333-4444-555555555555')
  })

  test('results that would replace the input', () => {
    const folder = octoberExports()
    expect(hourwise(['report', folder, '--out', folder]).err).toContain('the results would replace the input')
    expect(hourwise(['report', folder, '--out', join(folder, '..')]).exit).toBe(2)
    expect(existsSync(join(folder, 'cost.csv'))).toBe(true)
  })

  test('a folder of results with files of somebody else in it', () => {
    const folder = octoberExports()
    const out = join(scratch(), 'out')
    mkdirSync(out)
    writeFileSync(join(out, 'thesis.docx'), 'precious')
    const ran = hourwise(['report', folder, '--out', out])
    expect(ran).toMatchObject({ exit: 2, out: '' })
    expect(ran.err).toContain('thesis.docx')
    expect(readFileSync(join(out, 'thesis.docx'), 'utf8')).toBe('precious')
  })

  test('a file in place of the folder of results', () => {
    const folder = octoberExports()
    const out = join(scratch(), 'out')
    writeFileSync(out, 'a file')
    expect(hourwise(['report', folder, '--out', out])).toMatchObject({ exit: 2, out: '' })
    expect(hourwise(['report', folder, '--out', join(out, 'deeper')])).toMatchObject({ exit: 2, out: '' })
    expect(readFileSync(out, 'utf8')).toBe('a file')
  })
})

// The documents are held to what they describe.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { readConfig } from '../src/config.ts'
import { openDuckDb } from '../src/engine/duckdb.ts'
import { EXIT } from '../src/errors.ts'
import { METRICS } from '../src/gate.ts'
import { buildLedger } from '../src/ledger/build.ts'
import { normalise } from '../src/normalise/normalise.ts'
import { plannedFiles } from '../src/output/results.ts'
import { packageRoot } from '../src/package_root.ts'
import { hourwise } from './cli/hourwise.ts'

const text = (file: string) => readFileSync(join(packageRoot, file), 'utf8')
const readme = text('README.md')
const map = text('src/README.md')

describe('README.md', () => {
  test('the help it shows is the help', () => {
    for (const words of [['--help'], ['report', '--help'], ['collect', '--help']])
      expect(readme).toContain(`\`\`\`\n${hourwise(words).out.trim()}\n\`\`\``)
  })

  test('every command in it exists', () => {
    const commands = [...readme.matchAll(/^ *(?:npm run -s )?hourwise (?:-- )?([a-z]+)/gm)].map(([, command]) =>
      String(command),
    )
    expect(commands.length).toBeGreaterThan(2)
    for (const command of new Set(commands)) expect(hourwise([command, '--help']).exit, command).toBe(0)
  })

  test('every file that a run writes is described', () => {
    for (const file of plannedFiles(readConfig('/nowhere', {}, {}))) {
      const [stem = '', format = ''] = file.split('.')
      expect(
        readme.includes(`\`${file}\``) || (readme.includes(`\`${stem}\``) && readme.includes(`\`.${format}\``)),
        file,
      ).toBe(true)
    }
  })

  test('every exit code and every metric of --fail-on is described', () => {
    for (const code of Object.values(EXIT)) expect(readme).toMatch(new RegExp(`^  ${code}  \\S`, 'm'))
    for (const metric of Object.keys(METRICS)) expect(readme).toContain(`\`${metric}\``)
  })

  test('the table of dependencies is that of package.json', () => {
    const { dependencies } = JSON.parse(text('package.json')) as { dependencies: Record<string, string> }
    const table = readme.slice(readme.indexOf('## Dependencies'), readme.indexOf('Not `danfojs-node`'))
    const named = [...table.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell]) =>
      [...String(cell).matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    )
    expect(named.sort()).toEqual(Object.keys(dependencies).sort())
  })
})

describe('src/README.md', () => {
  let figures: string[] = []
  beforeAll(async () => {
    const engine = await openDuckDb()
    await normalise(engine, join(packageRoot, 'fixtures/sample'))
    await buildLedger(engine, { fromDay: '2026-10-01', untilDay: '2026-11-01' })
    figures = (await engine.rows('select distinct figure from ledger.figure order by figure')).map((row) =>
      String(row.figure),
    )
    await engine.close()
  })

  test('every figure is described, and no other', () => {
    const table = map.slice(map.indexOf('| figure |'), map.indexOf('| data grade |'))
    const named = [...table.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell]) =>
      [...String(cell).matchAll(/`([a-z_]+)`/g)].map(([, name]) => name),
    )
    expect(named.sort()).toEqual(figures)
  })

  test('every file it names exists', () => {
    const named = [...map.matchAll(/`((?:\.\.\/)?[a-z_]+(?:\/[a-z_.]+)*\.(?:ts|sql|json)|(?:\.\.\/)?[a-z_]+\/)`/g)].map(
      ([, name]) => String(name),
    )
    expect(named.length).toBeGreaterThan(20)
    const inside = ['src', 'reports'].flatMap((folder) =>
      readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' }),
    )
    for (const name of named.filter((one) => one !== 'given/')) {
      const path = name.replace('../', '').replace(/\/$/, '')
      const exists = existsSync(join(packageRoot, path)) || inside.some((file) => `/${file}`.endsWith(`/${path}`))
      expect(exists, name).toBe(true)
    }
  })

  test('every folder and file at the top of src has its row', () => {
    for (const entry of readdirSync(join(packageRoot, 'src'), { withFileTypes: true })) {
      if (!entry.isDirectory() && !entry.name.endsWith('.ts')) continue
      expect(map, entry.name).toContain(entry.isDirectory() ? `\`${entry.name}/\`` : `\`${entry.name}\``)
    }
  })

  test('every bucket is described', async () => {
    const buckets = [...text('src/ledger/ledger.sql').matchAll(/(?:then|else) '([a-z_]+)'/g)].map(([, name]) => name)
    for (const bucket of buckets.filter((one) => !['inferred', 'unknown'].includes(String(one))))
      expect(map, bucket).toContain(`| \`${bucket}\` |`)
  })
})

test.each(['README.md', 'src/README.md', 'fixtures/README.md'])('links of %s lead somewhere', (file) => {
  const targets = [...text(file).matchAll(/\]\(([^)#]+)[^)]*\)/g)]
    .map(([, target]) => String(target))
    .filter((target) => !target.startsWith('https:'))
  for (const target of targets) expect(existsSync(join(packageRoot, dirname(file), target)), target).toBe(true)
})

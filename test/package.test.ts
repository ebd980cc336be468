// What `npm publish` would ship, installed into an empty folder: its command must work there. Needs the npm registry or a
// warm cache for the dependencies; skipped with a word where neither is.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packageRoot } from '../src/package_root.ts'

let place: string
let shipped: string[]
let whyNot = ''

const npm = (words: string[], cwd: string) =>
  spawnSync('npm', words, { cwd, encoding: 'utf8', env: { ...process.env, npm_config_loglevel: 'error' } })

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'hourwise-package-'))
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', place], {
      cwd: packageRoot,
      encoding: 'utf8',
    }),
  ) as { filename: string; files: { path: string }[] }[]
  shipped = packed?.files.map((file) => file.path) ?? []
  mkdirSync(join(place, 'user'))
  writeFileSync(join(place, 'user/package.json'), '{"private":true}')
  const installed = npm(
    [
      'install',
      '--ignore-scripts',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      join(place, String(packed?.filename)),
    ],
    join(place, 'user'),
  )
  if (installed.status !== 0) whyNot = installed.stderr.trim().split('\n')[0] ?? 'npm install failed'
})
afterAll(() => rmSync(place, { recursive: true, force: true }))

describe('the package', () => {
  test('holds what a run needs, and nothing else', () => {
    for (const path of [
      'dist/src/cli.js',
      'src/ledger/ledger.sql',
      'src/licensing/offers.csv',
      'src/config.schema.json',
      'src/collection.schema.json',
      'src/output/summary.schema.json',
      'src/output/manifest.schema.json',
      'fixtures/sample/hourwise.yaml',
      'README.md',
      'LICENSE',
    ]) {
      expect(shipped, path).toContain(path)
    }
    expect(
      shipped.filter((path) =>
        /(^|\/)test\/|\.test\.|^fixtures\/(?!sample\/|README)|^bench|\.tsbuildinfo$|^\.ci|(?<!\.d)\.ts$/.test(path),
      ),
    ).toEqual([])
  })

  test('its command builds the demo in an empty folder', ({ skip }) => {
    if (/E(NOTFOUND|CONNREFUSED|AI_AGAIN|TIMEDOUT|NETUNREACH)|network|registry/i.test(whyNot))
      skip(`the registry cannot be reached: ${whyNot}`)
    expect(whyNot).toBe('')
    const ran = npm(['exec', '--offline', '--', 'hourwise', 'demo'], join(place, 'user'))
    expect(ran.stderr).toBe('')
    expect(ran.status).toBe(0)
    expect(readdirSync(join(place, 'user/out'))).toEqual(
      expect.arrayContaining(['ledger.csv', 'monthly-review.html', 'monthly-review.pdf', 'manifest.json']),
    )
  })
})

test('npm run -s hourwise prints nothing of its own', () => {
  const ran = npm(
    ['run', '-s', 'hourwise', '--', 'check', 'fixtures/errors/period-without-data/given', '-o', 'json', '--quiet'],
    packageRoot,
  )
  expect(ran.stderr).toBe('')
  expect(JSON.parse(ran.stdout).summary.tool.name).toBe('hourwise')
})

// Every folder of fixtures/errors is a case: what `hourwise report` says of its `given` files on stderr stands in
// `expected.txt`, below `exit N` where the code is not 6. Lines that begin with a severity are findings instead: they are
// among those of `hourwise sources`. `command.txt` holds other words than `report given`.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { packageRoot } from '../../src/package_root.ts'
import type { Finding } from '../../src/types.ts'
import { hourwise, scratch } from '../cli/hourwise.ts'

const FOLDER = 'fixtures/errors'
const cases = readdirSync(join(packageRoot, FOLDER)).filter((name) =>
  existsSync(join(packageRoot, FOLDER, name, 'expected.txt')),
)

describe('errors and findings, as they are printed', () => {
  test.each(cases)('%s', (name) => {
    const text = (file: string) => readFileSync(join(packageRoot, FOLDER, name, file), 'utf8')
    const given = `${FOLDER}/${name}/given`
    const expected = text('expected.txt')
    if (/^(error|warning|info) /.test(expected)) {
      expect(findingsOf(given)).toEqual(expect.arrayContaining(expected.trim().split('\n')))
      return
    }
    const command = existsSync(join(packageRoot, FOLDER, name, 'command.txt'))
      ? text('command.txt').trim()
      : 'report given'
    const words = command.split(' ').map((word) => (word === 'given' ? given : word))
    const place = scratch()
    const ran = hourwise([...words, '--out', join(place, 'out')], { cwd: packageRoot })
    expect(`exit ${ran.exit}\n${ran.err}`).toBe(expected.startsWith('exit ') ? expected : `exit 6\n${expected}`)
    expect(ran.out).toBe('')
    expect(readdirSync(place)).toEqual([])
  })
})

function findingsOf(given: string): string[] {
  const ran = hourwise(['sources', given, '-o', 'json'], { cwd: packageRoot })
  const { findings } = JSON.parse(ran.out) as { findings: Finding[] }
  return findings.map(
    ({ severity, check, subject, message, evidence }) => `${severity} ${check}: ${subject}: ${message} (${evidence})`,
  )
}

// Every folder `fixtures/errors/records-*` is a case: what reading its `given` files says stands in `expected.txt`, the
// printed error or one line a finding. A new folder is a new case.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { HourwiseError, printableError } from '../../src/errors.ts'
import { packageRoot } from '../../src/package_root.ts'
import { readPaths } from './record_run.ts'

const folder = join(packageRoot, 'fixtures/errors')

async function said(given: string): Promise<string> {
  try {
    const { findings } = await readPaths(
      readdirSync(given)
        .sort()
        .map((name) => join(given, name)),
    )
    return findings
      .map((one) => `${one.severity} ${one.check}: ${one.subject}: ${one.message} (${one.evidence})\n`)
      .join('')
  } catch (error) {
    if (!(error instanceof HourwiseError)) throw error
    return `exit ${error.code}\n${printableError(error)}\n`
  }
}

describe('record files that are wrong', () => {
  for (const name of readdirSync(folder).filter((one) => one.startsWith('records-'))) {
    it(name, async () => {
      expect(await said(join(folder, name, 'given'))).toBe(readFileSync(join(folder, name, 'expected.txt'), 'utf8'))
    })
  }
})

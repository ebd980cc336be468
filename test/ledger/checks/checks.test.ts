import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readChecks } from '../../../src/engine/model.ts'
import { packageRoot } from '../../../src/package_root.ts'

const checks = readChecks('src/ledger/checks').filter(({ name }) => !name.startsWith('identity_'))
const tests = readdirSync(join(packageRoot, 'test/ledger/checks'))
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(packageRoot, 'test/ledger/checks', name), 'utf8'))
  .join('\n')

describe('checks of the ledger', () => {
  it.each(checks)('$name says why it matters and has its tests', ({ name, sql }) => {
    expect(sql).toMatch(/^-- severity: (error|warning|info)\n-- [A-Z"]/)
    expect(tests).toContain(`describe('${name}'`)
  })

  it.each(checks)('$name never ends the run', ({ severity }) => {
    expect(severity).not.toBe('broken')
  })
})

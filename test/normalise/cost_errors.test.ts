import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { EXIT } from '../../src/errors.ts'
import { packageRoot } from '../../src/package_root.ts'
import type { Finding } from '../../src/types.ts'
import { eaCsv, errorOf, readFolder, withFolder } from './cost_folder.ts'

const ERRORS = join(packageRoot, 'fixtures/errors')
const CASES = readdirSync(ERRORS).filter(
  (name) => name.startsWith('source-') && existsSync(join(ERRORS, name, 'given')),
)

/** A finding in one line, as the cases write it. */
function words({ severity, check, subject, message, evidence }: Finding): string {
  return `${severity} ${check}: ${subject}: ${message} (${evidence})`
}

describe('a folder that cannot be trusted', () => {
  it('has cases of its own', () => {
    expect(CASES.length).toBeGreaterThan(30)
  })

  it.each(CASES)('%s says what stands in expected.txt', async (name) => {
    const expected = readFileSync(join(ERRORS, name, 'expected.txt'), 'utf8').trimEnd()
    const given = relative(process.cwd(), join(ERRORS, name, 'given'))
    if (expected.startsWith('hourwise: ')) expect(await errorOf(given)).toEqual({ code: EXIT.input, text: expected })
    else expect(await readFolder(given, ({ findings }) => findings.map(words))).toEqual(expected.split('\n'))
  })

  it('is a mistake of usage when it does not exist or is a file', async () => {
    await withFolder({ 'a.csv': eaCsv([{}]) }, async (folder) => {
      expect(await errorOf(join(folder, 'nowhere'))).toMatchObject({ code: EXIT.usage })
      expect(await errorOf(join(folder, 'a.csv'))).toMatchObject({
        code: EXIT.usage,
        text: expect.stringContaining('this is a file, not a folder'),
      })
    })
  })

  it('is empty', async () => {
    await withFolder({}, async (folder) => {
      expect((await errorOf(folder)).text).toContain('the folder is empty')
    })
  })
})

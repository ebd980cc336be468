import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { machineMark } from '../../src/output/folder.ts'
import { openScratchFolder } from '../../src/output/scratch.ts'

let parent = ''
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'hourwise-scratch-test-'))
})
afterEach(() => rmSync(parent, { recursive: true }))

const ALIVE = 41
const effects = { processId: 40, isRunning: (id: number) => id === ALIVE }

test('what killed runs of this machine left is removed, nothing else', () => {
  const names = {
    dead: `hourwise-${machineMark()}-39-abc`,
    alive: `hourwise-${machineMark()}-${ALIVE}-abc`,
    'of another machine': 'hourwise-00000000-39-abc',
    'not ours': 'other-39-abc',
  }
  for (const name of Object.values(names)) {
    mkdirSync(join(parent, name))
    writeFileSync(join(parent, name, 'spilled'), 'x')
  }
  const folder = openScratchFolder(parent, effects)
  expect(basename(folder)).toMatch(/^hourwise-[0-9a-f]{8}-40-/)
  expect(readdirSync(parent).sort()).toEqual(
    [basename(folder), names.alive, names['of another machine'], names['not ours']].sort(),
  )
  expect(existsSync(join(parent, names.alive, 'spilled'))).toBe(true)
})

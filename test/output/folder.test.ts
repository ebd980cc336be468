import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HourwiseError } from '../../src/errors.ts'
import { openOutputFolder, refuseInputAsOutput, writingError } from '../../src/output/folder.ts'

let place: string
let out: string
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'hourwise-folder-'))
  out = join(place, 'out')
})
afterEach(() => rmSync(place, { recursive: true }))

/** A process with a number; those in `running` are alive. */
function owner(processId: number, running: readonly number[] = []) {
  return { processId, isRunning: (id: number) => running.includes(id), token: () => 'abcdef01' }
}

/** Writes a result as a run does, up to `publish`. */
function write(processId: number, words: string) {
  const folder = openOutputFolder(out, owner(processId, [processId]))
  writeFileSync(join(folder.path, 'ledger.csv'), words)
  writeFileSync(
    join(folder.path, 'manifest.json'),
    JSON.stringify({ tool: { name: 'hourwise' }, outputs: [{ path: 'ledger.csv' }] }),
  )
  return folder
}

const result = () => readFileSync(join(out, 'ledger.csv'), 'utf8')

describe('the folder of results', () => {
  test('is not there before it is complete, and then it is whole', () => {
    const folder = write(1, 'first')
    expect(existsSync(out)).toBe(false)
    folder.publish()
    expect(readdirSync(place)).toEqual(['out'])
    expect(readdirSync(out).sort()).toEqual(['ledger.csv', 'manifest.json'])
  })

  test('takes the place of an earlier result, files of which do not stay', () => {
    write(1, 'first').publish()
    writeFileSync(join(out, '.DS_Store'), 'litter')
    write(2, 'second').publish()
    expect(result()).toBe('second')
    expect(readdirSync(place)).toEqual(['out'])
    expect(readdirSync(out).sort()).toEqual(['ledger.csv', 'manifest.json'])
  })

  test('discarding leaves the earlier result', () => {
    write(1, 'first').publish()
    write(2, 'second').discard()
    expect(result()).toBe('first')
    expect(readdirSync(place)).toEqual(['out'])
  })

  test('leavings of the dead go, those of the living stay', () => {
    write(7, 'dead')
    write(8, 'alive')
    openOutputFolder(out, owner(9, [8, 9])).discard()
    expect(readdirSync(place).map((name) => /-(\d)-abcdef01$/.exec(name)?.[1])).toEqual(['8'])
  })

  test('a crash between the two renames is mended by the next run', () => {
    write(1, 'first').publish()
    const partial = write(2, 'second').path
    renameSync(out, partial.replace('.partial-', '.previous-'))
    openOutputFolder(out, owner(3, [3])).discard()
    expect(result()).toBe('first')
    expect(readdirSync(place)).toEqual(['out'])
  })

  test('a link stays a link', () => {
    mkdirSync(join(place, 'elsewhere'))
    symlinkSync(join(place, 'elsewhere'), out)
    write(1, 'linked').publish()
    expect(readFileSync(join(place, 'elsewhere', 'ledger.csv'), 'utf8')).toBe('linked')
    expect(readdirSync(place).sort()).toEqual(['elsewhere', 'out'])
  })

  test('files that no manifest lists are kept by refusing to run', () => {
    write(1, 'first').publish()
    writeFileSync(join(out, 'notes.txt'), 'mine')
    expect(() => write(2, 'second')).toThrow('holds files that Hourwise did not write')
    expect(result()).toBe('first')
  })

  test('parents are made', () => {
    out = join(place, 'a/b/out')
    write(1, 'deep').publish()
    expect(result()).toBe('deep')
  })
})

test('an output folder that is or holds the input is refused', () => {
  expect(() => refuseInputAsOutput('/data/exports', '/data')).toThrow(HourwiseError)
  expect(() => refuseInputAsOutput('/data', '/data/')).toThrow(HourwiseError)
  expect(() => refuseInputAsOutput('/data', '/data/out')).not.toThrow()
  expect(() => refuseInputAsOutput('/data/exports', '/data/..out')).not.toThrow()
  expect(() => refuseInputAsOutput('/data-1', '/data')).not.toThrow()
})

test('a bug while writing stays a bug', () => {
  const bug = new TypeError('x is not a function')
  expect(writingError('out', bug)).toBe(bug)
  expect(writingError('out', new Error('IO Error: Could not write file: No space left on device'))).toBeInstanceOf(
    HourwiseError,
  )
})

test.skipIf(!existsSync('/proc/self'))(
  'a place in which the system makes no folders is an error, not an endless wait',
  () => {
    const attempt = () => openOutputFolder('/proc/no-such-folder/deeper/out', owner(7))
    expect(attempt).toThrow(HourwiseError)
    expect(attempt).toThrow('the results cannot be written')
  },
)

import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { packageRoot } from '../../src/package_root.ts'
import { hourwise, octoberExports } from './hourwise.ts'

const SAMPLE = join(packageRoot, 'fixtures/sample')

describe('explain', () => {
  test('a machine as JSON, nothing on stderr', () => {
    const ran = hourwise(['explain', SAMPLE, 'stp-01', '-o', 'json', '--quiet'])
    expect(ran).toMatchObject({ exit: 0, err: '' })
    const story = JSON.parse(ran.out)
    expect(story.period).toEqual({ fromDay: '2026-10-01', untilDay: '2026-11-01' })
    expect(story.machine).toMatchObject([{ name: 'stp-01', kind: 'azure-vm' }])
    expect(story.charge).toHaveLength(31)
  })

  test('a figure as tab-separated values', () => {
    const ran = hourwise(['explain', octoberExports(), '--figure', 'total_cost', '-o', 'tsv', '--quiet'])
    expect(ran).toMatchObject({ exit: 0, err: '' })
    const [header, first] = ran.out.split('\n').map((line) => line.split('\t'))
    expect(header?.slice(0, 2)).toEqual(['figure', 'currency'])
    expect(first?.slice(0, 2)).toEqual(['total_cost', 'EUR'])
  })

  test('a name that would steer the terminal is shown without what steers', () => {
    const { out, exit } = hourwise(['explain', SAMPLE, '--figure', 'cost_protected', '--quiet'])
    expect(exit).toBe(0)
    expect(out).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
  })

  test('neither or both of machine and figure, an unknown machine, an unknown figure: exit 2 with the next step', () => {
    expect(hourwise(['explain', SAMPLE])).toMatchObject({ exit: 2, out: '' })
    expect(hourwise(['explain', SAMPLE, 'stp-01', '--figure', 'total_cost'])).toMatchObject({ exit: 2, out: '' })
    const figure = hourwise(['explain', SAMPLE, '--figure', 'totl_cost'])
    expect(figure).toMatchObject({ exit: 2, out: '' })
    expect(figure.err).toContain('no figure is called totl_cost; did you mean total_cost?')
    const machine = hourwise(['explain', SAMPLE, 'no-such-machine', '--quiet'])
    expect(machine).toMatchObject({ exit: 2, out: '' })
    expect(machine.err).toContain('no machine is called no-such-machine')
  })
})

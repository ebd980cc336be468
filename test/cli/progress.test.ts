import { describe, expect, test, vi } from 'vitest'
import { openProgress } from '../../src/progress.ts'

/** A progress on a terminal whose clock is set by hand; what was drawn last, without the control characters. */
function drawn(interactive = true) {
  let now = 0
  const lines: string[] = []
  const progress = openProgress(
    { err: (text) => lines.push(text), interactive, columns: 80, nowMilliseconds: () => now },
    { quiet: false, verbose: false },
  )
  return {
    progress,
    lines,
    at(milliseconds: number) {
      now = milliseconds
    },
    last: () => (lines.at(-1) ?? '').replace('\r\u001b[K', ''),
  }
}

describe('the line of progress', () => {
  test('says what is left at the pace so far, once that means something', () => {
    const { progress, at, last } = drawn()
    progress.stage('read', 40)
    at(5000)
    progress.step('part_0.csv.gz', 0.5)
    expect(last()).toBe('20 %  0:05  read: part_0.csv.gz')
    at(20_000)
    progress.step('part_1.csv.gz', 0.625)
    expect(last()).toBe('25 %  0:20, about 1:00 left  read: part_1.csv.gz')
  })

  test('does not go back when a step cannot say how far it is', () => {
    const { progress, at, last } = drawn()
    progress.stage('read', 40)
    at(1000)
    progress.step('a', 0.5)
    at(2000)
    progress.step('b')
    expect(last()).toBe('20 %  0:02  read: b')
  })

  test('goes on through a long statement, and says how much of it is done where the engine knows', () => {
    vi.useFakeTimers()
    try {
      const { progress, lines, at, last } = drawn()
      let ofStatement: number | null = null
      progress.watch(() => ofStatement)
      progress.stage('ledger', 40)
      progress.step('ledger.verdict', 0.5)
      at(5000)
      vi.advanceTimersByTime(1000)
      expect(last()).toBe('20 %  0:05  ledger: ledger.verdict')
      ofStatement = 43.9
      at(9000)
      vi.advanceTimersByTime(1000)
      expect(last()).toBe('20 %  0:09  ledger: ledger.verdict (43 %)')
      progress.end()
      const told = lines.length
      at(20_000)
      vi.advanceTimersByTime(10_000)
      expect(lines).toHaveLength(told)
    } finally {
      vi.useRealTimers()
    }
  })

  test('says nothing off a terminal', () => {
    const { progress, lines, at } = drawn(false)
    progress.stage('read', 40)
    at(60_000)
    progress.step('a', 0.5)
    progress.end()
    expect(lines).toEqual([])
  })
})

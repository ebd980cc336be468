import { describe, expect, test } from 'vitest'
import { type Advance, followCollection } from '../../src/collect/watching.ts'

/** Follows a collection over a clock of its own. */
function follow() {
  let now = 0
  const told: Advance[] = []
  const watching = followCollection(
    () => now,
    (advance) => told.push(advance),
  )
  return { watching, last: () => told.at(-1), wait: (seconds: number) => (now += seconds * 1000) }
}

describe('how far a collection is', () => {
  test('rows of what runs count against those announced, and what is left follows from it', () => {
    const { watching, last, wait } = follow()
    watching.starts()
    watching.expects(4)
    watching.begins('inventory/virtual-machines')
    expect(last()).toEqual({ share: 0, words: '0 of 4 listings, inventory/virtual-machines' })
    wait(60)
    watching.reads('inventory/virtual-machines', 25_000, 100_000)
    expect(last()).toEqual({
      share: 0.0625,
      words: '0 of 4 listings, inventory/virtual-machines 25,000 of 100,000, about 15 min left',
    })
    watching.ends('inventory/virtual-machines')
    expect(last()).toMatchObject({ share: 0.25, words: '1 of 4 listings, about 3 min left' })
  })

  test('without an announced number there is no share of a listing, and too early there is no estimate', () => {
    const { watching, last, wait } = follow()
    watching.starts()
    watching.expects(2)
    watching.begins('endpoint/machines')
    wait(3)
    watching.reads('endpoint/machines', 10_000, null)
    expect(last()).toEqual({ share: 0, words: '0 of 2 listings, endpoint/machines 10,000' })
  })

  test('a second tenant counts on', () => {
    const { watching, last } = follow()
    for (const tenant of ['a', 'b']) {
      watching.starts()
      watching.expects(1)
      watching.begins(tenant)
      watching.ends(tenant)
    }
    expect(last()).toMatchObject({ share: 1, words: '2 of 2 listings' })
  })

  test('more listings than were known make no share above the whole', () => {
    const { watching, last } = follow()
    watching.starts()
    watching.expects(1)
    for (const name of ['a', 'b', 'c']) watching.begins(name)
    for (const name of ['a', 'b', 'c']) watching.ends(name)
    expect(last()?.share).toBe(1)
  })
})

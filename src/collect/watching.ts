/** What is told while a collection runs. */
export interface Watching {
  /** A collection begins; one a tenant. */
  starts?(): void
  /** So many listings are known by now. */
  expects?(listings: number): void
  /** A listing begins. */
  begins?(name: string): void
  /** A page of it lies on the disk. */
  reads?(name: string, rowsRead: number, announced: number | null): void
  /** It is over, whatever came of it. */
  ends?(name: string): void
}

/** An estimate from less than this share of the work, or from less time, would be a guess. */
const ESTIMATED_FROM = { share: 0.02, seconds: 5 }

/** How far a collection is: the words for people, and the share that is done, 0 to 1. */
export interface Advance {
  readonly words: string
  readonly share: number
}

/**
 * Follows a collection. The share counts listings; of one that runs it counts its rows against those that the service
 * says there are. What is left is told once there is something to reckon from.
 */
export function followCollection(nowMilliseconds: () => number, tell: (advance: Advance) => void): Required<Watching> {
  const began = nowMilliseconds()
  const running = new Map<string, { rows: number; announced: number | null }>()
  let expected = 0
  let ended = 0
  const advance = (): Advance => {
    const parts = [...running.values()].map(({ rows, announced }) =>
      announced === null || announced === 0 ? 0 : Math.min(1, rows / announced),
    )
    const all = Math.max(expected, ended + running.size, 1)
    const share = (ended + parts.reduce((sum, part) => sum + part, 0)) / all
    const longest = [...running].sort(([, a], [, b]) => b.rows - a.rows)[0]
    return {
      share,
      words: [`${ended} of ${all} listings`, rowWords(longest), leftWords((nowMilliseconds() - began) / 1000, share)]
        .filter((part) => part !== '')
        .join(', '),
    }
  }
  let before = 0
  return {
    starts: () => {
      before = ended
    },
    expects: (listings) => {
      expected = before + listings
    },
    begins: (name) => {
      running.set(name, { rows: 0, announced: null })
      tell(advance())
    },
    reads: (name, rows, announced) => {
      running.set(name, { rows, announced })
      tell(advance())
    },
    ends: (name) => {
      if (running.delete(name)) ended += 1
      tell(advance())
    },
  }
}

function rowWords(listing: [string, { rows: number; announced: number | null }] | undefined): string {
  if (listing === undefined) return ''
  const [name, { rows, announced }] = listing
  const count = (number: number) => number.toLocaleString('en-US')
  if (announced !== null) return `${name} ${count(rows)} of ${count(announced)}`
  return rows === 0 ? name : `${name} ${count(rows)}`
}

function leftWords(seconds: number, share: number): string {
  if (share < ESTIMATED_FROM.share || seconds < ESTIMATED_FROM.seconds || share >= 1) return ''
  const left = (seconds / share) * (1 - share)
  return left < 90 ? `about ${Math.max(1, Math.round(left))} s left` : `about ${Math.round(left / 60)} min left`
}

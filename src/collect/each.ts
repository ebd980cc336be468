/** Tasks that are begun at once; how many requests are on their way is for each service to say (`pace.ts`). */
const PARALLEL = 16

/** Does the same for each, some at a time, results in order. */
export async function each<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length)
  let at = 0
  const lane = async () => {
    while (at < items.length) {
      const mine = at++
      results[mine] = await act(items[mine] as T)
    }
  }
  await Promise.all(Array.from({ length: Math.min(PARALLEL, items.length) }, lane))
  return results
}

/**
 * How long the engine's allocator keeps memory that is free. Given back after a second, it is asked for anew by the next
 * statement, and every page of it cleared again: a fifth of the processor time of a ledger of 10,000 machines (compare
 * `npm run bench` with and without `DUCKDB_JE_MALLOC_CONF=dirty_decay_ms:1000`). Kept for ten, a run is about a hundred
 * megabytes larger, of a large input some hundred, which is there what matters. The allocator reads this once, when the
 * engine is loaded, which is why the engine is not imported before; what is set from outside wins.
 * https://jemalloc.net/jemalloc.3.html (`opt.dirty_decay_ms`), read 2026-11-27.
 */
export function tellAllocator(isLarge: boolean): void {
  const milliseconds = isLarge ? 1000 : 10_000
  process.env.DUCKDB_JE_MALLOC_CONF ??= `dirty_decay_ms:${milliseconds},muzzy_decay_ms:${milliseconds}`
}

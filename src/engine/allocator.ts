/**
 * The engine's allocator gives memory back to the system a second after it is free; the next statement asks for it anew,
 * and every page of it is cleared again, which was a fifth of the processor time of a ledger of 10,000 machines (compare
 * `npm run bench` with and without `DUCKDB_JE_MALLOC_CONF=dirty_decay_ms:1000`). A run is about a hundred megabytes larger. The allocator reads this once, when
 * the engine is loaded, so that it stands in a module of its own, imported before the engine; what is set from outside wins.
 * https://jemalloc.net/jemalloc.3.html (`opt.dirty_decay_ms`), read 2026-11-27.
 */
process.env.DUCKDB_JE_MALLOC_CONF ??= 'dirty_decay_ms:10000,muzzy_decay_ms:10000'

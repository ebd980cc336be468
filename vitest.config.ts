import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Each test file in a process of its own: the SQL engine is native code.
    pool: 'forks',
    maxWorkers: 2,
    env: {
      // What a test reads is not kept in the cache of whoever runs it.
      HOURWISE_CACHE: 'off',
      // The engine gives memory back to the system after ten seconds instead of one: of hundreds of tiny ledgers in a row a
      // sixth of the time went into giving back and asking anew.
      DUCKDB_JE_MALLOC_CONF: 'dirty_decay_ms:10000,muzzy_decay_ms:10000',
    },
    // Generous: a test that waits for a busy machine is not a wrong one.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    teardownTimeout: 30_000,
  },
})

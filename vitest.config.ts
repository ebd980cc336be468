import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Each test file in a process of its own: the SQL engine is native code.
    pool: 'forks',
    maxWorkers: 2,
    // What a test reads is not kept in the cache of whoever runs it.
    env: { HOURWISE_CACHE: 'off' },
    // Generous: a test that waits for a busy machine is not a wrong one.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    teardownTimeout: 30_000,
  },
})

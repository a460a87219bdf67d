import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { configDefaults, defineConfig } from 'vitest/config'
import { workerOptions } from './tests/setup/worker-options.ts'

const NEVER = [...configDefaults.exclude, '**/dist/**', '.data/**', '.wrangler/**', 'scripts/demo/project/**']
const WORKERS = '**/*.workers.test.ts'
const JOURNEYS = 'tests/journeys/**/*.test.ts'
const BROWSER = 'tests/browser/**/*.test.ts'
const MINUTE_MS = 60_000

/**
 * Waiting is for conditions, and ends with them; how long it may take tells a machine with much to do from one that
 * hangs, and no more. So all of these are far from what anything takes.
 */
const patience = { testTimeout: 2 * MINUTE_MS, hookTimeout: 2 * MINUTE_MS, expect: { poll: { timeout: 30_000 } } }

/** Stories start whole stacks on two cores: one at a time, and with patience. */
const oneByOne = { ...patience, fileParallelism: false, testTimeout: 4 * MINUTE_MS, hookTimeout: 3 * MINUTE_MS }

export default defineConfig({
  test: {
    globalSetup: ['tests/setup/database.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts', '**/*.test.tsx'],
          exclude: [...NEVER, WORKERS, JOURNEYS, BROWSER],
          isolate: false,
          ...patience,
        },
      },
      {
        plugins: [cloudflareTest(({ inject }) => workerOptions(inject))],
        test: {
          name: 'workers',
          include: [WORKERS],
          exclude: NEVER,
          ...patience,
          // Mixes module formats; only a bundler makes sense of it.
          deps: { optimizer: { ssr: { enabled: true, include: ['itty-durable'] } } },
        },
      },
      { test: { name: 'journeys', include: [JOURNEYS], exclude: NEVER, ...oneByOne } },
      {
        test: {
          name: 'browser',
          include: [BROWSER],
          exclude: NEVER,
          globalSetup: ['tests/setup/dashboard-files.ts'],
          ...oneByOne,
          fileParallelism: true,
          maxWorkers: 3,
        },
      },
    ],
  },
})

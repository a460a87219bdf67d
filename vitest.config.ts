import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { configDefaults, defineConfig } from 'vitest/config'
import { workerOptions } from './tests/setup/worker-options.ts'

const NEVER = [...configDefaults.exclude, '**/dist/**', '.data/**', '.wrangler/**', 'scripts/demo/project/**']
const WORKERS = '**/*.workers.test.ts'
const JOURNEYS = 'tests/journeys/**/*.test.ts'
const BROWSER = 'tests/browser/**/*.test.ts'
const MINUTE_MS = 60_000

/** Stories start whole stacks on two cores: one at a time, and with patience. */
const oneByOne = { fileParallelism: false, testTimeout: 4 * MINUTE_MS, hookTimeout: 3 * MINUTE_MS }

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
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [cloudflareTest(({ inject }) => workerOptions(inject))],
        test: {
          name: 'workers',
          include: [WORKERS],
          exclude: NEVER,
          testTimeout: 20_000,
          hookTimeout: 60_000,
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

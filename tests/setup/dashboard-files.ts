import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the built dashboard, for all files of the browser suite. */
    dashboardFiles: string
  }
}

/**
 * Builds the dashboard once per run, as it is built for Pages: under the NODE_ENV of a test run, React would be its
 * development self, which is slower and asks for everything twice.
 */
export default async function buildDashboard(project: TestProject): Promise<() => Promise<void>> {
  const files = await mkdtemp(join(tmpdir(), 'proliferate-dashboard-'))
  const configFile = join(import.meta.dirname, '../../web/vite.config.ts')
  const before = process.env.NODE_ENV
  process.env.NODE_ENV = 'production'
  try {
    await build({ configFile, logLevel: 'error', build: { outDir: files, emptyOutDir: true } })
  } finally {
    process.env.NODE_ENV = before
  }
  project.provide('dashboardFiles', files)
  return () => rm(files, { recursive: true, force: true })
}

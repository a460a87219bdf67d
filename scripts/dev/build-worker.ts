import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { PROJECT } from './project.ts'

const run = promisify(execFile)
const BUILD_DEADLINE_MS = 120_000

/**
 * Bundles the Worker with the very command that deploys it, so that what runs here is what would run on Cloudflare.
 * Gives the bundle's path; throws with the bundler's words.
 */
export async function buildWorker(outputDirectory: string): Promise<string> {
  const wrangler = path.join(PROJECT, 'node_modules/wrangler/bin/wrangler.js')
  const argumentsOf = [wrangler, 'deploy', '--dry-run', '--outdir', outputDirectory]
  try {
    await run(process.execPath, argumentsOf, {
      cwd: PROJECT,
      timeout: BUILD_DEADLINE_MS,
      env: { ...process.env, WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false', NO_COLOR: '1' },
    })
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`The Worker does not build:\n${stderr || stdout || String(error)}`, { cause: error })
  }
  return path.join(outputDirectory, 'index.js')
}

import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Request as MiniflareRequest } from 'miniflare'
import { fetch as miniflareFetch, Response as MiniflareResponse } from 'miniflare'
import type { ProvidedContext } from 'vitest'
import { cloneDatabase } from '../../scripts/database/migrate.ts'

const root = join(import.meta.dirname, '../..')
const LOOPBACK = '127.0.0.1'

/** What a Worker under test is configured with; none of it is a secret of anybody. */
const TEST_VARIABLES = {
  ENVIRONMENT: 'test',
  APP_URL: 'http://app.test',
  PLATFORM_URL: 'http://platform.test',
  ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
  SERVICE_TOKEN: 'service-token-of-the-test-suite-0123456789',
  AUTH_SECRET: 'auth-secret-of-the-test-suite-0123456789',
  SUPER_ADMIN_EMAILS: 'root@people.example',
  SANDBOX_PROVIDER: 'local',
  SANDBOX_HOST_URL: 'http://127.0.0.1:9',
  SANDBOX_HOST_TOKEN: 'sandbox-host-token-of-the-tests',
}

/**
 * An address a test did not prepare is answered 599, so that nothing leaves the machine and the test says what it
 * tried.
 */
const UNEXPECTED_HOST = 599

function outbound(request: MiniflareRequest): Promise<MiniflareResponse> | MiniflareResponse {
  const { hostname } = new URL(request.url)
  if (hostname === LOOPBACK) return miniflareFetch(request.url, request)
  return new MiniflareResponse(`A test may not reach ${hostname}`, { status: UNEXPECTED_HOST })
}

/**
 * Wrangler reads `.dev.vars` beside its configuration; a developer's keys must not decide what a test sees. So the
 * tests use a copy of wrangler.toml in a folder that has none. Renamed into place, because two runs may do this at once.
 */
async function copyWranglerConfig(): Promise<string> {
  const folder = join(root, '.wrangler/test')
  const configPath = join(folder, 'wrangler.toml')
  const text = await readFile(join(root, 'wrangler.toml'), 'utf8')
  const moved = text.replace(/^main = "(.+)"$/m, (_line, main: string) => `main = "${join(root, main)}"`)
  await mkdir(folder, { recursive: true })
  const draft = `${configPath}.${randomUUID()}`
  await writeFile(draft, moved)
  await rename(draft, configPath)
  return configPath
}

let wranglerConfig: Promise<string> | undefined

/**
 * Options of the runtime for one test file: vitest asks anew for each file, so each file gets a database of its own,
 * which goes away with the server. `inject` reads what tests/setup/database.ts provides.
 */
export async function workerOptions(inject: <Key extends keyof ProvidedContext>(key: Key) => ProvidedContext[Key]) {
  const name = `worker_${randomUUID().replaceAll('-', '')}`
  const url = await cloneDatabase(inject('adminUrl'), { template: inject('databaseTemplate'), name })
  return {
    remoteBindings: false,
    wrangler: { configPath: await (wranglerConfig ??= copyWranglerConfig()) },
    miniflare: {
      bindings: { ...TEST_VARIABLES, DATABASE_URL: url, NEON_LOCAL: inject('neonHost') },
      outboundService: outbound,
    },
  }
}

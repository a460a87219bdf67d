import path from 'node:path'
import { z } from 'zod'

const Environment = z.object({
  SANDBOX_HOST_PORT: z.coerce.number().int().min(0).max(65_535).default(8790),
  SANDBOX_HOST_TOKEN: z.string().min(16),
  SANDBOX_HOST_DIRECTORY: z.string().min(1),
  /** How many sandboxes may live at once; each needs about 1 GB of memory. */
  SANDBOX_HOST_LIMIT: z.coerce.number().int().min(1).max(100).default(4),
  /** Another program in place of the daemon; for tests of the host alone. */
  SANDBOX_DAEMON: z.string().default(path.join(import.meta.dirname, '../daemon/main.ts')),
})

export interface HostSettings {
  port: number
  token: string
  directory: string
  limit: number
  daemon: string
}

/** Reads the environment; throws an error that names every missing or bad variable, never a value. */
export function readHostSettings(environment: NodeJS.ProcessEnv): HostSettings {
  const parsed = Environment.safeParse(environment)
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    throw new Error(`The sandbox host's environment is not usable: ${problems.join('; ')}`)
  }
  return {
    port: parsed.data.SANDBOX_HOST_PORT,
    token: parsed.data.SANDBOX_HOST_TOKEN,
    directory: path.resolve(parsed.data.SANDBOX_HOST_DIRECTORY),
    limit: parsed.data.SANDBOX_HOST_LIMIT,
    daemon: parsed.data.SANDBOX_DAEMON,
  }
}

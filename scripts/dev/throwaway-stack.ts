import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freshSecrets } from './dev-vars.ts'
import { freePorts } from './ports.ts'
import { type Stack, startStack } from './stack.ts'

export interface ThrowawayOptions {
  /** Variables of the Worker besides fresh secrets. */
  variables?: Record<string, string>
  /** Folder of scripts for the scripted model, instead of the usual ones. */
  modelScripts?: string
  web?: boolean
  cron?: boolean
  /** A sandbox host of the caller's own. */
  sandboxHostUrl?: string
}

export interface ThrowawayStack extends Stack {
  directory: string
}

/** A whole stack on free ports in a folder of its own, which `stop` removes: for tests and benchmarks. */
export async function startThrowawayStack(options: ThrowawayOptions = {}): Promise<ThrowawayStack> {
  const directory = await mkdtemp(path.join(tmpdir(), 'proliferate-stack-'))
  const stack = await startStack({
    directory,
    ports: await freePorts(),
    variables: {
      ENVIRONMENT: 'development',
      DEV_OWNER_EMAIL: 'owner@demo.proliferate.example',
      // Tests and benchmarks start sessions by the hundred.
      SESSIONS_CONCURRENT: '2000',
      SESSIONS_PER_DAY: '100000',
      ...freshSecrets(),
      ...options.variables,
    },
    databaseUrl: undefined,
    persistent: false,
    web: options.web ?? false,
    cron: options.cron ?? false,
    ...(options.sandboxHostUrl === undefined ? {} : { sandboxHostUrl: options.sandboxHostUrl }),
    ...(options.modelScripts === undefined ? {} : { modelScripts: options.modelScripts }),
    progress: () => undefined,
  })
  const stop = async () => {
    await stack.stop()
    if (process.env['KEEP_STACK'] === undefined) await rm(directory, { recursive: true, force: true })
  }
  return { ...stack, directory, stop }
}

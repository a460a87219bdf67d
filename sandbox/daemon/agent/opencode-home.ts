import { cp, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { BootBundle } from '#schema/contracts/boot-bundle'
import type { Settings } from '../environment.ts'

/** The version everything here was tried with; opencode.upgrade.test.ts holds what we rely on (decision D9a). */
export const OPENCODE_VERSION = '1.18.33'
const PROVIDER = 'platform'
const TOOLS = path.join(import.meta.dirname, '../../tools')

/** What tools and the credential helper need to reach the platform; they read it anew at every attempt. */
export interface Runtime {
  platformUrl: string
  sessionId: string
  token: string
  traceparent: string | undefined
  /** The daemon's own door for tools that are answered inside the sandbox. */
  doorUrl: string
  doorSecret: string
}

/** Readable for this user alone. The agent's shell runs as the same user and can read it (sandbox/README.md). */
export async function writeRuntime({ places }: Pick<Settings, 'places'>, runtime: Runtime): Promise<void> {
  await mkdir(places.agent, { recursive: true })
  await writeFile(path.join(places.agent, 'runtime.json'), JSON.stringify(runtime), { mode: 0o600 })
}

/**
 * Writes OpenCode's configuration, system prompt and the platform tools of this mode into a folder outside the
 * repository, so that neither can end up in a commit and a repository cannot bring its own. Works without any
 * network.
 */
export async function writeOpenCodeHome(
  { places, platformUrl, token }: Pick<Settings, 'places' | 'platformUrl' | 'token'>,
  bundle: Pick<BootBundle, 'model' | 'systemPrompt' | 'tools'>,
): Promise<void> {
  const instructions = path.join(places.agent, 'instructions.md')
  for (const folder of [places.agent, path.join(places.home, '.config/opencode')]) await pretendInstalled(folder)
  await mkdir(places.temporary, { recursive: true })
  await mkdir(path.join(places.agent, 'tool'), { recursive: true })
  await writeFile(instructions, bundle.systemPrompt)
  const config = openCodeConfig({ platformUrl, token, instructions }, bundle.model)
  await writeFile(path.join(places.agent, 'opencode.json'), JSON.stringify(config, null, 2), { mode: 0o600 })
  for (const file of ['shared/call-platform.js', 'plugin/shell.js'])
    await cp(path.join(TOOLS, file), path.join(places.agent, file))
  for (const name of bundle.tools) {
    if (!/^[a-z_]{1,64}$/.test(name)) throw new Error(`"${name}" is not the name of a tool`)
    await cp(path.join(TOOLS, 'tool', `${name}.js`), path.join(places.agent, 'tool', `${name}.js`))
  }
}

/**
 * OpenCode installs `@opencode-ai/plugin` from the npm registry into each of its configuration folders before the
 * first prompt, and without a network that takes more than a minute. It does not when `node_modules` exists and the
 * lock file names the package.
 */
async function pretendInstalled(folder: string): Promise<void> {
  const dependencies = { '@opencode-ai/plugin': OPENCODE_VERSION }
  await mkdir(path.join(folder, 'node_modules'), { recursive: true })
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }))
  const lock = { lockfileVersion: 3, requires: true, packages: { '': { dependencies } } }
  await writeFile(path.join(folder, 'package-lock.json'), JSON.stringify(lock))
}

function openCodeConfig(
  needs: { platformUrl: string; token: string; instructions: string },
  model: BootBundle['model'],
) {
  const name = `${PROVIDER}/${model.modelId}`
  return {
    autoupdate: false,
    share: 'disabled',
    // Our own checkpoints stand in for OpenCode's, which would copy the repository once more.
    snapshot: false,
    lsp: false,
    formatter: false,
    model: name,
    small_model: name,
    enabled_providers: [PROVIDER],
    instructions: [needs.instructions],
    // Nobody sits at this terminal: everything is allowed, and asking would wait for ever.
    permission: { '*': 'allow', question: 'deny' },
    provider: {
      [PROVIDER]: {
        npm: model.protocol === 'anthropic' ? '@ai-sdk/anthropic' : '@ai-sdk/openai-compatible',
        name: 'Platform',
        options: {
          baseURL: needs.platformUrl + model.basePath,
          apiKey: needs.token,
          headerTimeout: 150_000,
          chunkTimeout: 120_000,
        },
        models: {
          [model.modelId]: {
            name: model.modelId,
            limit: { context: model.contextTokens, output: model.outputTokens },
            tool_call: true,
          },
        },
      },
    },
  }
}

/** How a prompt names its model. */
export const modelName = (modelId: string) => ({ providerID: PROVIDER, modelID: modelId })

import type { BootModel } from '#schema/contracts/boot-bundle'
import type { ModelGateway, ModelUpstream } from '#domain/llm'
import type { Config } from '../env.ts'

type Keys = Pick<Config, 'ANTHROPIC_API_KEY' | 'OPENAI_API_KEY' | 'SCRIPTED_MODEL_URL' | 'DEFAULT_MODEL'>

interface CatalogueEntry {
  provider: ModelUpstream['provider']
  /** The provider's own name of the model. */
  modelId: string
  contextTokens: number
  outputTokens: number
}

/** The models by the ids the product uses (a6 §6.3), as data. */
const CATALOGUE: Record<string, CatalogueEntry> = {
  'claude-opus-4.6': {
    provider: 'anthropic',
    modelId: 'claude-opus-4-6',
    contextTokens: 200_000,
    outputTokens: 32_000,
  },
  'claude-opus-4.5': {
    provider: 'anthropic',
    modelId: 'claude-opus-4-5-20251101',
    contextTokens: 200_000,
    outputTokens: 32_000,
  },
  'claude-sonnet-4': {
    provider: 'anthropic',
    modelId: 'claude-sonnet-4-20250514',
    contextTokens: 200_000,
    outputTokens: 32_000,
  },
  // The newest of OpenAI's that takes `max_tokens`, which is what the harness sends on this protocol.
  'gpt-4.1': { provider: 'openai', modelId: 'gpt-4.1', contextTokens: 1_000_000, outputTokens: 32_000 },
  scripted: { provider: 'scripted', modelId: 'scripted', contextTokens: 200_000, outputTokens: 8_000 },
}

const PROTOCOL = { anthropic: 'anthropic', openai: 'openai', scripted: 'openai' } as const
const ANTHROPIC_VERSION = '2023-06-01'

/** The models that the configured keys open. Without any key the scripted model stands in. */
export function configuredModels(config: Keys): ModelGateway {
  const upstreams = {
    anthropic: anthropicUpstream(config),
    openai: openAiUpstream(config) ?? scriptedUpstream(config),
  }
  return {
    defaultModelId: config.DEFAULT_MODEL ?? defaultModelId(config),
    describe: (modelId) => describe(upstreams, modelId),
    upstream: (protocol) => upstreams[protocol],
  }
}

function defaultModelId(config: Keys): string {
  if (config.ANTHROPIC_API_KEY) return 'claude-opus-4.6'
  return config.OPENAI_API_KEY ? 'gpt-4.1' : 'scripted'
}

function describe(upstreams: Record<'anthropic' | 'openai', ModelUpstream | null>, modelId: string): BootModel | null {
  const entry = Object.hasOwn(CATALOGUE, modelId) ? CATALOGUE[modelId] : undefined
  if (!entry) return null
  const protocol = PROTOCOL[entry.provider]
  // Calls name only the protocol, so of two providers that share one the configured one alone is offered.
  if (upstreams[protocol]?.provider !== entry.provider) return null
  const { contextTokens, outputTokens } = entry
  return { protocol, basePath: `/llm/${protocol}/v1`, modelId: entry.modelId, contextTokens, outputTokens }
}

function anthropicUpstream({ ANTHROPIC_API_KEY: key }: Keys): ModelUpstream | null {
  if (!key) return null
  const headers = { 'x-api-key': key, 'anthropic-version': ANTHROPIC_VERSION }
  return { provider: 'anthropic', baseUrl: 'https://api.anthropic.com/v1', headers }
}

function openAiUpstream({ OPENAI_API_KEY: key }: Keys): ModelUpstream | null {
  if (!key) return null
  return { provider: 'openai', baseUrl: 'https://api.openai.com/v1', headers: { authorization: `Bearer ${key}` } }
}

function scriptedUpstream({ SCRIPTED_MODEL_URL: url }: Keys): ModelUpstream | null {
  return url ? { provider: 'scripted', baseUrl: `${url.replace(/\/+$/, '')}/v1`, headers: {} } : null
}

import type { BootModel } from '#schema/contracts/boot-bundle'

/** Which upstream a request of the model gateway goes to, and what opens it. Never leaves the Worker. */
export interface ModelUpstream {
  provider: 'scripted' | 'anthropic' | 'openai'
  baseUrl: string
  headers: Record<string, string>
}

/** Knows the models: what a sandbox is told of one, and where the platform forwards its calls (decision D9). */
export interface ModelGateway {
  /** The model of a session that names none. */
  readonly defaultModelId: string
  /** What a boot bundle says about a model; null for an id that this deployment does not offer. */
  describe(modelId: string): BootModel | null
  /** Where calls on `/llm/<protocol>/…` go; null when no key for that protocol is configured. */
  upstream(protocol: 'openai' | 'anthropic'): ModelUpstream | null
}

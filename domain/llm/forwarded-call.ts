/**
 * The calls that are forwarded to a provider: those that ask a model. The provider's key opens far more (files,
 * fine-tuning, the account), and none of that is for a sandbox.
 */
const FORWARDED = {
  openai: ['POST /chat/completions', 'POST /responses', 'GET /models'],
  anthropic: ['POST /messages', 'POST /messages/count_tokens', 'GET /models'],
} as const

export type ModelProtocol = keyof typeof FORWARDED

/**
 * The path to call at the provider, or null when the call is not forwarded. `path` is what follows
 * `/llm/<protocol>/v1`.
 */
export function forwardedCall(protocol: ModelProtocol, method: string, path: string): string | null {
  return FORWARDED[protocol].some((call) => call === `${method} ${path}`) ? path : null
}

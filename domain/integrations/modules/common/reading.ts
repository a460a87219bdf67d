import { z } from 'zod'
import type { ProviderResponse } from '../../contract.ts'
import { ProviderUnavailable } from '../../errors.ts'
import { unreadable } from './unreadable.ts'

/** Longer texts are cut: the agent reads them as part of its prompt. */
const MAX_BODY_CHARACTERS = 20_000
const MAX_TITLE_CHARACTERS = 500

export const cutBody = (text: string | null | undefined) => text?.slice(0, MAX_BODY_CHARACTERS)
export const cutTitle = (text: string) => text.slice(0, MAX_TITLE_CHARACTERS)

/** An id as it may stand in a key that tells events apart. */
export const ProviderId = z.string().min(1).max(100)

/** The part of an event's context that is there. */
export const presentOnly = (context: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(context).filter(([, value]) => value !== undefined && value !== null))

/** The header's value where it has the shape it should have. */
export const matching = (shape: RegExp, text: string | undefined) =>
  text !== undefined && shape.test(text) ? text : null

/** Reads an answer of the provider. Another status or another shape is its fault: `provider.unavailable`. */
export function readAnswer<Schema extends z.ZodType>(response: ProviderResponse, schema: Schema): z.output<Schema> {
  if (response.status !== 200) throw ProviderUnavailable({ detail: `It answered with HTTP ${response.status}` })
  return readValue(jsonOf(response.text), schema)
}

/** Reads a part of a provider's answer in the same way. */
export function readValue<Schema extends z.ZodType>(value: unknown, schema: Schema): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw ProviderUnavailable({ detail: `It answered with something else: ${unreadable(result.error).detail}` })
}

/** Undefined for what is no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

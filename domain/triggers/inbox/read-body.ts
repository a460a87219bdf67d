import type { WebhookReader } from '#domain/integrations'

/** A body as far as it can be understood without knowing what it is about. */
export type Body = { ok: true; payload: unknown } | { ok: false; error: 'invalid_json' }

/** The same with the lower-case hex SHA-256 of its bytes. */
export interface HashedBody {
  body: Body
  bodyHash: string
}

const INVALID: Body = { ok: false, error: 'invalid_json' }

/** Bytes as UTF-8 text that a text column takes as it is; null when they are none. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return text.includes('\u0000') ? null : text
  } catch {
    return null
  }
}

/** Reads a body's text as the JSON it claims to be. */
export function readBody(text: string | null, reader: WebhookReader, headers: Record<string, string>): Body {
  if (text === null) return INVALID
  try {
    return { ok: true, payload: JSON.parse(reader.jsonText(text, headers)) }
  } catch {
    return INVALID
  }
}

import type { z } from 'zod'
import { storableJson } from '#kernel/json'
import { SignUp } from '#schema/contracts/identity'
import type { HttpContext } from './context.ts'
import { RequestInvalid, RequestTooLarge, UnsupportedMediaType } from './errors.ts'

/** Far above what any form of the dashboard sends; part of a body is kept while a person is away at another service. */
const MAX_CHARACTERS = 16_000

/** Where the identity library has no bounds of its own. */
const BODIES: Partial<Record<string, z.ZodType>> = { '/api/auth/sign-up/email': SignUp }

/**
 * The request as the identity library gets it, which reads its requests itself: with a body of JSON, small, and of
 * nothing that no column can hold. It would take forms too, which nobody here sends and a page elsewhere can. Throws
 * `request.unsupported_media_type`, `request.too_large` and `request.invalid`.
 */
export async function identityRequest(c: HttpContext): Promise<Request> {
  const text = c.req.method === 'POST' ? await c.req.text() : ''
  if (text === '') return new Request(c.req.url, { method: c.req.method, headers: c.req.raw.headers })
  if (c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase() !== 'application/json') throw UnsupportedMediaType()
  if (text.length > MAX_CHARACTERS) throw RequestTooLarge({ detail: `At most ${MAX_CHARACTERS} characters` })
  const body = JSON.stringify(bodyOf(c.req.path, text))
  return new Request(c.req.url, { method: 'POST', headers: c.req.raw.headers, body })
}

const NOT_STORABLE = 'U+0000 and halves of surrogate pairs cannot be stored'

/** Refused instead of cleaned: a password or a token must not become another one. */
function bodyOf(path: string, text: string): unknown {
  const body = parsed(text)
  if (JSON.stringify(storableJson(body)) !== JSON.stringify(body)) throw refused(NOT_STORABLE)
  const checked = BODIES[path]?.safeParse(body)
  if (!checked) return body
  if (checked.success) return checked.data
  const issues = checked.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
  throw RequestInvalid({ meta: { issues } })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw refused('Malformed JSON in request body')
  }
}

const refused = (message: string) => RequestInvalid({ meta: { issues: [{ path: '', message }] } })

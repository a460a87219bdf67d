import { HTTPException } from 'hono/http-exception'
import { InvitationGone } from '#domain/identity'
import { SandboxSuperseded } from '#domain/sessions'
import { AppError, describeError, type ErrorKind, ResourceChanged } from '#kernel/errors'
import type { Problem } from '#schema/contracts/common'
import type { HttpContext } from './context.ts'
import { RequestInvalid, RequestTooLarge, Unexpected, UnsupportedMediaType, UpgradeRequired } from './errors.ts'

const STATUS = {
  invalid: 400,
  unauthenticated: 401,
  payment_required: 402,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unprocessable: 422,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
} as const satisfies Record<ErrorKind, number>

/** Where HTTP has a word of its own for what is only a kind to the rest of the product. */
const STATUS_OF_CODE: Partial<Record<string, number>> = {
  [UnsupportedMediaType.code]: 415,
  [UpgradeRequired.code]: 426,
  [SandboxSuperseded.code]: 410,
  [ResourceChanged.code]: 412,
  [InvitationGone.code]: 410,
}

/** The HTTP status that a declared error is answered with. */
export function statusOfDeclared(error: { code: string; kind: ErrorKind }): number {
  return STATUS_OF_CODE[error.code] ?? STATUS[error.kind]
}

/** The HTTP status that an error is answered with. */
export function statusOf(error: AppError): number {
  return statusOfDeclared(error)
}

/**
 * Any thrown value as a declared error. What nobody declared becomes `internal.unexpected`: its words stay in the log,
 * as the cause, and never reach a caller.
 */
export function asDeclared(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (!(error instanceof HTTPException) || error.status >= 500) return Unexpected({ cause: error })
  if (error.status === 413) return RequestTooLarge({ cause: error })
  if (error.status === 415) return UnsupportedMediaType({ cause: error })
  // The router's own words: so far only "Malformed JSON in request body".
  return RequestInvalid({ cause: error, meta: { issues: [{ path: '', message: error.message }] } })
}

/** The answer to a failed request: `application/problem+json` (RFC 9457) with the stable code of the error. */
export function problemResponse(thrown: unknown, requestId: string): Response {
  const error = asDeclared(thrown)
  const status = statusOf(error)
  const { detail, meta, retryAfterMs } = error.options
  const problem: Problem = {
    ...meta,
    type: `/docs/errors/${error.code}`,
    title: error.title,
    status,
    code: error.code,
    ...(detail === undefined ? {} : { detail }),
    requestId,
  }
  const headers = new Headers({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
  if (retryAfterMs !== undefined) headers.set('retry-after', String(Math.ceil(retryAfterMs / 1_000)))
  return new Response(JSON.stringify(problem), { status, headers })
}

/**
 * The one error handler: answers with a problem, and logs with its cause what is our fault or that of something behind
 * us.
 */
export function answerError(thrown: unknown, c: HttpContext): Response {
  const error = asDeclared(thrown)
  const requestId = c.get('requestId')
  if (statusOf(error) >= 500) {
    const cause = error.options.cause
    const fields = {
      code: error.code,
      cause: cause === undefined ? null : describeError(cause),
      stack: framesOf(cause),
    }
    // Without a valid configuration there is no platform, and its problems must be seen somewhere.
    const log = c.get('platform')?.log
    if (log) log.error('http.failed', fields)
    else console.error(JSON.stringify({ level: 'error', event: 'http.failed', requestId, ...fields }))
  }
  return problemResponse(error, requestId)
}

/** Where an error was thrown, without its message, which `describeError` tells as far as it is safe. */
function framesOf(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  return stack.split('\n').filter((line) => /^\s+at /.test(line)).map((line) => line.trim())
}

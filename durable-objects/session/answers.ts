import type { Answer, Refusal } from '#domain/sessions'
import type { AppError, ErrorOptions } from '#kernel/errors'

export const accepted = <Value>(value: Value): Answer<Value> => ({ ok: true, value })

/** A declared error as data, since classes do not survive the way out of an object. */
export function refused(
  declared: (options?: ErrorOptions) => AppError,
  detail?: string,
): { ok: false; refusal: Refusal } {
  return refusalOf(declared(detail === undefined ? {} : { detail }))
}

export function refusalOf(error: AppError): { ok: false; refusal: Refusal } {
  const { detail = null, retryAfterMs = null } = error.options
  return { ok: false, refusal: { code: error.code, detail, retryAfterMs } }
}

import {
  ProviderForbidden,
  type ProviderHttp,
  ProviderRateLimited,
  type ProviderRequest,
  type ProviderResponse,
  ProviderUnauthorized,
  ProviderUnavailable,
} from '#domain/integrations'
import type { Clock } from '#kernel/clock'
import { describeError } from '#kernel/errors'
import { retryAfterOf } from './retry-after.ts'

const DEADLINE_MS = 10_000
const MAX_ANSWER_BYTES = 5 * 1024 * 1024

export interface ProviderHttpSettings {
  clock: Clock
  deadlineMs?: number
  /** Stands in for the provider's own address, as tests do it. */
  fetch?: typeof fetch
}

/**
 * Calls providers: with a deadline for the whole answer, a limit of its size, and without following redirects, which
 * would carry the credential elsewhere.
 */
export function providerHttp(settings: ProviderHttpSettings): ProviderHttp {
  const { clock, deadlineMs = DEADLINE_MS } = settings
  return async (request) => {
    const abort = new AbortController()
    const timer = setTimeout(() => abort.abort(), deadlineMs)
    try {
      const response = await answerOf(settings.fetch ?? fetch, request, abort.signal)
      return judged(response, clock.now())
    } catch (error) {
      if (abort.signal.aborted) {
        throw ProviderUnavailable({ detail: `${hostOf(request)} did not answer within ${deadlineMs} ms`, cause: error })
      }
      throw error
    } finally {
      clearTimeout(timer)
      abort.abort()
    }
  }
}

async function answerOf(
  send: typeof fetch,
  request: ProviderRequest,
  signal: AbortSignal,
): Promise<ProviderResponse> {
  const { method, url, headers = {}, json } = request
  try {
    const response = await send(url, {
      method,
      redirect: 'manual',
      signal,
      headers: {
        accept: 'application/json',
        'user-agent': 'Proliferate-Edge',
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    })
    return { status: response.status, headers: Object.fromEntries(response.headers), text: await textOf(response) }
  } catch (error) {
    if (ProviderUnavailable.is(error)) throw error
    throw ProviderUnavailable({ detail: `${hostOf(request)}: ${describeError(error)}`, cause: error })
  }
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > MAX_ANSWER_BYTES) throw ProviderUnavailable({ detail: `The answer has more than ${MAX_ANSWER_BYTES} bytes` })
    chunks.push(chunk)
  }
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return new TextDecoder().decode(whole)
}

/**
 * What a module need not look at: refused credentials, limits and failures are the framework's matter. A 403 says nothing
 * against the credential itself, and must not expire the connection (a4 §4.6).
 */
function judged(response: ProviderResponse, now: Date): ProviderResponse {
  const { status, headers } = response
  const retryAfterMs = retryAfterOf(headers, now)
  if (isLimit(response)) throw ProviderRateLimited(retryAfterMs === undefined ? {} : { retryAfterMs })
  if (status === 401) throw ProviderUnauthorized({ detail: 'The provider answered 401' })
  if (status === 403) throw ProviderForbidden({ detail: 'The provider answered 403' })
  if (status >= 500 || (status >= 300 && status < 400)) {
    throw ProviderUnavailable({
      detail: `The provider answered ${status}`,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    })
  }
  return response
}

/** Google gives such reasons as `userRateLimitExceeded`; GitHub writes of its secondary limits in words alone. */
const LIMIT_WORDS = /rate ?limit|daily ?limit/i
const MAX_REASON_CHARACTERS = 4_000

/** 429, or a 403 that is a limit by its headers or its words. */
function isLimit({ status, headers, text }: ProviderResponse): boolean {
  if (status !== 403) return status === 429
  if (headers['x-ratelimit-remaining'] === '0' || 'retry-after' in headers) return true
  return LIMIT_WORDS.test(text.slice(0, MAX_REASON_CHARACTERS))
}

const hostOf = ({ url }: ProviderRequest) => (URL.canParse(url) ? new URL(url).host : 'The provider')

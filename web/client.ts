import { ApiError, createClient } from '#schema/endpoints/client'

/** Longer than any answer of the API takes; a request that hangs must not hang a page. */
const DEADLINE_MS = 30_000

/** `fetch` with a deadline. */
export function fetchInTime(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const deadline = AbortSignal.timeout(DEADLINE_MS)
  const signal = init.signal ? AbortSignal.any([init.signal, deadline]) : deadline
  return fetch(input, { ...init, signal })
}

/** The API, on the dashboard's own origin (decision D25). */
export const call = createClient({ baseUrl: '', fetch: fetchInTime })

/** Whether the API answered with this status. */
export function isStatus(error: unknown, status: number): boolean {
  return error instanceof ApiError && error.status === status
}

/** An error in words, and the id by which the logs know the request. */
export function explainError(error: unknown): { message: string; requestId: string | null } {
  if (error instanceof ApiError) return { message: error.message, requestId: error.problem?.requestId ?? null }
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return { message: 'The server took too long to answer.', requestId: null }
  }
  return { message: 'The server cannot be reached. Check your connection.', requestId: null }
}

import { ApiError, createClient } from '#schema/endpoints/client'
import { endpoints } from '#schema/endpoints/index'

/** Longer than any answer of the API takes; a request that hangs must not hang a page. */
const DEADLINE_MS = 30_000

/** `fetch` with a deadline. */
export function fetchInTime(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const deadline = AbortSignal.timeout(DEADLINE_MS)
  const signal = init.signal ? AbortSignal.any([init.signal, deadline]) : deadline
  return fetch(input, { ...init, signal })
}

/** The code by which the API, and the identity library in the address of the sign-in, tell of a suspended account. */
export const SUSPENDED = 'auth.suspended'

/** Whether the API refuses everything because the account is suspended. */
export function isSuspended(error: unknown): boolean {
  return error instanceof ApiError && error.problem?.code === SUSPENDED
}

let shown: string | null = null
const listeners = new Set<() => void>()

/** Says which organization the page shows: requests are about that one, wherever another tab has moved the sign-in. */
export function showOrganization(organizationId: string | null): void {
  shown = organizationId
}

/** Calls back whenever something was refused that the page believed to be allowed; until the answer is called. */
export function onRefused(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** For refusals that are no answer of the API, as the close of a socket. */
export function noteRefusal(): void {
  for (const listener of listeners) listener()
}

/** Where one is a member of nothing the path's organization does not exist, and a named one is forbidden. */
function mayHaveLostAccess(error: ApiError): boolean {
  return (error.status === 403 && !isSuspended(error)) || error.problem?.code === 'organization.not_found'
}

/** The API, on the dashboard's own origin (decision D25). Who and where one is, it says without being told. */
export const call = createClient({
  baseUrl: '',
  fetch: fetchInTime,
  headers: ({ path }): Record<string, string> => {
    return shown === null || path === endpoints.me.show.path ? {} : { 'x-organization-id': shown }
  },
  onError: (error) => {
    if (mayHaveLostAccess(error)) noteRefusal()
  },
})

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

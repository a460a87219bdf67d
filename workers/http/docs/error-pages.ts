import type { declaredErrors, ErrorKind } from '#kernel/errors'
import { html, page } from './html.ts'

type DeclaredError = ReturnType<typeof declaredErrors>[number]

/** What a caller can do about an error of that kind. */
const ADVICE: Record<ErrorKind, string> = {
  invalid: 'The request itself is at fault. `issues` or the detail says where; sending it again changes nothing.',
  unauthenticated: 'Sign in, or send a token or key that is still valid.',
  payment_required: 'The organization has to pay or raise its limit first.',
  forbidden: 'The role, the scopes of the key or the origin do not allow it. Ask an admin of the organization.',
  not_found: 'It does not exist, or belongs to another organization, which looks the same.',
  conflict: 'The state of the thing does not allow it now. Read it anew, then decide.',
  too_large: 'Send less.',
  unprocessable: 'The request contradicts an earlier one.',
  rate_limited: 'Wait for the time in the header retry-after, then send it again.',
  internal: 'Something went wrong on our side; the request id finds the cause in the logs.',
  unavailable: 'Something behind the API is away. Send it again, later each time.',
}

/** One error of the registry; where the `type` of a problem leads. */
export function errorPage(error: DeclaredError & { status: number }): string {
  return page(
    error.code,
    html`<p><a href="/docs/errors">Error codes</a></p><h1><code>${error.code}</code></h1>
<p>${error.title}. HTTP status <strong>${error.status}</strong>.</p><p>${ADVICE[error.kind]}</p>`,
  )
}

/** All of them. */
export function errorList(errors: (DeclaredError & { status: number })[]): string {
  const rows = errors.map(
    ({ code, status, title }) =>
      html`<tr><td><a href="/docs/errors/${code}"><code>${code}</code></a></td><td>${status}</td><td>${title}</td></tr>`,
  )
  return page(
    'Error codes',
    html`<p><a href="/docs">Reference</a></p><h1>Error codes</h1>
<p>Every failed request is answered with application/problem+json (RFC 9457) and a stable code.</p>
<table><thead><tr><th>Code</th><th>Status</th><th>Title</th></tr></thead><tbody>${rows}</tbody></table>`,
  )
}

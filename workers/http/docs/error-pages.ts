import type { declaredErrors } from '#kernel/errors'
import { ADVICE } from './advice.ts'
import { html, page } from './html.ts'

type DeclaredError = ReturnType<typeof declaredErrors>[number]

/** `words` between grave accents are names. */
const withNames = (sentences: string) =>
  sentences.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))

/** One error of the registry; where the `type` of a problem leads. */
export function errorPage(error: DeclaredError & { status: number }): string {
  return page(
    error.code,
    html`<p><a href="/docs/errors">Error codes</a></p><h1><code>${error.code}</code></h1>
<p>${error.title}. HTTP status <strong>${error.status}</strong>.</p><p>${withNames(ADVICE[error.code] ?? '')}</p>`,
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

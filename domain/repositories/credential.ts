import { z } from 'zod'

/** What opens a repository over HTTP. */
export const Credential = z.object({ username: z.string(), password: z.string() })
export type Credential = z.infer<typeof Credential>

/** Binds a sealed credential to its row, so that it opens nowhere else. */
export const credentialContext = (organizationId: string, repositoryId: string) =>
  `repositories:${organizationId}:${repositoryId}`

const pathOf = (url: URL) => url.pathname.replace(/\/+$/, '').replace(/\.git$/, '')

/**
 * Whether a URL that git asks a credential for lies inside a repository: the very same origin, and the repository's
 * path or something below it. A neighbour that only begins with the same letters is another repository.
 */
export function liesInside(asked: string, repository: string): boolean {
  const inner = URL.parse(asked)
  const outer = URL.parse(repository)
  if (!inner || !outer || inner.origin !== outer.origin) return false
  const path = inner.pathname.replace(/\/+$/, '')
  const root = pathOf(outer)
  return path === root || path === `${root}.git` || path.startsWith(`${root}/`) || path.startsWith(`${root}.git/`)
}

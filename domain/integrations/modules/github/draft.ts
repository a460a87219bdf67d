import type { GithubContext } from './context.ts'
import type { Envelope } from './payloads.ts'

/** One event before it has what all events have. */
export interface Draft {
  eventType: string
  /** Set where the thing itself can happen only once; the delivery's id stands for everything else (a2 §2.4). */
  onceKey?: string
  /** What `onceKey` used to be. */
  formerKey?: string
  occurredAt: string | null | undefined
  title: string
  url: string | null
  context: GithubContext
}

/**
 * The keys of what an issue or a pull request can do but once. Numbers begin again when a repository is deleted and made
 * anew under its name; ids do not.
 */
export function onceOf(kind: 'issue' | 'pull_request', { id, number }: Numbered, action: string) {
  // Keys held the number alone at first: what was told then, and is sent again, must start nothing twice.
  const formerKey = `${kind}:${number}:${action}`
  return id == null ? { onceKey: formerKey } : { onceKey: `${kind}:${number}:${id}:${action}`, formerKey }
}

interface Numbered {
  id?: number | null | undefined
  number: number
}

export const whereAndWho = ({ repository, sender }: Envelope) => ({
  repository: repository.full_name,
  repositoryUrl: repository.html_url ?? undefined,
  sender: sender?.login,
})

import type { GithubContext } from './context.ts'
import type { Envelope } from './payloads.ts'

/** One event before it has what all events have. */
export interface Draft {
  eventType: string
  /** Set where the thing itself can happen only once; the delivery's id stands for everything else (a2 §2.4). */
  onceKey?: string
  occurredAt: string | null | undefined
  title: string
  url: string | null
  context: GithubContext
}

export const whereAndWho = ({ repository, sender }: Envelope) => ({
  repository: repository.full_name,
  repositoryUrl: repository.html_url ?? undefined,
  sender: sender?.login,
})

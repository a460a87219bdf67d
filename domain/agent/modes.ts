import type { ClientType, SessionType } from '#schema/contracts/sessions'

/** How an agent is asked to work; decides its prompt and its tools (a6 §6.2). */
export type AgentMode = 'setup' | 'automation' | 'scratch' | 'coding'

/**
 * The mode of a session. A setup session stays one whoever started it; without a repository there is only a scratch
 * folder.
 */
export function agentModeOf(session: {
  sessionType: SessionType
  clientType: ClientType
  repositoryCount: number
}): AgentMode {
  if (session.sessionType === 'setup') return 'setup'
  if (session.clientType === 'automation') return 'automation'
  return session.repositoryCount === 0 ? 'scratch' : 'coding'
}

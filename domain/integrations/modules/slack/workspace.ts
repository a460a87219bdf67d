import type { ConnectionChange, Identity, WebhookPayload } from '../../contract.ts'
import { EventCallback, Team, TokensRevoked } from './payloads.ts'

/** The workspace that a delivery comes from. */
export function workspaceOf(payload: unknown): Identity | null {
  const team = Team.safeParse(payload)
  return team.success ? { kind: 'integration', externalId: team.data.team_id } : null
}

/**
 * An uninstalled app also has its tokens revoked, and the two are told in no order: both mean the same here. Tokens
 * of single people may go without an end to the connection.
 */
export function workspaceChange({ payload }: Pick<WebhookPayload, 'payload'>): ConnectionChange | null {
  const read = EventCallback.safeParse(payload)
  if (!read.success) return null
  const { event, team_id: externalId } = read.data
  const isGone = event.type === 'app_uninstalled' || (event.type === 'tokens_revoked' && revokesBot(event))
  return isGone ? { externalId, status: 'deleted' } : null
}

function revokesBot(event: unknown): boolean {
  const read = TokensRevoked.safeParse(event)
  return read.success && (read.data.tokens.bot?.length ?? 0) > 0
}

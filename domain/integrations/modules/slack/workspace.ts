import type { ConnectionChange, Identity, WebhookPayload } from '../../contract.ts'
import { EventCallback, TokensRevoked, Whose, workspaceIn } from './payloads.ts'

/** The workspace whose app a delivery is for. */
export function workspaceOf(payload: unknown): Identity | null {
  const told = Whose.safeParse(payload)
  return told.success ? { kind: 'integration', externalId: workspaceIn(told.data) } : null
}

/**
 * An uninstalled app also has its tokens revoked, and the two are told in no order: both mean the same here. Tokens
 * of single people may go without an end to the connection.
 */
export function workspaceChange({ payload }: Pick<WebhookPayload, 'payload'>): ConnectionChange | null {
  const read = EventCallback.safeParse(payload)
  if (!read.success) return null
  const { event } = read.data
  const isGone = event.type === 'app_uninstalled' || (event.type === 'tokens_revoked' && revokesBot(event))
  return isGone ? { externalId: workspaceIn(read.data), status: 'deleted' } : null
}

function revokesBot(event: unknown): boolean {
  const read = TokensRevoked.safeParse(event)
  return read.success && (read.data.tokens.bot?.length ?? 0) > 0
}

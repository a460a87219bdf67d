import { type Actor, authorize } from '#domain/identity'
import type { Kernel } from '#kernel/needs'
import { type Page, pageOf } from '#kernel/page'
import type { PageQuery } from '#schema/contracts/common'
import type { WebhookEndpoint } from '#schema/contracts/triggers'
import { endpointView } from './endpoint.view.ts'
import { listEndpointRows } from './endpoints.store.ts'

/** The organization's webhook endpoints, newest first. */
export async function listWebhookEndpoints(
  needs: Pick<Kernel, 'db'>,
  input: { actor: Actor } & PageQuery,
): Promise<Page<WebhookEndpoint>> {
  const { actor, ...page } = input
  authorize(actor, 'read', 'webhook_endpoint')
  return pageOf(await listEndpointRows(needs.db, actor.organizationId, page), page.limit, endpointView)
}

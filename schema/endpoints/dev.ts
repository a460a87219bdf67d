import { KeptMail } from '#schema/contracts/identity'
import { createRoute, json, problems, z } from '#schema/endpoints/route'

/** Absent in production. */
export const dev = {
  mailbox: createRoute({
    operationId: 'listDevMailbox',
    summary: 'Development only: the mails that would have been sent, newest first',
    tags: ['Development'],
    method: 'get',
    path: '/api/dev/mailbox',
    security: [],
    responses: { 200: json(z.object({ items: z.array(KeptMail) }), 'At most 100'), ...problems(404) },
  }),
}

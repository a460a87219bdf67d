import { Hono } from 'hono'
import type { Env } from '#adapters/env'
import { openIngest } from '#adapters/ingest'
import { receiveWebhook } from '#domain/triggers'
import type { HttpEnv } from '../http/context.ts'
import { readRawBody } from './read-raw-body.ts'

/** Where providers send their webhooks: verify, put into the queue, answer. Mounted at `/webhooks`. */
export const webhooks = new Hono<{ Bindings: Env }>()

webhooks.post('/direct/:provider/:endpointId', async (c) => {
  // The request's name goes with the delivery, so that its whole way can be found in the logs.
  const { requestId: traceId = crypto.randomUUID() } = c.var as Partial<HttpEnv['Variables']>
  const rawBody = await readRawBody(c.req.raw)
  await receiveWebhook(openIngest(c.env, { traceId }), {
    ...c.req.param(),
    headers: c.req.header(),
    rawBody,
    traceId,
  })
  return c.json({ received: true })
})

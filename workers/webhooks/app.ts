import { Hono } from 'hono'
import type { Env } from '#adapters/env'
import { openIngest } from '#adapters/ingest'
import { receiveWebhook } from '#domain/triggers'
import { readTraceparent, traceIdOf } from '#kernel/trace'
import type { HttpEnv } from '../http/context.ts'
import { readRawBody } from './read-raw-body.ts'

/** Where providers send their webhooks: verify, put into the queue, answer. Mounted at `/webhooks`. */
export const webhooks = new Hono<{ Bindings: Env }>()

webhooks.post('/direct/:provider/:endpointId', async (c) => {
  // The request's trace goes with the delivery, so that its whole way can be found in the logs.
  const { platform } = c.var as Partial<HttpEnv['Variables']>
  const own = readTraceparent(c.req.header('traceparent'))?.traceId ?? traceIdOf(crypto.randomUUID())
  const traceId = platform?.origin?.traceId ?? own
  const rawBody = await readRawBody(c.req.raw)
  const ingest = openIngest(c.env, { traceId })
  await receiveWebhook(platform ? { ...ingest, log: platform.log } : ingest, {
    ...c.req.param(),
    headers: c.req.header(),
    rawBody,
    traceId,
  })
  return c.json({ received: true })
})

import { type Context, Hono } from 'hono'
import type { Env } from '#adapters/env'
import { openIngest } from '#adapters/ingest'
import { receiveWebhook, type WebhookAddress } from '#domain/triggers'
import { readTraceparent, traceIdOf } from '#kernel/trace'
import type { HttpEnv } from '../http/context.ts'
import { readRawBody } from './read-raw-body.ts'

/** Where providers send their webhooks: verify, put into the queue, answer. Mounted at `/webhooks`. */
export const webhooks = new Hono<{ Bindings: Env }>()

webhooks.post('/direct/:provider', (c) => receive(c, { kind: 'app', ...c.req.param() }))
webhooks.post('/direct/:provider/:endpointId', (c) => receive(c, { kind: 'endpoint', ...c.req.param() }))
webhooks.post('/nango', (c) => receive(c, { kind: 'nango' }))

// Senders that try an address before they use it ask so; the answer is the same for every address.
webhooks.get('/direct/custom/:endpointId', (c) => c.json({ ok: true }))

async function receive(c: Context<{ Bindings: Env }>, address: WebhookAddress): Promise<Response> {
  // The request's trace goes with the delivery, so that its whole way can be found in the logs.
  const { platform } = c.var as Partial<HttpEnv['Variables']>
  const own = readTraceparent(c.req.header('traceparent'))?.traceId ?? traceIdOf(crypto.randomUUID())
  const traceId = platform?.origin?.traceId ?? own
  const rawBody = await readRawBody(c.req.raw)
  const ingest = openIngest(c.env, { traceId })
  const needs = platform ? { ...ingest, log: platform.log } : ingest
  const reception = await receiveWebhook(needs, { address, headers: c.req.header(), rawBody, traceId })
  if (reception.kind === 'queued') return c.json({ received: true })
  const { body, status, contentType } = reception.answer
  return new Response(body, { status, headers: { 'content-type': contentType } })
}

import type { ExportedHandler, MessageBatch, Queue } from '@cloudflare/workers-types'
import { neon, neonConfig } from '@neondatabase/serverless'
import { Hono } from 'hono'
import { systemIds } from '../../adapters/system.ts'

// The reference: a verified webhook goes into a queue, and the queue's consumer writes the rows that a delivery which
// starts a run comes to, all of a batch in one statement. It reads nothing, asks no trigger, and decides nothing.

interface Bindings {
  SECRET: string
  DATABASE_URL: string
  NEON_ENDPOINT: string
  ORGANIZATION_ID: string
  AUTOMATION_ID: string
  TRIGGER_ID: string
  DELIVERIES: Queue
}

interface Arrived {
  deliveryId: string
  payload: string
  receivedAt: string
}

const INSERT = `
  with arrival as (
    select * from jsonb_to_recordset($1::jsonb) as a(
      id uuid, "eventId" uuid, "runId" uuid, "lineId" uuid, "outboxId" uuid, "deliveryId" text, payload text,
      "receivedAt" timestamptz)
  ), inbox as (
    insert into webhook_inbox (id, organization_id, source, provider, delivery_id, event_type, headers, payload,
      trace_id, status, attempt, received_at, processed_at)
    select id, $2, 'reference', 'github', "deliveryId", 'issues', '{"content-type":"application/json"}', payload,
      id::text, 'completed', 1, "receivedAt", now()
    from arrival
  ), event as (
    insert into trigger_events (id, organization_id, trigger_id, inbox_id, provider, event_type, provider_event_type,
      occurred_at, dedup_key, title, context, status, created_at)
    select "eventId", $2, $4::uuid, id, 'github', 'issue_opened', 'issues', "receivedAt", "deliveryId", 'Issue',
      jsonb_build_object('github', payload::jsonb->'issue'), 'completed', now()
    from arrival
  ), run as (
    insert into automation_runs (id, organization_id, automation_id, trigger_event_id, trigger_id, status, deadline_at)
    select "runId", $2, $3::uuid, "eventId", $4::uuid, 'skipped', now() from arrival
  ), line as (
    insert into automation_run_events (id, run_id, type, to_status)
    select "lineId", "runId", 'status_transition', 'queued' from arrival
  )
  insert into outbox (id, organization_id, kind, payload, status)
  select "outboxId", $2, 'enqueue_enrich', jsonb_build_object('runId', "runId"), 'dispatched' from arrival`

const encoder = new TextEncoder()
let key: Promise<CryptoKey> | undefined

const app = new Hono<{ Bindings: Bindings }>()
app.post('/hook', async (c) => {
  key ??= crypto.subtle.importKey('raw', encoder.encode(c.env.SECRET), { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
  const payload = await c.req.text()
  const hex = c.req.header('x-hub-signature-256')?.slice(7) ?? ''
  const signature = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  if (!(await crypto.subtle.verify('HMAC', await key, signature, encoder.encode(payload)))) return c.json({}, 401)
  const deliveryId = c.req.header('x-github-delivery') ?? ''
  const arrived: Arrived = { deliveryId, payload, receivedAt: new Date().toISOString() }
  await c.env.DELIVERIES.send(arrived, { contentType: 'json' })
  return c.json({ received: true })
})

async function store(batch: MessageBatch<Arrived>, env: Bindings): Promise<void> {
  neonConfig.fetchEndpoint = () => `http://${env.NEON_ENDPOINT}/sql`
  const next = () => systemIds.next()
  const rows = batch.messages.map(({ body }) => ({
    ...body,
    id: next(),
    eventId: next(),
    runId: next(),
    lineId: next(),
    outboxId: next(),
  }))
  const values = [JSON.stringify(rows), env.ORGANIZATION_ID, env.AUTOMATION_ID, env.TRIGGER_ID]
  await neon(env.DATABASE_URL).query(INSERT, values)
}

export default { fetch: app.fetch, queue: store } satisfies ExportedHandler<Bindings, Arrived>

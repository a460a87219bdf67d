import type { ExportedHandler, Queue } from '@cloudflare/workers-types'
import { Hono } from 'hono'

// The second reference: the same and one queue send, with a consumer that does nothing.

interface Bindings {
  SECRET: string
  DELIVERIES: Queue
}

const encoder = new TextEncoder()
let key: Promise<CryptoKey> | undefined

const app = new Hono<{ Bindings: Bindings }>()
app.post('/hook', async (c) => {
  key ??= crypto.subtle.importKey('raw', encoder.encode(c.env.SECRET), { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
  const body = await c.req.arrayBuffer()
  const hex = c.req.header('x-hub-signature-256')?.slice(7) ?? ''
  const signature = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  if (!(await crypto.subtle.verify('HMAC', await key, signature, body))) return c.json({ error: 'signature' }, 401)
  await c.env.DELIVERIES.send({ body: new Uint8Array(body) }, { contentType: 'v8' })
  return c.json({ received: true })
})

export default { fetch: app.fetch, queue: async () => undefined } satisfies ExportedHandler<Bindings>

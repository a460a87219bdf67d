import { Hono } from 'hono'

// The first reference: the least that any verified webhook costs on this runtime. Bare Hono, HMAC by WebCrypto with a kept key.

const encoder = new TextEncoder()
let key: Promise<CryptoKey> | undefined

const app = new Hono<{ Bindings: { SECRET: string } }>()
app.post('/hook', async (c) => {
  key ??= crypto.subtle.importKey('raw', encoder.encode(c.env.SECRET), { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
  const body = await c.req.arrayBuffer()
  const hex = c.req.header('x-hub-signature-256')?.slice(7) ?? ''
  const signature = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  if (!(await crypto.subtle.verify('HMAC', await key, signature, body))) return c.json({ error: 'signature' }, 401)
  return c.json({ received: true })
})

export default app

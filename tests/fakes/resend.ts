import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'

const Sent = z.strictObject({
  from: z.string().min(3),
  to: z.array(z.email()).length(1),
  subject: z.string().min(1).regex(/^[^\r\n]*$/),
  text: z.string().min(1),
  html: z.string().min(1),
})

/**
 * Resend's `POST /emails`, which checks what it receives. `answers` are the statuses of the next requests; after that,
 * and for 200, mails are taken, one per idempotency key.
 */
export async function fakeResend(apiKey: string) {
  const state = { answers: [] as number[], asked: 0, sent: new Map<string, z.infer<typeof Sent>>() }
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => void (text += chunk.toString()))
    request.on('end', () => {
      state.asked += 1
      const answer = (status: number, body: unknown) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      if (request.method !== 'POST' || request.url !== '/emails') return answer(404, {})
      if (request.headers.authorization !== `Bearer ${apiKey}`) return answer(401, { name: 'invalid_api_key' })
      const status = state.answers.shift() ?? 200
      if (status !== 200) return answer(status, { name: 'application_error' })
      const parsed = Sent.safeParse(JSON.parse(text))
      const key = request.headers['idempotency-key']
      if (!parsed.success || typeof key !== 'string') return answer(422, { name: 'validation_error' })
      state.sent.set(key, parsed.data)
      return answer(200, { id: crypto.randomUUID() })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () => new Promise<void>((resolve) => void server.close(() => resolve()))
  return Object.assign(state, { url: `http://127.0.0.1:${port}`, close })
}

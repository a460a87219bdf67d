import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { replayAll } from './replay-all.ts'

let server: Server | undefined
afterEach(() => void server?.close())

/** A deployment that answers with these pages, one after the other. */
async function answering(pages: { status?: number; body: object }[]) {
  const asked: { path: string | undefined; authorization: string | undefined; body: unknown }[] = []
  server = createServer((request, response) => {
    void json(request).then((body) => {
      asked.push({ path: request.url, authorization: request.headers.authorization, body })
      const { status = 200, body: answer } = pages[asked.length - 1] ?? { status: 500, body: {} }
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    })
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const lines: string[] = []
const replay = (url: string) =>
  replayAll({ url, serviceToken: 'key', before: new Date('2026-11-21T10:00:00Z'), print: (line) => lines.push(line) })

test('asks page by page until there is no more, and tells how far it is', async () => {
  const { asked, url } = await answering([
    { body: { sent: 25, unreadable: 0, cursor: 'next' } },
    { body: { sent: 3, unreadable: 1, cursor: null } },
  ])
  expect(await replay(url)).toEqual({ sent: 28, unreadable: 1 })
  const about = { path: '/internal/operator/replay', authorization: `Bearer ${createHmac('sha256', 'key').update('operator').digest('hex')}` }
  expect(asked).toEqual([
    { ...about, body: { before: '2026-11-21T10:00:00.000Z', cursor: null } },
    { ...about, body: { before: '2026-11-21T10:00:00.000Z', cursor: 'next' } },
  ])
  expect(lines).toEqual(['25 put back, 0 unreadable so far', '28 put back, 1 unreadable'])
})

test('a refusal ends it, and says how many were put back', async () => {
  const { url } = await answering([
    { body: { sent: 25, unreadable: 0, cursor: 'next' } },
    { status: 503, body: { code: 'internal.unexpected' } },
  ])
  await expect(replay(url)).rejects.toThrow('answered 503 after 25 messages')
})

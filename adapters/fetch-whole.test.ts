import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { fetchWhole } from './fetch-whole.ts'

const answers: Record<string, (reply: ServerResponse) => void> = {
  '/whole': (reply) => reply.writeHead(201, { 'x-said': 'yes' }).end('{"ok":true}'),
  '/empty': (reply) => reply.writeHead(204).end(),
  '/silent': () => {},
  '/half': (reply) => void reply.writeHead(200).write('half of it'),
}
const server = createServer((request, reply) => answers[request.url ?? '']?.(reply))
let url = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
afterEach(() => vi.restoreAllMocks())

const ask = (path: string, deadlineMs = 5_000) => fetchWhole(new URL(path, url), {}, deadlineMs)
/** Timers of ours that are still to come; the client has some of its own, with other delays. */
function watchTimers(delayMs: number) {
  const pending = new Set<unknown>()
  const [set, clear] = [globalThis.setTimeout, globalThis.clearTimeout]
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((work: () => void, ms?: number) => {
    const timer = set(() => void (pending.delete(timer), work()), ms)
    if (ms === delayMs) pending.add(timer)
    return timer
  }) as typeof setTimeout)
  vi.spyOn(globalThis, 'clearTimeout').mockImplementation((timer) => void (pending.delete(timer), clear(timer)))
  const signals = vi.spyOn(AbortSignal, 'timeout')
  return { pending, signals }
}

test('the answer comes with its status, its headers and its body; also one that has none', async () => {
  const answer = await ask('/whole')
  expect([answer.status, answer.headers.get('x-said'), await answer.json()]).toEqual([201, 'yes', { ok: true }])
  expect((await ask('/empty')).status).toBe(204)
})

test('an answer that does not come, or stops in the middle, is a TimeoutError when the time is over', async () => {
  for (const path of ['/silent', '/half']) {
    await expect(ask(path, 100)).rejects.toMatchObject({ name: 'TimeoutError', message: 'No answer within 100 ms' })
  }
})

test('no timer is left behind, neither by an answer nor by a failure', async () => {
  const { pending, signals } = watchTimers(4_321)
  await ask('/whole', 4_321)
  await fetchWhole('http://127.0.0.1:9/', {}, 4_321).catch(() => null)
  expect([...pending]).toEqual([])
  expect(signals).not.toHaveBeenCalled()
})

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { assertPortFree, findFreePort, findPortOwner } from './port.ts'
import { findProcess } from './process-table.ts'
import { waitForHttp } from './wait-for-http.ts'

async function listen(status: number, host: string) {
  const server = createServer((_, response) => response.writeHead(status).end()).listen(0, host)
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, close: () => server.close() }
}

test('a free port has no owner and is accepted', async () => {
  const port = await findFreePort()
  expect(await findPortOwner(port)).toBeNull()
  await assertPortFree(port, { purpose: 'a test' })
})

test('a free port is given once, and is none that the system may give to somebody else before it is used', async () => {
  const ports = await Promise.all(Array.from({ length: 20 }, findFreePort))
  expect(new Set(ports).size).toBe(20)
  expect(Math.max(...ports)).toBeLessThan(32_768)
})

test('a port taken on every address is refused too, with its owner and the variable', async () => {
  const server = await listen(200, '0.0.0.0')
  const refusal = assertPortFree(server.port, { purpose: 'the dashboard', variable: 'WEB_PORT' })
  const message = new RegExp(`Port ${server.port}, wanted for the dashboard.*${process.pid}.*WEB_PORT`)
  await expect(refusal).rejects.toThrow(message)
  server.close()
})

test('a process is known by pid and start, and a missing one is null', async () => {
  const self = await findProcess(process.pid)
  expect(self).toMatchObject({ pid: process.pid, command: expect.stringContaining('node') })
  expect(await findProcess(process.pid)).toEqual(self)
  expect(await findProcess(2 ** 22 + 1)).toBeNull()
})

test('waiting for a server ends at its first good answer, or after the deadline with the last problem', async () => {
  const good = await listen(204, '127.0.0.1')
  await waitForHttp(`http://127.0.0.1:${good.port}/`)
  good.close()
  const bad = await listen(500, '127.0.0.1')
  await expect(waitForHttp(`http://127.0.0.1:${bad.port}/`, 1_000)).rejects.toThrow('within 1000 ms (HTTP 500)')
  bad.close()
  await expect(waitForHttp(`http://127.0.0.1:${await findFreePort()}/`, 200)).rejects.toThrow('ECONNREFUSED')
})

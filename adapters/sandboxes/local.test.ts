import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { SandboxProviderUnavailable, SandboxRefused } from '../../domain/sandboxes/index.ts'
import { sandboxProviderContract } from '../../tests/contracts/sandbox-provider.contract.ts'
import { HOST_TOKEN, startHostProcess } from '../../tests/fakes/sandbox-host-process.ts'
import { localSandboxes } from './local.ts'

const wanted = { generation: 1, env: {}, lifetimeSeconds: 120 }

async function openHost() {
  const directory = await mkdtemp(path.join(tmpdir(), 'local-sandboxes-'))
  const host = await startHostProcess({ directory, limit: 2 })
  return {
    host,
    provider: localSandboxes({ url: host.url, token: HOST_TOKEN }),
    async close() {
      host.child.kill('SIGTERM')
      await host.exited
      await rm(directory, { recursive: true, force: true })
    },
  }
}

sandboxProviderContract('local', openHost)

test('a full host may be asked again, a wrong token may not', async () => {
  const { host, provider, close } = await openHost()
  try {
    for (const generation of [1, 2]) await provider.ensureSandbox({ ...wanted, sessionId: randomUUID(), generation })
    const third = await provider.ensureSandbox({ ...wanted, sessionId: randomUUID() }).catch((error: unknown) => error)
    expect(SandboxProviderUnavailable.is(third) && third.retryable && third.options.retryAfterMs).toBe(5_000)
    const stranger = localSandboxes({ url: host.url, token: 'another-token-altogether' })
    const refused = await stranger
      .ensureSandbox({ ...wanted, sessionId: randomUUID() })
      .catch((error: unknown) => error)
    expect(SandboxRefused.is(refused) && !refused.retryable).toBe(true)
  } finally {
    await close()
  }
})

test('a host that is away, or is no sandbox host, is unavailable', async () => {
  const server = createServer((_request, response) => response.end('{"hello":"world"}'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ensure = () => localSandboxes({ url, token: HOST_TOKEN }).ensureSandbox({ ...wanted, sessionId: randomUUID() })
  await expect(ensure()).rejects.toSatisfy(SandboxProviderUnavailable.is)
  await new Promise((resolve) => server.close(resolve))
  await expect(ensure()).rejects.toSatisfy(SandboxProviderUnavailable.is)
})

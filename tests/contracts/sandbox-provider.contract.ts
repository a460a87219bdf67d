import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SandboxProvider } from '#domain/sandboxes'

const TIMEOUT = 60_000

/**
 * What every place where sandboxes come from must do, whoever runs it. `open` gives a provider with room for two
 * sandboxes.
 */
export function sandboxProviderContract(
  name: string,
  open: () => Promise<{ provider: SandboxProvider; close(): Promise<void> }>,
) {
  describe(`sandbox provider ${name}`, { timeout: TIMEOUT }, () => {
    let world: Awaited<ReturnType<typeof open>>
    beforeAll(async () => {
      world = await open()
    }, TIMEOUT)
    afterAll(() => world?.close())

    const wanted = (sessionId = randomUUID(), generation = 1) => ({
      sessionId,
      generation,
      env: { SESSION_ID: sessionId },
      lifetimeSeconds: 120,
    })

    test('ensuring twice is one sandbox, and the second time it is found', async () => {
      const { provider } = world
      const input = wanted()
      const first = await provider.ensureSandbox(input)
      const second = await provider.ensureSandbox(input)
      expect(second).toEqual({ ...first, recovered: true })
      expect(first.recovered).toBe(false)
      expect(first.expiresAt.getTime()).toBeGreaterThan(Date.now() + 60_000)
      await provider.terminate(first.sandboxId)
    })

    test('another generation of a session is another sandbox', async () => {
      const { provider } = world
      const sessionId = randomUUID()
      const [one, two] = [
        await provider.ensureSandbox(wanted(sessionId, 1)),
        await provider.ensureSandbox(wanted(sessionId, 2)),
      ]
      expect(two.sandboxId).not.toBe(one.sandboxId)
      const unknown = 'sandbox-nobody-made'
      expect(await provider.checkSandboxes([one.sandboxId, two.sandboxId, unknown])).toEqual(
        new Set([one.sandboxId, two.sandboxId]),
      )
      await provider.terminate(one.sandboxId)
      expect(await provider.checkSandboxes([one.sandboxId, two.sandboxId])).toEqual(new Set([two.sandboxId]))
      await provider.terminate(two.sandboxId)
    })

    test('terminating what is gone, or never was, succeeds', async () => {
      const { provider } = world
      const { sandboxId } = await provider.ensureSandbox(wanted())
      await provider.terminate(sandboxId)
      await provider.terminate(sandboxId)
      await provider.terminate('sandbox-nobody-made')
      expect(await provider.checkSandboxes([sandboxId])).toEqual(new Set())
    })

    test('it says when it is healthy', async () => {
      await expect(world.provider.health()).resolves.toBeUndefined()
    })
  })
}

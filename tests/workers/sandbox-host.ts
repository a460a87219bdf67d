import { vi } from 'vitest'
import { CreateSandboxRequest, type SandboxInfo } from '#schema/contracts/sandbox-host'

export interface FakeSandbox extends SandboxInfo {
  env: Record<string, string>
}

/**
 * The sandbox host as the Worker under test meets it: its `fetch` is replaced for this one address, requests are
 * checked against the contract, and what is asked for is kept. Sandboxes live until a test says otherwise; nothing runs
 * in them.
 */
export function fakeSandboxHost(host: { url: string; token: string }) {
  const sandboxes = new Map<string, FakeSandbox>()
  const fake = {
    sandboxes,
    calls: [] as string[],
    /** Refuses every call from now on, as a host that is away does; `create` refuses only new sandboxes. */
    away: 'no' as 'no' | 'all' | 'create' | 'terminate',
    /** Set by a test to hold the answer to a creation back. */
    holdCreation: null as Promise<void> | null,
    /** Other addresses that do not answer, by the beginning of their URL. */
    unreachable: new Set<string>(),
    of: (sessionId: string) => [...sandboxes.values()].filter(({ name }) => name.startsWith(sessionId)),
    kill: (id: string) => void Object.assign(sandboxes.get(id) ?? {}, { alive: false, exit: 'killed' }),
    callsOf: (sessionId: string) => fake.calls.filter((call) => call.includes(sessionId)),
    restore: () => spy.mockRestore(),
  }
  const real = globalThis.fetch
  const spy = vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input as Request, init as RequestInit)
    if ([...fake.unreachable].some((start) => request.url.startsWith(start))) throw new TypeError('fetch failed')
    if (!request.url.startsWith(host.url)) return real(input as Request, init as RequestInit)
    if (request.headers.get('authorization') !== `Bearer ${host.token}`) return new Response('', { status: 401 })
    return answer(request)
  })

  async function answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (request.method === 'POST') return create(CreateSandboxRequest.parse(await request.json()))
    fake.calls.push(`${request.method} ${pathname}`)
    if (fake.away === 'all') throw new TypeError('fetch failed')
    if (request.method === 'DELETE') {
      if (fake.away === 'terminate') return new Response('no', { status: 500 })
      fake.kill(decodeURIComponent(pathname.split('/').at(-1) ?? ''))
      return new Response(null, { status: 204 })
    }
    return Response.json({ sandboxes: [...sandboxes.values()] })
  }

  async function create(wish: CreateSandboxRequest): Promise<Response> {
    fake.calls.push(`CREATE ${wish.name}`)
    if (fake.holdCreation) await fake.holdCreation
    if (fake.away === 'all' || fake.away === 'create') throw new TypeError('fetch failed')
    const living = sandboxes.get(`sbx-${wish.name}`)
    if (living?.alive) return Response.json(living)
    const createdAt = new Date()
    const expiresAt = new Date(createdAt.getTime() + wish.lifetimeSeconds * 1_000)
    const made: FakeSandbox = {
      id: `sbx-${wish.name}`,
      name: wish.name,
      alive: true,
      exit: null,
      createdAt: createdAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
      env: wish.env,
    }
    sandboxes.set(made.id, made)
    return Response.json(made, { status: 201 })
  }

  return fake
}

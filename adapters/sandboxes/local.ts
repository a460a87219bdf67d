import { z } from 'zod'
import { SandboxInfo, SandboxList } from '#schema/contracts/sandbox-host'
import {
  type EnsureSandbox,
  type SandboxHandle,
  type SandboxProvider,
  SandboxProviderUnavailable,
  SandboxRefused,
} from '#domain/sandboxes'
import { fetchWhole } from '../fetch-whole.ts'

/** Where the sandbox host listens, and its bearer token. */
export interface SandboxHostAddress {
  url: string
  token: string
}

/** a7 §7.1 gives these as the deadlines of any provider. */
const CONTROL_DEADLINE_MS = 30_000
const CREATE_DEADLINE_MS = 120_000
const BUSY_RETRY_MS = 5_000

/**
 * Sandboxes as processes of one machine, made by the sandbox host over HTTP. A host that is away or full is
 * `sandbox.provider_unavailable`, anything else it refuses is `sandbox.refused`.
 */
export function localSandboxes(host: SandboxHostAddress): SandboxProvider {
  return {
    name: 'local',
    ensureSandbox: (input) => ensureSandbox(host, input),
    async terminate(sandboxId) {
      const path = `/sandboxes/${encodeURIComponent(sandboxId)}`
      await ask(host, { method: 'DELETE', path, deadlineMs: CONTROL_DEADLINE_MS, allowed: [404] })
    },
    async checkSandboxes(sandboxIds) {
      const reply = await ask(host, { method: 'GET', path: '/sandboxes', deadlineMs: CONTROL_DEADLINE_MS })
      const { sandboxes } = read(SandboxList, await reply.json())
      const living = sandboxes.filter(({ id, alive }) => alive && sandboxIds.includes(id))
      return new Set(living.map(({ id }) => id))
    },
    async health() {
      await ask(host, { method: 'GET', path: '/health', deadlineMs: CONTROL_DEADLINE_MS })
    },
  }
}

async function ensureSandbox(host: SandboxHostAddress, input: EnsureSandbox): Promise<SandboxHandle> {
  const reply = await ask(host, {
    method: 'POST',
    path: '/sandboxes',
    deadlineMs: CREATE_DEADLINE_MS,
    body: {
      name: `${input.sessionId}-g${input.generation}`,
      env: input.env,
      lifetimeSeconds: input.lifetimeSeconds,
    },
  })
  const info = read(SandboxInfo, await reply.json())
  return { sandboxId: info.id, expiresAt: new Date(info.expiresAt), recovered: reply.status === 200 }
}

interface Question {
  method: 'GET' | 'POST' | 'DELETE'
  path: string
  deadlineMs: number
  body?: unknown
  /** Statuses besides 2xx that are an answer. */
  allowed?: number[]
}

async function ask(host: SandboxHostAddress, question: Question): Promise<Response> {
  const reply = await reach(host, question)
  if (reply.ok || question.allowed?.includes(reply.status)) return reply
  const detail = `The sandbox host answered ${reply.status}: ${(await reply.text()).slice(0, 300)}`
  if (reply.status === 429) throw SandboxProviderUnavailable({ detail, retryAfterMs: BUSY_RETRY_MS })
  if (reply.status >= 500) throw SandboxProviderUnavailable({ detail })
  throw SandboxRefused({ detail })
}

async function reach(host: SandboxHostAddress, { method, path, deadlineMs, body }: Question): Promise<Response> {
  try {
    const init = {
      method,
      headers: { authorization: `Bearer ${host.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }
    return await fetchWhole(new URL(path, host.url), init, deadlineMs)
  } catch (cause) {
    throw SandboxProviderUnavailable({ detail: 'The sandbox host cannot be reached', cause })
  }
}

function read<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw SandboxProviderUnavailable({ detail: 'The sandbox host answered something unknown', cause: parsed.error })
}

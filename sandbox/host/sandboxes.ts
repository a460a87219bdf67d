import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { CreateSandboxRequest, SandboxInfo } from '#schema/contracts/sandbox-host'
import { type SandboxProcess, startSandbox } from './sandbox.ts'

type Create = z.infer<typeof CreateSandboxRequest>
type Info = z.infer<typeof SandboxInfo>

/** Ended sandboxes are remembered so that whoever asks learns how they ended. */
const MAX_REMEMBERED = 100

/** As many sandboxes as allowed live already. */
export class HostFull extends Error {}

/** The sandboxes of this host: at most one living per name, at most `limit` living, each for its lifetime at most. */
export class Sandboxes {
  readonly #settings: { directory: string; daemon: string; limit: number }
  readonly #living = new Map<string, Promise<SandboxProcess>>()
  readonly #ended: Info[] = []

  constructor(settings: { directory: string; daemon: string; limit: number }) {
    this.#settings = settings
  }

  /** Makes a sandbox, or finds the living one of that name. Throws `HostFull`. */
  async create(wanted: Create): Promise<{ info: Info; isNew: boolean }> {
    const living = this.#living.get(wanted.name)
    if (living) return { info: infoOf(await living), isNew: false }
    if (this.#living.size >= this.#settings.limit) throw new HostFull(`${this.#settings.limit} sandboxes live already`)
    // Registered before it is started, so that the same name asked for twice at once is one sandbox.
    const starting = this.#start(wanted)
    this.#living.set(wanted.name, starting)
    try {
      return { info: infoOf(await starting), isNew: true }
    } catch (error) {
      this.#living.delete(wanted.name)
      throw error
    }
  }

  async list(): Promise<Info[]> {
    const living = await Promise.allSettled(this.#living.values())
    const infos = living.flatMap((one) => (one.status === 'fulfilled' ? [infoOf(one.value)] : []))
    return [...infos, ...this.#ended]
  }

  async find(matches: (info: Info) => boolean): Promise<Info | undefined> {
    return (await this.list()).find(matches)
  }

  /** Ends a sandbox and returns what is known of it; undefined for an id never heard of. */
  async remove(id: string, reason: string): Promise<Info | undefined> {
    for (const starting of this.#living.values()) {
      const sandbox = await starting.catch(() => null)
      if (sandbox?.record.id === id) {
        await sandbox.stop(reason)
        return infoOf(sandbox)
      }
    }
    return this.#ended.find((info) => info.id === id)
  }

  async removeAll(reason: string): Promise<void> {
    const living = [...this.#living.values()]
    await Promise.allSettled(living.map(async (starting) => (await starting).stop(reason)))
  }

  async #start({ name, env, lifetimeSeconds }: Create): Promise<SandboxProcess> {
    const now = Date.now()
    const record = {
      id: `sbx_${randomUUID()}`,
      name,
      createdAt: new Date(now).toISOString(),
      expiresAt: new Date(now + lifetimeSeconds * 1_000).toISOString(),
    }
    const sandbox = await startSandbox(this.#settings, record, env)
    const expiry = setTimeout(() => void sandbox.stop('its lifetime is over'), lifetimeSeconds * 1_000)
    void sandbox.gone.finally(() => {
      clearTimeout(expiry)
      this.#living.delete(name)
      this.#ended.unshift(infoOf(sandbox))
      this.#ended.splice(MAX_REMEMBERED)
    })
    return sandbox
  }
}

function infoOf({ record, exit }: SandboxProcess): Info {
  return { ...record, alive: exit === null, exit }
}

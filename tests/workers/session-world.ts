import { evictDurableObject, reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { eq } from 'drizzle-orm'
import { expect, vi } from 'vitest'
import { createSession, mintSandboxToken, type SessionOpening, type SessionRpc } from '#domain/sessions'
import { HOUR_MS } from '#kernel/durations'
import type { Role } from '#schema/contracts/common'
import { automationRuns, sessions, sessionToolInvocations } from '#schema/tables/index'
import { systemDigest } from '../../adapters/crypto/digest.ts'
import { configOf } from '../../adapters/env.ts'
import { openDatabase } from '../../adapters/postgres/neon.ts'
import { systemClock, systemIds } from '../../adapters/system.ts'
import { memorySessionQuota } from '../fakes/session-quota.ts'
import { eventually } from '../setup/eventually.ts'
import { fakeSandboxHost } from './sandbox-host.ts'
import { ScriptedDaemon } from './scripted-daemon.ts'
import { SessionClient } from './session-client.ts'
import { TestSocket } from './test-socket.ts'
import { recordingLog } from '../platform.ts'
import { seedAutomation, seedConfiguration, seedOrganization, seedRun } from '../setup/seed.ts'

export type SessionWorld = Awaited<ReturnType<typeof openSessionWorld>>
export type TestSession = Awaited<ReturnType<SessionWorld['session']>>

/** Sessions in workerd over a real database, with a scripted sandbox host and daemons. One per test file. */
export async function openSessionWorld() {
  const config = configOf(env)
  const host = fakeSandboxHost({ url: config.SANDBOX_HOST_URL ?? '', token: config.SANDBOX_HOST_TOKEN ?? '' })
  for (const level of ['info', 'warn', 'error'] as const) vi.spyOn(console, level).mockImplementation(() => undefined)
  // The runtime holds an object for the whole length of a deadline, also after the call was answered, and would not
  // evict it.
  vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => new AbortController().signal)
  const needs = {
    db: openDatabase(config.DATABASE_URL, config.NEON_LOCAL),
    clock: systemClock,
    ids: systemIds,
    log: recordingLog(),
    models: { defaultModelId: 'scripted' },
    sandboxes: { name: 'local' as const },
    sessionQuota: memorySessionQuota(),
  }
  const organizationId = await seedOrganization(needs)
  const { configurationId } = await seedConfiguration(needs, organizationId)

  const runOf = async () => {
    const automation = await seedAutomation(needs, organizationId)
    return seedRun(needs, { organizationId, ...automation }, { status: 'running', lastActivityAt: new Date(0) })
  }

  /** Has this many sessions that nobody knows hold the organization's slots, and no other. */
  const holdSlots = (count: number) =>
    runInDurableObject(env.ORGANIZATION.getByName(organizationId), (_, { storage: { sql: slots } }) => {
      slots.exec('delete from reservations')
      const until = Date.now() + HOUR_MS
      const insert = 'insert into reservations (key, session_id, started_at, held_until) values (?, ?, 0, ?)'
      for (let name = 1; name <= count; name += 1) slots.exec(insert, `held ${name}`, `held ${name}`, until)
    })

  /** A session with its row and its opened object; with `isRun` the one of a running run. */
  const session = async (given: { isRun?: boolean; configurationId?: string } = {}) => {
    const run = given.isRun ? await runOf() : null
    // What the sessions of earlier tests hold is not this one's matter.
    await holdSlots(0)
    const { session: row } = await createSession(needs, {
      organizationId,
      configurationId,
      clientType: run ? 'automation' : 'web',
      title: 'Fix the slugs',
      ...(run ? { run } : {}),
    })
    if (run) await noteSession(run.runId, row.id)
    const opening: SessionOpening = {
      sessionId: row.id,
      organizationId,
      configurationId: given.configurationId ?? configurationId,
      sessionType: 'coding',
      clientType: run ? 'automation' : 'web',
      title: row.title,
      modelId: 'scripted',
      run: run && { runId: run.runId, automationId: run.automationId, completionId: `run:${run.runId}:completion:v1` },
      branch: row.branch ?? '',
      instructions: '',
      files: [],
      traceId: row.id.replaceAll('-', ''),
    }
    const opened = openedSession(opening)
    await opened.object.open(opening)
    return { ...opened, run }
  }

  const noteSession = async (runId: string, sessionId: string) => {
    await needs.db.update(automationRuns).set({ sessionId }).where(eq(automationRuns.id, runId))
  }

  const openedSession = (opening: SessionOpening) => {
    const { sessionId } = opening
    // Anew for each call: a stub breaks with the instance that it met.
    const stub = () => env.SESSION.getByName(sessionId)
    const object = () => stub() as unknown as SessionRpc
    const sql = <Row>(query: string, ...bindings: unknown[]) =>
      runInDurableObject(stub(), (_, state) => state.storage.sql.exec(query, ...bindings).toArray() as Row[])

    const token = (generation: number) =>
      mintSandboxToken({ digest: systemDigest }, { serviceToken: config.SERVICE_TOKEN, sessionId, generation })

    const socket = async (path: string, headers: Record<string, string>) => {
      const response = await exports.default.fetch(`http://platform.test${path}`, {
        headers: { upgrade: 'websocket', ...headers },
      })
      if (!response.webSocket) throw new Error(`No socket: ${response.status} ${await response.text()}`)
      return response.webSocket
    }

    const opened = {
      id: sessionId,
      organizationId,
      opening,
      get stub() {
        return stub()
      },
      get object() {
        return object()
      },
      sql,
      token,
      facts: async () => {
        const [found] = await sql<{ body: string }>('select body from facts')
        return JSON.parse(found?.body ?? '{}') as Record<string, unknown>
      },
      prompt: (text: string, idempotencyKey: string = crypto.randomUUID()) =>
        object().prompt({ idempotencyKey, text, author: 'Ada' }),

      daemon: (generation = 1) =>
        new ScriptedDaemon(
          generation,
          async () =>
            new TestSocket(await socket('/sandbox/link', { authorization: `Bearer ${await token(generation)}` })),
        ),

      /** At the object itself: who a person is, the Worker's own route has verified. */
      client: async (role: Role = 'member', userId = 'u1', behind: Record<string, string> = {}) => {
        const response = await stub().fetch('https://session/client', {
          headers: { upgrade: 'websocket', 'x-user-id': userId, 'x-user-name': 'Ada', 'x-role': role, ...behind },
        })
        if (!response.webSocket) throw new Error(`No socket: ${response.status}`)
        return new SessionClient(response.webSocket)
      },

      /** Read to its end here: an answer that a test does not read would keep the runtime from stopping. */
      post: async (path: string, body: unknown, generation = 1) => {
        const response = await exports.default.fetch(`http://platform.test${path}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${await token(generation)}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
        return new Response(await response.arrayBuffer(), { status: response.status, headers: response.headers })
      },

      row: async () => {
        const [found] = await needs.db.select().from(sessions).where(eq(sessions.id, sessionId))
        if (!found) throw new Error('The session has no row')
        return found
      },
      audit: () =>
        needs.db.select().from(sessionToolInvocations).where(eq(sessionToolInvocations.sessionId, sessionId)),

      events: () => sql<{ seq: number; type: string; body: string }>('select seq, type, body from events order by seq'),
      timers: async () =>
        (await sql<{ name: string }>('select name from timers order by name')).map(({ name }) => name),

      /** Lets the time of a timer come, now, and waits until it was handled. */
      elapse: async (name: string) => {
        await sql('update timers set due_at = 1 where name = ?', name)
        await eventually(async () => {
          // Does nothing while the runtime handles an alarm of its own; the timer's turn comes after that one then.
          await runDurableObjectAlarm(stub())
          expect(await sql('select name from timers where name = ? and due_at = 1', name)).toEqual([])
        })
      },
      /** Waits for a timer, and keeps it from coming by itself for an hour. Answers in how many ms it would have. */
      hold: (name: string) =>
        eventually(async () => {
          const held = `update timers set due_at = due_at + ${HOUR_MS} where name = ? returning due_at`
          const [timer] = await sql<{ due_at: number }>(held, name)
          if (!timer) throw new Error(`The timer ${name} is not armed`)
          return timer.due_at - HOUR_MS - Date.now()
        }),
      evict: () => evictDurableObject(stub()),
    }
    return {
      ...opened,
      /** Prompts it and walks it through its boot. */
      running: async (text = 'Fix it') => {
        await opened.prompt(text)
        await eventually(async () => expect((await opened.facts())['sandboxId']).not.toBeNull())
        const daemon = await opened.daemon().link()
        daemon.boot()
        await daemon.until(() => daemon.commandsOf('prompt').length === 1)
        const promptId = daemon.commandsOf('prompt')[0]?.promptId ?? ''
        return { daemon, promptId }
      },
    }
  }

  return {
    needs,
    config,
    host,
    /** Lets the database answer nobody until `false`. */
    databaseAway: (away: boolean) => {
      const address = `http://${config.NEON_LOCAL}`
      if (away) host.unreachable.add(address)
      else host.unreachable.delete(address)
    },
    organizationId,
    configurationId,
    holdSlots,
    session,
    /**
     * Ends the objects, so that nothing they do later keeps the runtime from stopping. What was replaced stays so: each
     * file has a runtime of its own, and a line that an object logs after the last test would be waited for.
     */
    close: () => reset(),
  }
}

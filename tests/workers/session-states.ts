import { expect, vi } from 'vitest'
import type { TestSession } from './session-world.ts'

export const statusOf = async (session: TestSession) => (await session.facts())['status']
export const untilStatus = (session: TestSession, status: string) =>
  vi.waitFor(async () => expect(await statusOf(session)).toBe(status), 5_000)
export const untilArmed = (session: TestSession, timer: string) =>
  vi.waitFor(async () => expect(await session.timers()).toContain(timer), 5_000)
export const untilSandbox = (session: TestSession, generation: number) =>
  vi.waitFor(async () => expect((await session.facts())['sandboxId']).toBe(`sbx-${session.id}-g${generation}`), 5_000)
export const bodies = async (session: TestSession, type: string) =>
  (await session.events()).filter((event) => event.type === type).map(({ body }) => JSON.parse(body))
export const promptStates = async (session: TestSession) =>
  (await session.sql<{ state: string }>('select state from prompts order by position')).map(({ state }) => state)

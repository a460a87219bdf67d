import { expect } from 'vitest'
import { eventually } from '../setup/eventually.ts'
import type { TestSession } from './session-world.ts'

export const statusOf = async (session: TestSession) => (await session.facts())['status']
export const untilStatus = (session: TestSession, status: string) =>
  eventually(async () => expect(await statusOf(session)).toBe(status))
export const untilArmed = (session: TestSession, timer: string) =>
  eventually(async () => expect(await session.timers()).toContain(timer))
export const untilSandbox = (session: TestSession, generation: number) =>
  eventually(async () => expect((await session.facts())['sandboxId']).toBe(`sbx-${session.id}-g${generation}`))
export const bodies = async (session: TestSession, type: string) =>
  (await session.events()).filter((event) => event.type === type).map(({ body }) => JSON.parse(body))
export const promptStates = async (session: TestSession) =>
  (await session.sql<{ state: string }>('select state from prompts order by position')).map(({ state }) => state)

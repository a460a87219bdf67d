import { expect, test, vi } from 'vitest'
import { z } from 'zod'
import type { NormalizedEvent } from '#schema/contracts/triggers'
import { contextReader } from './context-reader.ts'

const eventOf = (context: Record<string, unknown>) => ({ context }) as NormalizedEvent

test('an event is read once, however many triggers ask about it, and another one for itself', () => {
  const looked = vi.fn((name: unknown) => typeof name === 'string')
  const read = contextReader('some', z.object({ name: z.custom<string>(looked) }))
  const event = eventOf({ some: { name: 'one' } })
  const answers = Array.from({ length: 1_000 }, () => read(event))
  expect(new Set(answers)).toEqual(new Set([{ name: 'one' }]))
  expect(looked).toHaveBeenCalledTimes(1)
  expect(read(eventOf({ some: { name: 'two' } }))).toEqual({ name: 'two' })
})

test("another module's event is refused each time", () => {
  const read = contextReader('some', z.object({ name: z.string() }))
  const event = eventOf({ other: { name: 'one' } })
  expect(() => read(event)).toThrow()
  expect(() => read(event)).toThrow()
})

import { expect } from 'vitest'
import type { Requester } from './sign-in.ts'

/**
 * What another organization owns looks, byte for byte, like what does not exist; the request id is given, so that it is
 * equal.
 */
export async function expectLooksMissing(
  request: Requester,
  ask: { foreign: string; missing: string; code: string; init: RequestInit & { headers: Record<string, string> } },
): Promise<void> {
  const init = { ...ask.init, headers: { ...ask.init.headers, 'x-request-id': 'the-same-request' } }
  const [foreign, missing] = [await request(ask.foreign, init), await request(ask.missing, init)]
  const [seen, expected] = [await foreign.text(), await missing.text()]
  expect([foreign.status, [...foreign.headers], seen]).toEqual([missing.status, [...missing.headers], expected])
  expect([foreign.status, JSON.parse(seen).code]).toEqual([404, ask.code])
}

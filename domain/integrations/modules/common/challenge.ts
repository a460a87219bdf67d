import { z } from 'zod'
import type { ImmediateResponse } from '../../contract.ts'
import { jsonOf } from './reading.ts'

/** A challenge is a few hundred bytes; nothing longer is read before it is queued. */
const MAX_CHALLENGE_BYTES = 4_096

/** What a provider that asks whether the URL is ours wants to hear: the challenge itself; null for all other bodies. */
export function answerToChallenge(
  rawBody: Uint8Array,
  Challenge: z.ZodType<{ challenge: string }>,
): ImmediateResponse | null {
  if (rawBody.length > MAX_CHALLENGE_BYTES) return null
  const text = new TextDecoder().decode(rawBody)
  // Almost no delivery has the word, so that almost none is read twice.
  if (!text.includes('"challenge"')) return null
  const { data } = Challenge.safeParse(jsonOf(text))
  return data === undefined ? null : { status: 200, contentType: 'text/plain', body: data.challenge }
}

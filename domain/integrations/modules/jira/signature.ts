import { z } from 'zod'
import type { Digest } from '#kernel/ports'
import type { SignedRequest, Verification } from '../../contract.ts'
import { bearerIn } from '../common/bearer.ts'
import { answerToChallenge } from '../common/challenge.ts'
import { verifyHex } from '../common/hex-signature.ts'
import { jsonOf } from '../common/reading.ts'

/** How far Atlassian's clock may be from ours. */
const LEEWAY_SECONDS = 60
const JWT = /^([\w-]{1,500})\.([\w-]{1,4000})\.([\w-]{43})$/

/** Pinned: whoever may choose how a token is signed chooses not to sign it. */
const Header = z.object({ alg: z.literal('HS256') })
const Claims = z.object({ exp: z.number() })

const Challenge = z.object({ challenge: z.string().min(1).max(1_000), webhookEvent: z.never().optional() })

/**
 * What an administrator registers is signed: `X-Hub-Signature: sha256=<hex HMAC-SHA256 of the raw body>`. What an OAuth 2.0
 * app registers (`/rest/api/3/webhook`, the kind that expires) has no such header and carries a JWT instead, signed with
 * the app's client secret (https://developer.atlassian.com/cloud/jira/platform/webhooks).
 */
export async function verifyJira(
  crypto: Pick<Digest, 'hmac' | 'equal'>,
  { headers, rawBody, receivedAt }: SignedRequest,
  secret: string,
): Promise<Verification> {
  const signature = headers['x-hub-signature']
  const verified = signature
    ? await verifyHex(crypto, { header: signature, signed: rawBody, secret })
    : await verifyJwt(crypto, { token: bearerIn(headers), secret, now: receivedAt })
  if (!verified.ok) return verified
  const answer = answerToChallenge(rawBody, Challenge)
  return answer ? { ok: true, answer } : verified
}

async function verifyJwt(
  crypto: Pick<Digest, 'hmac' | 'equal'>,
  { token, secret, now }: { token: string | undefined; secret: string; now: Date },
): Promise<Verification> {
  if (!token) return { ok: false, reason: 'missing_signature' }
  const wrong = { ok: false, reason: 'wrong_signature' } as const
  const [, header = '', claims = '', given = ''] = JWT.exec(token) ?? []
  if (!Header.safeParse(jsonOf(textIn(header))).success) return wrong
  const expected = await crypto.hmac(secret, `${header}.${claims}`)
  if (!crypto.equal(hexOf(textIn(given)), expected)) return wrong
  const { data } = Claims.safeParse(jsonOf(textIn(claims)))
  // The body is not signed: without an end such a token would be good for every body and for ever.
  const isAlive = data !== undefined && data.exp + LEEWAY_SECONDS > now.getTime() / 1_000
  return isAlive ? { ok: true } : { ok: false, reason: 'stale_signature' }
}

/** The bytes of a base64url text, one character for each; empty for what is none. */
function textIn(base64url: string): string {
  try {
    return atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
  } catch {
    return ''
  }
}

const hexOf = (bytes: string) =>
  Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('')

import { createMiddleware } from 'hono/factory'
import { type RateAnswer, RateLimited, type RatePolicy } from '#domain/identity'
import { SECOND_MS } from '#kernel/durations'
import type { HttpContext, HttpEnv } from '../context.ts'

const WORDS: Record<RatePolicy, string> = {
  address: 'address',
  user: 'person',
  organization: 'organization',
  api_key: 'API key',
}

const seconds = (milliseconds: number) => Math.max(1, Math.ceil(milliseconds / SECOND_MS))

/**
 * Takes one request from each counter, and says what counts in the headers of the answer: `RateLimit-Policy` for all,
 * `RateLimit-Limit`, and what is left where it is known exactly. Throws `request.rate_limited`.
 */
async function take(c: HttpContext, counters: [RatePolicy, string][]): Promise<void> {
  const { rateLimits } = c.get('platform')
  const answers = await Promise.all(counters.map(([policy, key]) => rateLimits.take(policy, key)))
  const refused = answers.find((answer) => !answer.allowed)
  const told = refused ?? answers.find((answer) => answer.remaining !== null) ?? answers[0]
  const fields = Object.fromEntries(told ? headersOf(answers, told) : [])
  c.set('rateLimit', { ...c.get('rateLimit'), ...fields })
  if (!refused) return
  const retryAfterMs = refused.resetMs ?? refused.windowMs
  throw RateLimited({ detail: `More than ${refused.limit} a minute of one ${WORDS[refused.policy]}`, retryAfterMs })
}

function headersOf(answers: RateAnswer[], told: RateAnswer): [string, string][] {
  const policies = answers.map(({ policy, limit, windowMs }) => `"${policy}";q=${limit};w=${seconds(windowMs)}`)
  const remaining = told.allowed ? told.remaining : 0
  const resetMs = told.allowed ? told.resetMs : (told.resetMs ?? told.windowMs)
  return [
    ['ratelimit-policy', policies.join(', ')],
    ['ratelimit-limit', String(told.limit)],
    ...(remaining === null ? [] : ([['ratelimit-remaining', String(remaining)]] as [string, string][])),
    ...(resetMs === null ? [] : ([['ratelimit-reset', String(seconds(resetMs))]] as [string, string][])),
  ]
}

/** On everything: by address, before anybody is looked for; and the headers of whatever else was counted. */
export const limitByAddress = createMiddleware<HttpEnv>(async (c, next) => {
  const address = c.req.header('cf-connecting-ip')
  if (address !== undefined) await take(c, [['address', address]])
  await next()
})

/** Behind everything, also behind refusals: tells the caller where it stands. */
export const rateLimitHeaders = createMiddleware<HttpEnv>(async (c, next) => {
  await next()
  if (c.res.status === 101) return
  for (const [name, value] of Object.entries(c.get('rateLimit') ?? {})) c.header(name, value)
})

/** Behind identification: by person, by organization, and exactly by API key. Strangers were counted by address. */
export const limitByCaller = createMiddleware<HttpEnv>(async (c, next) => {
  const caller = c.get('caller')
  if (!caller) return next()
  const { signIn, membership, apiKey } = caller
  const counters: [RatePolicy, string][] = [['user', signIn.user.id]]
  if (membership) counters.push(['organization', membership.organization.id])
  if (apiKey) counters.push(['api_key', apiKey.id])
  await take(c, counters)
  await next()
})

import { z } from 'zod'
import type { DescribeAccount } from '../../contract.ts'
import { ProviderUnauthorized, ProviderUnavailable } from '../../errors.ts'
import { bearer } from '../common/bearer.ts'
import { readAnswer } from '../common/reading.ts'

const AuthTest = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), team_id: z.string(), team: z.string().nullish() }),
  z.object({ ok: z.literal(false), error: z.string() }),
])

/** Errors of Slack that are faults of the token; all others are Slack's own. */
const REFUSALS = ['invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired', 'no_permission']

/** Which workspace a token belongs to. Slack answers 200 also to a token that it refuses. */
export const describeSlack: DescribeAccount = async ({ http, token }) => {
  const response = await http({
    method: 'POST',
    url: 'https://slack.com/api/auth.test',
    headers: bearer(token),
  })
  const answer = readAnswer(response, AuthTest)
  if (answer.ok) return { externalId: answer.team_id, name: answer.team ?? null }
  const detail = `Slack answered ${answer.error}`
  throw REFUSALS.includes(answer.error) ? ProviderUnauthorized({ detail }) : ProviderUnavailable({ detail })
}

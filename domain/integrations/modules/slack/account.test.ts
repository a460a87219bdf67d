import { expect, test } from 'vitest'
import { ProviderUnauthorized, ProviderUnavailable } from '../../errors.ts'
import { describeSlack } from './account.ts'

const asking = (answer: unknown) =>
  describeSlack({
    token: 'xoxb-1',
    http: async (request) => {
      expect(request).toEqual({
        method: 'POST',
        url: 'https://slack.com/api/auth.test',
        headers: { authorization: 'Bearer xoxb-1' },
      })
      return { status: 200, headers: {}, text: JSON.stringify(answer) }
    },
  })

test('a token is known by its workspace', async () => {
  const answer = { ok: true, url: 'https://acme.slack.com/', team: 'Acme', user: 'edge', team_id: 'T1', user_id: 'U1' }
  expect(await asking(answer)).toEqual({ externalId: 'T1', name: 'Acme' })
})

test('Slack refuses a token with 200, and has troubles of its own', async () => {
  await expect(asking({ ok: false, error: 'invalid_auth' })).rejects.toSatisfy(ProviderUnauthorized.is)
  await expect(asking({ ok: false, error: 'internal_error' })).rejects.toSatisfy(ProviderUnavailable.is)
  await expect(asking([])).rejects.toSatisfy(ProviderUnavailable.is)
})

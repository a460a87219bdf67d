import { expect, test } from 'vitest'
import { startFakeProvider } from '../../../../tests/fakes/provider-server.ts'
import { fakeProviderHttp } from '../../../../tests/fakes/provider-http.ts'
import { github } from './module.ts'

const describe = async (token: string, answer: { status?: number; body: unknown }) => {
  const api = await startFakeProvider((authorization) => authorization === 'Bearer ghp_right', ({ url }) => {
    if (url.pathname !== '/user') throw new Error(url.pathname)
    return answer
  })
  const http = fakeProviderHttp({ 'https://api.github.com': api.url })
  return github.describeAccount!({ http, token }).finally(() => api.close())
}

test('a token is known by the person it is of, and tells no installation', async () => {
  expect(await describe('ghp_right', { body: { login: 'octocat', id: 1 } })).toEqual({ externalId: null, name: 'octocat' })
})

test('a token that is made up, that may not say, and nonsense are told apart', async () => {
  await expect(describe('x', { body: {} })).rejects.toMatchObject({ code: 'provider.unauthorized' })
  const refused = { status: 403, body: { message: 'Resource not accessible by integration' } }
  await expect(describe('ghp_right', refused)).rejects.toMatchObject({ code: 'provider.forbidden' })
  await expect(describe('ghp_right', { body: [] })).rejects.toMatchObject({ code: 'provider.unavailable' })
})

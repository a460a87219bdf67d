import { env, exports } from 'cloudflare:workers'
import { beforeAll, expect, test } from 'vitest'
import { Repository } from '#schema/contracts/repositories'
import { type SignedIn, signUp } from '../../tests/setup/sign-in.ts'

const request = (path: string, init?: RequestInit) => exports.default.fetch(`https://platform.test${path}`, init)
const json = (body: unknown, headers: Record<string, string>): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

let ann: SignedIn
let configurationId: string
beforeAll(async () => {
  ann = await signUp(request, 'Ann')
  const body = { name: 'acme/app', url: 'https://git.test/acme/app.git' }
  const made = await request('/api/repositories', json(body, ann.bearer))
  configurationId = Repository.parse(await made.json()).configurationId
})
const start = () => request('/api/sessions', json({ configurationId }, ann.bearer))

test('of twenty requests at the same time for the last session that the quota leaves, one wins', async () => {
  for (const _ of Array.from({ length: 9 })) expect((await start()).status).toBe(201)
  const answers = await Promise.all(Array.from({ length: 20 }, start))
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  const refused = answers.filter(({ status }) => status !== 201)
  const problems = await Promise.all(refused.map((answer) => answer.json() as Promise<{ code: string; quota: string }>))
  for (const problem of problems) {
    expect(problem).toMatchObject({ status: 429, code: 'quota.sessions_exhausted', quota: 'concurrent' })
  }
  expect(refused.map(({ headers }) => headers.get('retry-after'))).toEqual(refused.map(() => '60'))
  const listed = (await (await request('/api/sessions', { headers: ann.bearer })).json()) as { items: { id: string }[] }
  expect(listed.items).toHaveLength(10)

  const ended = env.SESSION.getByName(listed.items[0]?.id ?? '') as unknown as {
    terminate(end: object): Promise<unknown>
  }
  await ended.terminate({ status: 'stopped', outcome: 'canceled', reason: 'Enough' })
  await expect.poll(async () => (await start()).status, { timeout: 30_000 }).toBe(201)
})

test('a session that cannot be made takes no slot, and answers say how often one may ask', async () => {
  const eve = await signUp(request, 'Eve')
  for (const _ of Array.from({ length: 12 })) {
    const answer = await request('/api/sessions', json({ configurationId }, eve.bearer))
    expect(answer.status).toBe(404)
    expect(answer.headers.get('ratelimit-policy')).toContain('"user";q=600;w=60')
  }
})

import { describe, expect, it } from 'vitest'
import { endpoints } from '#schema/endpoints/index'
import { FORWARDED } from './forwarded.ts'
import { onRequest } from './functions/[[path]].ts'
import routes from './public/_routes.json' with { type: 'json' }

const declared = Object.values(endpoints).flatMap((group) => Object.values(group).map(({ path }) => path))
const others = [
  '/api/auth/sign-in/email',
  '/ws/sessions/1',
  '/webhooks/direct/github/1',
  '/sandbox/link',
  '/internal/tools/verify',
  '/llm/openai/v1/models',
  '/openapi.json',
]
const handedOn = (path: string) =>
  routes.include.some((pattern) => {
    return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern
  })

describe('the dashboard on Pages', () => {
  it.each([...declared, ...others])('hands %s on to the Worker', (path) => {
    expect(handedOn(path)).toBe(true)
  })

  it.each(['/', '/dashboard/sessions', '/workspace/1', '/assets/index.js', '/theme.js'])('serves %s itself', (path) => {
    expect(handedOn(path)).toBe(false)
  })

  it('hands on what the development server does too, and besides only what no browser asks for', () => {
    const root = (path: string) => path.replace(/\/\*$/, '')
    const notForBrowsers = ['/sandbox', '/internal', '/llm']
    const onlyInDevelopment = ['/dev/sign-in']
    // The development server forwards the sockets by a rule of their own.
    const inDevelopment = [...FORWARDED.filter((path) => !onlyInDevelopment.includes(path)), '/ws']
    expect(new Set([...inDevelopment, ...notForBrowsers])).toEqual(new Set(routes.include.map(root)))
  })

  it('hands a request on as it is', async () => {
    const request = new Request('https://app.test/api/me', { headers: { cookie: 'a=b' } })
    const seen: Request[] = []
    const API = { fetch: async (given: Request) => (seen.push(given), new Response('answer')) }
    const response = await onRequest({ request, env: { API } })
    expect(seen).toEqual([request])
    expect(await response.text()).toBe('answer')
  })
})

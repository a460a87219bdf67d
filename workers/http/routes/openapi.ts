import { AUTH_ROUTES } from '#schema/endpoints/auth'
import type { Api } from '../context.ts'

/** What each group of endpoints is about. */
export const TAGS: Record<string, string> = {
  Health: 'Whether the deployment is there, and can do its work.',
  'Signing in':
    'The routes of the identity library. A browser keeps the cookie, and sends its own origin with every change; a ' +
    'program keeps the token of set-auth-token, or better an API key, and sends it as bearer token; the command line ' +
    'gets its key by device authorization. Refusals of the library have a `code` and a `message` of its own.',
  Identity: 'Who the caller is, and what the caller may do.',
  Organizations: 'Organizations: everything else belongs to exactly one.',
  Members: 'The people of an organization and their roles.',
  Invitations: 'Asking people into an organization.',
  'API keys': 'Keys with which programs act for a person, within scopes.',
  'Device authorization': 'Signing the command line in from a browser.',
  Onboarding: 'The steps of a new organization to its first session.',
  Admin: 'For the operators of the deployment.',
  Audit: 'Who did what to what, from where.',
  Development: 'Only where the deployment is a development one.',
  Repositories: 'Git repositories, and the configurations that boot them.',
  Automations: 'Standing orders for agents: when something happens, do this, there.',
  Triggers: 'What starts an automation, and where webhooks are received.',
  Deliveries: 'The ledger of verified webhooks.',
  Integrations: 'Connections to external services.',
  Schedules: 'When automations run by the clock.',
  Runs: 'One execution of an automation for one event.',
  Sessions: 'An agent at work in a sandbox, live or over.',
}

const INFO = {
  title: 'Proliferate Edge',
  version: '1',
  license: { name: 'MIT', identifier: 'MIT' },
  description:
    'Sign in by POST /api/auth/sign-in/email, or send an API key as bearer token. The header x-organization-id names ' +
    'the organization; without it the active one of the sign-in counts, else the oldest. Errors are ' +
    'application/problem+json with a stable code. Creating requests take an Idempotency-Key; single things have an ' +
    'ETag, and edits take If-Match.',
}

/** The OpenAPI 3.1 document of everything that is declared. */
export function describeApi(api: Api, url: string) {
  const document = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: INFO,
    servers: [{ url: new URL(url).origin }],
    security: [{ bearer: [] }, { cookie: [] }],
  })
  const used = new Set(
    Object.values(document.paths ?? {}).flatMap((methods) =>
      Object.values(methods as Record<string, { tags?: string[] }>).flatMap((operation) => operation.tags ?? []),
    ),
  )
  const tags = [...used].map((name) => ({ name, description: TAGS[name] ?? name }))
  return { ...document, tags }
}

/** The description of the public API, made of the declarations that also route and validate. */
export function serveOpenApi(api: Api): void {
  api.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key, or the header set-auth-token of the answer to a sign-in.',
  })
  api.openAPIRegistry.registerComponent('securitySchemes', 'cookie', {
    type: 'apiKey',
    in: 'cookie',
    name: 'proliferate.session_token',
    description:
      'Set by a sign-in; over HTTPS its name begins with __Host-. Changes also need the Origin of the dashboard.',
  })
  for (const route of AUTH_ROUTES) api.openAPIRegistry.registerPath(route)
  api.get('/openapi.json', (c) => c.json(describeApi(api, c.req.url), 200))
}

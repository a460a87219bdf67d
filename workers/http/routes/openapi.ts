import type { Api } from '../context.ts'

/** The description of the public API, made of the declarations that also route and validate. */
export function serveOpenApi(api: Api): void {
  api.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'The header set-auth-token of the answer to a sign-in.',
  })
  api.openAPIRegistry.registerComponent('securitySchemes', 'cookie', {
    type: 'apiKey',
    in: 'cookie',
    name: 'proliferate.session_token',
    description:
      'Set by a sign-in; over HTTPS its name begins with __Host-. Changes also need the Origin of the dashboard.',
  })
  api.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Proliferate Edge',
      version: '1',
      description:
        'Sign in by POST /api/auth/sign-in/email. The header x-organization-id names the organization; without it ' +
        'the active one of the sign-in counts, else the oldest. Errors are application/problem+json with a stable ' +
        'code.',
    },
    security: [{ bearer: [] }, { cookie: [] }],
  })
}

import type { Api } from '../context.ts'
import { RouteNotFound } from '../errors.ts'
import { identityRequest } from '../identity-request.ts'
import { ownAccountOnly } from '../middleware/identify.ts'

const DEMO_OWNER_NAME = 'Demo Owner'

/** What belongs to the person alone, whoever looks at the product in their name (b6 §6.5). */
const OWN_ACCOUNT = [
  'change-email',
  'change-password',
  'delete-user',
  'link-social',
  'revoke-other-sessions',
  'revoke-session',
  'revoke-sessions',
  'set-password',
  'unlink-account',
]

/** Sign-up, sign-in, verification and passwords are the identity library's own routes. */
export function serveIdentity(api: Api): void {
  for (const name of OWN_ACCOUNT) api.post(`/api/auth/${name}`, ownAccountOnly)
  api.on(['GET', 'POST'], '/api/auth/*', async (c) =>
    c.var.platform.identity.handle(await identityRequest(c), c.var.platform.origin),
  )
}

/**
 * `GET /dev/sign-in?token=…`: signs the demo owner in and leads to the dashboard. Outside development, and without a
 * token in the configuration, it does not exist; with a wrong token it looks as if it did not.
 */
export function serveDevSignIn(api: Api): void {
  api.get('/dev/sign-in', async (c) => {
    const { config, digest, identity } = c.var.platform
    const { DEV_SIGN_IN_TOKEN: token, DEV_OWNER_EMAIL: email, DEV_OWNER_PASSWORD: password } = config
    const offered = config.ENVIRONMENT === 'development' && token && email && password
    if (!offered || !digest.equal(c.req.query('token') ?? '', token)) throw RouteNotFound()
    const cookies = await identity.signInConfigured({ email, password, name: DEMO_OWNER_NAME })
    for (const cookie of cookies) c.header('set-cookie', cookie, { append: true })
    c.header('cache-control', 'no-store')
    return c.redirect(new URL('/', config.APP_URL).href, 302)
  })
}

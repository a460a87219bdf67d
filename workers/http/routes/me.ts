import { describeCaller, showProfile, updateProfile } from '#domain/identity'
import { endpoints } from '#schema/endpoints/index'
import type { Api } from '../context.ts'
import { ifMatchOf } from '../middleware/conditional.ts'

export function serveMe(api: Api): void {
  api.openapi(endpoints.authOptions.show, (c) => {
    const { config, mailer } = c.var.platform
    const options = {
      email: true,
      github: config.GITHUB_OAUTH_APP_ID !== undefined,
      google: config.GOOGLE_CLIENT_ID !== undefined,
      verificationEnforced: config.ENFORCE_EMAIL_VERIFICATION,
      emailEnabled: mailer.enabled,
    }
    return c.json(options, 200)
  })
  api.openapi(endpoints.me.show, async (c) => {
    return c.json(await describeCaller(c.var.platform, { caller: c.var.caller }), 200)
  })
  api.openapi(endpoints.profile.show, (c) => c.json(showProfile({ caller: c.var.caller }), 200))
  api.openapi(endpoints.profile.update, async (c) => {
    const input = { caller: c.var.caller, ifMatch: ifMatchOf(c), change: c.req.valid('json') }
    return c.json(await updateProfile(c.var.platform, input), 200)
  })
}

import type { AccessSettings } from '#domain/identity'
import type { Config } from '../env.ts'

/** What the configuration says about people. */
export function accessSettingsOf(config: Config): AccessSettings {
  return {
    appUrl: config.APP_URL,
    signingSecret: config.AUTH_SECRET,
    superAdminEmails: config.SUPER_ADMIN_EMAILS,
    verificationEnforced: config.ENFORCE_EMAIL_VERIFICATION,
  }
}

/** Sign-in through others: only where both halves of a pair are configured. */
export function socialAppsOf(config: Config) {
  const { GITHUB_OAUTH_APP_ID, GITHUB_OAUTH_APP_SECRET, GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET } = config
  return {
    github: appOf(GITHUB_OAUTH_APP_ID, GITHUB_OAUTH_APP_SECRET),
    google: appOf(GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET),
  }
}

const appOf = (clientId: string | undefined, clientSecret: string | undefined) =>
  clientId && clientSecret ? { clientId, clientSecret } : undefined

import { z } from 'zod'

/** What the platform binds to the Worker (wrangler.toml). */
export interface Bindings {
  SESSION: DurableObjectNamespace
  ORGANIZATION: DurableObjectNamespace
  RATE_LIMITER: DurableObjectNamespace
  /** Counters of the runtime, by what they count. */
  RATE_ADDRESS: RateLimit
  RATE_USER: RateLimit
  RATE_ORGANIZATION: RateLimit
  /** Sealed copies of webhook endpoints, so that webhooks verify while Postgres is away. */
  ENDPOINTS: KVNamespace
  BLOBS: R2Bucket
  /** Only where EMAIL_PROVIDER is `cloudflare`. */
  EMAIL?: SendEmail
  DELIVERIES: Queue
  DRAINS: Queue
  POLLS: Queue
  RUNS: Queue
  EFFECTS: Queue
}

/** `true` and `false` as texts; anything else is a mistake worth telling. */
const flag = z.enum(['true', 'false']).default('false').transform((text) => text === 'true')

const positive = z.coerce.number().int().positive()

/** Every variable, with the sentence that docs/configuration.md shows for it. */
export const Variables = z.object({
  ENVIRONMENT: z
    .enum(['development', 'test', 'production'])
    .default('production')
    .describe('Where this runs; development adds the demo sign-in link.'),
  APP_URL: z.url().describe('Origin of the dashboard, for links and for the origin check of cookies.'),
  PLATFORM_URL: z.url().describe('URL at which sandboxes reach this Worker.'),
  LOG_LEVEL: z.enum(['info', 'warn', 'error']).default('info').describe('The least level of log lines that are written.'),
  OTLP_ENDPOINT: z
    .url()
    .optional()
    .describe('Base URL of an OpenTelemetry collector (OTLP/HTTP, JSON) for logs and spans; nothing is sent without it.'),
  OTLP_HEADERS: z
    .string()
    .optional()
    .describe('Headers for the collector as `name=value,name=value`, values percent-encoded; holds its key.'),
  DATABASE_URL: z.string().min(1).describe('Postgres connection string (Neon in production).'),
  NEON_LOCAL: z
    .string()
    .optional()
    .describe('host:port of a local endpoint that speaks the Neon protocol; unset in production.'),
  ENCRYPTION_KEY: z
    .string()
    .regex(/^[A-Za-z0-9+/]{43}=$/, 'must be 32 bytes in base64')
    .describe('Seals secrets at rest (AES-256-GCM); 32 random bytes in base64.'),
  SERVICE_TOKEN: z.string().min(32).describe('Key from which the token of each sandbox is derived.'),
  AUTH_SECRET: z.string().min(32).describe('Signs sign-in cookies.'),
  SANDBOX_PROVIDER: z.enum(['local']).default('local').describe('Where sandboxes are made.'),
  SANDBOX_HOST_URL: z.url().optional().describe('URL of the sandbox host; needed by the provider `local`.'),
  SANDBOX_HOST_TOKEN: z.string().min(16).optional().describe('Bearer token of the sandbox host.'),
  SANDBOX_TIMEOUT_SECONDS: positive.max(86_400).default(3_600).describe('How long one sandbox may live, in seconds.'),
  BOOT_STAGE_TIMEOUT_SECONDS: positive
    .default(120)
    .describe('How long one boot stage may go without progress, in seconds.'),
  LINK_LOST_SECONDS: positive.default(90).describe('How long a lost sandbox link is waited for, in seconds.'),
  RUN_DEADLINE_MINUTES: positive.default(120).describe('How long a run may take in all, in minutes.'),
  RUN_INACTIVITY_MINUTES: positive
    .default(30)
    .describe('After how many minutes without activity the finalizer looks at a running run.'),
  SESSIONS_CONCURRENT: positive
    .default(10)
    .describe('How many sessions of one organization may be at work at the same time.'),
  SESSIONS_PER_DAY: positive.default(30).describe('How many sessions one organization may start in 24 hours.'),
  API_KEY_REQUESTS_PER_MINUTE: positive.default(300).describe('How many requests a minute one API key may send.'),
  CORS_ORIGINS: z
    .string()
    .default('')
    .transform((list) => list.split(',').map((origin) => origin.trim()).filter(Boolean))
    .pipe(z.array(z.url({ protocol: /^https?$/ }).refine((url) => new URL(url).origin === url, 'must be an origin')))
    .describe('Origins whose pages may call the API with a token, separated by commas; none unless given.'),
  DEFAULT_MODEL: z.string().optional().describe('Model of a session that names none; otherwise chosen by the keys.'),
  ANTHROPIC_API_KEY: z.string().optional().describe('Key for Anthropic models; never leaves the Worker.'),
  OPENAI_API_KEY: z.string().optional().describe('Key for OpenAI models; never leaves the Worker.'),
  SCRIPTED_MODEL_URL: z
    .url()
    .optional()
    .describe('URL of the scripted model, which stands in for a real one where no key is configured.'),
  EMAIL_ENABLED: flag.describe('`true`: mails are sent. Otherwise invitations are passed on by their link.'),
  EMAIL_PROVIDER: z
    .enum(['resend', 'cloudflare', 'mailbox'])
    .default('resend')
    .describe('Who sends mails; `cloudflare` needs the binding below; `mailbox` keeps them at /api/dev/mailbox, not in production.'),
  EMAIL_FROM: z.string().min(3).optional().describe('Sender of mails; needed unless the provider is `mailbox`.'),
  RESEND_API_KEY: z.string().optional().describe('Key of Resend; needed by EMAIL_PROVIDER=resend.'),
  RESEND_URL: z.url().default('https://api.resend.com').describe('Base URL of the Resend API.'),
  ENFORCE_EMAIL_VERIFICATION: flag.describe('`true`: nobody signs in before their address is verified.'),
  SUPER_ADMIN_EMAILS: z
    .string()
    .default('')
    .transform((list) => list.split(',').map((email) => email.trim().toLowerCase()).filter(Boolean))
    .describe('Addresses of super admins, separated by commas; each counts once it is verified.'),
  GITHUB_OAUTH_APP_ID: z.string().optional().describe('Client id for sign-in with GitHub; hidden when unset.'),
  GITHUB_OAUTH_APP_SECRET: z.string().optional().describe('Client secret for sign-in with GitHub.'),
  GOOGLE_CLIENT_ID: z.string().optional().describe('Client id for sign-in with Google; hidden when unset.'),
  GOOGLE_CLIENT_SECRET: z.string().optional().describe('Client secret for sign-in with Google.'),
  GITHUB_WEBHOOK_SECRET: z.string().min(16).optional().describe('Webhook secret of the GitHub App; its URL is off without it.'),
  LINEAR_WEBHOOK_SECRET: z.string().min(16).optional().describe('Webhook secret of the Linear app; its URL is off without it.'),
  SENTRY_WEBHOOK_SECRET: z.string().min(16).optional().describe('Client secret of the Sentry app; its URL is off without it.'),
  JIRA_WEBHOOK_SECRET: z.string().min(16).optional().describe('Webhook secret of the Jira app; its URL is off without it.'),
  SLACK_SIGNING_SECRET: z.string().min(16).optional().describe('Signing secret of the Slack app; its URL is off without it.'),
  NANGO_URL: z.url().default('https://api.nango.dev').describe('Base URL of Nango, where it keeps connections.'),
  NANGO_SECRET_KEY: z.string().min(16).optional().describe('Key of the Nango API; connections kept by Nango need it.'),
  NANGO_WEBHOOK_SECRET: z
    .string()
    .min(16)
    .optional()
    .describe('Signs what Nango forwards to /webhooks/nango, which is off without it.'),
  DEV_SIGN_IN_TOKEN: z.string().min(16).optional().describe('Development only: token of the demo sign-in link.'),
  DEV_OWNER_EMAIL: z.email().optional().describe('Development only: email of the demo owner.'),
  DEV_OWNER_PASSWORD: z.string().min(8).optional().describe('Development only: password of the demo owner.'),
})
export type Config = z.infer<typeof Variables>

export type Env = Bindings & Record<keyof Config, string | undefined>

/** Thrown once with every problem of the configuration, so that nobody fixes them one restart at a time. */
export class InvalidConfiguration extends Error {
  constructor(problems: string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
    this.name = 'InvalidConfiguration'
  }
}

let parsed: { env: Env; config: Config } | undefined

/** Reads the variables once per isolate. Throws `InvalidConfiguration` naming every bad one, never its value. */
export function configOf(env: Env): Config {
  if (parsed?.env === env) return parsed.config
  const result = Variables.safeParse(withoutEmpty(env))
  if (!result.success) {
    throw new InvalidConfiguration(
      result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    )
  }
  const config = withProviderRules(result.data, env)
  parsed = { env, config }
  return config
}

/** A variable that is set to nothing counts as unset: that is how example files and dashboards leave one out. */
function withoutEmpty(env: Env): Record<string, unknown> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
}

function withProviderRules(config: Config, bindings: Partial<Bindings>): Config {
  const problems: string[] = []
  if (config.SANDBOX_PROVIDER === 'local' && (!config.SANDBOX_HOST_URL || !config.SANDBOX_HOST_TOKEN)) {
    problems.push('SANDBOX_HOST_URL and SANDBOX_HOST_TOKEN are needed by SANDBOX_PROVIDER=local')
  }
  if (config.ENVIRONMENT === 'production' && config.DEV_SIGN_IN_TOKEN) {
    problems.push('DEV_SIGN_IN_TOKEN must not be set in production')
  }
  problems.push(...mailProblems(config, bindings), ...pairProblems(config))
  if (problems.length > 0) throw new InvalidConfiguration(problems)
  return config
}

function mailProblems(config: Config, { EMAIL }: Partial<Bindings>): string[] {
  const { EMAIL_ENABLED, EMAIL_PROVIDER, EMAIL_FROM, RESEND_API_KEY } = config
  if (!EMAIL_ENABLED) {
    return config.ENFORCE_EMAIL_VERIFICATION ? ['ENFORCE_EMAIL_VERIFICATION=true needs EMAIL_ENABLED=true'] : []
  }
  if (EMAIL_PROVIDER === 'mailbox') {
    return config.ENVIRONMENT === 'production' ? ['EMAIL_PROVIDER=mailbox must not be set in production'] : []
  }
  const missing = EMAIL_FROM ? [] : ['EMAIL_FROM is needed by EMAIL_ENABLED=true']
  if (EMAIL_PROVIDER === 'resend' && !RESEND_API_KEY) missing.push('RESEND_API_KEY is needed by EMAIL_PROVIDER=resend')
  if (EMAIL_PROVIDER === 'cloudflare' && !EMAIL) {
    missing.push('EMAIL_PROVIDER=cloudflare needs the binding EMAIL (send_email in wrangler.toml)')
  }
  return missing
}

/** A client id without its secret, or the other way round, is a mistake and not a choice. */
function pairProblems(config: Config): string[] {
  const pairs = [
    ['GITHUB_OAUTH_APP_ID', 'GITHUB_OAUTH_APP_SECRET'],
    ['GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET'],
  ] as const
  return pairs.flatMap(([id, secret]) => (Boolean(config[id]) === Boolean(config[secret]) ? [] : [`${id} and ${secret} go together`]))
}

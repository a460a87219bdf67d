/** The link that signs the demo owner in; only a development Worker honours it. */
export function signInLink(webUrl: string, variables: Record<string, string>): string {
  return `${webUrl}/dev/sign-in?token=${variables['DEV_SIGN_IN_TOKEN'] ?? ''}`
}

const MODEL_VARIABLES = ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'DEFAULT_MODEL']

/** Model keys of the shell win over .dev.vars, so that trying a real model needs no file. */
export function modelVariables(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    MODEL_VARIABLES.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])),
  )
}

/** Which model sessions use, in words. */
export function describeModel(variables: Record<string, string>): string {
  const chosen = variables['DEFAULT_MODEL'] ? `, ${variables['DEFAULT_MODEL']}` : ''
  if (variables['ANTHROPIC_API_KEY']) return `Anthropic (ANTHROPIC_API_KEY is set${chosen})`
  if (variables['OPENAI_API_KEY']) return `OpenAI (OPENAI_API_KEY is set${chosen})`
  return 'scripted (no key is set; ANTHROPIC_API_KEY or OPENAI_API_KEY brings a real one)'
}

/** Where mails go, in words. */
export function describeMails(webUrl: string, variables: Record<string, string>): string {
  const { EMAIL_ENABLED, EMAIL_PROVIDER } = variables
  if (EMAIL_ENABLED !== 'true') return 'none; invitations are passed on by their link'
  return EMAIL_PROVIDER === 'mailbox' ? `kept at ${webUrl}/dev/mailbox` : `sent by ${EMAIL_PROVIDER ?? 'resend'}`
}

import { z } from 'zod'
import { Variables } from '#adapters/env'

/** The configuration reference, made from the schema that the Worker parses its variables with. */
export function configurationReference(): string {
  const schema = z.toJSONSchema(Variables, { io: 'input', unrepresentable: 'any' })
  const required = new Set(schema.required ?? [])
  const rows = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    if (typeof property === 'boolean') return `| \`${name}\` | | |`
    const initial = property.default === undefined ? (required.has(name) ? '**required**' : '') : `\`${property.default}\``
    const values = property.enum ? ` One of ${property.enum.map((value) => `\`${String(value)}\``).join(', ')}.` : ''
    return `| \`${name}\` | ${initial} | ${property.description ?? ''}${values} |`
  })
  return `# Configuration

Variables of the Worker. Locally they stand in \`.dev.vars\` (made by \`npm run dev\` from \`.dev.vars.example\`); on Cloudflare they are
variables in \`wrangler.toml\` and secrets set with \`wrangler secret put\`. The Worker checks all of them when it starts and names every
bad one. This page is made from the schema in \`adapters/env.ts\` by \`npm run docs\`.

| variable | default | what it is |
| --- | --- | --- |
${rows.join('\n')}

## Mail by Cloudflare

\`EMAIL_PROVIDER=cloudflare\` sends through a binding that \`wrangler.toml\` does not have by itself, because an account must have e-mail set
up for it. Set up the domain of \`EMAIL_FROM\` for sending in Cloudflare's dashboard, then add:

\`\`\`toml
[[send_email]]
name = "EMAIL"
\`\`\`

Without the binding the Worker does not start, and says so.

## Local stack

\`npm run dev\` and \`npm run demo\` also read, from the shell:

| variable | default | what it is |
| --- | --- | --- |
| \`WEB_PORT\` | \`5173\` | port of the dashboard |
| \`WORKER_PORT\` | \`8787\` | port of the Worker |
| \`POSTGRES_PORT\` | \`8788\` | port of the embedded PostgreSQL |
| \`NEON_PORT\` | \`8789\` | port of the endpoint that speaks Neon's protocol in front of it |
| \`SANDBOX_HOST_PORT\` | \`8790\` | port of the sandbox host |
| \`MODEL_PORT\` | \`8791\` | port of the scripted model |
| \`GIT_PORT\` | \`8792\` | port of the git server |
| \`DATABASE_URL\` | | a PostgreSQL of your own, or Neon, instead of the embedded one |
| \`ANTHROPIC_API_KEY\`, \`OPENAI_API_KEY\`, \`DEFAULT_MODEL\` | | as above; the shell wins over \`.dev.vars\` |
`
}

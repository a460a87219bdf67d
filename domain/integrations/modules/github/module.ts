import type { IntegrationModule } from '../../contract.ts'
import { parseGithub } from './parse.ts'
import { verifySignature } from './signature.ts'
import { githubTriggerTypes } from './trigger-types.ts'

const EVENT_NAME = /^[a-z_]{1,60}$/
const DELIVERY_ID = /^[\w.:-]{1,200}$/

/** GitHub: webhooks of a repository, an organization or an app, verified by a secret per endpoint. */
export const github: IntegrationModule = {
  meta: {
    id: 'github',
    name: 'GitHub',
    description: 'Issues, comments, pull requests and pushes of your repositories.',
  },
  triggers: {
    types: githubTriggerTypes,
    webhook: {
      verify: verifySignature,
      identify: (headers) => ({
        eventType: matching(EVENT_NAME, headers['x-github-event']) ?? 'unknown',
        deliveryId: matching(DELIVERY_ID, headers['x-github-delivery']),
      }),
      keptHeaders: [
        'content-type',
        'user-agent',
        'x-github-delivery',
        'x-github-event',
        'x-github-hook-id',
        'x-github-hook-installation-target-id',
        'x-github-hook-installation-target-type',
      ],
      acknowledged: ['ping'],
      jsonText,
      parse: parseGithub,
    },
  },
}

const matching = (shape: RegExp, text: string | undefined) => (text !== undefined && shape.test(text) ? text : null)

/** GitHub's form for a new webhook preselects a form body, whose field `payload` holds the JSON. */
function jsonText(body: string, headers: Record<string, string>): string {
  if (!headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return body
  return new URLSearchParams(body).get('payload') ?? ''
}

import type { IntegrationModule } from '../../contract.ts'
import { matching } from '../common/reading.ts'
import { describeGithub } from './account.ts'
import { installationChange, installationOf } from './installation.ts'
import { parseGithub } from './parse.ts'
import { verifySignature } from './signature.ts'
import { githubTriggerTypes } from './trigger-types.ts'

const EVENT_NAME = /^[a-z_]{1,60}$/
const DELIVERY_ID = /^[\w.:-]{1,200}$/

/** GitHub: webhooks of an app, verified by the app's secret, and of repositories, verified by their endpoint's. */
export const github: IntegrationModule = {
  meta: {
    id: 'github',
    name: 'GitHub',
    description: 'Issues, comments, pull requests, pushes, checks and workflow runs of your repositories.',
  },
  describeAccount: describeGithub,
  triggers: {
    types: githubTriggerTypes,
    webhook: {
      addresses: ['app', 'organization'],
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
      acknowledged: ['ping', 'installation_repositories'],
      jsonText,
      parse: parseGithub,
      identity: installationOf,
      connection: installationChange,
    },
  },
}

/** GitHub's form for a new webhook preselects a form body, whose field `payload` holds the JSON. */
function jsonText(body: string, headers: Record<string, string>): string {
  if (!headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return body
  return new URLSearchParams(body).get('payload') ?? ''
}

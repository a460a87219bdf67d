import { randomUUID } from 'node:crypto'
import type { EndpointName } from './matrix.ts'
import type { Things } from './things.ts'

/** A body that the endpoint takes, made of real things. */
export const BODIES: { [Name in EndpointName]?: (things: Things) => object } = {
  'profile.update': () => ({}),
  'ownOrganizations.create': () => ({ name: 'Another' }),
  'organizations.update': () => ({ name: 'Renamed' }),
  'organizations.remove': () => ({ confirmName: 'not its name' }),
  'organizations.transfer': ({ memberId }) => ({ memberId }),
  'organizations.setDomains': () => ({ domains: [] }),
  'members.update': () => ({ role: 'viewer' }),
  'invitations.create': () => ({ email: `${randomUUID()}@people.example`, role: 'member' }),
  'apiKeys.create': () => ({ name: 'CI', scopes: ['runs:read'] }),
  'device.code': () => ({}),
  'device.token': () => ({ deviceCode: 'unknown' }),
  'deviceConsent.authorize': ({ organizationId }) => ({ userCode: 'BCDF-GHJK', organizationId }),
  'deviceConsent.deny': () => ({ userCode: 'BCDF-GHJK' }),
  'onboarding.update': () => ({ answers: { useCase: 'Slugs' } }),
  'admin.impersonate': ({ organizationId }) => ({ userId: 'nobody', organizationId }),
  'admin.suspend': () => ({ reason: 'Abuse' }),
  'repositories.create': () => ({ name: `acme/${randomUUID()}`, url: 'https://git.test/acme/app.git' }),
  'repositories.update': () => ({ defaultBranch: 'next' }),
  'automations.create': () => ({ name: 'Fix' }),
  'automations.update': () => ({ enabled: false }),
  'triggers.create': ({ automationId }) => ({ automationId, provider: 'github', eventType: 'issue_opened' }),
  'triggers.update': () => ({ enabled: false }),
  'webhookEndpoints.create': () => ({ provider: 'github' }),
  'sessions.create': ({ configurationId }) => ({ configurationId }),
  'sessions.prompt': () => ({ text: 'Go on' }),
}

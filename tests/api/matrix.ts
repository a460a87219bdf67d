import type { endpoints } from '#schema/endpoints/index'

type Endpoints = typeof endpoints
/** Every endpoint as `slice.name`. */
export type EndpointName = {
  [Slice in keyof Endpoints]: `${Slice}.${keyof Endpoints[Slice] & string}`
}[keyof Endpoints]

/** Who asks: a stranger, somebody of another organization, the four roles, a key of the owner, a suspended owner. */
export const PERSONAS = ['anonymous', 'foreign', 'viewer', 'member', 'admin', 'owner', 'unscoped key', 'suspended'] as const
export type Persona = (typeof PERSONAS)[number]

/** What each persona is answered, in the order of PERSONAS. */
type Row = readonly [number, number, number, number, number, number, number, number]

/** Open to everybody, whoever they are. */
const all = (status: number): Row => [status, status, status, status, status, status, status, status]
/** What a person asks about themselves; a foreign person is somebody just the same. */
const caller = (status: number): Row => [401, status, status, status, status, status, status, 403]
/** The same, and never by a program. */
const person = (status: number): Row => [401, status, status, status, status, status, 403, 403]
/** Things that a foreign person does in their own organization, where they are the owner. */
const list = (from: 'viewer' | 'member' | 'admin', status = 200): Row => [401, status, ...roles(from, status), 403, 403]
/** One thing of the organization, which a foreign person cannot see. */
const one = (from: 'viewer' | 'member' | 'admin' | 'owner', status = 200): Row => [401, 404, ...roles(from, status), 403, 403]

function roles(from: 'viewer' | 'member' | 'admin' | 'owner', status: number): [number, number, number, number] {
  const lowest = ['viewer', 'member', 'admin', 'owner'].indexOf(from)
  const answer = (rank: number) => (rank >= lowest ? status : 403)
  return [answer(0), answer(1), answer(2), answer(3)]
}

/** Who may do what, endpoint by endpoint: the one table that the API is compared with. */
export const MATRIX: Record<EndpointName, Row> = {
  'health.healthz': all(200),
  'health.readyz': all(200),
  'authOptions.show': all(200),
  'me.show': caller(200),
  'profile.show': person(200),
  'profile.update': person(200),
  'ownOrganizations.list': caller(200),
  'ownOrganizations.create': person(201),
  'ownOrganizations.suggestions': caller(200),
  'ownOrganizations.join': person(403),
  'organizations.show': one('viewer'),
  'organizations.update': one('admin'),
  'organizations.remove': one('owner', 400),
  'organizations.transfer': one('owner'),
  'organizations.activate': one('viewer'),
  'organizations.showDomains': one('viewer'),
  'organizations.setDomains': one('admin'),
  'members.list': one('viewer'),
  'members.show': one('viewer'),
  'members.update': one('owner'),
  'members.remove': one('owner'),
  'members.leave': [401, 404, 200, 200, 200, 200, 403, 403],
  'invitations.list': one('admin'),
  'invitations.create': one('admin', 201),
  'invitations.cancel': one('admin'),
  'invitations.resend': one('admin', 429),
  'invitationInfo.show': all(200),
  'ownInvitations.accept': person(403),
  'ownInvitations.reject': person(403),
  'apiKeys.list': list('viewer'),
  'apiKeys.create': list('viewer', 201),
  'apiKeys.remove': [401, 404, 404, 404, 404, 200, 403, 403],
  'apiKeys.revoke': [401, 404, 404, 404, 404, 404, 200, 403],
  'device.code': all(201),
  'device.token': all(400),
  'deviceConsent.show': person(404),
  'deviceConsent.authorize': [401, 403, 400, 400, 400, 400, 403, 403],
  'deviceConsent.deny': person(400),
  'onboarding.show': list('viewer'),
  'onboarding.update': list('admin'),
  'onboarding.complete': list('admin'),
  'admin.users': [401, 404, 404, 404, 404, 404, 404, 403],
  'admin.organizations': [401, 404, 404, 404, 404, 404, 404, 403],
  'admin.audit': [401, 404, 404, 404, 404, 404, 404, 403],
  'admin.impersonate': [401, 404, 404, 404, 404, 404, 404, 403],
  'admin.stopImpersonating': [401, 404, 404, 404, 404, 404, 404, 403],
  'admin.suspend': [401, 404, 404, 404, 404, 404, 404, 403],
  'admin.unsuspend': [401, 404, 404, 404, 404, 404, 404, 403],
  'dev.mailbox': all(200),
  'repositories.list': list('viewer'),
  'repositories.create': list('member', 201),
  'repositories.show': one('viewer'),
  'repositories.update': one('admin'),
  'automations.list': list('viewer'),
  'automations.create': list('member', 201),
  'automations.show': one('viewer'),
  'automations.update': one('admin'),
  'automations.delete': one('admin'),
  'automations.run': one('member', 201),
  'providers.list': list('viewer'),
  'providers.show': list('viewer'),
  'integrations.list': list('viewer'),
  'integrations.create': list('admin', 201),
  'integrations.update': one('admin'),
  'integrations.delete': one('admin'),
  'triggers.list': list('viewer'),
  'triggers.create': one('member', 201),
  'triggers.show': one('viewer'),
  'triggers.update': one('admin'),
  'triggers.delete': one('admin'),
  'triggers.test': one('member'),
  'triggers.testDraft': list('member'),
  'triggers.events': one('viewer'),
  'triggerEvents.skip': one('admin'),
  'schedules.list': one('viewer'),
  'schedules.create': one('member', 201),
  'schedules.preview': list('viewer'),
  'schedules.show': one('viewer'),
  'schedules.update': one('admin'),
  'schedules.delete': one('admin'),
  'pollGroups.list': list('viewer'),
  'webhookEndpoints.list': list('viewer'),
  'webhookEndpoints.create': list('admin', 201),
  'webhookEndpoints.rotate': one('admin'),
  'deliveries.list': list('viewer'),
  'deliveries.show': one('viewer'),
  'deliveries.replay': one('admin', 201),
  'deliveries.replayMany': list('admin', 202),
  'runs.list': list('viewer'),
  'runs.show': one('viewer'),
  'runs.events': one('viewer'),
  'runs.cancel': one('admin'),
  'sessions.list': list('viewer'),
  'sessions.create': one('member', 201),
  'sessions.show': one('viewer'),
  'sessions.events': one('member'),
  'sessions.prompt': one('member', 202),
  'sessions.cancel': one('admin', 202),
  'audit.list': list('admin'),
  'audit.export': list('admin'),
}

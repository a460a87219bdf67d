import { expect, test } from 'vitest'
import { allRecordedPayloads, recordedPayload } from '../../../../tests/fixtures/github/recorded.ts'
import { installationChange, installationOf } from './installation.ts'
import { github } from './module.ts'

const repository = 'acme/widgets'

test('a delivery of the app names its installation, by the number as text', () => {
  const payload = { ...recordedPayload('issues', 'opened', { repository }), installation: { id: 234, node_id: 'x' } }
  expect(installationOf(payload)).toEqual({ kind: 'integration', externalId: '234' })
})

test.each([null, [], {}, { installation: null }, { installation: { id: '234' } }, { installation: { id: -1 } }])(
  'a delivery that names none has none: %j',
  (payload) => {
    expect(installationOf(payload)).toBeNull()
  },
)

test.each([
  ['created', 'active'],
  ['deleted', 'deleted'],
  ['suspend', 'suspended'],
  ['unsuspend', 'active'],
])('an installation that is %s becomes %s', (action, status) => {
  const payload = recordedPayload('installation', action, { repository })
  const { id } = payload.installation as { id: number }
  expect(installationChange({ payload, eventType: 'installation' })).toEqual({ externalId: String(id), status })
})

test('new permissions, other repositories and all other events leave the connection as it is', () => {
  const accepted = recordedPayload('installation', 'new_permissions_accepted', { repository })
  expect(installationChange({ payload: accepted, eventType: 'installation' })).toBeNull()
  for (const payload of allRecordedPayloads('installation_repositories', { repository })) {
    expect(installationChange({ payload, eventType: 'installation_repositories' })).toBeNull()
  }
  const deleted = { action: 'deleted', installation: { id: 1 } }
  expect(installationChange({ payload: deleted, eventType: 'issues' })).toBeNull()
  expect(github.triggers.webhook?.acknowledged).toContain('installation_repositories')
})

import type { ConnectionChange, Identity, WebhookPayload } from '../../contract.ts'
import { InstallationPayload, Installed } from './payloads.ts'

const STATUSES = new Map<string, ConnectionChange['status']>([
  ['created', 'active'],
  ['deleted', 'deleted'],
  ['suspend', 'suspended'],
  ['unsuspend', 'active'],
])

/** The installation of the app that a delivery comes from; null for webhooks that belong to no app. */
export function installationOf(payload: unknown): Identity | null {
  const installed = Installed.safeParse(payload)
  return installed.success ? { kind: 'integration', externalId: String(installed.data.installation.id) } : null
}

/** What became of an installation; null for everything else, and for what leaves it as it is. */
export function installationChange(input: Pick<WebhookPayload, 'payload' | 'eventType'>): ConnectionChange | null {
  if (input.eventType !== 'installation') return null
  const read = InstallationPayload.safeParse(input.payload)
  const status = read.success ? STATUSES.get(read.data.action) : undefined
  return read.success && status ? { externalId: String(read.data.installation.id), status } : null
}

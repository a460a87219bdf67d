import { later } from '#kernel/clock'
import { DAY_MS, SECOND_MS } from '#kernel/durations'
import type { Digest } from '#kernel/ports'
import type { z } from 'zod'
import type { DeviceToken } from '#schema/contracts/identity'
import { ApiKeyScope } from '#schema/contracts/scopes'
import { type AuditNeeds, auditRowOf } from '../audit/audit-row.ts'
import { DevicePending, TooManyApiKeys } from '../errors.ts'
import { CLI_KEY_PREFIX, MAX_KEYS, MAX_SLOT_TRIES, newKey } from '../keys/new-key.ts'
import type { RandomSource } from '../ports.ts'
import { isUniqueViolation } from '../unique-violation.ts'
import { consumeDeviceAcrossOrganizations, type DeviceRow, pollDeviceAcrossOrganizations } from './devices.store.ts'

/** A device's key ends by itself (b3 §3.6). */
const KEY_DAYS = 90
const INTERVAL_MS = 5 * SECOND_MS

type Needs = AuditNeeds & { digest: Digest; secrets: RandomSource }
type PollError =
  | 'authorization_pending'
  | 'slow_down'
  | 'expired_token'
  | 'invalid_device_code'
  | 'access_denied'

/** RFC 8628 words, beside our own code. */
const notYet = (error: PollError) => DevicePending({ detail: error.replaceAll('_', ' '), meta: { error } })

/**
 * What a device gets that asks: its key, once, after a person has allowed it. Until then, and for ever after, throws
 * `device.pending` whose `error` says why (RFC 8628 §3.5), or `api_key.too_many`.
 */
export async function pollDevice(
  needs: Needs,
  input: { deviceCode: string },
): Promise<z.infer<typeof DeviceToken>> {
  const now = needs.clock.now()
  const deviceCodeHash = await needs.digest.sha256(input.deviceCode)
  const device = await pollDeviceAcrossOrganizations(needs.db, { deviceCodeHash, now })
  if (!device || device.status === 'consumed') throw notYet('invalid_device_code')
  if (device.status === 'denied') throw notYet('access_denied')
  if (device.expiresAt <= now) throw notYet('expired_token')
  if (device.isTooSoon) throw DevicePending({ meta: { error: 'slow_down' }, retryAfterMs: 2 * INTERVAL_MS })
  if (device.status === 'pending') throw notYet('authorization_pending')
  return mint(needs, device)
}

async function mint(needs: Needs, device: DeviceRow): Promise<z.infer<typeof DeviceToken>> {
  const now = needs.clock.now()
  const { key, keyHash, start } = await newKey(needs, CLI_KEY_PREFIX)
  const id = needs.ids.next()
  const [name, scopes, expiresAt] = ['cli-token', ApiKeyScope.options, later(now, KEY_DAYS * DAY_MS)]
  const audit = auditRowOf(needs, {
    // What the person is called only the statement knows.
    actor: { kind: 'user', id: device.userId, name: '', organizationId: device.organizationId },
    verb: 'create',
    subject: { kind: 'api_key', id, label: name },
    after: { name, scopes, expiresAt: expiresAt.toISOString() },
  })
  const made = { id, deviceId: device.id, name, start, keyHash, scopes, now, expiresAt, maxKeys: MAX_KEYS, audit }
  const minted = await consume(needs, made)
  const { userId, userName, email, organizationId, organizationName, organizationSlug } = minted
  return {
    token: key,
    user: { id: userId, name: userName, email },
    organization: { id: organizationId, name: organizationName, slug: organizationSlug },
  }
}

async function consume(needs: Needs, made: Parameters<typeof consumeDeviceAcrossOrganizations>[1]) {
  for (let attempt = 0; attempt < MAX_SLOT_TRIES; attempt += 1) {
    try {
      const minted = await consumeDeviceAcrossOrganizations(needs.db, made)
      if (minted) return minted
      break
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
    }
  }
  throw TooManyApiKeys({ detail: 'The device was served already, or there is no room for another key' })
}

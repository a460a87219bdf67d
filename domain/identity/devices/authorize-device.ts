import { later } from '#kernel/clock'
import { MINUTE_MS, SECOND_MS } from '#kernel/durations'
import type { Kernel } from '#kernel/needs'
import type { Digest } from '#kernel/ports'
import type { z } from 'zod'
import type { DeviceCode, DeviceRequest, DeviceStatus } from '#schema/contracts/identity'
import { type AuditNeeds, auditRowOf } from '../audit/audit-row.ts'
import {
  DeviceCodeExpired,
  DeviceCodeInvalid,
  DeviceCodeUsed,
  DeviceNotFound,
  NotAMember,
} from '../errors.ts'
import { countAttempt } from '../limit-attempts.ts'
import { listOrganizationsOf } from '../organizations/organizations.store.ts'
import type { AccessNeeds, RandomSource, SignedInPerson } from '../ports.ts'
import {
  authorizeDevice,
  denyDeviceAcrossOrganizations,
  type DeviceRow,
  findDeviceAcrossOrganizations,
  insertDeviceAcrossOrganizations,
} from './devices.store.ts'
import { userCodeOf } from './user-code.ts'

/** How long a request stands and how often its device may ask (b3 §3.5). */
const LIFETIME_SECONDS = 15 * 60
const INTERVAL_SECONDS = 5
/** Anybody may ask for codes: so many of one address (b3 §3.5). */
const STARTS = { max: 10, windowMs: MINUTE_MS }
/** Typing codes at random must not find one (b3 §3.6). */
const ATTEMPTS = { max: 10, windowMs: 10 * MINUTE_MS }
const MAX_CODE_TRIES = 5
const USER_AGENT_CHARACTERS = 300

type Needs = AuditNeeds & { digest: Digest }

/** Two codes: one for a person to type, one for the device to ask with. Throws `auth.too_many_attempts`. */
export async function startDevice(
  needs: Pick<Kernel, 'db' | 'ids' | 'clock' | 'origin'> & AccessNeeds & { digest: Digest; secrets: RandomSource },
  input: { clientName: string | undefined; ipAddress: string | null; userAgent: string | null },
): Promise<z.infer<typeof DeviceCode>> {
  if (input.ipAddress !== null) await countAttempt(needs, { name: `device-start:${input.ipAddress}`, ...STARTS })
  const now = needs.clock.now()
  const deviceCode = needs.secrets.next()
  const deviceCodeHash = await needs.digest.sha256(deviceCode)
  for (let attempt = 0; attempt < MAX_CODE_TRIES; attempt += 1) {
    const userCode = userCodeOf(needs.secrets.next())
    if (userCode === null) continue
    const made = await insertDeviceAcrossOrganizations(needs.db, {
      id: needs.ids.next(),
      userCode,
      deviceCodeHash,
      clientName: input.clientName ?? 'A device',
      ipAddress: input.ipAddress,
      userAgent: input.userAgent?.slice(0, USER_AGENT_CHARACTERS) ?? null,
      intervalSeconds: INTERVAL_SECONDS,
      now,
      expiresAt: later(now, LIFETIME_SECONDS * SECOND_MS),
    })
    if (!made) continue
    const verificationUrl = new URL('/device', needs.access.appUrl)
    verificationUrl.searchParams.set('code', userCode)
    return {
      userCode,
      deviceCode,
      verificationUrl: verificationUrl.href,
      expiresInSeconds: LIFETIME_SECONDS,
      intervalSeconds: INTERVAL_SECONDS,
    }
  }
  throw DeviceCodeInvalid({ detail: 'No code was free; ask again' })
}

function statusOf(row: DeviceRow, now: Date): z.infer<typeof DeviceStatus> {
  return row.expiresAt <= now && (row.status === 'pending' || row.status === 'authorized') ? 'expired' : row.status
}

/**
 * Who asks, from where. Counts as an attempt to guess a code, also when it is right: or the answer to the eleventh would
 * tell. Throws `device.not_found` and `auth.too_many_attempts`.
 */
export async function showDevice(
  needs: Needs,
  input: { person: SignedInPerson; userCode: string },
): Promise<z.infer<typeof DeviceRequest>> {
  await countGuess(needs, input.person)
  const row = await findDeviceAcrossOrganizations(needs.db, input.userCode)
  if (!row) throw DeviceNotFound()
  const { userCode, clientName, ipAddress, userAgent } = row
  return {
    userCode,
    status: statusOf(row, needs.clock.now()),
    clientName,
    ipAddress,
    userAgent,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  }
}

const countGuess = (needs: Needs, person: SignedInPerson) =>
  countAttempt(needs, { name: `device:${person.id}`, ...ATTEMPTS })

/**
 * Lets a device act for the person in one organization. Once: whoever else types the code gets 409. Throws
 * `organization.not_a_member`, `device.code_invalid`, `device.code_expired` and `device.code_used`.
 */
export async function allowDevice(
  needs: Needs,
  input: { person: SignedInPerson; userCode: string; organizationId: string },
): Promise<void> {
  const { person, userCode, organizationId } = input
  await countGuess(needs, person)
  const [membership] = await listOrganizationsOf(needs.db, person.id, organizationId)
  if (!membership) throw NotAMember()
  const audit = auditRowOf(needs, {
    actor: { kind: 'user', id: person.id, name: person.name, organizationId },
    verb: 'authorize',
    subject: { kind: 'device', id: null, label: userCode },
    before: { status: 'pending' },
    after: { status: 'authorized' },
  })
  const by = { userCode, userId: person.id, now: needs.clock.now(), audit }
  if (!(await authorizeDevice(needs.db, organizationId, by))) throw await whyNot(needs, userCode)
}

/** Refuses a device; `organizationId` is where the person is, in whose log it stands. Throws what allowing throws. */
export async function denyDevice(
  needs: Needs,
  input: { person: SignedInPerson; userCode: string; organizationId: string | null },
): Promise<void> {
  const { person, userCode, organizationId } = input
  await countGuess(needs, person)
  const audit = auditRowOf(needs, {
    actor: { kind: 'user', id: person.id, name: person.name, organizationId },
    verb: 'reject',
    subject: { kind: 'device', id: null, label: userCode },
    before: { status: 'pending' },
    after: { status: 'denied' },
  })
  const by = { userCode, userId: person.id, now: needs.clock.now(), audit }
  if (!(await denyDeviceAcrossOrganizations(needs.db, by))) throw await whyNot(needs, userCode)
}

async function whyNot(needs: Pick<Kernel, 'db' | 'clock'>, userCode: string) {
  const row = await findDeviceAcrossOrganizations(needs.db, userCode)
  if (!row) return DeviceCodeInvalid()
  return statusOf(row, needs.clock.now()) === 'expired' ? DeviceCodeExpired() : DeviceCodeUsed()
}

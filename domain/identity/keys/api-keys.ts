import { later } from '#kernel/clock'
import { DAY_MS } from '#kernel/durations'
import type { Kernel } from '#kernel/needs'
import type { Digest } from '#kernel/ports'
import type { ApiKey, CreateApiKey } from '#schema/contracts/identity'
import type { UserActor } from '../actor.ts'
import { type AuditNeeds, auditRowOf } from '../audit/audit-row.ts'
import { ApiKeyNotFound, NotForKeys, NotWhileImpersonating, TooManyApiKeys } from '../errors.ts'
import { authorize } from '../policies.ts'
import type { RandomSource } from '../ports.ts'
import { isUniqueViolation } from '../unique-violation.ts'
import {
  type ApiKeyRow,
  deleteApiKeyAcrossOrganizations,
  insertApiKey,
  listApiKeysAcrossOrganizations,
  type NewApiKey,
} from './api-keys.store.ts'
import { KEY_PREFIX, MAX_KEYS, MAX_SLOT_TRIES, newKey } from './new-key.ts'

type Needs = AuditNeeds & { digest: Digest; secrets: RandomSource }

const viewOf = (row: ApiKeyRow): ApiKey => ({
  ...row,
  expiresAt: row.expiresAt?.toISOString() ?? null,
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
})

/** A person's own keys; a program cannot list them, nor can somebody who acts as that person. */
function ownOnly(actor: UserActor): void {
  if (actor.apiKey) throw NotForKeys()
  if (actor.impersonatedBy) throw NotWhileImpersonating()
}

export async function listOwnApiKeys(
  needs: Pick<Kernel, 'db'>,
  { actor }: { actor: UserActor },
): Promise<ApiKey[]> {
  authorize(actor, 'read', 'api_key')
  const rows = await listApiKeysAcrossOrganizations(needs.db, actor.userId)
  return rows.map(viewOf)
}

/**
 * Makes a key that acts for the person in the present organization, as far as `scopes` go. The answer is the only one
 * that holds the key. Throws `api_key.too_many`, also when several are made at once.
 */
export async function createApiKey(
  needs: Needs,
  input: { actor: UserActor; body: CreateApiKey },
): Promise<ApiKey & { key: string }> {
  const { actor, body } = input
  authorize(actor, 'create', 'api_key')
  ownOnly(actor)
  const now = needs.clock.now()
  const id = needs.ids.next()
  const scopes = [...new Set(body.scopes)]
  const expiresAt = body.expiresInDays === null ? null : later(now, body.expiresInDays * DAY_MS)
  const { key, keyHash, start } = await newKey(needs, KEY_PREFIX)
  const after = { name: body.name, scopes, expiresAt: expiresAt?.toISOString() ?? null }
  const audit = auditRowOf(needs, { actor, verb: 'create', subject: { kind: 'api_key', id, label: body.name }, after })
  const made = { id, userId: actor.userId, name: body.name, start, keyHash, scopes, now, expiresAt, audit }
  await insertInFreeSlot(needs, actor.organizationId, made)
  const rows = await listApiKeysAcrossOrganizations(needs.db, actor.userId)
  const row = rows.find((one) => one.id === id)
  if (!row) throw ApiKeyNotFound()
  return { ...viewOf(row), key }
}

async function insertInFreeSlot(needs: Pick<Kernel, 'db'>, organizationId: string, made: NewApiKey): Promise<void> {
  for (let attempt = 0; attempt < MAX_SLOT_TRIES; attempt += 1) {
    try {
      if (await insertApiKey(needs.db, organizationId, { ...made, maxKeys: MAX_KEYS })) return
      throw TooManyApiKeys()
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
    }
  }
  throw TooManyApiKeys()
}

/** Ends one of one's own keys, in whatever organization. Throws `api_key.not_found`. */
export async function removeApiKey(
  needs: AuditNeeds,
  input: { actor: UserActor; apiKeyId: string },
): Promise<void> {
  const { actor, apiKeyId } = input
  authorize(actor, 'delete', 'api_key')
  ownOnly(actor)
  await remove(needs, actor, apiKeyId)
}

/**
 * Ends the key that the actor came with (b3 §3.5). No scope is asked for: whoever holds a key may let go of it. Throws
 * `api_key.not_found` for somebody who came without one, and the second time.
 */
export async function revokePresentedKey(needs: AuditNeeds, { actor }: { actor: UserActor }): Promise<void> {
  if (!actor.apiKey) throw ApiKeyNotFound({ detail: 'This request came without an API key' })
  await remove(needs, actor, actor.apiKey.id)
}

async function remove(needs: AuditNeeds, actor: UserActor, apiKeyId: string): Promise<void> {
  const audit = auditRowOf(needs, { actor, verb: 'delete', subject: { kind: 'api_key', id: apiKeyId, label: null } })
  const isRemoved = await deleteApiKeyAcrossOrganizations(needs.db, { id: apiKeyId, userId: actor.userId, audit })
  if (!isRemoved) throw ApiKeyNotFound()
}

import type { IntegrationModule, Verification } from '#domain/integrations'
import { describeError } from '#kernel/errors'
import { WebhookEndpointNotFound, WebhookNotAccepted, WebhookNotVerified } from '../errors.ts'
import { secretContext } from './endpoint.view.ts'
import type { SealedEndpoint } from '../ports.ts'
import type { ReceivedWebhook, ReceiveNeeds } from './received-webhook.ts'

/** What made a webhook credible, and what the sender wants to hear at once. */
export interface Verified {
  by: 'signature' | 'previous_secret' | 'unsigned'
  answer: (Verification & { ok: true })['answer']
}

type Refusal = (Verification & { ok: false })['reason']
type Verdict = { ok: true; verified: Verified } | { ok: false; reason: Refusal }
type Signed = Pick<ReceivedWebhook, 'headers' | 'rawBody'> & { receivedAt: Date }

/** Checks a webhook by the one secret of an app. Throws `webhook.not_verified`. */
export async function verifiedByApp(
  needs: ReceiveNeeds,
  input: { verify: (secret: string) => Promise<Verification>; secret: string; source: string },
): Promise<Verified> {
  const verification = await input.verify(input.secret)
  if (verification.ok) return { by: 'signature', answer: verification.answer }
  throw refused(needs, { source: input.source, reason: verification.reason })
}

/**
 * Finds the endpoint and checks the webhook by its secret, or by one before while that is valid too. Throws
 * `webhook.endpoint_not_found`, `webhook.not_verified`, and `webhook.not_accepted` while nobody can be asked.
 */
export async function verifiedByEndpoint(
  needs: ReceiveNeeds,
  input: { module: IntegrationModule; endpointId: string; signed: Signed },
): Promise<Verified & { endpoint: SealedEndpoint }> {
  const { module, endpointId, signed } = input
  const copy = await copyOf(needs, endpointId)
  const first = copy ?? (await storedEndpoint(needs, endpointId))
  if (first?.provider !== module.meta.id) throw WebhookEndpointNotFound()
  const verdict = await judge(needs, module, { endpoint: first, signed })
  if (verdict.ok) return { ...verdict.verified, endpoint: first }

  // A copy may be older than the last change of the endpoint; refusing then would lose events that are signed rightly.
  const current = copy ? await storedEndpoint(needs, endpointId).catch(() => null) : null
  if (current && JSON.stringify(current) !== JSON.stringify(copy)) {
    const second = await judge(needs, module, { endpoint: current, signed })
    if (second.ok) return { ...second.verified, endpoint: current }
  }
  throw refused(needs, { source: `endpoint:${first.id}`, reason: verdict.reason })
}

function refused(needs: ReceiveNeeds, about: { source: string; reason: Refusal }) {
  needs.log.warn('webhook.refused', about)
  return WebhookNotVerified()
}

async function judge(
  needs: ReceiveNeeds,
  module: IntegrationModule,
  input: { endpoint: SealedEndpoint; signed: Signed },
): Promise<Verdict> {
  const { endpoint, signed } = input
  const verify = async (sealed: string): Promise<Verification> => {
    const secret = await needs.vault.open(sealed, secretContext(endpoint))
    return module.triggers.webhook?.verify(needs.digest, signed, secret) ?? { ok: false, reason: 'wrong_signature' }
  }
  const verification = await verify(endpoint.sealedSecret)
  if (verification.ok) return { ok: true, verified: { by: 'signature', answer: verification.answer } }
  for (const { sealedSecret, validUntil } of endpoint.previous) {
    if (Date.parse(validUntil) <= signed.receivedAt.getTime()) continue
    const earlier = await verify(sealedSecret)
    if (earlier.ok) return { ok: true, verified: { by: 'previous_secret', answer: earlier.answer } }
  }
  if (verification.reason !== 'missing_signature' || endpoint.signatureRequired) return verification
  return { ok: true, verified: { by: 'unsigned', answer: undefined } }
}

/** Copies are a convenience: when they cannot be read, the database is asked. */
async function copyOf(needs: ReceiveNeeds, endpointId: string): Promise<SealedEndpoint | null> {
  try {
    return await needs.endpoints.copied(endpointId)
  } catch (error) {
    needs.log.warn('webhook.copy_unreadable', { endpointId, error: describeError(error) })
    return null
  }
}

async function storedEndpoint(needs: ReceiveNeeds, endpointId: string): Promise<SealedEndpoint | null> {
  let endpoint: SealedEndpoint | null
  try {
    endpoint = await needs.endpoints.stored(endpointId)
  } catch (error) {
    throw WebhookNotAccepted({ cause: error })
  }
  if (!endpoint) return null
  try {
    await needs.endpoints.keepCopy(endpoint)
  } catch (error) {
    needs.log.warn('webhook.copy_not_kept', { endpointId, error: describeError(error) })
  }
  return endpoint
}

import type { IntegrationModule } from '../../contract.ts'
import { verifyHex } from '../common/hex-signature.ts'
import { matching } from '../common/reading.ts'
import { describeSentry, hydrateSentry } from './hydrate.ts'
import { parseSentry, sentryConnection, sentryIdentity } from './parse.ts'
import { pollSentry } from './poll.ts'
import { sentryTriggerTypes } from './trigger-types.ts'

/** Sentry: webhooks of an integration, or new issues asked for now and then. */
export const sentry: IntegrationModule = {
  meta: { id: 'sentry', name: 'Sentry', description: 'Errors, issues and alerts of your projects.' },
  describeAccount: describeSentry,
  triggers: {
    types: sentryTriggerTypes,
    webhook: {
      addresses: ['app', 'organization'],
      // `Sentry-Hook-Signature: <hex HMAC-SHA256 of the raw body>`; the time in `Sentry-Hook-Timestamp` is not signed.
      verify: (crypto, { headers, rawBody }, secret) =>
        verifyHex(crypto, { header: headers['sentry-hook-signature'], signed: rawBody, secret }),
      identify: (headers) => ({
        eventType: matching(/^[a-z_.]{1,60}$/, headers['sentry-hook-resource']) ?? 'unknown',
        deliveryId: matching(/^[\w.:-]{1,200}$/, headers['request-id']),
      }),
      keptHeaders: ['content-type', 'user-agent', 'request-id', 'sentry-hook-resource', 'sentry-hook-timestamp'],
      acknowledged: [],
      jsonText: (body) => body,
      parse: parseSentry,
      identity: sentryIdentity,
      identityIsUnguessable: true,
      connection: sentryConnection,
    },
    polling: { defaultIntervalSeconds: 60, minIntervalSeconds: 60, needsToken: true, poll: pollSentry },
    hydrate: hydrateSentry,
  },
}

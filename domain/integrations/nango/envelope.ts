import { z } from 'zod'

const Name = z.string().min(1).max(300)

const Envelope = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('forward'),
    from: Name,
    connectionId: Name,
    providerConfigKey: Name,
    payload: z.unknown(),
  }),
  z.object({
    type: z.literal('auth'),
    from: z.literal('nango'),
    connectionId: Name,
    providerConfigKey: Name,
    operation: z.string().max(100).nullish(),
    success: z.boolean(),
  }),
  z.object({ type: z.literal('sync'), from: z.literal('nango'), connectionId: Name, providerConfigKey: Name }),
])

/**
 * What Nango tells: a provider's webhook passed on, a connection that was made, renewed or lost, a sync that ran, or
 * something that concerns no connection there is.
 */
export type NangoEnvelope =
  | { kind: 'forward'; from: string; connectionId: string; providerConfigKey: string; payload: unknown }
  | { kind: 'auth'; connectionId: string; providerConfigKey: string; success: boolean }
  | { kind: 'sync'; connectionId: string; providerConfigKey: string }
  | { kind: 'unattributed' }

/**
 * Reads the body of a webhook from Nango. Never throws. A webhook that Nango cannot attribute is passed on bare, so
 * everything that is no envelope is unattributed; kinds of webhooks that Nango adds later are so too.
 */
export function readNangoEnvelope(json: unknown): NangoEnvelope {
  const read = Envelope.safeParse(json)
  if (!read.success) return { kind: 'unattributed' }
  const { connectionId, providerConfigKey } = read.data
  const whose = { connectionId, providerConfigKey }
  switch (read.data.type) {
    case 'forward':
      return { kind: 'forward', from: read.data.from, ...whose, payload: read.data.payload }
    case 'auth': {
      const { success, operation } = read.data
      // An attempt to connect, also once more, that came to nothing leaves what there is as it was.
      const says = success || operation === 'refresh'
      return says ? { kind: 'auth', ...whose, success } : { kind: 'unattributed' }
    }
    case 'sync':
      return { kind: 'sync', ...whose }
  }
}

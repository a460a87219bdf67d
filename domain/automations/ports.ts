import type { EffectMessage, RunMessage } from '#schema/contracts/messages'

/** Where steps of runs wait for their consumer; at least once, in no order. `delaySeconds` holds them back. */
export interface RunQueue {
  send(messages: RunMessage[], options?: { delaySeconds?: number }): Promise<void>
}

/** Where side effects of committed states wait for their consumer; at least once, in no order. */
export interface EffectQueue {
  send(messages: EffectMessage[], options?: { delaySeconds?: number }): Promise<void>
}

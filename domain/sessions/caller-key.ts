import type { UserActor } from '#domain/identity'

/**
 * An Idempotency-Key as it is stored: the same word from somebody else, from another API key, or as a key that the
 * product itself makes (`run:…`), is another key.
 */
export function callerKeyOf({ userId, apiKey }: Pick<UserActor, 'userId' | 'apiKey'>, key: string): string {
  return ['http', userId, ...(apiKey ? [apiKey.id] : []), key].join(':')
}

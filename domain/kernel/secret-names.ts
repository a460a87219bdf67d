/** A field whose name holds one of these words holds a secret, whatever it looks like. */
const SECRET_WORDS = new Set([
  'authorization',
  'bearer',
  'cookie',
  'cookies',
  'credential',
  'credentials',
  'jwt',
  'passphrase',
  'passwd',
  'password',
  'passwords',
  'pwd',
  'secret',
  'secrets',
])

/** Secret when they end a name: `accessToken` is one, `tokenCount` is none. */
const SECRET_ENDINGS = new Set(['token', 'tokens'])

/** Words that make a key a secret one: `apiKey`, but not `idempotencyKey`. */
const KEY_OWNERS = new Set([
  'access', 'api', 'auth', 'deploy', 'encryption', 'host', 'license', 'master', 'private', 'secret', 'service', 'signing', 'ssh',
])

const RUN_TOGETHER = /^(api|access|private|secret|auth|signing|encryption)?(keys?|token)$|password|passwd|secret$/

/** Whether a field of this name must not be shown. Numbers are shown under names that mostly count, as `inputTokens`. */
export function hidesSecret(name: string, value: unknown): boolean {
  const words = wordsOf(name)
  if (words.some((word) => SECRET_WORDS.has(word))) return true
  if (typeof value === 'number') return false
  const [last = '', before = ''] = words.toReversed()
  if (SECRET_ENDINGS.has(last)) return true
  if (last === 'key' || last === 'keys') return words.length === 1 || KEY_OWNERS.has(before)
  return words.length === 1 && RUN_TOGETHER.test(last)
}

/** `x-Api_keyHash` → x, api, key, hash. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
}

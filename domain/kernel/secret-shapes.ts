const REDACTED = '[redacted]'

/** What a secret looks like wherever it stands; the first group of a match, when there is one, stays. */
const SHAPES: readonly RegExp[] = [
  /-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)/g,
  /\beyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]*)?/g,
  /(\bBearer\s+)[\w.~+/=:-]{6,}/gi,
  /(\bBasic\s+)(?=[A-Za-z0-9+/]*[A-Z0-9+/=])[A-Za-z0-9+/]{8,}={0,2}/g,
  // Prefixes that vendors give their keys so that they can be found.
  /\b(?:sk|pk|rk|whsec|ghp|gho|ghu|ghs|ghr|github_pat|glpat|xox[abeoprs]|npm|hf|dop_v1|lin_api|lin_oauth|sntrys|re)[-_][\w-]{10,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bAIza[\w-]{30,}/g,
  // The user part of a URL: a name is as good as a password there, many services put the token first.
  /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/?#@"'<>]+@/gi,
  /([?&](?:access_token|token|api_?key|key|secret|password|signature|sig|code|state)=)[^&\s#"'<>]+/gi,
  /(\b(?:password|passwd|secret|token|api[_-]?key|authorization|cookie)["']?\s*[:=]\s*["']?)(?!\[redacted\])[^\s"',;&}]{4,}/gi,
]

/** Runs of characters that could be a key; hashes and ids among them are told apart below. */
const LONG = /(?<![\w+/=-])[\w+/-]{32,}={0,2}/g
const HEX = /^[0-9a-f]+$/i
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** Trace ids have 32 hex digits and commits 40; keys and digests of tokens have more. */
const LONGEST_HEX_ID = 40
/** Bits per character. Random base64 of 32 characters has about 4.4, names and paths stay below 4. */
const RANDOM_BITS = 4.2
/** A field of that name is an id; ids are random, and must be read. */
const ID_NAME = /(?:^|[a-z_-])ids?$|Ids?$/

/**
 * The text without whatever looks like a secret: PEM blocks, JWTs, bearer and basic credentials, keys with a known
 * prefix, the user part of URLs, `password=…`, and long random words. `name` is the field that holds it: the random
 * words of an id stay.
 */
export function redactedText(text: string, name: string): string {
  let safe = text
  for (const shape of SHAPES) safe = safe.replace(shape, keepFirst)
  if (ID_NAME.test(name)) return safe
  return safe.replace(LONG, (word: string) => (isRandom(word) ? REDACTED : word))
}

function keepFirst(match: string, first: unknown): string {
  if (typeof first !== 'string') return REDACTED
  return match.endsWith('@') ? `${first}${REDACTED}@` : `${first}${REDACTED}`
}

function isRandom(word: string): boolean {
  if (UUID.test(word)) return false
  if (HEX.test(word)) return word.length > LONGEST_HEX_ID
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/].filter((kind) => kind.test(word)).length
  return kinds === 3 && entropy(word) >= RANDOM_BITS
}

/** Shannon entropy, in bits per character. */
function entropy(word: string): number {
  const counts = new Map<string, number>()
  for (const character of word) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / word.length) * Math.log2(count / word.length)
  return bits
}

/** A link that somebody may click on: http or https; null for everything else. */
export function webUrl(given: unknown): string | null {
  if (typeof given !== 'string' || given.length > 2_000) return null
  const url = URL.parse(given)
  return url && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : null
}

/** The `owner/name` that the URL of a git repository suggests; empty when it suggests none. */
export function repositoryName(url: string): string {
  if (!URL.canParse(url)) return ''
  const parts = new URL(url).pathname.replace(/\.git\/?$/, '').split('/')
  const [owner, name] = parts.filter((part) => part !== '').slice(-2)
  const suggested = `${owner ?? ''}/${name ?? ''}`
  return /^[\w.-]+\/[\w.-]+$/.test(suggested) ? suggested : ''
}

const HOME = '/dashboard/sessions'

/** Where to go after signing in: a path of this site, or the first page. Never another site, however it is written. */
export function safeNext(next: string | undefined): string {
  if (next === undefined || !next.startsWith('/')) return HOME
  const here = 'https://dashboard.invalid'
  if (!URL.canParse(next, here)) return HOME
  const url = new URL(next, here)
  if (url.origin !== here || url.pathname.startsWith('//') || url.pathname === '/sign-in') return HOME
  return `${url.pathname}${url.search}${url.hash}`
}

import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { IMPERSONATION_HOURS } from '#domain/identity'
import type { HttpContext } from './context.ts'

const NAME = 'x-impersonate'
const HOUR_SECONDS = 3_600

/** Over HTTPS bound to this one host, as the cookie of the sign-in is. */
function optionsOf(c: HttpContext) {
  const secure = c.get('platform').config.APP_URL.startsWith('https://')
  return { secure, name: secure ? `__Host-${NAME}` : NAME }
}

export function readImpersonationCookie(c: HttpContext): string | null {
  return getCookie(c, optionsOf(c).name) ?? null
}

export function setImpersonationCookie(c: HttpContext, value: string): void {
  const { name, secure } = optionsOf(c)
  const maxAge = IMPERSONATION_HOURS * HOUR_SECONDS
  setCookie(c, name, value, { path: '/', httpOnly: true, sameSite: 'Strict', secure, maxAge })
}

export function clearImpersonationCookie(c: HttpContext): void {
  const { name, secure } = optionsOf(c)
  deleteCookie(c, name, { path: '/', secure })
}

import type { AppError } from '#kernel/errors'
import type { HttpContext } from '../http/context.ts'

/** 410, which makes a daemon end instead of trying again: a newer sandbox has its session, and that never changes back. */
export function gone(c: HttpContext, error: AppError): Response {
  const { code, title } = error
  const problem = { type: `/docs/errors/${code}`, title, status: 410, code, requestId: c.var.requestId }
  return new Response(JSON.stringify(problem), {
    status: 410,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  })
}

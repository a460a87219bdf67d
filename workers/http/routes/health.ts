import type { Platform } from '#adapters/platform'
import { SECOND_MS } from '#kernel/durations'
import { AppError, describeError } from '#kernel/errors'
import { endpoints } from '#schema/endpoints/index'
import type { Api } from '../context.ts'

const CHECK_TIMEOUT_MS = 3_000
/** So long an answer of /readyz stands in its isolate: anybody may ask, and each time everything else would be asked. */
const KEPT_MS = 5 * SECOND_MS

type Check = { name: string; ok: boolean; required: boolean; detail: string | null; durationMs: number }

/** Asks one dependency. What a stranger may read of a failure is a declared error's words, never a driver's. */
async function check(platform: Platform, asked: Platform['readiness'][number]): Promise<Check> {
  const startedAt = performance.now()
  const answer = (ok: boolean, detail: string | null): Check => ({
    name: asked.name,
    required: asked.required,
    ok,
    detail,
    durationMs: Math.round(performance.now() - startedAt),
  })
  const late = Promise.withResolvers<Check>()
  const tooLate = () => late.resolve(answer(false, `No answer within ${CHECK_TIMEOUT_MS} ms`))
  const timer = setTimeout(tooLate, CHECK_TIMEOUT_MS)
  const asking = asked.ask().then(
    ({ ok, detail }) => answer(ok, detail),
    (error: unknown) => {
      platform.log.warn('readiness.failed', { check: asked.name, error: describeError(error) })
      return answer(false, error instanceof AppError ? error.message : 'Does not answer')
    },
  )
  return Promise.race([asking, late.promise]).finally(() => clearTimeout(timer))
}

export function serveHealth(api: Api): void {
  api.openapi(endpoints.health.healthz, (c) => c.json({ ok: true as const }, 200))
  let kept: { at: number; checks: Check[] } | null = null
  api.openapi(endpoints.health.readyz, async (c) => {
    const { platform } = c.var
    const now = platform.clock.now().getTime()
    // Only what is answered is kept: a request may not wait for what another one has under way.
    const fresh = kept && now - kept.at < KEPT_MS ? kept.checks : null
    const checks = fresh ?? (await Promise.all(platform.readiness.map((asked) => check(platform, asked))))
    if (!fresh) kept = { at: now, checks }
    const ok = checks.every((one) => one.ok || !one.required)
    return ok ? c.json({ ok, checks }, 200) : c.json({ ok, checks }, 503)
  })
}

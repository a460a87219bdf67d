import { providerHttp } from '../../adapters/providers/http.ts'
import type { ProviderHttp } from '../../domain/integrations/contract.ts'

const DEADLINE_MS = 500

/**
 * Calls to providers as production makes them, led to fakes: `origins` maps what a module asks for to where a fake
 * listens. Any other origin fails the test that asked for it.
 */
export function fakeProviderHttp(origins: Record<string, string>): ProviderHttp {
  const targetOf = (url: string) => {
    const { origin } = new URL(url)
    const target = origins[origin]
    if (!target) throw new RangeError(`Nobody expected a call to ${url}`)
    return url.replace(origin, target)
  }
  const http = providerHttp({ clock: { now: () => new Date() }, deadlineMs: DEADLINE_MS })
  return async (request) => http({ ...request, url: targetOf(request.url) })
}

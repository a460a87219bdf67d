import { createClient } from '#schema/endpoints/client'

/** The product's API as the demo owner sees it. */
export interface DemoApi {
  call: ReturnType<typeof createClient>
  /** Headers that make another request, for example a socket, the demo owner's. */
  headers: Record<string, string>
  workerUrl: string
}

const DEADLINE_MS = 20_000

/** Signs in by the development link, as a person would by clicking it. Throws with what the Worker said. */
export async function signIn(urls: { worker: string; web: string }, token: string): Promise<DemoApi> {
  const response = await fetch(`${urls.worker}/dev/sign-in?token=${encodeURIComponent(token)}`, {
    redirect: 'manual',
    signal: AbortSignal.timeout(DEADLINE_MS),
  })
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  if (cookie === '') throw new Error(`the sign-in link answered ${response.status}: ${await response.text()}`)
  const headers = { cookie, origin: urls.web }
  const fetchWithDeadline: typeof fetch = (input, init) =>
    fetch(input, { ...init, signal: init?.signal ?? AbortSignal.timeout(DEADLINE_MS) })
  return {
    call: createClient({ baseUrl: urls.worker, fetch: fetchWithDeadline, headers: () => headers }),
    headers,
    workerUrl: urls.worker,
  }
}

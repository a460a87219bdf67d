import type { BrowserContextOptions, Page } from 'playwright-core'
import { inject } from 'vitest'
import { startApiServer } from '../fakes/api-server.ts'
import type { ApiServer } from '../fakes/api-server.ts'
import { ApiState } from '../fakes/api-state.ts'
import { launchChromium, listen, PATIENCE_MS, WIDE } from './chromium.ts'
import { servePages } from './pages-files.ts'
// Declares what `inject` gives.
import type {} from '../setup/dashboard-files.ts'

export { PHONE, WIDE } from './chromium.ts'

export interface Dashboard {
  /** Folder of the built files. */
  files: string
  /** The API behind it; a fresh one for each `reset`. */
  readonly state: ApiState
  readonly url: string
  /** A page of its own browser profile, signed in unless told otherwise. */
  open: (path: string, options?: BrowserContextOptions & { signedIn?: boolean }) => Promise<Page>
  /**
   * Closes all pages and forgets everything, for the next test. Answers what the pages complained of: uncaught errors,
   * and refusals of the content security policy.
   */
  reset: () => Promise<string[]>
  stop: () => Promise<void>
}

/** The built dashboard as Pages serves it, before a fake API on the same origin, and a real Chromium. */
export async function startDashboard(): Promise<Dashboard> {
  const files = inject('dashboardFiles')
  const browser = await launchChromium()
  let state = new ApiState()
  let server: ApiServer = await startApiServer({ state, files: servePages(files) })
  let complaints: string[] = []
  return {
    files,
    get state() {
      return state
    },
    get url() {
      return server.url
    },
    open: async (path, { signedIn = true, ...options } = {}) => {
      const context = await browser.newContext({ viewport: WIDE, colorScheme: 'light', ...options })
      context.setDefaultTimeout(PATIENCE_MS)
      if (signedIn) await context.addCookies([{ ...server.cookie, url: server.url }])
      const page = await context.newPage()
      listen(page, complaints)
      await page.goto(`${server.url}${path}`)
      return page
    },
    reset: async () => {
      await Promise.all(browser.contexts().map((context) => context.close()))
      await server.stop()
      state = new ApiState()
      server = await startApiServer({ state, files: servePages(files) })
      const told = complaints
      complaints = []
      return told
    },
    stop: async () => {
      await browser.close()
      await server.stop()
    },
  }
}

/** Waits until `read` gives what satisfies `enough`, or fails after a while with what it gave last. */
export async function until<Value>(read: () => Value, enough: (value: Value) => boolean): Promise<Value> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const value = read()
    if (enough(value)) return value
    if (Date.now() > deadline) throw new Error(`Waited in vain; last seen: ${JSON.stringify(value)}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

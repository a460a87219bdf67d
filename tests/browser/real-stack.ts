import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { inject } from 'vitest'
import { createClient } from '#schema/endpoints/client'
import { createBareRepository } from '../../scripts/git-server/git-server.ts'
import { startThrowawayStack } from '../../scripts/dev/throwaway-stack.ts'
import type { ThrowawayStack } from '../../scripts/dev/throwaway-stack.ts'
import { launchChromium, listen, PATIENCE_MS, WIDE } from './chromium.ts'
// Declares what `inject` gives.
import type {} from '../setup/dashboard-files.ts'
import { startPagesOrigin } from './pages-origin.ts'

const PROJECT = join(import.meta.dirname, '../../scripts/demo/project')
const MODEL_SCRIPTS = join(import.meta.dirname, '../journeys/model-scripts')

export interface RealStack {
  stack: ThrowawayStack
  /** A git repository that agents can clone, with what it takes to. */
  repository: { name: string; url: string; username: string; token: string }
  /** A page of a browser profile of its own: another person at another machine. */
  open: (path: string) => Promise<Page>
  /** Does a part of a story; when it fails, says which part, and what each open page showed then. */
  step: <Value>(told: string, act: () => Promise<Value>) => Promise<Value>
  /** Closes all pages. Answers what they complained of (`listen`). */
  reset: () => Promise<string[]>
  stop: () => Promise<void>
}

/** The built dashboard before the real Worker with a real database, and a real Chromium: nothing here is a fake. */
export async function startRealStack(): Promise<RealStack> {
  const variables = { EMAIL_ENABLED: 'true', EMAIL_PROVIDER: 'mailbox', ENFORCE_EMAIL_VERIFICATION: 'true' }
  const stack = await startThrowawayStack({ variables, modelScripts: MODEL_SCRIPTS })
  const files = inject('dashboardFiles')
  const port = Number(new URL(stack.urls.web).port)
  const stopOrigin = await startPagesOrigin({ files, port, workerUrl: stack.urls.worker })
  await createBareRepository(stack.git.root, 'acme/widgets.git', PROJECT)
  const browser = await launchChromium()
  const pages = () => browser.contexts().flatMap((context) => context.pages())
  let complaints: string[] = []
  return {
    stack,
    repository: {
      name: 'acme/widgets',
      url: `${stack.urls.git}/acme/widgets.git`,
      username: 'proliferate',
      token: stack.git.token,
    },
    open: async (path) => {
      const context = await browser.newContext({ viewport: WIDE, colorScheme: 'light' })
      context.setDefaultTimeout(PATIENCE_MS)
      const page = await context.newPage()
      listen(page, complaints)
      await page.goto(`${stack.urls.web}${path}`)
      return page
    },
    step: async (told, act) => {
      try {
        return await act()
      } catch (error) {
        const shown = await Promise.all(pages().map(describePage))
        const because = error instanceof Error ? error.message : String(error)
        throw new Error([`${told}: ${because}`, ...shown, ...complaints].join('\n\n'), { cause: error })
      }
    },
    reset: async () => {
      await Promise.all(browser.contexts().map((context) => context.close()))
      const told = complaints
      complaints = []
      return told
    },
    stop: async () => {
      await browser.close()
      await stopOrigin()
      await stack.stop()
    },
  }
}

async function describePage(page: Page): Promise<string> {
  const text = await page.locator('body').innerText().catch(String)
  return `${page.url()} showed:\n${text.replace(/\s*\n\s*/g, '\n').trim()}`
}

/** The API as the person of this browser profile reaches it. */
export async function apiOf(context: BrowserContext, url: string): Promise<ReturnType<typeof createClient>> {
  const cookies = await context.cookies(url)
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  return createClient({ baseUrl: url, fetch, headers: () => ({ cookie, origin: url }) })
}

import type { Browser, Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import { findChromium } from '../../scripts/test/find-chromium.ts'

/**
 * Features of the browser's own window that no test looks at. The two of the address bar load pages of their own into
 * every window that opens, which costs more than the page under test. A switch named twice counts once, the last time:
 * hence what playwright itself turns off is named again.
 */
const WITHOUT = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'AimEnabled',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
]
const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-software-rasterizer',
  `--disable-features=${WITHOUT.join()}`,
]
/** How long a test waits for what a page should show. */
export const PATIENCE_MS = 30_000
export const WIDE = { width: 1280, height: 800 }
export const PHONE = { width: 375, height: 740 }

/** Starts the Chromium of this machine; throws when there is none. */
export function launchChromium(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error('No Chromium found. Install one, or set CHROME_PATH.')
  return chromium.launch({ executablePath, args: ARGS })
}

/** Notes what a page complains of: uncaught errors, and refusals of the content security policy. */
export function listen(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // Answers like 404 and cut sockets are what some tests are about.
    const expected = /Failed to load resource|WebSocket connection/.test(message.text())
    if (message.type() === 'error' && !expected) complaints.push(message.text())
  })
}

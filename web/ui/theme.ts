import { useSyncExternalStore } from 'react'
import { z } from 'zod'

const Theme = z.enum(['light', 'dark', 'system'])
export type Theme = z.infer<typeof Theme>

/** Read before the first paint by public/theme.js too. */
const KEY = 'theme'
const listeners = new Set<() => void>()
const system = () => matchMedia('(prefers-color-scheme: dark)')

function readTheme(): Theme {
  try {
    return Theme.catch('system').parse(localStorage.getItem(KEY))
  } catch {
    return 'system'
  }
}

function isDark(): boolean {
  const theme = readTheme()
  return theme === 'dark' || (theme === 'system' && system().matches)
}

function apply(): void {
  document.documentElement.classList.toggle('dark', isDark())
  for (const tell of listeners) tell()
}

/** Keeps the chosen theme for this browser and shows it at once. */
export function chooseTheme(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // Storage is switched off: the choice holds for nothing longer than the system's own.
  }
  apply()
}

/** Follows the system, and other tabs, for as long as the page lives. */
export function followTheme(): void {
  system().addEventListener('change', apply)
  addEventListener('storage', (event) => {
    if (event.key === KEY) apply()
  })
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useTheme(): { chosen: Theme; dark: boolean } {
  const chosen = useSyncExternalStore(subscribe, readTheme)
  const dark = useSyncExternalStore(subscribe, isDark)
  return { chosen, dark }
}

import { safeNext } from './safe-next.ts'

const KEY = 'after-verification'

/**
 * Keeps where a person was going while they look for the mail: its link is opened in another tab, and knows nothing of
 * this one. Undefined forgets what an earlier sign-up wanted.
 */
export function keepNext(next: string | undefined): void {
  try {
    if (next === undefined) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, next)
  } catch {
    // Storage is switched off: the way leads to the first page.
  }
}

/** Where to go after the verification, once. */
export function takeNext(): string {
  try {
    const kept = localStorage.getItem(KEY) ?? undefined
    localStorage.removeItem(KEY)
    return safeNext(kept)
  } catch {
    return safeNext(undefined)
  }
}

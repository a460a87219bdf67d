import { vi } from 'vitest'

const PATIENCE_MS = 30_000

/**
 * Looks again until `look` throws no more; then what it answered. It waits far longer than anything should take: that
 * costs nothing while all is well, and a machine with much to do makes nothing wrong.
 */
export const eventually = <Value>(look: () => Value | Promise<Value>): Promise<Value> =>
  vi.waitFor(look, { timeout: PATIENCE_MS, interval: 20 })

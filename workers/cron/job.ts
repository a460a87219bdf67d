import type { Platform } from '#adapters/platform'

/** One thing a tick does: bounded, and safe to run twice at the same time. What it returns stands in the log. */
export interface Job {
  name: string
  run(platform: Platform): Promise<Record<string, unknown>>
}

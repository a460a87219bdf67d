import type { SandboxProviderName } from '#schema/contracts/sessions'

export interface EnsureSandbox {
  sessionId: string
  /** Counts the sandboxes of a session; two of them must never answer to the same name (a5 §5.11). */
  generation: number
  /** What the daemon needs to call home; never a secret of a provider or of the database. */
  env: Record<string, string>
  lifetimeSeconds: number
}

export interface SandboxHandle {
  sandboxId: string
  expiresAt: Date
  /** True when a living sandbox of that name was found instead of made. */
  recovered: boolean
}

/**
 * Where sandboxes come from. Stateless; every call has a deadline of its own and fails with a declared error of
 * `domain/sandboxes/errors.ts`: `unavailable` kinds may be tried again, others may not.
 */
export interface SandboxProvider {
  readonly name: SandboxProviderName
  /** Finds the living sandbox of this session and generation, or makes it. Safe to repeat. */
  ensureSandbox(input: EnsureSandbox): Promise<SandboxHandle>
  /** Ends a sandbox; one that is gone already counts as success. */
  terminate(sandboxId: string): Promise<void>
  /** Which of these live; must not wake any. */
  checkSandboxes(sandboxIds: string[]): Promise<Set<string>>
  /** Resolves when the provider answers; for the readiness check. */
  health(): Promise<void>
}

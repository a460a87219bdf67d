import { DurableObject } from 'cloudflare:workers'
import type { Env } from '#adapters/env'
import {
  drop,
  type Limits,
  migrateReservations,
  note,
  type Reservation,
  reserve,
  resume,
  settle,
} from './reservations.store.ts'

/**
 * The single writer of an organization: what must not be decided twice at the same time (c1 Quotas). Addressed by the
 * organization's id; holds no truth that it could not do without, since slots lapse by age.
 */
export class Organization extends DurableObject<Env> {
  readonly #sql: SqlStorage

  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    this.#sql = state.storage.sql
    migrateReservations(this.#sql)
  }

  async reserve(want: { key: string; nowMs: number; limits: Limits }): Promise<Reservation> {
    return reserve(this.#sql, want)
  }

  async resume(want: { sessionId: string; nowMs: number; limits: Limits }): Promise<Reservation> {
    return resume(this.#sql, want)
  }

  async settle(made: { key: string; sessionId: string; nowMs: number }): Promise<void> {
    settle(this.#sql, made)
  }

  async drop({ key }: { key: string }): Promise<void> {
    drop(this.#sql, key)
  }

  async note(word: { sessionId: string; active: boolean; nowMs: number }): Promise<void> {
    note(this.#sql, word)
  }

  /** Answers when objects of this class can be reached and made, for /readyz. */
  async ping() {
    return 'pong' as const
  }
}

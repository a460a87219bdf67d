import { AsyncLocalStorage } from 'node:async_hooks'
import type { Mailer } from '#domain/identity'
import type { Log } from '#kernel/log'
import type { Origin } from '#kernel/origin'

/** What belongs to one request: the identity library's server outlives the one that it was made in. */
export interface AuthCall {
  /** Carries the request's ids, and tells the telemetry that is flushed behind its answer. */
  log: Log
  mailer: Mailer
  /** Where the request came from. */
  origin?: Origin
}

const present = new AsyncLocalStorage<AuthCall>()

/** Does what the library is asked for in this call's name, however late it writes a line or sends a mail. */
export const during = <Result>(call: AuthCall, work: () => Result): Result => present.run(call, work)

/** The call that is being answered; the given one while the library is set up. */
export const presentCall = (otherwise: AuthCall): AuthCall => present.getStore() ?? otherwise

import type { Clock } from '#kernel/clock'
import type { Database } from '#kernel/database'
import type { Ids } from '#kernel/ids'
import type { Log } from '#kernel/log'
import type { Origin } from '#kernel/origin'

/** What nearly every use case needs of the world; each asks for a `Pick` of it. */
export interface Kernel {
  db: Database
  clock: Clock
  ids: Ids
  log: Log
  /** The request that is being answered; absent where nobody asked. */
  origin?: Origin
}

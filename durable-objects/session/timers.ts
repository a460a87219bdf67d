import { retryDelayMs } from '#domain/sessions'
import type { Clock } from '#kernel/clock'
import { describeError } from '#kernel/errors'
import type { Log } from '#kernel/log'
import { deleteTimer, dueTimers, earliestTimer, findTimer, type TimerRow, writeTimer } from './timers.store.ts'

/** Everything that a session waits for has a name and a row. */
export type TimerName =
  | 'alive'
  | 'boot'
  | 'boot-retry'
  | 'cancel'
  | 'dispatch'
  | 'expiry'
  | 'finish'
  | 'link'
  | 'membership'
  | 'projection'
  | 'run-activity'
  | 'run-failure'
  | 'slot'
  | 'terminate'
  | 'tool'

export type TimerHandlers = Record<TimerName, (timer: { attempt: number }) => void | Promise<void>>

/**
 * Many named timers over the one alarm that an object has. They survive eviction; overdue ones run when the object
 * wakes.
 */
export class Timers {
  readonly #storage: DurableObjectStorage
  readonly #needs: () => { clock: Clock; log: Log }
  #alarmAt: number | null = null
  #isRunning = false

  constructor(storage: DurableObjectStorage, needs: () => { clock: Clock; log: Log }) {
    this.#storage = storage
    this.#needs = needs
  }

  /** Sets or moves a timer. `attempt` counts tries in vain, for handlers that must succeed in the end. */
  arm(name: TimerName, delayMs: number, attempt = 0): void {
    writeTimer(this.#storage.sql, { name, dueAt: this.#now() + Math.max(0, delayMs), attempt })
    this.#setAlarm()
  }

  disarm(name: TimerName): void {
    deleteTimer(this.#storage.sql, name)
    if (earliestTimer(this.#storage.sql) !== null) return
    this.#alarmAt = null
    void this.#storage.deleteAlarm()
  }

  isArmed(name: TimerName): boolean {
    return findTimer(this.#storage.sql, name) !== null
  }

  /**
   * Runs everything that is due. A timer's row goes away only after its handler, unless that armed it anew; one whose
   * handler fails is tried again with backoff, and keeps no other from running. Never throws. Handlers are quick: what
   * takes time they start in the background, having armed themselves anew, since no alarm comes while one is being
   * handled. Returns the names of those that were due.
   */
  async run(handlers: TimerHandlers): Promise<string[]> {
    this.#alarmAt = null
    this.#isRunning = true
    try {
      const due = dueTimers(this.#storage.sql, this.#now())
      await Promise.all(due.map((timer) => this.#runOne(timer, handlers)))
      return due.map(({ name }) => name)
    } finally {
      this.#isRunning = false
      this.#setAlarm()
    }
  }

  async #runOne(timer: TimerRow, handlers: TimerHandlers): Promise<void> {
    const isUntouched = () => findTimer(this.#storage.sql, timer.name)?.dueAt === timer.dueAt
    try {
      // A name that an older version armed and nobody knows any more just goes away.
      await handlers[timer.name as TimerName]?.(timer)
      if (isUntouched()) deleteTimer(this.#storage.sql, timer.name)
    } catch (error) {
      this.#needs().log.error('session.timer_failed', { timer: timer.name, error: describeError(error) })
      if (isUntouched()) this.arm(timer.name as TimerName, retryDelayMs(timer.attempt), timer.attempt + 1)
    }
  }

  #setAlarm(): void {
    // Rows that are being run are overdue still; the alarm is set when they are through.
    if (this.#isRunning) return
    const due = earliestTimer(this.#storage.sql)
    if (due === null || (this.#alarmAt !== null && this.#alarmAt <= due)) return
    this.#alarmAt = due
    void this.#storage.setAlarm(due)
  }

  #now(): number {
    return this.#needs().clock.now().getTime()
  }
}

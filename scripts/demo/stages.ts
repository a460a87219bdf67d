/** A stage of the demo that failed; the message is the reason. */
export class StageFailure extends Error {
  readonly stage: string

  constructor(stage: string, reason: string) {
    super(reason)
    this.name = 'StageFailure'
    this.stage = stage
  }
}

export interface StageTime {
  stage: string
  durationMs: number
}

/** Runs a stage, measures it, and names it when it fails. */
export async function stage<T>(times: StageTime[], name: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now()
  try {
    const result = await work()
    times.push({ stage: name, durationMs: performance.now() - started })
    return result
  } catch (error) {
    if (error instanceof StageFailure) throw error
    throw new StageFailure(name, error instanceof Error ? error.message : String(error))
  }
}

/** Asks again and again until there is an answer; null means not yet. Throws when `deadlineMs` is over. */
export async function until<T>(what: string, deadlineMs: number, ask: () => Promise<T | null>): Promise<T> {
  const POLL_MS = 100
  const giveUpAt = performance.now() + deadlineMs
  for (;;) {
    const answer = await ask()
    if (answer !== null) return answer
    if (performance.now() > giveUpAt) throw new Error(`${what}: nothing within ${deadlineMs / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

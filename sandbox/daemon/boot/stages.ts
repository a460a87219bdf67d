import type { z } from 'zod'
import type { BootStage, SandboxEvent } from '#schema/contracts/session-events'
import { cutEnd, wordsOf } from '../text.ts'

type Stage = z.infer<typeof BootStage>
type BootEvent = Extract<SandboxEvent, { type: 'boot.stage' }>

const MAX_DETAIL = 2_000
/** Git reports its percents many times a second; a person needs one now and then, and the Session one per deadline. */
const PROGRESS_EVERY_MS = 2_000
/**
 * A command that says nothing is still at work: said so often, the Session does not take it for hung (decision D13).
 */
const STILL_EVERY_MS = 30_000

/** A boot that cannot be finished; its stage was reported as failed. */
export class BootFailed extends Error {}

/** Tells a person what is going on; lines that come too often are left out unless they matter. */
export type Progress = (line: string, matters?: boolean) => void

/**
 * Runs one stage of the boot and reports it: started, progress at most every 2 s (and at least every 30 s), finished
 * or failed. A failure is thrown on as `BootFailed`.
 */
export async function bootStage<T>(
  needs: { record: (event: SandboxEvent) => void; generation: number },
  stage: Stage,
  run: (progress: Progress) => Promise<T>,
): Promise<T> {
  const startedAt = Date.now()
  const report = (state: BootEvent['state'], detail: string | null) =>
    needs.record({
      type: 'boot.stage',
      generation: needs.generation,
      stage,
      state,
      detail: detail === null ? null : cutEnd(detail, MAX_DETAIL),
      durationMs: state === 'finished' || state === 'failed' ? Date.now() - startedAt : null,
    })
  report('started', null)
  const progress = limitedProgress((line) => report('progress', line))
  try {
    const result = await run(progress.tell)
    report('finished', null)
    return result
  } catch (error) {
    report('failed', wordsOf(error))
    throw new BootFailed(wordsOf(error), { cause: error })
  } finally {
    progress.stop()
  }
}

function limitedProgress(report: (line: string) => void): { tell: Progress; stop: () => void } {
  let toldAt = 0
  let last = 'at work'
  const startedAt = Date.now()
  const timer = setInterval(() => {
    if (Date.now() - toldAt >= STILL_EVERY_MS) say(`${last} (${Math.round((Date.now() - startedAt) / 1_000)} s)`)
  }, STILL_EVERY_MS / 3)
  const say = (line: string) => {
    toldAt = Date.now()
    report(line)
  }
  return {
    tell: (line, matters = false) => {
      last = line
      if (matters || Date.now() - toldAt >= PROGRESS_EVERY_MS) say(line)
    },
    stop: () => clearInterval(timer),
  }
}

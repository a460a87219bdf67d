import type { SandboxEvent } from '#schema/contracts/session-events'
import type { DaemonLog } from '../log.ts'
import { cutEnd, wordsOf } from '../text.ts'
import { type Harness, HarnessDown } from './harness.ts'

export interface Prompt {
  promptId: string
  text: string
}

interface Turn extends Prompt {
  cancel: AbortController
}

interface AgentNeeds {
  record: (event: SandboxEvent) => void
  log: DaemonLog
  harness: Pick<Harness, 'converse' | 'closeOpen' | 'stop'>
  /** Reports the diff, between the agent's last word and the report that the prompt is finished. */
  showWork: () => Promise<void>
  /** Stores a checkpoint, after that report: nobody has to wait for it. */
  keepWork: () => Promise<void>
}

type Outcome = { outcome: 'finished' | 'failed' | 'canceled'; error: string | null }

/** One restart per prompt; whatever ends the agent twice would end it for ever. */
const MAX_STARTS_PER_PROMPT = 2

/**
 * Gives prompts to the harness one after another and reports how each ended. Each prompt is done once, however often
 * it is handed over. When the harness dies in the middle it is restarted once and told to go on.
 */
export class Agent {
  readonly #needs: AgentNeeds
  readonly #known = new Set<string>()
  readonly #queue: Prompt[] = []
  #turn: Turn | undefined
  #isReady = false
  #stopped = false

  constructor(needs: AgentNeeds) {
    this.#needs = needs
  }

  /** From now on prompts are worked on; earlier ones have waited. */
  open(): void {
    this.#isReady = true
    this.#pump()
  }

  accept(prompt: Prompt): void {
    if (this.#known.has(prompt.promptId)) return
    this.#known.add(prompt.promptId)
    this.#queue.push(prompt)
    this.#pump()
  }

  /** Stops a running prompt, or drops a waiting one; false when it is neither. */
  cancel(promptId: string): boolean {
    if (this.#turn?.promptId === promptId) {
      this.#turn.cancel.abort()
      return true
    }
    const waiting = this.#queue.findIndex((prompt) => prompt.promptId === promptId)
    if (waiting < 0) return false
    this.#queue.splice(waiting, 1)
    this.#needs.record({ type: 'prompt.finished', promptId, outcome: 'canceled', error: null })
    return true
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#needs.harness.stop()
  }

  #pump(): void {
    if (!this.#isReady || this.#turn || this.#stopped) return
    const prompt = this.#queue.shift()
    if (!prompt) return
    this.#turn = { ...prompt, cancel: new AbortController() }
    void this.#run(this.#turn).finally(() => {
      this.#turn = undefined
      this.#pump()
    })
  }

  async #run(turn: Turn): Promise<void> {
    const { record, log, harness, showWork, keepWork } = this.#needs
    const { promptId } = turn
    record({ type: 'prompt.started', promptId })
    const end = await this.#converse(turn).catch((error: unknown): Outcome => ({
      outcome: 'failed',
      error: wordsOf(error),
    }))
    if (this.#stopped) return
    harness.closeOpen()
    await showWork().catch((error: unknown) => log.warn('diff.failed', { message: wordsOf(error) }))
    record({ type: 'prompt.finished', promptId, outcome: end.outcome, error: end.error && cutEnd(end.error, 4_000) })
    void keepWork()
  }

  async #converse(turn: Turn): Promise<Outcome> {
    const { record, harness, log } = this.#needs
    let text = turn.text
    for (let start = 1; ; start += 1) {
      try {
        const end = await harness.converse({
          promptId: turn.promptId,
          attempt: start,
          text,
          cancel: turn.cancel.signal,
        })
        if (turn.cancel.signal.aborted) return { outcome: 'canceled', error: null }
        if (end.state === 'failed') return { outcome: 'failed', error: end.error }
        return { outcome: end.state === 'aborted' ? 'canceled' : 'finished', error: null }
      } catch (error) {
        if (!(error instanceof HarnessDown) || this.#stopped) throw error
        if (turn.cancel.signal.aborted) return { outcome: 'canceled', error: null }
        harness.closeOpen('The agent process ended while this ran.')
        log.warn('agent.down', { start, message: error.message })
        if (start >= MAX_STARTS_PER_PROMPT) {
          const message = `The agent process ended ${start} times while it worked on this prompt: ${error.message}`
          record({ type: 'agent.error', message: cutEnd(message, 4_000) })
          return { outcome: 'failed', error: message }
        }
        record({ type: 'agent.restarted', reason: cutEnd(error.message, 2_000) })
        text = continuation(turn.text)
      }
    }
  }
}

/** Repeats the request, because a conversation that broke off may have lost it. */
function continuation(text: string): string {
  return [
    'The process you ran in ended unexpectedly and was restarted. A command that was running then did not finish. The',
    'workspace is as you left it: look at what is done already (for example with `git status`) and go on.',
    'The request was:',
    '',
    text,
  ].join('\n')
}

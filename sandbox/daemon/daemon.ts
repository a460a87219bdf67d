import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BootBundle } from '#schema/contracts/boot-bundle'
import type { SandboxCommand } from '#schema/contracts/sandbox-link'
import type { SandboxEvent } from '#schema/contracts/session-events'
import { Agent } from './agent/agent.ts'
import { Harness } from './agent/harness.ts'
import { Translator } from './agent/translate.ts'
import { boot } from './boot/boot.ts'
import { BootFailed } from './boot/stages.ts'
import { collectFiles } from './collect.ts'
import { Commands } from './commands.ts'
import { type Settings, shellEnvironment } from './environment.ts'
import { Journal } from './journal.ts'
import { Deltas } from './link/deltas.ts'
import { Link, LINK_TIMES } from './link/link.ts'
import type { DaemonLog } from './log.ts'
import { type ToolDoor, openToolDoor } from './tool-door.ts'
import { Work } from './work.ts'

/** How long the last words of a sandbox may take to be acknowledged. */
const FAREWELL_MS = 2_000

/** One sandbox from its boot bundle to its end. */
export class Daemon {
  readonly #log: DaemonLog
  readonly #ending: AbortSignal
  readonly #settings: Settings
  readonly #bundle: BootBundle
  readonly #journal: Journal
  readonly #link: Link
  readonly #deltas: Deltas
  readonly #harness: Harness
  readonly #agent: Agent
  readonly #work: Work
  readonly #ended = Promise.withResolvers<string>()
  #door: ToolDoor | undefined

  /** `ending` aborts when the process is about to end: from then on nothing may be started. */
  constructor(needs: { log: DaemonLog; ending: AbortSignal }, settings: Settings, bundle: BootBundle) {
    const { log, ending } = needs
    this.#log = log
    this.#ending = ending
    this.#settings = settings
    this.#bundle = bundle
    this.#journal = new Journal(path.join(settings.places.state, 'journal.ndjson'))
    this.#link = this.#makeLink()
    this.#deltas = new Deltas((delta) => this.#link.sendDelta(delta))
    this.#journal.onEvent = () => this.#link.flush()
    const record = (event: SandboxEvent) => this.#journal.record(event)
    const translator = new Translator({ record, live: this.#deltas })
    this.#harness = new Harness({ log, record, translator, ending }, settings, bundle.model.modelId)
    this.#work = new Work({
      log,
      record,
      environment: shellEnvironment(settings),
      ending,
      state: settings.places.state,
      address: settings,
      generation: bundle.generation,
    })
    this.#agent = new Agent({
      log,
      record,
      harness: this.#harness,
      showWork: () => this.#work.showDiff(),
      keepWork: () => this.#work.keep(),
    })
  }

  /** Resolves with the reason when the sandbox has no more business: shut down, or not wanted any more. */
  get ended(): Promise<string> {
    return this.#ended.promise
  }

  /** Links, boots and opens for prompts. A failed boot is reported, and the sandbox stays for whoever asks. */
  async start(): Promise<void> {
    const record = (event: SandboxEvent) => this.#journal.record(event)
    this.#link.start()
    this.#door = await openToolDoor({ record })
    try {
      const needs = { log: this.#log, record, settings: this.#settings, ending: this.#ending }
      this.#work.begin(await boot({ ...needs, harness: this.#harness, door: this.#door }, this.#bundle))
      this.#agent.open()
    } catch (error) {
      if (!(error instanceof BootFailed)) throw error
      this.#log.warn('boot.failed', { message: error.message })
    }
  }

  /** Ends the agent and everything it started, and lets the last events out. */
  async stop(): Promise<void> {
    this.#work.stop()
    await this.#agent.stop()
    const giveUpAt = Date.now() + FAREWELL_MS
    while (this.#journal.ackedSeq < this.#journal.lastSeq && Date.now() < giveUpAt) await sleep(20)
    this.#link.stop()
    this.#door?.close()
  }

  #makeLink(): Link {
    const { platformUrl, token, traceparent } = this.#settings
    const settings = {
      ...LINK_TIMES,
      url: `${platformUrl.replace(/^http/, 'ws')}/sandbox/link`,
      token,
      traceparent,
      generation: this.#bundle.generation,
    }
    const needs = { journal: this.#journal, log: this.#log }
    const commands = new Commands({
      ...needs,
      reply: (reply) => this.#link.sendReply(reply),
      perform: (command) => this.#perform(command),
    })
    const link = new Link(needs, settings, {
      onCommand: (frame) => commands.take(frame),
      onConnected: () => this.#deltas.restart(),
      onRefused: (reason) => this.#ended.resolve(`the platform refused the link: ${reason}`),
    })
    link.onThaw = () => this.#harness.reconnect()
    return link
  }

  async #perform(command: SandboxCommand): Promise<unknown> {
    switch (command.kind) {
      case 'prompt':
        return this.#agent.accept({ promptId: command.promptId, text: command.text })
      case 'cancel':
        return { canceled: this.#agent.cancel(command.promptId) }
      case 'publish':
        return this.#work.publish({ branch: command.branch, message: command.message })
      case 'checkpoint':
        return this.#work.checkpoint()
      case 'collect': {
        const needs = { log: this.#log, address: this.#settings, workspace: this.#settings.places.workspace }
        return collectFiles(needs, { folder: command.folder, prefix: command.prefix })
      }
      case 'shutdown':
        setImmediate(() => this.#ended.resolve(`shut down: ${command.reason}`))
        return null
    }
  }
}

import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { z } from 'zod'
import type { CheckpointResult, PublishResult } from '#schema/contracts/sandbox-link'
import type { SandboxEvent } from '#schema/contracts/session-events'
import { writeCheckpoint } from './git/checkpoint.ts'
import { readDiff } from './git/diff.ts'
import type { GitNeeds } from './git/git.ts'
import { publish } from './git/publish.ts'
import type { WorkingRepository } from './git/repository.ts'
import type { DaemonLog } from './log.ts'
import { storeBlob } from './platform.ts'
import { wordsOf } from './text.ts'
import { TurnLock } from './turn-lock.ts'

type WorkNeeds = GitNeeds & {
  state: string
  log: DaemonLog
  record: (event: SandboxEvent) => void
  address: { platformUrl: string; token: string }
  generation: number
}

/** Decision D12: also while the agent is in the middle of a long turn. */
const CHECKPOINT_EVERY_MS = 5 * 60_000

/** What the agent has made so far: shows it as a diff, keeps it as checkpoints, hands it over as a branch. */
export class Work {
  readonly #needs: WorkNeeds
  /** Around everything that reads or changes the working trees; never held during an upload. */
  readonly #lock = new TurnLock()
  readonly #uploads = new TurnLock()
  #repositories: WorkingRepository[] = []
  #saved: { fingerprint: string; ref: string; bytes: number } | null = null
  #count = 0
  #shown = ''
  #timer: NodeJS.Timeout | undefined

  constructor(needs: WorkNeeds) {
    this.#needs = needs
  }

  /** The clone is there; from now on its changes are kept. */
  begin(repositories: WorkingRepository[]): void {
    this.#repositories = repositories
    this.#timer = setInterval(() => void this.keep(), CHECKPOINT_EVERY_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Reports the diff against the clone, when it is another than the last one reported. */
  showDiff(): Promise<void> {
    return this.#lock.run(async () => {
      if (this.#repositories.length === 0) return
      const diff = await readDiff(this.#needs, this.#repositories)
      const text = JSON.stringify(diff)
      if (text === this.#shown || (this.#shown === '' && diff.files.length === 0)) return
      this.#shown = text
      this.#needs.record(diff)
    })
  }

  /** Stores a checkpoint unless the last one has the same content. Throws when it cannot be made or stored. */
  checkpoint(): Promise<z.infer<typeof CheckpointResult>> {
    return this.#uploads.run(async () => {
      if (this.#repositories.length === 0) throw new Error('There is no working tree yet')
      const file = path.join(this.#needs.state, 'checkpoint.bundle')
      try {
        const unless = this.#saved?.fingerprint ?? null
        const fingerprint = await this.#lock.run(() =>
          writeCheckpoint(this.#needs, this.#repositories, { file, unless }),
        )
        if (fingerprint === null && this.#saved) return { ref: this.#saved.ref, bytes: this.#saved.bytes }
        this.#count += 1
        const ref = `checkpoints/${this.#needs.generation}-${this.#count}.bundle`
        const bytes = await storeBlob(this.#needs, { key: ref, file, contentType: 'application/x-git-bundle' })
        this.#saved = { fingerprint: fingerprint ?? '', ref, bytes }
        return { ref, bytes }
      } finally {
        await rm(file, { force: true })
      }
    })
  }

  /** A checkpoint nobody waits for: a failure is written down, the next one is a few minutes away. */
  async keep(): Promise<void> {
    await this.checkpoint().catch((error: unknown) => {
      this.#needs.log.warn('checkpoint.failed', { message: wordsOf(error) })
    })
  }

  /** Commits and pushes everything; the diff is shown before, so that it is there when the branch is. */
  async publish(wanted: { branch: string; message: string }): Promise<z.infer<typeof PublishResult>> {
    await this.showDiff()
    return this.#lock.run(() => publish(this.#needs, this.#repositories, wanted))
  }
}

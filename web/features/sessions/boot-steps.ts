import { BootStage } from '#schema/contracts/session-events'
import type { SessionEventBody } from '#schema/contracts/session-events'
import type { BootItem, BootStep, ConversationItem } from './conversation-item.ts'

type StageEvent = Extract<SessionEventBody, { type: 'boot.stage' }>

/** Puts one stage of a boot into the conversation; the first one of a generation opens its panel. */
export function applyBootStage(items: ConversationItem[], event: StageEvent, at: string): void {
  const place = items.findLastIndex((item) => item.kind === 'boot' && item.generation === event.generation)
  const known = items[place]
  const boot = known?.kind === 'boot' ? known : openBoot(event.generation, at)
  const next = { ...boot, steps: boot.steps.map((step) => moveStep(step, event, at)) }
  if (place === -1) items.push(next)
  else items[place] = next
}

function openBoot(generation: number, at: string): BootItem {
  const steps = BootStage.options.map(
    (stage): BootStep => ({ stage, state: 'waiting', detail: null, startedAt: null, durationMs: null }),
  )
  return { kind: 'boot', key: `boot-${generation}`, generation, steps, startedAt: at }
}

function moveStep(step: BootStep, event: StageEvent, at: string): BootStep {
  if (step.stage !== event.stage) return isBefore(step, event) ? closeStep(step, at) : step
  const startedAt = event.state === 'started' ? at : (step.startedAt ?? at)
  const detail = event.detail ?? (event.state === 'started' ? null : step.detail)
  if (event.state === 'started' || event.state === 'progress') {
    return { ...step, state: 'running', startedAt, detail, durationMs: null }
  }
  return { ...step, state: event.state, startedAt, detail, durationMs: event.durationMs ?? elapsed(startedAt, at) }
}

/** A stage that begins ends the ones before it, whether or not each said so. */
function closeStep(step: BootStep, at: string): BootStep {
  if (step.state !== 'running' || step.startedAt === null) return step
  return { ...step, state: 'finished', durationMs: elapsed(step.startedAt, at) }
}

function isBefore(step: BootStep, event: StageEvent): boolean {
  return BootStage.options.indexOf(step.stage) < BootStage.options.indexOf(event.stage)
}

function elapsed(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from))
}

export type BootState = 'running' | 'ready' | 'failed'

/** Where a boot as a whole stands, and how long it took so far as its stages tell, in milliseconds. */
export function summarizeBoot(boot: BootItem): { state: BootState; durationMs: number } {
  const durationMs = boot.steps.reduce((total, step) => total + (step.durationMs ?? 0), 0)
  if (boot.steps.at(-1)?.state === 'finished') return { state: 'ready', durationMs }
  const last = boot.steps.findLast((step) => step.state !== 'waiting')
  return { state: last?.state === 'failed' ? 'failed' : 'running', durationMs }
}

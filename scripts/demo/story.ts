import type { SessionEvent } from '#schema/contracts/session-events'
import { StageFailure, type StageTime } from './stages.ts'

/** What the demo keeps of a session's events: enough to say how long what took, and whether it went right. */
export interface Story {
  firstAt: number | null
  boot: Map<string, number>
  readyAt: number | null
  completeCalledAt: number | null
  testRuns: { passed: boolean; at: number }[]
  pushed: { branch: string; commitSha: string; at: number } | null
  patch: string
  completedAt: number | null
  endedAt: number | null
}

export const newStory = (): Story => ({
  firstAt: null,
  boot: new Map(),
  readyAt: null,
  completeCalledAt: null,
  testRuns: [],
  pushed: null,
  patch: '',
  completedAt: null,
  endedAt: null,
})

/** Takes one event in. Throws a `StageFailure` when it says that the session is lost. True when the session has ended. */
export function tell(story: Story, { at, event }: SessionEvent): boolean {
  const time = Date.parse(at)
  story.firstAt ??= time
  switch (event.type) {
    case 'boot.stage':
      takeBootStage(story, event, time)
      return false
    case 'tool.started':
      if (event.tool === 'automation_complete') story.completeCalledAt = time
      return false
    case 'tool.finished':
      takeTestRun(story, event, time)
      return false
    case 'branch.pushed':
      story.pushed = { branch: event.branch, commitSha: event.commitSha, at: time }
      return false
    case 'diff.updated':
      story.patch = event.patch
      return false
    case 'run.completed':
      story.completedAt = time
      return false
    case 'session.status':
      return takeStatus(story, event, time)
    default:
      return false
  }
}

type Of<Type extends SessionEvent['event']['type']> = Extract<SessionEvent['event'], { type: Type }>

function takeBootStage(story: Story, event: Of<'boot.stage'>, time: number) {
  if (event.state !== 'finished') return
  story.boot.set(event.stage, event.durationMs ?? 0)
  if (event.stage === 'ready') story.readyAt = time
}

/** Node's test runner ends with "# fail 0" or "ℹ fail 0", depending on where it prints. */
function takeTestRun(story: Story, event: Of<'tool.finished'>, time: number) {
  const failed = /(?:#|ℹ) fail (\d+)/.exec(event.output)?.[1]
  if (event.tool === 'bash' && failed !== undefined) story.testRuns.push({ passed: failed === '0', at: time })
}

function takeStatus(story: Story, event: Of<'session.status'>, time: number): boolean {
  if (event.status === 'failed') {
    throw new StageFailure(story.readyAt === null ? 'boot' : 'agent', event.reason ?? 'the session failed')
  }
  if (event.status !== 'stopped' && event.status !== 'paused') return false
  story.endedAt = time
  return true
}

/** Durations of what happened inside the session. */
export function storyTimes(story: Story): StageTime[] {
  const boot = [...story.boot].map(([name, durationMs]) => ({ stage: `boot: ${name}`, durationMs }))
  const span = (stage: string, from: number | null, to: number | null) =>
    from === null || to === null ? [] : [{ stage, durationMs: Math.max(0, to - from) }]
  return [
    ...boot,
    ...span('agent works', story.readyAt, story.completeCalledAt),
    ...span('commit and push', story.completeCalledAt, story.pushed?.at ?? null),
    ...span('completion', story.pushed?.at ?? null, story.completedAt),
    ...span('sandbox ended', story.completedAt, story.endedAt),
  ]
}

/** Throws a `StageFailure` for the first thing of the main job that did not happen. */
export function checkStory(story: Story) {
  if (!story.testRuns.some((run) => !run.passed)) throw new StageFailure('tests', 'no test run failed before the fix')
  if (!story.testRuns.at(-1)?.passed) throw new StageFailure('tests', 'the last test run was not green')
  if (!story.pushed) throw new StageFailure('branch', 'no branch was pushed')
  if (story.patch === '') throw new StageFailure('diff', 'the session shows no diff')
}

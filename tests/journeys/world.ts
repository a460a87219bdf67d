import path from 'node:path'
import type { Run } from '#schema/contracts/runs'
import type { SessionEvent } from '#schema/contracts/session-events'
import { endpoints } from '#schema/endpoints/index'
import { type DemoApi, signIn } from '../../scripts/demo/api.ts'
import { postAsGitHub, recordedIssueOpened } from '../../scripts/demo/payload.ts'
import { LABEL, prepareDemo, REPOSITORY } from '../../scripts/demo/prepare.ts'
import { until } from '../../scripts/demo/stages.ts'
import { startThrowawayStack, type ThrowawayOptions, type ThrowawayStack } from '../../scripts/dev/throwaway-stack.ts'

export { until }

const PAGE = 500
const POLL_DEADLINE_MS = 60_000

/** A whole stack with the demo's organization, repository and automation, and a person signed in. */
export interface World {
  stack: ThrowawayStack
  api: DemoApi
  endpoint: { url: string; secret: string }
  /** A GitHub payload about an issue with these words. */
  issue(words: string): string
  /** Posts a payload, signed; gives the sender's delivery id. */
  deliver(payload: string): Promise<string>
  /** The run that a delivery started, as soon as the ledger knows it. */
  runOf(deliveryId: string): Promise<Run>
  run(runId: string): Promise<Run>
  /** Waits until the run has one of the states; fails when it ends in another. */
  runReaches(runId: string, statuses: Run['status'][], deadlineMs: number): Promise<Run>
  /** The whole event log of a session, oldest first. */
  events(sessionId: string): Promise<SessionEvent[]>
  /** Waits for an event of a session. */
  eventOf(sessionId: string, deadlineMs: number, wanted: (event: SessionEvent) => boolean): Promise<SessionEvent>
}

let issues = 0

export async function openWorld(options: ThrowawayOptions = {}): Promise<World> {
  const stack = await startThrowawayStack({
    modelScripts: path.join(import.meta.dirname, 'model-scripts'),
    ...options,
  })
  const api = await signIn(stack.urls, stack.variables['DEV_SIGN_IN_TOKEN'] ?? '')
  const demo = await prepareDemo(api, { ...stack.git, url: stack.urls.git })
  const endpoint = { url: `${stack.urls.worker}${demo.endpoint.path}`, secret: demo.endpoint.secret }
  const run = (runId: string) => api.call(endpoints.runs.show, { params: { runId } })
  const events = (sessionId: string) => allEvents(api, sessionId)
  return {
    stack,
    api,
    endpoint,
    run,
    events,
    issue: (words) =>
      recordedIssueOpened({ repository: REPOSITORY, number: (issues += 1), label: LABEL, title: words, body: words }),
    deliver: async (payload) => (await postAsGitHub(endpoint.url, endpoint.secret, payload)).deliveryId,
    runOf: async (deliveryId) => run(await runIdOf(api, deliveryId)),
    runReaches: (runId, statuses, deadlineMs) =>
      until(`run in ${statuses.join(' or ')}`, deadlineMs, async () => {
        const found = await run(runId).catch(() => null)
        if (found === null || !(statuses.includes(found.status) || found.completedAt !== null)) return null
        if (statuses.includes(found.status)) return found
        throw new Error(`the run ended ${found.status}: ${found.statusReason ?? ''} ${found.errorMessage ?? ''}`)
      }),
    eventOf: (sessionId, deadlineMs, wanted) =>
      until('the event', deadlineMs, async () => (await events(sessionId).catch(() => [])).find(wanted) ?? null),
  }
}

async function runIdOf(api: DemoApi, deliveryId: string): Promise<string> {
  return until('a run for the delivery', POLL_DEADLINE_MS, async () => {
    const { items } = await api.call(endpoints.deliveries.list, { query: { limit: 100 } }).catch(() => ({ items: [] }))
    const delivery = items.find((item) => item.deliveryId === deliveryId)
    return delivery?.outcome?.decisions.find((decision) => decision.runId !== null)?.runId ?? null
  })
}

async function allEvents(api: DemoApi, sessionId: string): Promise<SessionEvent[]> {
  const events: SessionEvent[] = []
  let before: number | undefined
  for (;;) {
    const query = { limit: PAGE, ...(before === undefined ? {} : { before }) }
    const page = await api.call(endpoints.sessions.events, { params: { sessionId }, query })
    events.unshift(...page.items)
    if (page.nextBefore === null) return events
    before = page.nextBefore
  }
}

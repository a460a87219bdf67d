import type { DeliveryDetail } from '#schema/contracts/deliveries'
import type { Repository } from '#schema/contracts/repositories'
import type { Run, RunEvent } from '#schema/contracts/runs'
import type { SessionEventBody } from '#schema/contracts/session-events'
import type { Session } from '#schema/contracts/sessions'

const MINUTE_MS = 60_000

/** A UUIDv7 by number, so that tests can name things. */
export const idOf = (number: number) => `01990000-0000-7000-8000-${String(number).padStart(12, '0')}`
export const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS).toISOString()

export function aRepository(number: number, change: Partial<Repository> = {}): Repository {
  return {
    id: idOf(number),
    name: 'acme/text-tools',
    url: 'https://git.acme.test/acme/text-tools.git',
    defaultBranch: 'main',
    hasCredential: true,
    configurationId: idOf(number + 1),
    createdAt: minutesAgo(9_000),
    updatedAt: minutesAgo(300),
    ...change,
  }
}

export function aSession(number: number, change: Partial<Session> = {}): Session {
  return {
    id: idOf(number),
    title: 'slugify keeps accents and doubles hyphens',
    status: 'running',
    statusReason: null,
    outcome: null,
    summary: null,
    sessionType: 'coding',
    clientType: 'web',
    configurationId: idOf(901),
    repositoryName: 'acme/text-tools',
    automationId: null,
    runId: null,
    branch: null,
    createdBy: 'Ada Lovelace',
    createdAt: minutesAgo(12),
    startedAt: minutesAgo(12),
    lastActivityAt: minutesAgo(1),
    endedAt: null,
    ...change,
  }
}

export function aRun(number: number, change: Partial<Run> = {}): Run {
  return {
    id: idOf(number),
    automationId: idOf(801),
    automationName: 'Fix labelled issues',
    createdBy: null,
    triggerEventId: idOf(number + 50_000),
    eventTitle: 'Issue #42 opened: slugify keeps accents',
    eventUrl: 'https://github.com/acme/text-tools/issues/42',
    status: 'running',
    statusReason: null,
    failureStage: null,
    errorMessage: null,
    sessionId: null,
    deliveryId: null,
    queuedAt: minutesAgo(3),
    enrichmentStartedAt: minutesAgo(2.98),
    enrichmentCompletedAt: minutesAgo(2.95),
    executionStartedAt: minutesAgo(2.9),
    promptSentAt: minutesAgo(2.7),
    completedAt: null,
    deadlineAt: minutesAgo(-117),
    completion: null,
    ...change,
  }
}

export function aDelivery(number: number, change: Partial<DeliveryDetail> = {}): DeliveryDetail {
  return {
    id: idOf(number),
    provider: 'github',
    ingress: 'endpoint',
    endpointId: idOf(701),
    replayOf: null,
    deliveryId: `72d3162e-cc78-11e3-81ab-${String(number).padStart(12, '4')}`,
    eventType: 'issues',
    status: 'completed',
    attempt: 1,
    receivedAt: minutesAgo(3.1),
    processedAt: minutesAgo(3.08),
    error: null,
    outcome: { events: 1, matched: 0, created: 0, duplicates: 0, reason: 'no_trigger', decisions: [] },
    headers: {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/044aadd',
      'x-github-event': 'issues',
      'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    },
    payload: {
      action: 'opened',
      issue: { number: 42, title: 'slugify keeps accents', labels: [{ name: 'agent' }] },
      repository: { full_name: 'acme/text-tools', private: false },
      sender: { login: 'ada' },
    },
    verification: 'signature',
    identity: null,
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    nextAttemptAt: null,
    runs: [],
    replays: [],
    ...change,
  }
}

/** What an automation decided about one event. */
export function aDecision(change: Partial<NonNullable<DeliveryDetail['outcome']>['decisions'][number]> = {}) {
  return {
    triggerId: idOf(601),
    automationId: idOf(801),
    automationName: 'Fix labelled issues',
    decision: 'not_matched' as const,
    reason: 'label agent is missing',
    eventTitle: 'Issue #42 opened: slugify keeps accents',
    runId: null,
    ...change,
  }
}

/** The timeline of a run that was queued, enriched and started. */
export function aTimeline(run: Run): RunEvent[] {
  const line = (index: number, event: Partial<RunEvent>): RunEvent => ({
    id: idOf(40_000 + index),
    type: 'status_transition',
    fromStatus: null,
    toStatus: null,
    data: {},
    createdAt: new Date(Date.parse(run.queuedAt) + index * 1_200).toISOString(),
    ...event,
  })
  return [
    line(0, { toStatus: 'queued' }),
    line(1, { fromStatus: 'queued', toStatus: 'enriching' }),
    line(2, { type: 'enrichment_saved', data: { payloadSize: 1_204 } }),
    line(3, { fromStatus: 'enriching', toStatus: 'ready' }),
    line(4, { type: 'target_resolved', data: { repository: 'acme/text-tools' } }),
    line(5, { fromStatus: 'ready', toStatus: 'running' }),
  ]
}

export const SUMMARY = [
  '**Fixed `slugify`** in `src/slugify.ts`.',
  '',
  '- Accents are decomposed and their marks dropped: `Crème Brûlée` becomes `creme-brulee`.',
  '- A run of separators becomes one hyphen, and none is left at the ends.',
  '',
  '`npm test` failed in one test before the change and passes now.',
].join('\n')

const PATCH = `diff --git a/src/slugify.ts b/src/slugify.ts
index 1f2e3d4..5a6b7c8 100644
--- a/src/slugify.ts
+++ b/src/slugify.ts
@@ -1,8 +1,10 @@ import { trim } from './trim.ts'
 /** The last part of an article's address, made from its title. */
 export function slugify(title: string): string {
   return title
+    .normalize('NFKD')
+    .replace(/\\p{Mark}/gu, '')
     .toLowerCase()
-    .replace(/[^a-z0-9]/g, '-')
-    .replace(/^-/, '')
+    .replace(/[^a-z0-9]+/g, '-')
+    .replace(/^-|-$/g, '')
 }
diff --git a/test/slugify.test.ts b/test/slugify.test.ts
index 77aa001..77aa002 100644
--- a/test/slugify.test.ts
+++ b/test/slugify.test.ts
@@ -10,3 +10,7 @@ test('lower case', () => {
 test('spaces', () => {
   assert.equal(slugify('a b'), 'a-b')
 })
+
+test('a title with many different accents and a very long sentence that does not fit into the width of a phone', () => {
+  assert.equal(slugify('Crème Brûlée'), 'creme-brulee')
+})
diff --git a/docs/CHANGES.md b/docs/CHANGES.md
new file mode 100644
--- /dev/null
+++ b/docs/CHANGES.md
@@ -0,0 +1,2 @@
+# Changes
+- slugify drops accents
`

export const DIFF: SessionEventBody = {
  type: 'diff.updated',
  files: [
    { path: 'src/slugify.ts', status: 'modified', additions: 4, deletions: 2 },
    { path: 'test/slugify.test.ts', status: 'modified', additions: 4, deletions: 0 },
    { path: 'docs/CHANGES.md', status: 'added', additions: 2, deletions: 0 },
  ],
  patch: PATCH,
  truncated: false,
}

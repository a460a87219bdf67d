import type { BootStage, SessionEventBody } from '#schema/contracts/session-events'
import { DIFF, idOf, SUMMARY } from './api-data.ts'
import type { LiveSession } from './live-session.ts'

export const FIRST_PROMPT = idOf(30_001)

const BOOT: readonly [stage: BootStage, detail: string | null, durationMs: number][] = [
  ['queued', null, 140],
  ['provider', 'local sandbox', 620],
  ['clone', 'acme/text-tools at main', 1_840],
  ['setup', 'npm ci', 4_210],
  ['agent', 'OpenCode', 1_390],
  ['ready', null, 20],
]

/** The prompt, and the boot up to the stage that is left running; without one, the whole boot. */
export function playBoot(live: LiveSession, upTo?: BootStage): void {
  const prompt = 'Issue #42: `slugify` keeps accents and doubles hyphens. Fix it and make the tests pass.'
  live.append(
    [
      { type: 'prompt.queued', promptId: FIRST_PROMPT, text: prompt, author: 'Ada Lovelace' },
      { type: 'session.status', status: 'starting', reason: null },
    ],
    100,
  )
  for (const [stage, detail, durationMs] of BOOT) {
    const event = { type: 'boot.stage' as const, generation: 1, stage, detail }
    if (stage === upTo) return live.append({ ...event, state: 'started', durationMs: null }, 3)
    live.append([{ ...event, state: 'started', durationMs: null }, { ...event, state: 'finished', durationMs }], 95)
  }
  live.append({ type: 'session.status', status: 'running', reason: null }, 90)
}

/** One command of the agent, from start to end. */
export function aCommand(call: string, command: string, output: string, failed = false): SessionEventBody[] {
  const tool = { toolCallId: call, tool: 'bash', title: null }
  return [
    { type: 'tool.started', messageId: 'message', partId: `part-${call}`, ...tool, input: { command } },
    { type: 'tool.finished', ...tool, status: failed ? 'error' : 'completed', output, durationMs: 2_340 },
  ]
}

const TESTS_FAIL = [
  '✔ lower case (0.61ms)',
  '✔ spaces (0.12ms)',
  '✖ accents (1.04ms)',
  "  AssertionError: 'cr-me-br-l-e' == 'creme-brulee'",
  'ℹ tests 3',
  'ℹ pass 2',
  'ℹ fail 1',
].join('\n')

/** The agent's turn up to the changed file: text, thought, tools, a diff and a checkpoint. */
export function playTurn(live: LiveSession): void {
  live.append({ type: 'prompt.started', promptId: FIRST_PROMPT }, 88)
  live.append(
    [
      {
        type: 'reasoning.completed',
        messageId: 'message',
        partId: 'thought',
        text: 'The accent has to be split from its letter before the filter runs.',
      },
      {
        type: 'text.completed',
        messageId: 'message',
        partId: 'first',
        text: 'I will look at `slugify` and see what the tests say.',
      },
      {
        type: 'tool.started',
        messageId: 'message',
        partId: 'part-read',
        toolCallId: 'read',
        tool: 'read',
        title: null,
        input: { filePath: '/home/agent/workspace/src/slugify.ts' },
      },
      {
        type: 'tool.finished',
        toolCallId: 'read',
        tool: 'read',
        status: 'completed',
        title: 'src/slugify.ts',
        output: 'export function slugify(title: string): string {',
        durationMs: 12,
      },
      ...aCommand('tests', 'npm test', TESTS_FAIL, true),
      {
        type: 'todo.updated',
        items: [
          { content: 'Find why accents survive', status: 'completed' },
          { content: 'Change slugify', status: 'in_progress' },
          { content: 'Run the tests', status: 'pending' },
        ],
      },
    ],
    60,
  )
  live.append([DIFF, { type: 'checkpoint.saved', ref: 'checkpoints/1', bytes: 18_204 }], 40)
}

/** The end of a run: tests pass, the branch is pushed, the outcome is told, the session ends. */
export function playSuccess(live: LiveSession, runId: string | null): void {
  const told = { outcome: 'succeeded' as const, summary: SUMMARY }
  live.append(
    [
      ...aCommand('tests-again', 'npm test', 'ℹ tests 3\nℹ pass 3\nℹ fail 0'),
      {
        type: 'text.completed',
        messageId: 'message',
        partId: 'last',
        text: [
          'All tests pass. What changed:',
          '',
          '| Title | Before | After |',
          '| --- | --- | --- |',
          '| Crème Brûlée | `cr-me-br-l-e` | `creme-brulee` |',
          '',
          '```ts',
          "title.normalize('NFKD').replace(/\\p{Mark}/gu, '')",
          '```',
        ].join('\n'),
      },
      {
        type: 'branch.pushed',
        repository: 'acme/text-tools',
        branch: 'proliferate/fix-labelled-issues-3f9a12bc',
        commitSha: '9f8e7d6c5b4a39281706f5e4d3c2b1a098765432',
      },
      ...(runId === null ? [] : [{ type: 'run.completed' as const, runId, ...told }]),
      { type: 'session.outcome', ...told },
      { type: 'prompt.finished', promptId: FIRST_PROMPT, outcome: 'finished', error: null },
      { type: 'session.status', status: 'stopped', reason: 'The run is complete' },
    ],
    8,
  )
}

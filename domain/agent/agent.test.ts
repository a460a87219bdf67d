import { expect, test } from 'vitest'
import { type AgentMode, agentModeOf, findTool, PLATFORM_TOOLS, systemPromptFor, toolsFor } from './index.ts'

const MODES: AgentMode[] = ['setup', 'automation', 'scratch', 'coding']
const run = { runId: '0190aaaa-0000-7000-8000-000000000001', completionId: 'run:0190aaaa:completion:v1' }
const promptOf = (mode: AgentMode, changes: Partial<Parameters<typeof systemPromptFor>[0]> = {}) =>
  systemPromptFor({
    mode,
    repositories: [{ name: 'acme/web', workspacePath: '.', defaultBranch: 'main' }],
    branch: 'proliferate/session-1',
    run: mode === 'automation' ? run : null,
    instructions: '',
    ...changes,
  })

test('a setup session stays one whoever started it; an automation works unattended; the rest is coding', () => {
  const session = { sessionType: 'coding', clientType: 'web', repositoryCount: 1 } as const
  expect(agentModeOf(session)).toBe('coding')
  expect(agentModeOf({ ...session, clientType: 'automation' })).toBe('automation')
  expect(agentModeOf({ ...session, sessionType: 'setup', clientType: 'automation' })).toBe('setup')
  expect(agentModeOf({ ...session, repositoryCount: 0 })).toBe('scratch')
})

test.each(MODES)('the prompt of a %s session mentions only tools which it is given', (mode) => {
  const mentioned = PLATFORM_TOOLS.map(({ name }) => name).filter((name) => promptOf(mode).includes(name))
  expect(mentioned.sort()).toEqual(toolsFor(mode).sort())
})

test('only an automation is given automation_complete', () => {
  expect(MODES.filter((mode) => toolsFor(mode).includes('automation_complete'))).toEqual(['automation'])
})

test('the session of a run always carries the completion rules with its ids, beside its own instructions', () => {
  const prompt = promptOf('automation', { instructions: 'Fix the failing test.' })
  expect(prompt).toContain(`run_id: ${run.runId}\n`)
  expect(prompt).toContain(`completion_id: ${run.completionId}\n`)
  expect(prompt).toContain('.proliferate/trigger-context.json')
  expect(prompt).toContain('Fix the failing test.')
})

test('a prompt says where each repository lies and which branch the work goes to', () => {
  const repositories = [
    { name: 'acme/web', workspacePath: 'web', defaultBranch: 'main' },
    { name: 'acme/api', workspacePath: 'api', defaultBranch: 'trunk' },
  ]
  const prompt = promptOf('coding', { repositories })
  expect(prompt).toContain('acme/web (branch `main`) in `web`')
  expect(prompt).toContain('acme/api (branch `trunk`) in `api`')
  expect(prompt).toContain('`proliferate/session-1`')
})

test('quotas: verify 20 and save_snapshot 10 an hour, automation_complete accepted once, all safe to run again', () => {
  expect(findTool('verify')).toMatchObject({ callsPerHour: 20, retrySafe: true })
  expect(findTool('save_snapshot')).toMatchObject({ callsPerHour: 10, retrySafe: true })
  expect(findTool('automation_complete')).toMatchObject({ acceptedCalls: 1, retrySafe: true })
  expect(findTool('rm')).toBeUndefined()
})

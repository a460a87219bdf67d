import { randomUUID } from 'node:crypto'
import type { BootBundle } from '#schema/contracts/boot-bundle'

/** A bundle of one repository and the scripted model; `change` replaces what a test is about. */
export function bootBundle(change: Partial<BootBundle> = {}): BootBundle {
  return {
    version: 1,
    sessionId: randomUUID(),
    organizationId: 'organization-of-the-test',
    generation: 1,
    sessionType: 'coding',
    clientType: 'automation',
    repositories: [],
    git: { userName: 'Proliferate', userEmail: 'agent@proliferate.example' },
    setupCommands: [],
    model: {
      protocol: 'openai',
      basePath: '/llm/openai/v1',
      modelId: 'scripted',
      contextTokens: 200_000,
      outputTokens: 8_000,
    },
    systemPrompt: 'You are the agent of the test.',
    tools: ['verify', 'save_snapshot', 'automation_complete', 'request_env_variables'],
    files: [],
    checkpointRef: null,
    ...change,
  }
}

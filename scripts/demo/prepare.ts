import { access } from 'node:fs/promises'
import path from 'node:path'
import { endpoints } from '#schema/endpoints/index'
import { createBareRepository } from '../git-server/git-server.ts'
import type { DemoApi } from './api.ts'

export const REPOSITORY = 'acme/widgets'
export const LABEL = 'agent'
const AUTOMATION = 'Fix labelled issues'
const INSTRUCTIONS = `An issue was opened in this repository. Find out what is wrong, fix it in the code, and make all tests pass.
Keep the change as small as it can be. Do not change the tests.`

const MAX_ITEMS = 100

/** Makes the demo's repository, automation, trigger and endpoint where they are missing; the secret is new each time. */
export async function prepareDemo(api: DemoApi, git: { root: string; url: string; token: string }) {
  await ensureBareRepository(git.root)
  const repository = await api.call(endpoints.repositories.create, {
    body: {
      name: REPOSITORY,
      url: `${git.url}/${REPOSITORY}.git`,
      defaultBranch: 'main',
      credential: { username: 'proliferate', password: git.token },
    },
  })
  const automation = await ensureAutomation(api, repository.configurationId)
  await ensureTrigger(api, automation.id)
  const endpoint = await api.call(endpoints.webhookEndpoints.create, { body: { provider: 'github' } })
  return { repository, automation, endpoint }
}

async function ensureBareRepository(root: string) {
  const there = await access(path.join(root, `${REPOSITORY}.git`, 'HEAD')).then(
    () => true,
    () => false,
  )
  if (!there) await createBareRepository(root, `${REPOSITORY}.git`, path.join(import.meta.dirname, 'project'))
}

async function ensureAutomation(api: DemoApi, configurationId: string) {
  const { items } = await api.call(endpoints.automations.list, { query: { limit: MAX_ITEMS } })
  const known = items.find((item) => item.name === AUTOMATION && item.defaultConfigurationId === configurationId)
  if (known) return known
  return api.call(endpoints.automations.create, {
    body: { name: AUTOMATION, agentInstructions: INSTRUCTIONS, defaultConfigurationId: configurationId },
  })
}

async function ensureTrigger(api: DemoApi, automationId: string) {
  const { items } = await api.call(endpoints.triggers.list, { query: { automationId, limit: MAX_ITEMS } })
  if (items.length > 0) return
  await api.call(endpoints.triggers.create, {
    body: {
      automationId,
      provider: 'github',
      eventType: 'issue_opened',
      config: { repositories: [REPOSITORY], labels: [LABEL] },
    },
  })
}

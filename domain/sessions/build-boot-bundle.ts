import { ACTIONS_GUIDE_PATH, actionsGuide, agentModeOf, systemPromptFor, toolsFor } from '#domain/agent'
import { type ModelGateway, ModelNotFound } from '#domain/llm'
import { loadConfigurationRepositories } from '#domain/repositories'
import type { Kernel } from '#kernel/needs'
import { BootBundle } from '#schema/contracts/boot-bundle'
import type { SessionOpening } from './ports.ts'
import { TRANSCRIPT_PATH } from './transcript.ts'

/** Who the agent's commits are by; the address cannot receive mail (RFC 2606). */
const GIT_IDENTITY = { userName: 'Proliferate Agent', userEmail: 'agent@proliferate.invalid' }

/**
 * Everything a sandbox boots from. Throws `configuration.not_found` and `model.not_found`, which no further attempt can
 * cure.
 */
export async function buildBootBundle(
  needs: Pick<Kernel, 'db'> & { models: Pick<ModelGateway, 'describe'> },
  input: { opening: SessionOpening; generation: number; checkpointRef: string | null; transcript: string | null },
): Promise<BootBundle> {
  const { opening, generation } = input
  const model = needs.models.describe(opening.modelId)
  if (!model) throw ModelNotFound({ detail: opening.modelId })
  const { configuration, repositories } = await loadConfigurationRepositories(needs, opening)
  const mode = agentModeOf({ ...opening, repositoryCount: repositories.length })
  const files = [...opening.files, { path: ACTIONS_GUIDE_PATH, content: actionsGuide(repositories) }]
  if (input.transcript !== null) files.push({ path: TRANSCRIPT_PATH, content: input.transcript })
  return BootBundle.parse({
    version: 1,
    sessionId: opening.sessionId,
    organizationId: opening.organizationId,
    generation,
    sessionType: opening.sessionType,
    clientType: opening.clientType,
    repositories: repositories.map((repository) => ({
      repositoryId: repository.repositoryId,
      name: repository.name,
      url: repository.url,
      branch: repository.defaultBranch,
      commitSha: null,
      workspacePath: repository.workspacePath,
    })),
    git: GIT_IDENTITY,
    setupCommands: configuration.setupCommands,
    model,
    systemPrompt: systemPromptFor({
      mode,
      repositories,
      branch: opening.branch,
      run: opening.run,
      instructions: opening.instructions,
    }),
    tools: toolsFor(mode),
    files,
    checkpointRef: input.checkpointRef,
  } satisfies BootBundle)
}

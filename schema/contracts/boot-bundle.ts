import { z } from 'zod'
import { Id } from '#schema/contracts/common'
import { ClientType, SessionType } from '#schema/contracts/sessions'

/** How the agent harness reaches its model: always through the platform, never with a provider's key (a6 I2). */
export const BootModel = z.object({
  /** Which wire protocol the platform's model gateway speaks for this model. */
  protocol: z.enum(['openai', 'anthropic']),
  /** Path on the platform, for example `/llm/openai/v1`. */
  basePath: z.string(),
  modelId: z.string(),
  contextTokens: z.number().int(),
  outputTokens: z.number().int(),
})
export type BootModel = z.infer<typeof BootModel>

export const BootRepository = z.object({
  repositoryId: Id,
  name: z.string(),
  url: z.string(),
  branch: z.string(),
  /** A full commit id pins the clone; null takes the head of the branch. */
  commitSha: z.string().nullable(),
  /** Relative to the workspace; `.` when there is one repository. */
  workspacePath: z.string(),
})
export type BootRepository = z.infer<typeof BootRepository>

/** Everything a sandbox boots from, fetched once by the daemon with its token. */
export const BootBundle = z.object({
  version: z.literal(1),
  sessionId: Id,
  organizationId: z.string(),
  generation: z.number().int(),
  sessionType: SessionType,
  clientType: ClientType,
  repositories: z.array(BootRepository),
  git: z.object({ userName: z.string(), userEmail: z.string() }),
  /** Run one after another after the clone; a failing one fails the boot. */
  setupCommands: z.array(z.string()),
  model: BootModel,
  /** The text of the system prompt. */
  systemPrompt: z.string(),
  /** Names of the platform tools to install. */
  tools: z.array(z.string()),
  /** Extra files, relative to the workspace, for example `.proliferate/trigger-context.json`. */
  files: z.array(z.object({ path: z.string(), content: z.string() })),
  /** A checkpoint of an earlier generation to restore after the clone; a key for `GET /sandbox/blobs/:key`. */
  checkpointRef: z.string().nullable(),
})
export type BootBundle = z.infer<typeof BootBundle>

import { mkdir } from 'node:fs/promises'
import type { BootBundle } from '#schema/contracts/boot-bundle'
import type { SandboxEvent } from '#schema/contracts/session-events'
import { type Harness, HarnessDown } from '../agent/harness.ts'
import { writeOpenCodeHome, writeRuntime } from '../agent/opencode-home.ts'
import { type Settings, shellEnvironment } from '../environment.ts'
import { cloneRepository } from '../git/clone.ts'
import type { WorkingRepository } from '../git/repository.ts'
import type { DaemonLog } from '../log.ts'
import type { ToolDoor } from '../tool-door.ts'
import { writeGitIdentity } from './git-identity.ts'
import { restoreWork } from './restore-work.ts'
import { runSetupCommands } from './setup-commands.ts'
import { bootStage, type Progress } from './stages.ts'
import { excludeFromGit, writeWorkspaceFiles } from './workspace-files.ts'

interface BootNeeds {
  log: DaemonLog
  record: (event: SandboxEvent) => void
  settings: Settings
  harness: Harness
  door: ToolDoor
  ending: AbortSignal
}

/**
 * Makes the sandbox ready: clone, setup, agent, ready; each stage is reported as it goes (decision D13). Returns the
 * repositories. Throws `BootFailed` after the failed stage was reported.
 */
export async function boot(needs: BootNeeds, bundle: BootBundle): Promise<WorkingRepository[]> {
  const stages = { record: needs.record, generation: bundle.generation }
  const cloned = await bootStage(stages, 'clone', (progress) => clone(needs, bundle, progress))
  const repositories = await bootStage(stages, 'setup', (progress) => setUp(needs, bundle, { cloned, progress }))
  await bootStage(stages, 'agent', (progress) => startAgent(needs, bundle, progress))
  await bootStage(stages, 'ready', async () => undefined)
  return repositories
}

async function clone(needs: BootNeeds, bundle: BootBundle, progress: Progress): Promise<WorkingRepository[]> {
  const { settings, door, ending } = needs
  const { places, platformUrl, sessionId, token, traceparent } = settings
  for (const folder of [places.workspace, places.home, places.state, places.temporary])
    await mkdir(folder, { recursive: true })
  const asks = { platformUrl, sessionId, token, traceparent }
  await writeRuntime(settings, { ...asks, doorUrl: door.url, doorSecret: door.secret })
  await writeGitIdentity(settings, bundle.git)
  const environment = shellEnvironment(settings)
  const repositories: WorkingRepository[] = []
  for (const wanted of bundle.repositories) {
    const place = { workspace: places.workspace, progress }
    repositories.push(await cloneRepository({ environment, ending }, wanted, place))
  }
  return repositories
}

async function setUp(
  needs: BootNeeds,
  bundle: BootBundle,
  { cloned, progress }: { cloned: WorkingRepository[]; progress: Progress },
): Promise<WorkingRepository[]> {
  const { settings, log, ending } = needs
  const { workspace, state } = settings.places
  const environment = shellEnvironment(settings)
  await excludeFromGit({ environment, ending }, cloned, { workspace, files: bundle.files.map((file) => file.path) })
  await runSetupCommands({ environment, ending, workspace }, bundle.setupCommands, progress)
  // After the setup commands: what they change in files of the repository is then what the checkpoint says.
  const repositories =
    bundle.checkpointRef === null
      ? cloned
      : await restoreWork(
          { environment, ending, state, log, address: settings },
          { repositories: cloned, key: bundle.checkpointRef, tell: progress },
        )
  await writeWorkspaceFiles(workspace, bundle.files)
  return repositories
}

async function startAgent(needs: BootNeeds, bundle: BootBundle, progress: Progress): Promise<void> {
  await writeOpenCodeHome(needs.settings, bundle)
  const client = await needs.harness.start().catch((error: unknown) => {
    if (!(error instanceof HarnessDown)) throw error
    progress(`${error.message}; once more`, true)
    return needs.harness.start()
  })
  // Also makes OpenCode read the folder now, which the first prompt would have to wait for.
  const offered = await client.toolIds()
  const missing = bundle.tools.filter((tool) => !offered.includes(tool))
  if (missing.length > 0) throw new Error(`OpenCode does not offer the tools ${missing.join(', ')}`)
}

import path from 'node:path'
import { endpoints } from '#schema/endpoints/index'
import { describeModel, modelVariables } from '../dev/describe.ts'
import { loadDevVars } from '../dev/dev-vars.ts'
import { announceStack, findRunningStack } from '../dev/lock.ts'
import { usualPorts } from '../dev/ports.ts'
import { PROJECT } from '../dev/project.ts'
import { startStack } from '../dev/stack.ts'
import { readFile } from 'node:fs/promises'
import { git } from '../git-server/git-command.ts'
import { type DemoApi, signIn } from './api.ts'
import { followSession } from './follow-session.ts'
import { postAsGitHub, recordedIssueOpened } from './payload.ts'
import { LABEL, prepareDemo, REPOSITORY } from './prepare.ts'
import { describeEvent, detail, heading, printDiff, printStages, seconds, step } from './print.ts'
import { stage, StageFailure, type StageTime, until } from './stages.ts'
import { checkStory, newStory, type Story, storyTimes, tell } from './story.ts'

const DIRECTORY = path.join(PROJECT, '.data')
const LEDGER_DEADLINE_MS = 30_000
const SESSION_DEADLINE_MS = 10 * 60_000
const ISSUE_TITLE = 'slugify leaves repeated separators and accents'
const ISSUE_BODY = `\`slugify('Crème  brûlée')\` should give \`creme-brulee\`, but it does not. The test in test/slugify.test.ts fails.`

interface Running {
  urls: { web: string; worker: string; git: string }
  variables: Record<string, string>
  /** In words; null when the stack was there before, with a model of its own choice. */
  model: string | null
  /** Null when the stack was there before. */
  stop: (() => Promise<void>) | null
}

/** The stack that runs on this folder, or one of our own. */
async function useStack(): Promise<Running> {
  const variables = await loadDevVars(path.join(PROJECT, '.dev.vars'), path.join(PROJECT, '.dev.vars.example'))
  const keys = modelVariables(process.env)
  const running = await findRunningStack(DIRECTORY)
  if (running) {
    step(`using the stack that runs at ${running.urls.web}, with its model`)
    return { urls: running.urls, variables, model: null, stop: null }
  }
  const ports = await usualPorts(process.env, ['web', 'worker', 'postgres', 'neon', 'sandboxHost', 'model', 'git'])
  const stack = await startStack({
    directory: DIRECTORY,
    ports,
    variables: { ...variables, ...keys },
    databaseUrl: process.env['DATABASE_URL'],
    persistent: true,
    web: false,
    cron: true,
    progress: (line) => detail(`starting ${line}`),
  })
  const withdraw = await announceStack(DIRECTORY, stack.urls)
  const stop = async () => {
    await withdraw()
    await stack.stop()
  }
  const model = describeModel({ ...variables, ...keys })
  return { urls: stack.urls, variables: { ...variables, ...keys }, model, stop }
}

/** Waits until the ledger knows what became of the delivery, and gives the run that it started. */
async function runOfDelivery(api: DemoApi, deliveryId: string): Promise<string> {
  const delivery = await until('the delivery ledger', LEDGER_DEADLINE_MS, async () => {
    const { items } = await api.call(endpoints.deliveries.list, { query: { limit: 20 } })
    const found = items.find((item) => item.deliveryId === deliveryId)
    return found && (found.status === 'completed' || found.status === 'failed') ? found : null
  })
  if (delivery.status === 'failed') throw new Error(`the delivery failed: ${delivery.error ?? 'no reason given'}`)
  const decision = delivery.outcome?.decisions.find((item) => item.runId !== null)
  const why = delivery.outcome?.decisions.map((item) => `${item.automationName}: ${item.reason ?? item.decision}`)
  if (!decision?.runId) throw new Error(`no run was started (${why?.join('; ') || delivery.outcome?.reason || '?'})`)
  step(`verified and matched: ${decision.automationName}`)
  return decision.runId
}

async function sessionOfRun(api: DemoApi, runId: string): Promise<string> {
  const run = await until('the run', SESSION_DEADLINE_MS, async () => {
    const found = await api.call(endpoints.runs.show, { params: { runId } })
    if (['failed', 'timed_out', 'canceled', 'skipped'].includes(found.status)) {
      throw new StageFailure(found.failureStage ?? 'run', `${found.statusReason ?? found.status}: ${found.errorMessage ?? ''}`)
    }
    return found.sessionId === null ? null : found
  })
  step(`run ${runId} is ${run.status}`)
  return run.sessionId ?? ''
}

async function watchSession(api: DemoApi, sessionId: string): Promise<Story> {
  const story = newStory()
  await followSession(api, sessionId, {
    deadlineMs: SESSION_DEADLINE_MS,
    onText: () => undefined,
    onEvent: (event) => {
      const line = describeEvent(event)
      if (line !== null) detail(line)
      return tell(story, event)
    },
  })
  checkStory(story)
  return story
}

async function checkBranch(gitUrl: string, token: string, story: Story) {
  const remote = new URL(`${gitUrl}/${REPOSITORY}.git`)
  remote.username = 'demo'
  remote.password = token
  const heads = await git(['ls-remote', '--heads', remote.href, story.pushed?.branch ?? ''])
  if (!heads.includes(story.pushed?.commitSha ?? '-')) throw new Error(`the git server does not have ${story.pushed?.branch}`)
}

async function playMainJob(running: Running, times: StageTime[]) {
  const api = await stage(times, 'sign in', () => signIn(running.urls, running.variables['DEV_SIGN_IN_TOKEN'] ?? ''))
  const token = await readFile(path.join(DIRECTORY, 'git-token'), 'utf8')
  const gitServer = { root: path.join(DIRECTORY, 'git'), url: running.urls.git, token }
  const demo = await stage(times, 'prepare', () => prepareDemo(api, gitServer))
  step(`organization, repository ${REPOSITORY}, automation "${demo.automation.name}" (issue opened, label ${LABEL})`)

  heading('A GitHub webhook comes in')
  const issue = { repository: REPOSITORY, number: Math.floor(Date.now() / 1000) % 1_000_000, label: LABEL }
  const payload = recordedIssueOpened({ ...issue, title: ISSUE_TITLE, body: ISSUE_BODY })
  const { deliveryId } = await stage(times, 'delivery', () =>
    postAsGitHub(`${running.urls.worker}${demo.endpoint.path}`, demo.endpoint.secret, payload),
  )
  step(`delivery ${deliveryId} acknowledged (issue #${issue.number})`)
  const runId = await stage(times, 'verify and match', () => runOfDelivery(api, deliveryId))
  const sessionId = await stage(times, 'enrich and execute', () => sessionOfRun(api, runId))

  heading('The agent works')
  const story = await watchSession(api, sessionId)
  times.push(...storyTimes(story))
  const run = await stage(times, 'run ended', () =>
    until('the run', LEDGER_DEADLINE_MS, async () => {
      const found = await api.call(endpoints.runs.show, { params: { runId } })
      return found.completedAt === null ? null : found
    }),
  )
  if (run.status !== 'succeeded') throw new StageFailure('run', `it ended as ${run.status}: ${run.statusReason ?? ''}`)
  await stage(times, 'branch on the server', () => checkBranch(running.urls.git, token, story))
  return { run, story, sessionId }
}

async function main(): Promise<number> {
  const times: StageTime[] = []
  heading('Proliferate Edge: the main job')
  const started = performance.now()
  const running = await useStack()
  if (running.model !== null) detail(`model: ${running.model}`)
  const ready = performance.now() - started
  try {
    const { story, sessionId, run } = await playMainJob(running, times)
    heading('What came out')
    printDiff(story.patch)
    if (run.completion?.summaryMarkdown) console.log(`\n${run.completion.summaryMarkdown}`)
    heading(`How long it took (the stack was ready after ${seconds(ready)})`)
    printStages(times)
    heading('See it')
    console.log(`  ${running.urls.web}/workspace/${sessionId}`)
    if (running.stop) console.log('  (start `npm run dev` and sign in with the link that it prints)')
    console.log(`  branch ${story.pushed?.branch ?? ''} of ${REPOSITORY}`)
    return 0
  } catch (error) {
    const failure = error instanceof StageFailure ? error : new StageFailure('demo', String(error))
    console.error(`\nFailed at stage "${failure.stage}": ${failure.message}`)
    console.error(`Logs are in ${path.relative(process.cwd(), path.join(DIRECTORY, 'logs'))}`)
    return 1
  } finally {
    await running.stop?.()
  }
}

process.on('SIGINT', () => process.exit(130))
try {
  process.exitCode = await main()
} catch (error) {
  console.error(`\nFailed at stage "start": ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}

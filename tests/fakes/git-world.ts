import { randomUUID } from 'node:crypto'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { BootRepository } from '#schema/contracts/boot-bundle'
import { createBareRepository, startGitServer } from '../../scripts/git-server/git-server.ts'

const TOKEN = 's3cret-of-the-git-server'

/** A real git server with seeded repositories, and a HOME whose git settings know its password. */
export async function openGitWorld() {
  const folder = await mkdtemp(path.join(tmpdir(), 'git-world-'))
  const root = path.join(folder, 'repositories')
  const server = await startGitServer({ root, token: TOKEN })
  const home = path.join(folder, 'home')
  await mkdir(home)
  const helper = path.join(folder, 'helper')
  await writeFile(helper, `#!/bin/sh\necho username=x\necho password=${TOKEN}\n`)
  await chmod(helper, 0o700)
  await writeFile(
    path.join(home, '.gitconfig'),
    `[user]\n\tname = Proliferate\n\temail = agent@proliferate.example\n[credential]\n\thelper = ${helper}\n`,
  )
  const environment = {
    PATH: process.env['PATH'],
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C.UTF-8',
  }
  return {
    folder,
    root,
    token: TOKEN,
    environment,
    url: (name: string) => `${server.url}/${name}.git`,
    /** Makes a repository of these files and says how a boot bundle names it. */
    async repository(
      name: string,
      files: Record<string, string>,
      change: Partial<BootRepository> = {},
    ): Promise<BootRepository> {
      const seed = path.join(folder, `seed-${randomUUID()}`)
      for (const [file, content] of Object.entries(files)) {
        await mkdir(path.dirname(path.join(seed, file)), { recursive: true })
        await writeFile(path.join(seed, file), content)
      }
      await createBareRepository(root, `${name}.git`, seed)
      return {
        repositoryId: randomUUID(),
        name,
        url: `${server.url}/${name}.git`,
        branch: 'main',
        commitSha: null,
        workspacePath: '.',
        ...change,
      }
    },
    async close() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
export type GitWorld = Awaited<ReturnType<typeof openGitWorld>>

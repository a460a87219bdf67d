import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { z } from 'zod'
import { carriesToken } from './basic-auth.ts'
import { serveWithHttpBackend } from './cgi.ts'

export { createBareRepository } from './bare-repository.ts'

/** The smart HTTP protocol has three URLs per repository; everything else is refused before git sees it. */
const GIT_URL = /^\/[\w-][\w.-]*\/[\w-][\w.-]*\.git\/(info\/refs|git-upload-pack|git-receive-pack)$/

export type GitServerOptions = {
  /** The folder with the bare repositories: `<root>/<owner>/<name>.git`. Made when missing. */
  root: string
  /** Default: a free port on 127.0.0.1. */
  port?: number
  /** The password of Basic authentication, for reading and for writing; any user name goes. */
  token: string
}

export type GitServer = {
  /** `http://127.0.0.1:PORT`; a repository is at `<url>/acme/widgets.git`. */
  url: string
  port: number
  stop(): Promise<void>
}

/** Serves the repositories of a folder by git's real smart HTTP protocol (`git http-backend`), with push. */
export async function startGitServer({ root, port = 0, token }: GitServerOptions): Promise<GitServer> {
  const repositories = path.resolve(root)
  await mkdir(repositories, { recursive: true })
  const server = createServer((request, response) => answer({ root: repositories, token }, request, response))
  // A large clone or push may take longer than Node's five minutes for a whole request: git's own deadline is in
  // cgi.ts.
  server.requestTimeout = 0
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function answer(needs: { root: string; token: string }, request: IncomingMessage, response: ServerResponse): void {
  const pathname = request.url?.split('?')[0] ?? ''
  if (request.method === 'GET' && pathname === '/health') {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}')
  } else if (!carriesToken(request.headers.authorization, needs.token)) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="git"', connection: 'close' }).end()
  } else if (!GIT_URL.test(pathname)) {
    response.writeHead(404, { connection: 'close' }).end()
  } else {
    serveWithHttpBackend(needs.root, request, response)
  }
}

const environment = z.object({
  GIT_SERVER_ROOT: z.string().min(1),
  GIT_SERVER_TOKEN: z.string().min(1),
  GIT_SERVER_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
})

if (import.meta.main) {
  const { GIT_SERVER_ROOT: root, GIT_SERVER_TOKEN: token, GIT_SERVER_PORT: port } = environment.parse(process.env)
  const server = await startGitServer({ root, token, port })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.stop())
  process.stdout.write(`git server listening on ${server.url}\n`)
}

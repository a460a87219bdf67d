import { readFileSync } from 'node:fs'
import { createServer, request as ask } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { join } from 'node:path'
import { z } from 'zod'
import { servePages } from './pages-files.ts'

const Routes = z.object({ include: z.array(z.string()) })

interface OriginOptions {
  /** Folder of the built dashboard. */
  files: string
  port: number
  /** Where the Worker listens. */
  workerUrl: string
}

/**
 * The dashboard's own origin as Pages makes it: what `_routes.json` names goes on to the Worker as it is, sockets
 * included; everything else is a file. Gives what stops it.
 */
export async function startPagesOrigin({ files, port, workerUrl }: OriginOptions): Promise<() => Promise<void>> {
  const worker = new URL(workerUrl)
  const isForwarded = readRoutes(files)
  const serveFile = servePages(files)
  const server = createServer((request, response) => {
    if (!isForwarded(request)) return serveFile(request, response)
    const { method, headers, url: path } = request
    const onward = ask({ host: worker.hostname, port: worker.port, method, headers, path }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  const sockets = new Set<Duplex>()
  server.on('upgrade', (request, socket, head) => {
    const onward = connect(Number(worker.port), worker.hostname, () => {
      onward.write(`${upgradeText(request)}\r\n\r\n`)
      onward.write(head)
      socket.pipe(onward).pipe(socket)
    })
    for (const [end, other] of [[socket, onward], [onward, socket]] as const) {
      sockets.add(end)
      end.on('error', () => other.destroy())
      end.on('close', () => {
        sockets.delete(end)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return () =>
    new Promise((resolve) => {
      for (const socket of sockets) socket.destroy()
      server.close(() => resolve())
      server.closeAllConnections()
    })
}

function readRoutes(files: string): (request: IncomingMessage) => boolean {
  const { include } = Routes.parse(JSON.parse(readFileSync(join(files, '_routes.json'), 'utf8')))
  return ({ url = '/' }) => {
    const { pathname } = new URL(url, 'http://pages')
    return include.some((route) => (route.endsWith('*') ? pathname.startsWith(route.slice(0, -1)) : pathname === route))
  }
}

/** The request that asks for a socket, as it came. */
function upgradeText({ method, url, rawHeaders }: IncomingMessage): string {
  const lines = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1] ?? ''}`] : []))
  return [`${method ?? 'GET'} ${url ?? '/'} HTTP/1.1`, ...lines].join('\r\n')
}

import { execFile } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { readFile, readdir, readlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { promisify } from 'node:util'
import { findProcess } from './process-table.ts'
import type { LiveProcess } from './process-table.ts'

const run = promisify(execFile)
const LOOPBACK = '127.0.0.1'

/** Linux gives away ports from 32768 on, macOS from 49152; what people choose themselves is mostly lower than these. */
const FREE_PORTS = { first: 20_000, last: 31_999 }
/** Begins anywhere, because other processes look for ports as well. */
let nextFreePort = randomInt(FREE_PORTS.first, FREE_PORTS.last)

/** A wanted port is taken. The message names the process that has it and the variable that moves ours. */
export class PortBusyError extends Error {
  override name = 'PortBusyError'
}

/**
 * A port nobody listens on at this moment, each time another one. It is used some time later, so it is none of those
 * that systems give to whoever asks for any, every outgoing connection among them. Another process may still take it
 * first: callers report that clearly.
 */
export async function findFreePort(): Promise<number> {
  for (let tries = 0; tries < FREE_PORTS.last - FREE_PORTS.first; tries += 1) {
    const port = nextFreePort
    nextFreePort = port < FREE_PORTS.last ? port + 1 : FREE_PORTS.first
    if ((await tryListen(port)) !== null) return port
  }
  throw new Error('The system has no free port on 127.0.0.1')
}

/**
 * Throws PortBusyError when somebody listens on the port.
 * `purpose` ("the database") and `variable` ("DATABASE_PORT") only shape the message.
 */
export async function assertPortFree(port: number, wanted: { purpose: string; variable?: string | undefined }) {
  if ((await tryListen(port)) !== null) return
  const owner = await findPortOwner(port)
  const who = owner ? `${shorten(owner.command)} (pid ${owner.pid})` : 'another process'
  const advice = wanted.variable ? ` Stop it, or set ${wanted.variable} to another port.` : ''
  throw new PortBusyError(`Port ${port}, wanted for ${wanted.purpose}, is in use by ${who}.${advice}`)
}

/** The process listening on a TCP port, or null when there is none or the system does not let us see it. */
export async function findPortOwner(port: number): Promise<LiveProcess | null> {
  const pid = (process.platform === 'linux' ? await findInProc(port) : null) ?? (await findWithLsof(port))
  return pid === null ? null : findProcess(pid)
}

function shorten(command: string): string {
  const LONGEST = 100
  return command.length > LONGEST ? `${command.slice(0, LONGEST)}…` : command
}

/** The port it could listen on (then closed again), or null when it is taken. */
function tryListen(port: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null)
      else reject(error)
    })
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
      const address = server.address()
      server.close(() => resolve(address && typeof address === 'object' ? address.port : port))
    })
  })
}

async function findInProc(port: number): Promise<number | null> {
  const inodes = await listeningInodes(port)
  if (inodes.size === 0) return null
  for (const entry of await readdir('/proc').catch(() => [])) {
    if (/^\d+$/.test(entry) && (await holdsSocket(entry, inodes))) return Number(entry)
  }
  return null
}

async function listeningInodes(port: number): Promise<Set<string>> {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0')
  const LISTEN = '0A'
  const inodes = new Set<string>()
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'utf8').catch(() => '')
    for (const line of text.split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/)
      const [, local, , state, , , , , , inode] = fields
      if (state === LISTEN && local?.endsWith(`:${hexPort}`) && inode) inodes.add(inode)
    }
  }
  return inodes
}

async function holdsSocket(pid: string, inodes: Set<string>): Promise<boolean> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => [])
  for (const descriptor of descriptors) {
    const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '')
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1]
    if (inode && inodes.has(inode)) return true
  }
  return false
}

async function findWithLsof(port: number): Promise<number | null> {
  try {
    const { stdout } = await run('lsof', ['-nP', '-t', `-iTCP:${port}`, '-sTCP:LISTEN'], { timeout: 5_000 })
    const pid = Number.parseInt(stdout, 10)
    return Number.isNaN(pid) ? null : pid
  } catch {
    return null
  }
}

import { assertPortFree, findFreePort } from '../process/port.ts'

/** The parts of the local stack that listen, with the variable that moves each and its usual port. */
const PARTS = {
  web: { purpose: 'the dashboard', variable: 'WEB_PORT', port: 5173 },
  worker: { purpose: 'the Worker', variable: 'WORKER_PORT', port: 8787 },
  postgres: { purpose: 'PostgreSQL', variable: 'POSTGRES_PORT', port: 8788 },
  neon: { purpose: 'the Neon endpoint of the database', variable: 'NEON_PORT', port: 8789 },
  sandboxHost: { purpose: 'the sandbox host', variable: 'SANDBOX_HOST_PORT', port: 8790 },
  model: { purpose: 'the scripted model', variable: 'MODEL_PORT', port: 8791 },
  git: { purpose: 'the git server', variable: 'GIT_PORT', port: 8792 },
} as const

export type Part = keyof typeof PARTS
export type Ports = Record<Part, number>

/**
 * The ports of a stack: the usual ones or what the environment says, each checked to be free. Throws `PortBusyError` that names
 * the process and the variable.
 */
export async function usualPorts(environment: NodeJS.ProcessEnv, wanted: readonly Part[]): Promise<Ports> {
  const ports = {} as Ports
  for (const part of Object.keys(PARTS) as Part[]) {
    const { purpose, variable, port } = PARTS[part]
    ports[part] = readPort(variable, environment[variable]) ?? port
    if (wanted.includes(part)) await assertPortFree(ports[part], { purpose, variable })
  }
  return ports
}

/** Free ports for a stack that nobody else should meet: tests and benchmarks. */
export async function freePorts(): Promise<Ports> {
  const ports = {} as Ports
  for (const part of Object.keys(PARTS) as Part[]) ports[part] = await findFreePort()
  return ports
}

function readPort(variable: string, text: string | undefined): number | null {
  if (text === undefined || text === '') return null
  const port = Number(text)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw new Error(`${variable} is "${text}", which is not a port`)
}

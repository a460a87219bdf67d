import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { parseEnv } from 'node:util'

const bytes = (count: number, encoding: 'hex' | 'base64' | 'base64url') => randomBytes(count).toString(encoding)

/** Secrets that a first start makes up for this checkout. */
const GENERATED: Record<string, () => string> = {
  ENCRYPTION_KEY: () => bytes(32, 'base64'),
  SERVICE_TOKEN: () => bytes(32, 'hex'),
  AUTH_SECRET: () => bytes(32, 'hex'),
  SANDBOX_HOST_TOKEN: () => bytes(24, 'hex'),
  DEV_SIGN_IN_TOKEN: () => bytes(24, 'base64url'),
  DEV_OWNER_PASSWORD: () => bytes(18, 'base64url'),
}

/** Fills the empty secrets of an example file's text; everything else stays as it is. */
export function fillSecrets(example: string): string {
  return example
    .split('\n')
    .map((line) => {
      const name = /^([A-Z_]+)=\s*$/.exec(line)?.[1]
      const generate = name === undefined ? undefined : GENERATED[name]
      return generate ? `${name}=${generate()}` : line
    })
    .join('\n')
}

/**
 * The variables of `.dev.vars`, which is made from `.dev.vars.example` with fresh secrets when there is none. Variables without
 * a value count as unset.
 */
export async function loadDevVars(file: string, exampleFile: string): Promise<Record<string, string>> {
  const text = await readFile(file, 'utf8').catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    const filled = fillSecrets(await readFile(exampleFile, 'utf8'))
    await writeFile(file, filled, { mode: 0o600 })
    return filled
  })
  return Object.fromEntries(Object.entries(parseEnv(text)).filter((entry): entry is [string, string] => !!entry[1]))
}

/** A set of secrets that belongs to no file: tests and benchmarks. */
export function freshSecrets(): Record<string, string> {
  return Object.fromEntries(Object.entries(GENERATED).map(([name, generate]) => [name, generate()]))
}

